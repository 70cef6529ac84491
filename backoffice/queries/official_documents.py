"""Papers as the services and screens need them. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentState


def replaced_by(session: Session, paper_id: int) -> Sequence[OfficialDocument]:
    """The papers whose place this one takes."""
    return session.scalars(select(OfficialDocument).where(OfficialDocument.replaced_by_id == paper_id)).all()


def papers_about(session: Session, subject_type: str, subject_id: int) -> Sequence[OfficialDocument]:
    """All papers about a row with their numbers, the oldest first."""
    statement = select(OfficialDocument).where(
        OfficialDocument.subject_type == subject_type, OfficialDocument.subject_id == subject_id
    )
    with_numbers = statement.options(joinedload(OfficialDocument.number))
    return session.scalars(with_numbers.order_by(OfficialDocument.id)).all()


def papers_in_rendering(session: Session) -> Sequence[OfficialDocument]:
    """The papers whose file is being made, or waits for a worker."""
    statement = select(OfficialDocument).where(
        OfficialDocument.state == OfficialDocumentState.RENDERING.value
    )
    return session.scalars(statement.order_by(OfficialDocument.id)).all()
