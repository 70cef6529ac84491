"""The table of days that work, or do not, against the general calendar: import, edit and confirm.

A due date that was kept before a change stays as it was: it names the version of the calendar it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import CalendarOverride
from backoffice.models.states import OverrideStatus
from backoffice.queries.agencies import national_agency
from backoffice.services.enforcement_agency import ImportSummary
from backoffice.services.rows import check_version, load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.calendar import FIRST_YEAR, LAST_YEAR, CalendarDay, load_override_rows
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from exports.text import clean_text

_LENGTHS = {"name": 200, "source": 300}


@dataclass(frozen=True)
class OverrideInput:
    """One day of the table as a person gives it; `source` names the act or announcement it rests on."""

    day: date
    is_working: bool
    name: str
    source: str

    def values(self) -> dict[str, str | bool | date]:
        """The cleaned values; raises InvalidInputError with the field at fault."""
        if not FIRST_YEAR <= self.day.year <= LAST_YEAR:
            raise InvalidInputError(
                "day", N_("Choose a day from %(first)s to %(last)s."), first=FIRST_YEAR, last=LAST_YEAR
            )
        texts = {"name": clean_text(self.name), "source": clean_text(self.source)}
        for field, text in texts.items():
            if not 1 <= len(text) <= _LENGTHS[field]:
                raise InvalidInputError(field, N_("Write 1 to %(limit)s characters."), limit=_LENGTHS[field])
        return {"day": self.day, "is_working": self.is_working, **texts}


def import_overrides(actor: Actor, rows: Iterable[Mapping[str, str]]) -> ImportSummary:
    """Bring in the days of a CSV (day, is_working, name, source, status); a second time changes nothing.

    A day that an administrator has edited or confirmed is kept and counted. Raises CalendarDataError for a
    row that cannot be read.
    """
    require(actor, Permission.SYSTEM, Permission.CALENDAR_EDIT)
    days = load_override_rows(rows)
    with unit_of_work(actor) as session:
        known = {row.day: row for row in session.scalars(select(CalendarOverride))}
        return ImportSummary(**Counter(_bring_in(session, day, known.get(day.day)) for day in days))


def _bring_in(session: Session, day: CalendarDay, row: CalendarOverride | None) -> str:
    values = OverrideInput(day.day, day.is_working, day.name, day.source).values()
    values["status"] = day.status.value
    if row is None:
        session.add(CalendarOverride(**values))
        return "added"
    if all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    if row.version > 1:
        return "kept"
    for name, value in values.items():
        setattr(row, name, value)
    return "changed"


def propose_override(actor: Actor, given: OverrideInput) -> CalendarOverride:
    """Add a day; it does not count until somebody confirms it. Raises InvalidInputError for a known day."""
    require(actor, Permission.CALENDAR_EDIT)
    with unit_of_work(actor) as session:
        values = given.values()
        if session.scalar(select(CalendarOverride.id).where(CalendarOverride.day == given.day)) is not None:
            raise InvalidInputError("day", N_("This day is in the table already: edit it there."))
        row = CalendarOverride(**values, status=OverrideStatus.PROPOSED.value)
        session.add(row)
        session.flush()
        _log(session, actor, row, "propose")
        return row


def edit_override(
    actor: Actor, override_id: int, given: OverrideInput, *, expected_version: int
) -> CalendarOverride:
    """Change a day of the table; it must be confirmed again. Raises ConflictError, InvalidInputError."""
    require(actor, Permission.CALENDAR_EDIT)
    with unit_of_work(actor) as session:
        row = load_row(session, CalendarOverride, override_id)
        values = given.values()
        taken = select(CalendarOverride.id).where(
            CalendarOverride.day == given.day, CalendarOverride.id != row.id
        )
        if session.scalar(taken) is not None:
            raise InvalidInputError("day", N_("This day is in the table already: edit it there."))
        check_version(session, row, expected_version, {**values, "status": OverrideStatus.PROPOSED.value})
        _log(session, actor, row, "edit")
        return row


def confirm_override(actor: Actor, override_id: int, *, expected_version: int) -> CalendarOverride:
    """Let a proposed day count from now on. Raises StateError when it is confirmed, ConflictError."""
    require(actor, Permission.CALENDAR_EDIT)
    with unit_of_work(actor) as session:
        row = load_row(session, CalendarOverride, override_id)
        if row.status == OverrideStatus.CONFIRMED.value:
            raise StateError(N_("This day is confirmed already."))
        check_version(session, row, expected_version, {"status": OverrideStatus.CONFIRMED.value})
        _log(session, actor, row, "confirm")
        return row


def _log(session: Session, actor: Actor, row: CalendarOverride, deed: str) -> None:
    root = national_agency()
    if root is None:
        raise NotFoundError
    write_log(session, actor, row, LogEntry(deed, row.status, reason=row.day.isoformat()), owner=root)
