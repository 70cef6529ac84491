"""One step on several rows: the preview changes nothing, each row is decided by itself, undoing spares what changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import BackgroundTask, DebtorRecord
from tests.views import tasks
from tests.views.tasks import (
    add_records,
    confirm,
    head,
    outcomes,
    post,
    preview,
    states,
    steps_logged,
    task,
    task_of,
)
from tests.views.world import World, username


@pytest.fixture
def world(read_world: World) -> World:
    """The module's world: each test makes the records that it changes."""
    return read_world


def test_preview_tells_what_would_happen_and_changes_nothing(world: World) -> None:
    drafts, published = add_records(world, 2), add_records(world, 1, "published")
    page = preview(head(world), "approve", [*drafts, *published])
    assert page.status_code == 200
    assert f"{drafts[0]}.1,{drafts[1]}.1" in page.text
    assert f",{published[0]}.1" not in page.text
    assert "<strong>2</strong> thực hiện được" in page.text
    assert "<strong>1</strong> không thực hiện được" in page.text
    assert states(world, [*drafts, *published]) == [("draft", 1), ("draft", 1), ("published", 1)]


def test_preview_says_that_publishing_cannot_be_undone(world: World) -> None:
    client = head(world)
    page = preview(client, "publish", add_records(world, 1, "approved")).text
    assert "không hoàn tác được" in page
    assert "không hoàn tác được" not in preview(client, "approve", add_records(world, 1)).text


def test_foreign_rows_are_only_counted_when_they_are_chosen(world: World) -> None:
    foreign = [*add_records(world, 1, code="CC002"), 987_654]
    page = preview(head(world), "approve", [*add_records(world, 1), *foreign])
    assert page.status_code == 200
    assert "<strong>2</strong> không tìm thấy" in page.text
    assert f"{foreign[0]}." not in page.text


def test_step_is_taken_on_each_row_with_its_history_when_confirmed(world: World) -> None:
    keys = add_records(world, 3)
    number = task_of(confirm(head(world), "approve", [(key, 1) for key in keys]))
    assert task(world, number)["state"] == "finished"
    assert states(world, keys) == [("approved", 2)] * 3
    assert [steps_logged(world, key) for key in keys] == [["approve"]] * 3
    assert steps_logged(world, number, "background_task") == ["queue", "start", "finish"]


def test_one_refused_row_stops_no_other_when_versions_are_forged_or_old(world: World) -> None:
    keys = add_records(world, 3)
    client = head(world)
    number = task_of(confirm(client, "approve", [(keys[0], 1), (keys[1], 7), (keys[2], 1)]))
    assert outcomes(world, number) == {keys[0]: "done", keys[1]: "refused", keys[2]: "done"}
    assert states(world, keys) == [("approved", 2), ("draft", 1), ("approved", 2)]
    page = client.get(f"/tasks/show/{number}").text
    assert "Người khác đã sửa" in page or "đã thay đổi" in page


def test_foreign_row_stays_untouched_when_its_id_is_forged_into_the_confirmation(world: World) -> None:
    own, foreign = add_records(world, 1), add_records(world, 1, code="CC002")
    client = head(world)
    number = task_of(confirm(client, "approve", [(own[0], 1), (foreign[0], 1)]))
    assert outcomes(world, number) == {own[0]: "done"}
    assert states(world, foreign) == [("draft", 1)]
    assert confirm(client, "approve", [(foreign[0], 1)]).status_code == 404


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "1",
        "1.0",
        "1.1,1.2",
        "x.1",
        "1.1,",
        "-1.1",
        "99999999999999999999.1",
        "1.1;2.1",
        "9223372036854775808.1",
    ],
)
def test_confirmation_is_refused_when_its_rows_cannot_be_read(world: World, rows: str) -> None:
    answer = post(head(world), "/tasks/start/DebtorRecordView", step="approve", rows=rows)
    assert answer.status_code == 400


def test_step_is_refused_when_the_role_does_not_allow_it(world: World) -> None:
    keys = add_records(world, 1)
    client = world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    assert preview(client, "approve", keys).status_code == 409
    assert confirm(client, "approve", [(keys[0], 1)]).status_code == 409
    assert states(world, keys) == [("draft", 1)]


def test_reason_is_asked_again_when_the_step_needs_one(world: World) -> None:
    keys = add_records(world, 1)
    client = head(world)
    answer = confirm(client, "cancel", [(keys[0], 1)], reason=" ")
    assert answer.status_code == 400
    assert 'id="reason-error"' in answer.text
    task_of(confirm(client, "cancel", [(keys[0], 1)], reason="Nhập nhầm"))
    assert states(world, keys) == [("cancelled", 2)]


@pytest.mark.parametrize("which", ["nothing", "ticked", "page"])
def test_choice_is_refused_when_it_is_empty_or_unknown(world: World, which: str) -> None:
    answer = post(head(world), "/tasks/preview/DebtorRecordView", step="approve", which=which)
    assert answer.status_code in {400, 409}


def test_all_rows_of_the_filter_are_chosen_and_no_others(world: World) -> None:
    keys = add_records(world, 2, full_name="Đặng Riêng Một", name_fold="dang rieng mot")
    page = preview(head(world), "approve", [], which="all", q="dang rieng mot", state="draft")
    assert page.status_code == 200, page.text[-800:]
    assert f'value="{keys[0]}.1,{keys[1]}.1"' in page.text


def test_undo_takes_back_what_nobody_touched_and_spares_the_rest(world: World) -> None:
    keys = add_records(world, 3)
    client = head(world)
    number = task_of(confirm(client, "approve", [(key, 1) for key in keys]))
    assert client.get(f"/tasks/show/{number}").text.count("/tasks/undo/") == 1
    post(client, f"/debtor-records/step/{keys[1]}/publish", version="2")
    undone = task_of(post(client, f"/tasks/undo/{number}"))
    assert states(world, keys) == [("draft", 3), ("published", 3), ("draft", 3)]
    assert outcomes(world, undone)[keys[1]] == "refused"
    assert task(world, number)["state"] == "undone"
    assert post(client, f"/tasks/undo/{number}").status_code == 404


def test_undo_is_refused_when_its_time_is_over_or_the_task_is_anothers(world: World) -> None:
    keys = add_records(world, 1)
    client = head(world)
    number = task_of(confirm(client, "approve", [(keys[0], 1)]))
    other = world.client(username("C01", Role.HEAD))
    assert post(other, f"/tasks/undo/{number}").status_code == 404
    with world.app.app_context(), system_scope("jobs"):
        late = clock.now() - timedelta(hours=25)
        db.session.execute(update(BackgroundTask).where(BackgroundTask.id == number).values(finished_at=late))
        db.session.commit()
        db.session.remove()
    assert post(client, f"/tasks/undo/{number}").status_code == 404
    assert states(world, keys) == [("approved", 2)]


def test_publishing_offers_no_undo_when_it_is_done(world: World) -> None:
    keys = add_records(world, 1, "approved")
    client = head(world)
    number = task_of(confirm(client, "publish", [(keys[0], 1)]))
    assert "/tasks/undo/" not in client.get(f"/tasks/show/{number}").text
    assert post(client, f"/tasks/undo/{number}").status_code == 404


def test_receipt_is_hidden_from_colleagues_and_only_known_to_those_who_watch(world: World) -> None:
    keys = add_records(world, 1)
    number = task_of(confirm(head(world), "approve", [(keys[0], 1)]))
    officer = world.client(username("CC001", Role.ENFORCEMENT_OFFICER))
    assert officer.get(f"/tasks/show/{number}").status_code == 404
    assert f"/tasks/show/{number}" not in officer.get("/tasks/list/").text
    above = world.client(username("C01", Role.HEAD))
    page = above.get(f"/tasks/show/{number}")
    assert page.status_code == 200
    assert f"/debtor-records/show/{keys[0]}" not in page.text
    beside = world.client(username("CC288", Role.HEAD))
    assert beside.get(f"/tasks/show/{number}").status_code == 404


def test_many_rows_wait_for_a_worker_and_can_be_cancelled(world: World) -> None:
    keys = add_records(world, 21)
    client = head(world)
    number = task_of(confirm(client, "approve", [(key, 1) for key in keys]))
    assert task(world, number)["state"] == "queued"
    page = client.get(f"/tasks/show/{number}").text
    assert 'data-moving="yes"' in page
    assert "<progress" in client.get(f"/tasks/progress/{number}").text
    assert post(client, f"/tasks/cancel/{number}").status_code == 302
    assert post(client, f"/tasks/cancel/{number}").status_code == 409
    assert set(states(world, keys)) == {("draft", 1)}


def test_person_with_three_open_tasks_must_wait(world: World) -> None:
    client = world.client(username("CC288", Role.HEAD))
    for _ in range(3):
        task_of(post(client, "/tasks/export/CaseView", format="csv"))
    assert post(client, "/tasks/export/CaseView", format="csv").status_code == 409


def _count(world: World) -> int:
    with world.app.app_context(), system_scope("jobs"):
        found = db.session.query(DebtorRecord).count()
        db.session.remove()
        return found


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("DebtorRecordView", {"format": "pdf"}, 400),
        ("DebtorRecordView", {"format": "csv", "nonsense": "1"}, 400),
        ("DebtorRecordView", {"format": "csv", "state": "galactic"}, 400),
        ("NoSuchView", {"format": "csv"}, 404),
        ("StaffView", {"format": "csv", "order": "password"}, 400),
        ("ScheduleView", {"format": "csv"}, 404),
        ("TaskView", {"format": "csv", "page": "x"}, 400),
    ],
)
def test_export_is_refused_when_its_list_cannot_be_read_or_opened(
    world: World, name: str, values: dict[str, str], status: int
) -> None:
    assert post(head(world), f"/tasks/export/{name}", **values).status_code == status
    assert _count(world) > 0


def test_list_offers_files_and_steps_as_the_role_allows(world: World) -> None:
    page = head(world).get("/debtor-records/list/").text
    assert 'value="xlsx"' in page
    assert 'value="approve"' in page
    assert 'name="row"' in page
    inspector = world.client(username("TC", Role.INSPECTOR)).get("/debtor-records/list/").text
    assert 'value="xlsx"' in inspector
    assert 'name="row"' not in inspector
    assert tasks.LIST in page
