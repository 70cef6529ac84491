"""Tasks from lists through Redis and a worker: whole files, rows done once, people who have lost their right."""

from __future__ import annotations

import csv
import io
import os
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import func, select, update

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.errors import NotFoundError, StateError
from backoffice.models import (
    BackgroundTask,
    DebtorRecord,
    EnforcementAgency,
    OutboxMessage,
    StaffMember,
    TransitionLog,
)
from backoffice.services import background_task, list_file
from backoffice.services.list_export import Column, safe_text, write_csv, write_xlsx
from backoffice.services.transaction import unit_of_work
from config import Settings
from jobs import tasks
from tests import factories
from tests.jobs import roles, rows
from tests.jobs.helpers import wait_until
from tests.jobs.roles import SYSTEM
from tests.jobs.task_helpers import actor, ask_list, ask_step, lines, make_person, outcomes, states, task


@pytest.fixture
def office(ready: Settings) -> Settings:
    """Agencies, roles and the law; no record yet."""
    factories.make_roles()
    factories.load_law()
    return ready


def test_file_holds_every_row_of_the_filter_in_scope_and_no_other(office: Settings) -> None:
    keys = rows.add_records(130)
    number = ask_list(make_person("CC001"), published_from="06/01/2026")
    roles.finish(office)
    head, *found = lines(office, number)
    assert head[:3] == ["Mã số", "Họ và tên", "Trạng thái"]
    expected = {str(key) for place, key in enumerate(keys) if place % 3}
    assert {line[0] for line in found} == expected
    assert len(found) == len(expected)
    assert {line[-1] for line in found} == {"CC001"}
    row = task(number)
    assert (row.state, row.row_counts, row.file_size is not None) == (
        "finished",
        {"rows": len(expected)},
        True,
    )


def test_file_has_headings_alone_when_nothing_fits(office: Settings) -> None:
    number = ask_list(make_person(), q="khong ai ca")
    roles.finish(office)
    assert len(lines(office, number)) == 1
    assert task(number).row_counts == {"rows": 0}


def test_spreadsheet_holds_real_days_and_numbers(office: Settings) -> None:
    rows.add_records(4)
    person = make_person("C01", Role.HEAD)
    number, money = ask_list(person, "xlsx"), ask_list(person, "xlsx", screen="ObligationView")
    roles.finish(office)
    sheet = openpyxl.load_workbook(list_file.file_of(office, task(number).file_key or "")).active
    head, first = list(sheet.values)[:2]
    published = first[head.index("Ngày công khai")]
    assert isinstance(published, datetime)
    assert published.date() >= date(2026, 1, 8)
    assert len(list(sheet.values)) == 5
    amounts = openpyxl.load_workbook(list_file.file_of(office, task(money).file_key or "")).active
    assert any(isinstance(value, int) and value >= 1_000_000 for line in amounts.values for value in line)


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "\n=1", '=HYPERLINK("x")', "\uff1d1+1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formula_never_reaches_a_spreadsheet_when_a_cell_looks_like_one(text: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    column = Column("Tên", lambda row: row)
    write_csv(tmp_path / "a.csv", [column], [text, "Nguyễn -A"])
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert found[1:] == [[f"'{text}"], ["Nguyễn -A"]]
    write_xlsx(tmp_path / "a.xlsx", [column], [text])
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx").active["A2"]
    assert cell.data_type == "s"
    assert safe_text("An toàn = tốt") == "An toàn = tốt"


LOST = [("moved", "moved"), ("account_closed", "account_closed"), ("role_lost", "role_lost")]


def lose(person_id: int, event: str) -> None:
    """Let the person move to another agency, leave, or do other duties."""
    with unit_of_work(SYSTEM) as session:
        person = session.get_one(StaffMember, person_id)
        if event == "moved":
            other = select(EnforcementAgency.id).where(EnforcementAgency.code == "CC002")
            person.agency_id = session.scalars(other).one()
        elif event == "account_closed":
            person.active = False
        else:
            duty = select(StoredRole).where(StoredRole.name == Role.EXPORT_OPERATOR.value)
            person.roles = [session.scalars(duty).one()]


@pytest.mark.parametrize(("event", "code"), LOST)
def test_task_fails_with_its_reason_when_the_person_lost_the_right_meanwhile(
    office: Settings, event: str, code: str
) -> None:
    keys = rows.add_records(3, state="draft", published_on=None)
    person = make_person("CC001")
    number, steps = ask_list(person), ask_step(person, "approve", keys)
    lose(person, event)
    roles.finish(office)
    assert [(task(key).state, task(key).error_code) for key in (number, steps)] == [("failed", code)] * 2
    assert task(number).file_key is None
    assert outcomes(steps) == ["pending"] * 3
    assert states(keys) == {("draft", 1)}
    assert not any((office.var_dir / "list-files").glob("*"))


def test_scope_of_the_run_counts_when_rows_moved_out_of_it_meanwhile(office: Settings) -> None:
    rows.add_records(6)
    person = make_person("CC001")
    number = ask_list(person)
    with unit_of_work(SYSTEM) as session:
        other = session.scalars(select(EnforcementAgency).where(EnforcementAgency.code == "CC002")).one()
        values = {"agency_id": other.id, "agency_path": other.path}
        session.execute(update(DebtorRecord).values(values))
    roles.finish(office)
    assert task(number).row_counts == {"rows": 0}


def test_rows_out_of_scope_are_refused_when_their_ids_reach_the_worker(office: Settings) -> None:
    keys = rows.add_records(6, state="draft", published_on=None)
    number = ask_step(make_person("CC002"), "cancel", keys, reason="Thử")
    roles.finish(office)
    assert outcomes(number) == ["done", "refused", "refused"] * 2
    assert states(keys) == {("cancelled", 2), ("draft", 1)}


def test_file_is_taken_by_its_owner_alone_and_leaves_a_trace(office: Settings) -> None:
    rows.add_records(3)
    person, colleague = make_person("CC001"), make_person("CC001")
    number = ask_list(person)
    roles.finish(office)
    assert background_task.note_download(actor(person), number).file_key
    with pytest.raises(NotFoundError):
        background_task.note_download(actor(colleague), number)
    lose(person, "role_lost")
    with pytest.raises(NotFoundError):
        background_task.note_download(actor(person), number)
    with unit_of_work(SYSTEM) as session:
        taken = select(TransitionLog.actor_id).where(TransitionLog.transition == "download")
        assert session.scalars(taken).all() == [person]


def test_search_terms_never_leave_the_database_when_a_list_is_asked_for(office: Settings) -> None:
    ask_list(make_person(), q="Nguyễn Văn Bí Mật")
    with unit_of_work(SYSTEM) as session:
        (message,) = session.scalars(select(OutboxMessage)).all()
        logged = session.scalars(select(TransitionLog.reason)).all()
    assert set(message.arguments) == {"task_id"}
    assert "Bí Mật" not in str(logged)


def test_files_are_deleted_when_their_days_are_over_and_orphans_when_nobody_names_them(
    office: Settings,
) -> None:
    rows.add_records(2)
    person = make_person()
    old, fresh = ask_list(person), ask_list(person)
    roles.finish(office)
    kept = list_file.file_of(office, task(fresh).file_key or "")
    orphan = list_file.new_file(office, "csv")
    orphan.touch()
    os.utime(orphan, (0, 0))
    with unit_of_work(SYSTEM) as session:
        past = clock.now() - timedelta(days=8)
        session.execute(update(BackgroundTask).where(BackgroundTask.id == old).values(finished_at=past))
    assert tasks.delete_old_files(office) == 1
    assert (task(old).file_key, task(old).state) == (None, "finished")
    assert list(kept.parent.iterdir()) == [kept]
    assert tasks.delete_old_files(office) == 0


@pytest.mark.parametrize("key", ["../secret-key", "a" * 40 + ".csv", "", "a" * 40 + ".exe"])
def test_file_is_not_found_when_its_key_is_odd(office: Settings, key: str) -> None:
    with pytest.raises(NotFoundError):
        list_file.file_of(office, key)


def test_task_without_a_message_is_failed_when_the_sweeper_looks(office: Settings) -> None:
    number = ask_list(make_person())
    assert background_task.recover_stranded() == 0
    with unit_of_work(SYSTEM) as session:
        session.execute(update(OutboxMessage).values(state="failed"))
    assert background_task.recover_stranded() == 1
    assert (task(number).state, task(number).error_code) == ("failed", "never_started")


def add_agencies(count: int) -> None:
    """So many agencies below CC001."""
    with unit_of_work(SYSTEM) as session:
        above = session.scalars(select(EnforcementAgency).where(EnforcementAgency.code == "CC001")).one()
        for place in range(count):
            path = f"{above.path}X{place}."
            row = EnforcementAgency(code=f"X{place}", name="Thử", level="regional", path=path)
            row.parent_id = above.id
            session.add(row)


def test_large_file_leaves_a_warning_without_search_terms(office: Settings) -> None:
    add_agencies(1001)
    ask_list(make_person("CC001"), screen="AgencyView", q="Thử")
    roles.finish(office)
    log = (office.var_dir / "roles.log").read_text(encoding="utf-8")
    assert "large list file" in log
    assert "rows=1001" in log
    assert "Thử" not in log


def test_undo_is_refused_when_nothing_was_done(office: Settings) -> None:
    keys = rows.add_records(2, state="published")
    person = make_person("C01")
    number = ask_step(person, "approve", keys)
    roles.finish(office)
    assert outcomes(number) == ["refused", "refused"]
    with pytest.raises(StateError):
        background_task.request_undo(actor(person), number, "return_to_draft", "Thử")


def test_rows_are_done_exactly_once_when_the_worker_is_killed_again_and_again(office: Settings) -> None:
    keys = rows.add_records(60, state="draft", published_on=None)
    number = ask_step(make_person("C01"), "cancel", keys, reason="Thử")
    scheduler = roles.start(office, "scheduler")
    try:
        for done in (5, 25):
            worker = roles.start(office, "worker")
            wait_until(lambda done=done: outcomes(number).count("done") >= done, f"{done} rows done")  # type: ignore[misc]
            worker.kill()
            worker.join()
        worker = roles.start(office, "worker")
        wait_until(lambda: task(number).state == "finished", "the task is finished", 90)
        worker.kill()
        worker.join()
    finally:
        scheduler.kill()
        scheduler.join()
    assert outcomes(number) == ["done"] * 60
    assert states(keys) == {("cancelled", 2)}
    with unit_of_work(SYSTEM) as session:
        logged = select(func.count()).select_from(TransitionLog).where(TransitionLog.transition == "cancel")
        assert session.scalar(logged) == 60
    assert task(number).attempts >= 2


def test_file_is_whole_when_the_worker_is_killed_while_it_writes(office: Settings) -> None:
    add_agencies(8000)
    number = ask_list(make_person("CC001"), screen="AgencyView")
    scheduler, worker = roles.start(office, "scheduler"), roles.start(office, "worker")
    try:
        folder = office.var_dir / "list-files"
        wait_until(lambda: folder.is_dir() and any(folder.iterdir()), "a file is begun")
        worker.kill()
        worker.join()
        worker = roles.start(office, "worker")
        wait_until(lambda: task(number).state == "finished", "the task is finished", 90)
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.join()
    found = lines(office, number)
    assert len(found) == len({line[0] for line in found}) == 8002
    assert task(number).row_counts == {"rows": 8001}
