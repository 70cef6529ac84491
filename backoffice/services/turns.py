"""Letting the deeds of one person follow one another, where a limit counts what the person has done already.

Not here: the limits themselves (`background_task`, `identity_search`).
"""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from backoffice.errors import NotPermittedError
from backoffice.models import StaffMember


def take_turn(session: Session, member_id: int | None) -> None:
    """Hold the row of the person until the transaction ends, so that counting and adding are one step.

    A statement that writes, because SQLite locks at no other; it changes nothing. Raises NotPermittedError without
    such a person.
    """
    held = (
        update(StaffMember)
        .where(StaffMember.id == member_id)
        .values(session_epoch=StaffMember.session_epoch)
        .returning(StaffMember.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(held) is None:
        raise NotPermittedError
