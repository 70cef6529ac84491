"""The table of calendar days: import, proposal, edit, confirmation, and what counts."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import CalendarOverride, TransitionLog
from backoffice.queries.calendar import override_rows, working_calendar
from backoffice.services.working_calendar import (
    OverrideInput,
    confirm_override,
    edit_override,
    import_overrides,
    propose_override,
)
from backoffice.workflow.errors import CalendarDataError
from tests.factories import SYSTEM, rows_of

CULTURE_DAY = date(2026, 11, 24)
NEW_DAY = OverrideInput(date(2027, 5, 3), False, "Nghỉ hoán đổi", "Thông báo thử")


def _row(day: date) -> CalendarOverride:
    return db.session.scalars(select(CalendarOverride).where(CalendarOverride.day == day)).one()


def _history() -> list[tuple[str, str, str]]:
    with system_scope("set_up"):
        rows = db.session.scalars(
            select(TransitionLog)
            .where(TransitionLog.subject_type == "calendar_override")
            .order_by(TransitionLog.id)
        )
        return [(row.transition, row.to_state, row.reason or "") for row in rows]


def test_import_overrides_changes_nothing_when_run_again(world):
    rows = rows_of("calendar_overrides.csv")
    assert import_overrides(SYSTEM, rows).unchanged == len(rows)
    assert len(override_rows()) == len(rows)
    assert {row.day.year for row in override_rows(2026)} == {2026}


def test_import_overrides_keeps_a_day_when_somebody_confirmed_it(world):
    confirm_override(world.administrator(), _row(CULTURE_DAY).id, expected_version=1)
    assert import_overrides(SYSTEM, rows_of("calendar_overrides.csv")).kept == 1
    assert _row(CULTURE_DAY).status == "confirmed"


def test_import_overrides_changes_nothing_when_a_row_is_wrong(world):
    before = len(override_rows())
    good = {"day": "2027-05-03", "is_working": "false", "name": "x", "source": "y", "status": "proposed"}
    for changes in ({"day": "3/5/2027"}, {"is_working": "no"}, {"status": "known"}, {"name": " "}):
        with pytest.raises(CalendarDataError):
            import_overrides(SYSTEM, [good | changes])
    with pytest.raises(CalendarDataError):
        import_overrides(SYSTEM, [good, good])
    assert len(override_rows()) == before


def test_a_proposed_day_counts_only_when_it_is_confirmed(world):
    admin = world.administrator()
    row = propose_override(admin, NEW_DAY)
    assert working_calendar().is_working(NEW_DAY.day)
    assert (row.status, row.day) == ("proposed", NEW_DAY.day)
    confirm_override(admin, row.id, expected_version=1)
    assert not working_calendar().is_working(NEW_DAY.day)
    assert _history() == [("propose", "proposed", "2027-05-03"), ("confirm", "confirmed", "2027-05-03")]


def test_edit_override_must_be_confirmed_again_when_a_confirmed_day_changes(world):
    admin, row = world.administrator(), _row(date(2026, 1, 10))
    given = OverrideInput(row.day, False, " Nghỉ  bù ", "Văn bản")
    edit_override(admin, row.id, given, expected_version=1)
    stored = _row(date(2026, 1, 10))
    assert (stored.is_working, stored.name, stored.status, stored.version) == (
        False,
        "Nghỉ bù",
        "proposed",
        2,
    )


def test_calendar_deeds_refuse_when_input_state_or_version_does_not_fit(world):
    admin, row = world.administrator(), _row(date(2026, 1, 10))
    taken = OverrideInput(row.day, True, "x", "y")
    with pytest.raises(InvalidInputError):
        propose_override(admin, taken)
    with pytest.raises(InvalidInputError):
        edit_override(admin, _row(CULTURE_DAY).id, taken, expected_version=1)
    for given in (
        OverrideInput(date(1999, 1, 1), True, "x", "y"),
        OverrideInput(date(2027, 1, 4), True, " ", "y"),
        OverrideInput(date(2027, 1, 4), True, "x", "y" * 301),
    ):
        with pytest.raises(InvalidInputError):
            propose_override(admin, given)
    with pytest.raises(ConflictError):
        edit_override(admin, row.id, taken, expected_version=2)
    with pytest.raises(StateError):
        confirm_override(admin, row.id, expected_version=1)
    with pytest.raises(ConflictError):
        confirm_override(admin, _row(CULTURE_DAY).id, expected_version=9)
    with pytest.raises(NotFoundError):
        confirm_override(admin, 10**9, expected_version=1)
    assert _history() == []


def test_calendar_deeds_refuse_when_the_role_does_not_allow_them(world):
    row = _row(CULTURE_DAY)
    for role in set(Role) - {Role.NATIONAL_ADMINISTRATOR}:
        actor = world.actor(role, "TC")
        with pytest.raises(NotPermittedError):
            propose_override(actor, NEW_DAY)
        with pytest.raises(NotPermittedError):
            edit_override(actor, row.id, NEW_DAY, expected_version=1)
        with pytest.raises(NotPermittedError):
            confirm_override(actor, row.id, expected_version=1)
    assert _row(CULTURE_DAY).status == "proposed"
