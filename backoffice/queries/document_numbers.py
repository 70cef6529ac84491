"""The register of numbers: taking the next one under its lock, and what a register holds. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.models import DocumentNumber, DocumentNumberBook, EnforcementAgency, OfficialDocument
from backoffice.models.states import DocumentSeries, OfficialDocumentState

_OUT_OF_USE = (
    OfficialDocumentState.CANCELLED.value,
    OfficialDocumentState.REPLACED.value,
    OfficialDocumentState.WITHDRAWN.value,
)


def take_next(session: Session, owner: EnforcementAgency, series: DocumentSeries, year: int) -> int:
    """The next number of a register, which is held until the transaction ends.

    The number is counted and read in one statement: another transaction waits for this one, and counts on from it
    when it has committed, or from where it began when it is gone.
    """
    return _counted(session, owner, series, year, DocumentNumberBook.last_number + 1)


def count_up_to(
    session: Session, owner: EnforcementAgency, series: DocumentSeries, year: int, number: int
) -> None:
    """Let a register go on after this number, and hold it until the transaction ends."""
    last = DocumentNumberBook.last_number
    _counted(session, owner, series, year, case((last < number, number), else_=last))


def number_row(
    session: Session, agency_id: int, series: DocumentSeries, year: int, number: int
) -> DocumentNumber | None:
    """The row of one number, when it was ever given."""
    return session.scalar(
        select(DocumentNumber).where(
            DocumentNumber.agency_id == agency_id,
            DocumentNumber.series == series.value,
            DocumentNumber.year == year,
            DocumentNumber.number == number,
        )
    )


def bearer_of(session: Session, number_id: int) -> OfficialDocument | None:
    """The paper in use that bears the number."""
    return session.scalar(
        select(OfficialDocument).where(
            OfficialDocument.number_id == number_id, OfficialDocument.state.not_in(_OUT_OF_USE)
        )
    )


def went_out_with(session: Session, number_id: int) -> bool:
    """Whether a paper bears the number that is in use, or was signed once."""
    statement = select(OfficialDocument.id).where(
        OfficialDocument.number_id == number_id, OfficialDocument.state != OfficialDocumentState.CANCELLED
    )
    return session.scalar(statement.limit(1)) is not None


def numbers_of(session: Session, book: DocumentNumberBook) -> Sequence[int]:
    """All numbers that a register has given, in order."""
    statement = (
        select(DocumentNumber.number)
        .where(
            DocumentNumber.agency_id == book.agency_id,
            DocumentNumber.series == book.series,
            DocumentNumber.year == book.year,
        )
        .order_by(DocumentNumber.number)
    )
    return session.scalars(statement).all()


def gaps_between(numbers: Sequence[int], last: int) -> list[tuple[int, int]]:
    """The ranges from 1 to the last number, first and last of each, that are missing among ordered numbers."""
    edges = [0, *numbers, last + 1]
    return [(before + 1, after - 1) for before, after in pairwise(edges) if after - before > 1]


def _counted(
    session: Session, owner: EnforcementAgency, series: DocumentSeries, year: int, value: Any
) -> int:
    statement = (
        update(DocumentNumberBook)
        .where(
            DocumentNumberBook.agency_id == owner.id,
            DocumentNumberBook.series == series.value,
            DocumentNumberBook.year == year,
        )
        .values(last_number=value)
        .returning(DocumentNumberBook.last_number)
        .execution_options(synchronize_session=False)
    )
    found = session.scalar(statement)
    if found is None:
        _open_book(session, owner, series, year)
        found = session.scalar(statement)
    if found is None:
        raise LookupError("the register has no row")
    return found


def _open_book(session: Session, owner: EnforcementAgency, series: DocumentSeries, year: int) -> None:
    """The row of a new register; another transaction may make it first."""
    book = DocumentNumberBook(
        agency_id=owner.id, agency_path=owner.path, series=series.value, year=year, last_number=0
    )
    try:
        with session.begin_nested():
            session.add(book)
    except IntegrityError:
        return
