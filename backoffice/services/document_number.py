"""Numbers of papers: reserved without gaps, taken over from decisions, issued, cancelled with a reason.

Everything here happens in the transaction of the paper that bears the number: a number whose transaction died was
never given. Not here: the lock itself (`queries.document_numbers`), what a paper does with its number
(`official_document`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.errors import StateError
from backoffice.models import DocumentNumber, EnforcementAgency, OfficialDocument
from backoffice.models.states import DocumentNumberState, DocumentSeries, NumberSource
from backoffice.queries.document_numbers import bearer_of, count_up_to, number_row, take_next, went_out_with
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.workflow.messages import N_

_TYPED = re.compile(r"\s*0*([1-9][0-9]{0,6})\s*(?:[/\-\s]\s*(.*?))?\s*")
SYMBOL_LENGTH = 60


class NumberCancelledError(StateError):
    """The register keeps this number as cancelled for ever."""

    code = "number_cancelled"
    message = N_(
        "Number %(number)s of this year is cancelled in the register and is not given again. "
        "Discard the draft and draft the decision with the next number."
    )


class NumberTakenError(StateError):
    """Another paper in use bears this number of the register."""

    code = "number_taken"
    message = N_("Another paper of this year has the number %(number)s.")


@dataclass(frozen=True)
class NumberPlace:
    """Where a number stands: the agency, its register, and the day on which it is given (its year is Viet Nam's)."""

    owner: EnforcementAgency
    series: DocumentSeries
    on: date


def reserve_number(session: Session, actor: Actor, place: NumberPlace, symbol: str) -> DocumentNumber:
    """Reserve the next number of the register in the open transaction. Raises NotPermittedError, ScopeError."""
    number = take_next(session, place.owner, place.series, place.on.year)
    return _written(session, actor, place, number, symbol, NumberSource.REGISTER)


def take_over_number(session: Session, actor: Actor, place: NumberPlace, typed: str) -> DocumentNumber:
    """Enter the number that a decision bears already into the register, once, however often its paper is made.

    Raises StateError for a number that cannot be read, NumberTakenError when another paper in use bears it,
    NumberCancelledError when it was given up.
    """
    number, symbol = read_typed_number(typed)
    count_up_to(session, place.owner, place.series, place.on.year, number)
    row = number_row(session, place.owner.id, place.series, place.on.year, number)
    if row is None:
        return _written(session, actor, place, number, symbol, NumberSource.DECISION)
    if row.state == DocumentNumberState.CANCELLED:
        raise NumberCancelledError(number=number)
    if bearer_of(session, row.id) is not None:
        raise NumberTakenError(number=number)
    return row


def read_typed_number(typed: str) -> tuple[int, str]:
    """Number and symbol of a number as people type it, `57/QĐ-CTHADS`. Raises StateError."""
    found = _TYPED.fullmatch(typed)
    if found is None:
        raise StateError(
            N_(
                "The number of the decision must begin with digits, for example 57/QĐ-THADS; it is “%(typed)s”."
            ),
            typed=typed,
        )
    return int(found[1]), (found[2] or "")[:SYMBOL_LENGTH]


def issue_number(session: Session, system: Actor, number: DocumentNumber) -> None:
    """Mark the number as borne by a finished paper."""
    if number.state == DocumentNumberState.RESERVED:
        apply_transition(session, system, number, Step("issue"))


def give_up_number(session: Session, actor: Actor, number: DocumentNumber, reason: str) -> None:
    """Cancel the number with the reason; it stays in the register for ever.

    The number of a decision stays with the decision: its paper can be made again. Raises NotPermittedError.
    """
    if number.source == NumberSource.DECISION or number.state == DocumentNumberState.CANCELLED:
        return
    apply_transition(session, actor, number, Step("cancel", reason=reason, changes={"reason": reason}))


def end_number(session: Session, system: Actor, number: DocumentNumber, reason: str) -> None:
    """Cancel the number of a decision that ended, unless a paper went out under it."""
    if number.state != DocumentNumberState.CANCELLED and not went_out_with(session, number.id):
        apply_transition(session, system, number, Step("cancel", reason=reason, changes={"reason": reason}))


def is_number_cancelled(
    session: Session, agency_id: int, series: DocumentSeries, year: int, typed: str
) -> bool:
    """Whether the register keeps the number that somebody typed as cancelled; one that cannot be read is in none."""
    try:
        number, _symbol = read_typed_number(typed)
    except StateError:
        return False
    row = number_row(session, agency_id, series, year, number)
    return row is not None and row.state == DocumentNumberState.CANCELLED


def cancel_number(
    actor: Actor, number_id: int, *, expected_version: int, reason: str | None = None
) -> DocumentNumber:
    """Cancel a number that no paper in use bears. Raises StateError while one does."""
    with unit_of_work(actor) as session:
        number = load_row(session, DocumentNumber, number_id)
        bearer: OfficialDocument | None = bearer_of(session, number.id)
        if bearer is not None:
            raise StateError(N_("A paper bears this number. Cancel the paper; its number goes with it."))
        changes = {"reason": reason}
        step = Step("cancel", reason=reason, expected_version=expected_version, changes=changes)
        apply_transition(session, actor, number, step)
        return number


def _written(
    session: Session, actor: Actor, place: NumberPlace, number: int, symbol: str, source: NumberSource
) -> DocumentNumber:
    row = DocumentNumber(
        agency_id=place.owner.id,
        agency_path=place.owner.path,
        series=place.series.value,
        year=place.on.year,
        number=number,
        symbol=symbol[:SYMBOL_LENGTH],
        issued_on=place.on,
        source=source.value,
    )
    open_subject(session, actor, row)
    return row
