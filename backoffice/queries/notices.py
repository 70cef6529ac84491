"""Reads of messages and their templates. Nothing here writes or commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.models import (
    EnforcementAgency,
    Notice,
    NoticeAttempt,
    NoticePreference,
    NoticeSlot,
    NoticeTemplate,
    OutboxMessage,
    StaffMember,
)
from backoffice.models.notice_states import NoticeState
from backoffice.models.states import OutboxState

_OPEN = (NoticeState.QUEUED.value, NoticeState.SENDING.value)


def templates_in_use(session: Session, event: str, channel: str) -> Sequence[NoticeTemplate]:
    """The versions in use for an event on a channel, in every language and for every procedure."""
    return session.scalars(
        select(NoticeTemplate).where(
            NoticeTemplate.event == event,
            NoticeTemplate.channel == channel,
            NoticeTemplate.is_in_use.is_(True),
        )
    ).all()


def has_notice(session: Session, idempotency_key: str) -> bool:
    """Whether a message with this key was made already."""
    found = select(Notice.id).where(Notice.idempotency_key == idempotency_key)
    return session.scalar(found.limit(1)) is not None


def notice_by_key(session: Session, public_key: str) -> Notice | None:
    """The message with this key, locked; None when there is none."""
    return session.scalar(select(Notice).where(Notice.public_key == public_key).with_for_update())


def notices_not_under(session: Session, key_id: str, after: int, limit: int = 500) -> Sequence[Notice]:
    """The next messages whose content is under another master key, held until the transaction ends."""
    others = select(Notice).where(Notice.id > after, Notice.sealed.is_not(None), Notice.key_id != key_id)
    return session.scalars(others.order_by(Notice.id).limit(limit).with_for_update()).all()


def stranded_notices(session: Session, limit: int = 200) -> Sequence[Notice]:
    """Messages that wait or are being sent although no job will go on with them."""
    alive = exists().where(
        OutboxMessage.id == Notice.message_id,
        OutboxMessage.state.in_((OutboxState.PENDING, OutboxState.SENT)),
    )
    return session.scalars(select(Notice).where(Notice.state.in_(_OPEN), ~alive).limit(limit)).all()


def forgettable_notices(session: Session, before: datetime, limit: int = 500) -> Sequence[Notice]:
    """Messages made before the moment that still hold their content and are under way no more."""
    return session.scalars(
        select(Notice)
        .where(Notice.created_at < before, Notice.sealed.is_not(None), Notice.state.not_in(_OPEN))
        .order_by(Notice.id)
        .limit(limit)
    ).all()


def sealed_notices(session: Session, key_id: str, limit: int = 500) -> Sequence[Notice]:
    """Messages whose content lies under another master key than this one."""
    return session.scalars(
        select(Notice)
        .where(Notice.sealed.is_not(None), Notice.key_id != key_id)
        .order_by(Notice.id)
        .limit(limit)
    ).all()


def attempts_of(session: Session, notice_id: int) -> Sequence[NoticeAttempt]:
    """The attempts of a message, newest first."""
    return session.scalars(
        select(NoticeAttempt)
        .where(NoticeAttempt.notice_id == notice_id)
        .order_by(NoticeAttempt.attempt.desc())
        .limit(50)
    ).all()


def preferences_of(session: Session, member_id: int) -> dict[tuple[str, str], bool]:
    """What a person said of events and channels; what is not there is as usual."""
    rows = session.scalars(select(NoticePreference).where(NoticePreference.member_id == member_id))
    return {(row.event, row.channel): row.is_wanted for row in rows}


def is_slot_taken(session: Session, event: str, day: date) -> bool:
    """Whether the round of this day was asked for."""
    found = select(NoticeSlot.id).where(NoticeSlot.event == event, NoticeSlot.day == day)
    return session.scalar(found) is not None


def take_slot(session: Session, event: str, day: date) -> bool:
    """Take the round of a day for this transaction; False when another one has taken it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    slot = insert(NoticeSlot).values(event=event, day=day, taken_at=clock.now())
    return session.scalar(slot.on_conflict_do_nothing().returning(NoticeSlot.id)) is not None


def latest_revision(session: Session, template: NoticeTemplate) -> int:
    """The highest revision of the words that this version belongs to."""
    same = (
        NoticeTemplate.event == template.event,
        NoticeTemplate.procedure == template.procedure,
        NoticeTemplate.channel == template.channel,
        NoticeTemplate.locale == template.locale,
    )
    return session.scalar(select(func.max(NoticeTemplate.revision)).where(*same)) or 0


def people_with_role(session: Session, role: str, path: str) -> Sequence[StaffMember]:
    """The active people of the agency with this path who have the role."""
    return (
        session.scalars(
            select(StaffMember)
            .join(EnforcementAgency, EnforcementAgency.id == StaffMember.agency_id)
            .where(
                EnforcementAgency.path == path,
                StaffMember.active.is_(True),
                StaffMember.roles.any(name=role),
            )
            .order_by(StaffMember.id)
        )
        .unique()
        .all()
    )
