"""What a debtor record makes public, read from the rows of its case: the six field groups, cleaned and checked.

Not here: the deeds on a record (`debtor_record`), what of it leaves in the packages (`exports.projection`).
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from backoffice.connections import KEPT
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.models import DebtorRecord, NonEnforceableDecision
from backoffice.models.states import ObligationCode
from backoffice.queries.rules import ground_codes
from backoffice.workflow.messages import N_
from exports.text import clean_text

# The lengths of the published schema; a longer text would make the whole export fail.
LENGTHS = {
    "full_name": 200,
    "address": 500,
    "judgment_number": 60,
    "court_name": 200,
    "enforcement_decision_number": 60,
}


def checked_text(field: str, value: str | None, limit: int) -> str:
    """The cleaned text; raises InvalidInputError for the field when it is empty or longer than the limit."""
    text = clean_text(value or "")
    if not text:
        raise InvalidInputError(field, N_("This must not be empty."))
    if len(text) > limit:
        raise InvalidInputError(field, N_("Use at most %(limit)s characters."), limit=limit)
    return text


def check_ground(field: str, code: str, on: date) -> None:
    """Refuse a ground that the law in force on the day does not know; raises InvalidInputError."""
    if code not in ground_codes(on):
        raise InvalidInputError(field, N_("This ground was not in force on %(day)s."), day=f"{on:%d/%m/%Y}")


def decision_of(session: Session, record: DebtorRecord) -> NonEnforceableDecision:
    """The record's decision with the rows its public fields come from, in one statement."""
    decision: NonEnforceableDecision | None = session.scalar(_together(), {"key": record.decision_id})
    if decision is None:
        raise NotFoundError
    return decision


@cache
def _together() -> Select[Any]:
    """The statement that reads a decision with the rows of its public fields, made once."""
    parts = ("case", "debtor", "enforcement_decision", "obligation")
    loaded = [joinedload(getattr(NonEnforceableDecision, name)) for name in parts]
    statement = select(NonEnforceableDecision).where(NonEnforceableDecision.id == bindparam("key"))
    return statement.options(*loaded).execution_options(**KEPT)


def differences(session: Session, record: DebtorRecord) -> tuple[str, ...]:
    """The names of the public fields in which the record differs from its case."""
    fields = public_fields(decision_of(session, record))
    return tuple(name for name, value in fields.items() if getattr(record, name) != value)


def may_be_amended(session: Session, record: DebtorRecord) -> bool:
    """Whether amending has something to publish: what to ask before the step is offered.

    A case that cannot be copied has changed too; the deed then says what is wrong with it.
    """
    try:
        return bool(differences(session, record))
    except (InvalidInputError, NotFoundError):
        return True


def public_fields(decision: NonEnforceableDecision) -> dict[str, Any]:
    """The six public field groups (Decree 152/2026 Art. 23.1; Circular 04/2023 Art. 4.1), from the case's rows."""
    case, debtor = decision.case, decision.debtor
    enforcement, obligation = decision.enforcement_decision, decision.obligation
    if case is None or debtor is None or enforcement is None or obligation is None:
        raise NotFoundError
    texts = {
        "full_name": debtor.full_name,
        "address": debtor.address,
        "judgment_number": case.judgment_number,
        "court_name": case.court_name,
        "enforcement_decision_number": enforcement.decision_number,
    }
    amount = obligation.outstanding_amount_vnd
    return {
        **{name: checked_text(name, value, LENGTHS[name]) for name, value in texts.items()},
        "judgment_on": case.judgment_on,
        "enforcement_decision_on": enforcement.decided_on,
        "obligation_code": ObligationCode(obligation.obligation_code).value,
        "obligation_amount_vnd": obligation.amount_vnd if amount is None else amount,
        "reason_code": decision.ground_code,
    }
