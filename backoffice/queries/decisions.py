"""Reads of decisions: the signed ones of a case, and numbers in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from backoffice.models import (
    EnforcementCase,
    EnforcementDecision,
    EnforcementObligation,
    NonEnforceableDecision,
)
from backoffice.models.states import DecisionState, NonEnforceableState
from backoffice.queries.current import reading


def signed_enforcement_decision(case_id: int) -> EnforcementDecision | None:
    """The newest signed enforcement decision of the case, or None."""
    return reading().scalar(
        select(EnforcementDecision)
        .where(
            EnforcementDecision.case_id == case_id, EnforcementDecision.state == DecisionState.SIGNED.value
        )
        .order_by(EnforcementDecision.decided_on.desc(), EnforcementDecision.id.desc())
        .limit(1)
    )


def signed_non_enforceable_decisions(case_id: int) -> Sequence[NonEnforceableDecision]:
    """The decisions on not yet having conditions that are in force in the case, oldest first."""
    statement = (
        select(NonEnforceableDecision)
        .where(
            NonEnforceableDecision.case_id == case_id,
            NonEnforceableDecision.state == NonEnforceableState.SIGNED.value,
        )
        .order_by(NonEnforceableDecision.id)
    )
    return reading().scalars(statement).all()


def open_non_enforceable_decisions(enforcement_decision_id: int) -> Sequence[NonEnforceableDecision]:
    """The drafted and signed decisions that rest on this enforcement decision."""
    states = (NonEnforceableState.DRAFTED.value, NonEnforceableState.SIGNED.value)
    statement = select(NonEnforceableDecision).where(
        NonEnforceableDecision.enforcement_decision_id == enforcement_decision_id,
        NonEnforceableDecision.state.in_(states),
    )
    return reading().scalars(statement).all()


def decided_facts() -> Mapping[str, tuple[Any, ColumnElement[bool]]]:
    """Of a case: the signed enforcement decisions, and the obligations without a signed decision beside them."""
    signed = and_(
        EnforcementDecision.case_id == EnforcementCase.id,
        EnforcementDecision.state == DecisionState.SIGNED.value,
    )
    decided = select(NonEnforceableDecision.id).where(
        NonEnforceableDecision.obligation_id == EnforcementObligation.id,
        NonEnforceableDecision.state == NonEnforceableState.SIGNED.value,
    )
    undecided = and_(EnforcementObligation.case_id == EnforcementCase.id, ~decided.exists())
    return {
        "has_signed_decision": (EnforcementDecision, signed),
        "has_undecided_obligation": (EnforcementObligation, undecided),
    }


def is_number_taken(
    kind: type[EnforcementDecision] | type[NonEnforceableDecision], agency_id: int, number: str, year: int
) -> bool:
    """Whether another decision of the agency bears this number in that year; a discarded draft frees its own."""
    table: Any = kind
    statement = (
        select(table.id)
        .where(
            table.agency_id == agency_id,
            table.decision_number == number,
            table.decided_on.between(date(year, 1, 1), date(year, 12, 31)),
            table.state != DecisionState.DISCARDED.value,
        )
        .limit(1)
    )
    return reading().scalar(statement) is not None
