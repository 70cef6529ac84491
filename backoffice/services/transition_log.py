"""Writing the history: one row a deed, in the transaction of the deed, never edited.

Not here: deciding whether a deed is allowed (`transition`), reading the history (queries).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError
from backoffice.models import EnforcementAgency, TransitionLog
from backoffice.workflow.messages import N_
from exports.text import clean_text

REASON_LENGTH = 2000
# Deeds that follow no workflow (an import, a correction of data) still say which shape their rows have.
PLAIN_DEED = "deed-1"


@dataclass(frozen=True)
class LogEntry:
    """What the history keeps of one deed beside its subject, actor and moment.

    `acted_for` is the absent officer in whose place the actor acted (`standing_in`).
    """

    transition: str
    to_state: str
    from_state: str | None = None
    workflow_version: str = PLAIN_DEED
    legal_basis: str | None = None
    reason: str | None = None
    deadline: dict[str, Any] | None = None
    acted_for: int | None = None


def write_log(
    session: Session,
    actor: Actor,
    subject: Any,
    entry: LogEntry,
    *,
    owner: EnforcementAgency | None = None,
) -> TransitionLog:
    """Add the history row of one deed.

    It belongs to the agency of its subject; `owner` names the agency for subjects that belong to none.
    """
    row = TransitionLog(
        agency_id=owner.id if owner else subject.agency_id,
        agency_path=owner.path if owner else subject.agency_path,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        workflow_version=entry.workflow_version,
        transition=entry.transition,
        from_state=entry.from_state,
        to_state=entry.to_state,
        actor_id=actor.user_id,
        acted_for_id=entry.acted_for,
        at=clock.now(),
        legal_basis=entry.legal_basis,
        reason=entry.reason,
        deadline=entry.deadline,
    )
    session.add(row)
    return row


def clean_reason(reason: str | None) -> str | None:
    """The reason as it is kept, or None when nothing was said; raises InvalidInputError when too long."""
    text = clean_text(reason or "")
    if len(text) > REASON_LENGTH:
        raise InvalidInputError(
            "reason", N_("Use at most %(limit)s characters for the reason."), limit=REASON_LENGTH
        )
    return text or None
