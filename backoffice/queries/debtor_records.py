"""Reads of the public records: what is due, the records of a decision, and the search by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select

from backoffice.models import DebtorRecord, NonEnforceableDecision
from backoffice.models.states import DebtorRecordState
from backoffice.queries.current import reading
from exports.text import fold_ascii

UNPUBLISHED = (DebtorRecordState.DRAFT.value, DebtorRecordState.APPROVED.value)
VISIBLE = (DebtorRecordState.PUBLISHED.value, DebtorRecordState.WITHDRAWAL_DUE.value)


def records_to_publish(due_until: date | None = None, limit: int = 100) -> Sequence[DebtorRecord]:
    """Records that wait for publication, the most urgent first; only those due until the day when given."""
    statement = (
        select(DebtorRecord)
        .where(DebtorRecord.state.in_(UNPUBLISHED))
        .order_by(DebtorRecord.publish_due_on, DebtorRecord.id)
        .limit(limit)
    )
    if due_until is not None:
        statement = statement.where(DebtorRecord.publish_due_on <= due_until)
    return reading().scalars(statement).all()


def records_to_amend(due_until: date, limit: int = 100) -> Sequence[DebtorRecord]:
    """Published records with a change that must be published until the day, the most urgent first."""
    statement = (
        select(DebtorRecord)
        .where(DebtorRecord.state.in_(VISIBLE), DebtorRecord.amend_due_on <= due_until)
        .order_by(DebtorRecord.amend_due_on, DebtorRecord.id)
        .limit(limit)
    )
    return reading().scalars(statement).all()


def records_to_withdraw(due_until: date, limit: int = 100) -> Sequence[DebtorRecord]:
    """Records that must be taken down until the day, the most urgent first."""
    statement = (
        select(DebtorRecord)
        .where(
            DebtorRecord.state == DebtorRecordState.WITHDRAWAL_DUE.value,
            DebtorRecord.withdraw_due_on <= due_until,
        )
        .order_by(DebtorRecord.withdraw_due_on, DebtorRecord.id)
        .limit(limit)
    )
    return reading().scalars(statement).all()


def open_records(decision_ids: Iterable[int]) -> Sequence[DebtorRecord]:
    """The records of these decisions that are public or may still become so."""
    statement = (
        select(DebtorRecord)
        .where(
            DebtorRecord.decision_id.in_(list(decision_ids)), DebtorRecord.state.in_(UNPUBLISHED + VISIBLE)
        )
        .order_by(DebtorRecord.id)
    )
    return reading().scalars(statement).all()


def open_records_about(
    *, debtor_id: int | None = None, obligation_id: int | None = None
) -> Sequence[DebtorRecord]:
    """The open records whose public fields come from this debtor or this obligation."""
    about = or_(
        NonEnforceableDecision.debtor_id == debtor_id, NonEnforceableDecision.obligation_id == obligation_id
    )
    return open_records(reading().scalars(select(NonEnforceableDecision.id).where(about)).all())


def records_named(name: str, limit: int = 100) -> Sequence[DebtorRecord]:
    """Records whose folded name contains the folded words, sorted the Vietnamese way by given name."""
    wanted = fold_ascii(name)
    if not wanted:
        return []
    statement = (
        select(DebtorRecord)
        .where(DebtorRecord.name_fold.contains(wanted, autoescape=True))
        .order_by(DebtorRecord.name_sort, DebtorRecord.id)
        .limit(limit)
    )
    return reading().scalars(statement).all()
