"""The register of numbers: no gap and no double, with many processes at once and with deaths in between."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

import pytest
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import NotPermittedError, StateError
from backoffice.extensions import db
from backoffice.models import DocumentNumber, DocumentNumberBook
from backoffice.models.states import DocumentSeries
from backoffice.queries.document_numbers import gaps_between, numbers_of
from backoffice.services.document_number import (
    NumberCancelledError,
    NumberPlace,
    cancel_number,
    read_typed_number,
    reserve_number,
    take_over_number,
)
from backoffice.services.transaction import unit_of_work
from config import ROOT, Settings
from tests.services.conftest import World

DAY = date(2026, 10, 5)
PROCESSES = {"postgresql": (8, 100), "sqlite": (8, 25)}


def take(settings: Settings, *words: str) -> subprocess.Popen[str]:
    """A process that takes numbers, started and waiting."""
    environment = {
        **os.environ,
        "OPENTHADS_DATABASE_URL": settings.database_url,
        "OPENTHADS_MIGRATION_DATABASE_URL": settings.migration_database_url,
        "OPENTHADS_VAR_DIR": str(settings.var_dir),
    }
    command = [sys.executable, "-m", "tests.services.number_taker", "CC001", *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)


def run_together(processes: list[subprocess.Popen[str]]) -> list[int]:
    """Let all of them begin at the same moment; returns their exit codes."""
    # An open transaction of this process would wait as long as they work.
    db.session.remove()
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.communicate("go\n", timeout=240)
    return [process.returncode for process in processes]


def given() -> list[int]:
    """Every number of the only register, in order."""
    with system_scope("set_up"):
        db.session.expire_all()
        return list(db.session.scalars(select(DocumentNumber.number).order_by(DocumentNumber.number)))


def book() -> DocumentNumberBook:
    """The only register."""
    with system_scope("set_up"):
        db.session.expire_all()
        return db.session.scalars(select(DocumentNumberBook)).one()


def place(world: World, code: str = "CC001", series: DocumentSeries = DocumentSeries.LETTER) -> NumberPlace:
    """A register of this year."""
    return NumberPlace(world.agencies[code], series, DAY)


def test_numbers_have_no_gap_and_no_double_when_processes_take_them_at_once(
    world: World, lawful_settings: Settings, database_kind: str
) -> None:
    processes, each = PROCESSES[database_kind]
    codes = run_together([take(lawful_settings, str(each)) for _ in range(processes)])
    assert codes == [0] * processes
    assert given() == list(range(1, processes * each + 1))
    assert book().last_number == processes * each


def test_number_of_a_dead_transaction_was_never_given(world: World, lawful_settings: Settings) -> None:
    codes = run_together([take(lawful_settings, "5", "die") for _ in range(4)])
    assert codes == [-9] * 4
    assert given() == list(range(1, 21))
    run_together([take(lawful_settings, "1")])
    assert given() == list(range(1, 22))


def test_each_agency_series_and_year_counts_for_itself(world: World) -> None:
    clerk = world.actor(Role.CLERK, "C01")
    found = []
    for code, series, day in (
        ("CC001", DocumentSeries.LETTER, DAY),
        ("CC001", DocumentSeries.LETTER, DAY),
        ("CC001", DocumentSeries.NOTICE, DAY),
        ("CC002", DocumentSeries.LETTER, DAY),
        ("CC001", DocumentSeries.LETTER, date(2027, 1, 1)),
    ):
        with unit_of_work(clerk) as session:
            found.append(
                reserve_number(session, clerk, NumberPlace(world.agencies[code], series, day), "X").number
            )
    assert found == [1, 2, 1, 1, 1]


def test_number_is_free_again_when_its_deed_fails(world: World) -> None:
    clerk = world.actor(Role.CLERK)

    def fail() -> None:
        with unit_of_work(clerk) as session:
            reserve_number(session, clerk, place(world), "X")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with unit_of_work(clerk) as session:
        assert reserve_number(session, clerk, place(world), "X").number == 1


def test_number_is_refused_without_the_right(world: World) -> None:
    officer = world.officer()
    with pytest.raises(NotPermittedError), unit_of_work(officer) as session:
        reserve_number(session, officer, place(world), "X")
    assert given() == []


def test_register_shows_its_gap_when_a_decision_brings_a_higher_number(world: World) -> None:
    clerk = world.actor(Role.CLERK)
    for typed in ("2/QĐ-CCTHADS", "5/QĐ-CCTHADS"):
        with unit_of_work(clerk) as session:
            take_over_number(session, clerk, place(world), typed)
    with unit_of_work(clerk) as session:
        assert reserve_number(session, clerk, place(world), "X").number == 6
        register = session.scalars(select(DocumentNumberBook)).one()
        assert gaps_between(numbers_of(session, register), register.last_number) == [(1, 1), (3, 4)]


def test_cancelled_number_is_never_given_again(world: World) -> None:
    clerk = world.actor(Role.CLERK)
    with unit_of_work(clerk) as session:
        number = reserve_number(session, clerk, place(world), "X")
    cancel_number(clerk, number.id, expected_version=1, reason="Lấy nhầm số")
    with pytest.raises(NumberCancelledError), unit_of_work(clerk) as session:
        take_over_number(session, clerk, place(world), "1/X")
    with unit_of_work(clerk) as session:
        assert reserve_number(session, clerk, place(world), "X").number == 2


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("057/QĐ-CTHADS", (57, "QĐ-CTHADS")),
        (" 9 / QĐ-THADS ", (9, "QĐ-THADS")),
        ("12", (12, "")),
        ("3-QĐ", (3, "QĐ")),
    ],
)
def test_typed_number_is_read_however_it_is_written(typed: str, expected: tuple[int, str]) -> None:
    assert read_typed_number(typed) == expected


@pytest.mark.parametrize("typed", ["", "QĐ/57", "0/QĐ", "12345678/QĐ", "-5/QĐ", "5a", "٣/QĐ"])
def test_typed_number_is_refused_when_no_number_can_be_read(typed: str) -> None:
    with pytest.raises(StateError):
        read_typed_number(typed)
