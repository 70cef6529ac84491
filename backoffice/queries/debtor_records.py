"""Reads of the public records: the open ones of a decision, a debtor or an obligation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import false, or_, select

from backoffice.models import DebtorRecord, NonEnforceableDecision
from backoffice.models.states import DebtorRecordState
from backoffice.queries.current import reading

UNPUBLISHED = (DebtorRecordState.DRAFT.value, DebtorRecordState.APPROVED.value)
VISIBLE = (DebtorRecordState.PUBLISHED.value, DebtorRecordState.WITHDRAWAL_DUE.value)


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
    about = [
        column == key
        for column, key in (
            (NonEnforceableDecision.debtor_id, debtor_id),
            (NonEnforceableDecision.obligation_id, obligation_id),
        )
        if key is not None
    ]
    statement = (
        select(DebtorRecord)
        .join(NonEnforceableDecision, NonEnforceableDecision.id == DebtorRecord.decision_id)
        .where(or_(false(), *about), DebtorRecord.state.in_(UNPUBLISHED + VISIBLE))
        .order_by(DebtorRecord.id)
    )
    return reading().scalars(statement).all()
