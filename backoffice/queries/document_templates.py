"""Editions of templates: the one in force, the next number of an edition, those that wait for approval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from backoffice.models import DocumentTemplate, TransitionLog
from backoffice.models.states import OfficialDocumentKind, TemplateLevel, TemplateState


def template_in_force(
    session: Session, kind: OfficialDocumentKind, level: str, day: date, rule_set: str | None = None
) -> DocumentTemplate | None:
    """The approved edition of a kind for agencies of a level on a day, or None; of one rule set when it is given.

    The days of the editions say which law applies. One for the level goes before one for any level; of several that
    are valid, the one that began last.
    """
    own_first = case((DocumentTemplate.agency_level == level, 0), else_=1)
    statement = (
        select(DocumentTemplate)
        .where(
            DocumentTemplate.kind == kind.value,
            DocumentTemplate.agency_level.in_((level, TemplateLevel.ANY.value)),
            *((DocumentTemplate.rule_set == rule_set,) if rule_set is not None else ()),
            DocumentTemplate.state == TemplateState.APPROVED.value,
            DocumentTemplate.valid_from <= day,
            or_(DocumentTemplate.valid_to.is_(None), DocumentTemplate.valid_to >= day),
        )
        .order_by(own_first, DocumentTemplate.valid_from.desc(), DocumentTemplate.edition.desc())
        .limit(1)
    )
    return session.scalar(statement)


def next_edition(session: Session, kind: str, level: str, rule_set: str) -> int:
    """One more than the last edition of the kind, level and rule set."""
    last = session.scalar(
        select(func.max(DocumentTemplate.edition)).where(
            DocumentTemplate.kind == kind,
            DocumentTemplate.agency_level == level,
            DocumentTemplate.rule_set == rule_set,
        )
    )
    return (last or 0) + 1


def editors_of(session: Session, template_id: int) -> set[int]:
    """Everybody who drafted or changed the edition: none of them is the second pair of eyes."""
    statement = select(TransitionLog.actor_id).where(
        TransitionLog.subject_type == DocumentTemplate.__tablename__,
        TransitionLog.subject_id == template_id,
        TransitionLog.transition.in_(("draft", "edit", "propose")),
        TransitionLog.actor_id.is_not(None),
    )
    return {actor_id for actor_id in session.scalars(statement) if actor_id is not None}


def start_set(session: Session) -> Sequence[DocumentTemplate]:
    """The editions that came with the program."""
    return session.scalars(select(DocumentTemplate).where(DocumentTemplate.is_start_set.is_(True))).all()


def proposed_by_others(session: Session, user_id: int) -> int:
    """How many proposed editions somebody else prepared."""
    statement = select(func.count(DocumentTemplate.id)).where(
        DocumentTemplate.state == TemplateState.PROPOSED.value, DocumentTemplate.prepared_by_id != user_id
    )
    return session.scalar(statement) or 0
