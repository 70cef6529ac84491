"""The figures of requests: those of a plain recount, each opening exactly its requests, for nobody else."""

from __future__ import annotations

import random
import re
import subprocess
from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.datastructures import MultiDict

from backoffice import clock
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, OnlineRequest
from backoffice.services.background_task import start
from backoffice.views.request_figure_period import read_span
from backoffice.views.request_figure_words import DAY_WORDS, GROUP_WORDS, MEASURE_WORDS
from backoffice.views.task_run import write_list
from tests.request_samples import merge_some, random_row, save_requests
from tests.views.test_home import rows_of
from tests.views.world import World, foreign_markers, token_of, username

FIRST, LAST = date(2026, 5, 20), date(2026, 9, 30)
HEAD, PROVINCE = username("CC001", Role.HEAD), username("C01", Role.HEAD)
DESK = username("CC001", Role.SUPPORT_OFFICER)
COMPLAINTS = username("C01", Role.COMPLAINTS_OFFICER)
SPANS = [("2026-06-01", "2026-06-30"), ("2026-06-20", "2026-07-10"), ("2026-05-20", "2027-01-31")]
_NUMBER = re.compile(r"[^0-9]")


@pytest.fixture(scope="module")
def busy(read_world: World) -> World:
    """The world with requests of many days in every state, before and after the change of the law."""
    rng = random.Random(11)
    with read_world.app.app_context():
        with system_scope("set_up"):
            codes = ("CC001", "CC002", "C01", "CC288")
            agencies = [db.session.query(EnforcementAgency).filter_by(code=code).one() for code in codes]
        officers = [read_world.people[DESK], read_world.people[HEAD]]
        ids = save_requests([random_row(rng, FIRST, LAST, officers) for _ in range(240)], agencies)
        assert merge_some(ids) > 5
        db.session.remove()
    return read_world


def page(client: FlaskClient, query: str = "") -> BeautifulSoup:
    """The figures, read."""
    answer = client.get(f"/request-statistics/{query}")
    assert answer.status_code == 200, answer.text[:2000]
    assert len(answer.data) < 300_000
    return BeautifulSoup(answer.text, "html.parser")


def table(found: BeautifulSoup) -> dict[str, list[Any]]:
    """The cells of each line by its head."""
    return {line.th.get_text(strip=True): line.select("td") for line in found.select(".figures tbody tr")}


def values(cells: list[Any]) -> list[int | None]:
    """The numbers of a line; None for a dash."""
    texts = [_NUMBER.sub("", cell.get_text()) for cell in cells]
    return [int(text) if text else None for text in texts]


def requests_of(world: World, prefix: str) -> list[OnlineRequest]:
    with world.app.app_context(), system_scope("set_up"):
        rows = db.session.query(OnlineRequest).all()
        return [row for row in rows if row.agency_path.startswith(prefix)]


def recount(rows: list[OnlineRequest], first: date, last: date) -> list[int | None]:
    """The figures of some requests, one after another."""
    today = clock.today()
    found: Counter[str] = Counter()
    days: list[int] = []
    for row in rows:
        if row.duplicate_of_id is not None:
            continue
        came = row.received_at.astimezone(clock.VIETNAM).date()
        settled = row.settled_on is not None and first <= row.settled_on <= last
        found["submitted"] += first <= came <= last
        found["received"] += row.taken_on is not None and first <= row.taken_on <= last
        if settled and row.state == "withdrawn":
            found["withdrawn"] += 1
        elif settled:
            found["processed"] += 1
            found["refused"] += row.state == "refused"
            found["on_time"] += row.total_due_on is not None and row.settled_on <= row.total_due_on
            found["late"] += row.total_due_on is not None and row.settled_on > row.total_due_on
            days += [row.working_days] if row.working_days is not None else []
        if came <= last and (row.settled_on is None or row.settled_on > last):
            found["open"] += 1
            due = row.total_due_on
            late = due is not None and due <= last and due < today and row.paused_on is None
            found["overdue" if late else "pending"] += 1
    days.sort()
    ranks = [days[-(-len(days) * tenths // 10) - 1] if days else None for tenths in (5, 9)]
    return [*(found[name] for name in MEASURE_WORDS), *ranks]


@pytest.mark.parametrize(("first", "last"), SPANS)
@pytest.mark.parametrize(
    ("name", "prefix"),
    [(HEAD, "TC.C01.CC001."), (PROVINCE, "TC.C01."), (username("TC", Role.CENTRAL_OFFICER), "TC.")],
)
@pytest.mark.parametrize("group", sorted(GROUP_WORDS))
def test_figures_are_those_of_a_recount_when_requests_are_in_every_state(
    busy: World, name: str, prefix: str, group: str, first: str, last: str
) -> None:
    if group == "officer" and name.startswith("tc."):
        name = username("TC", Role.CENTRAL_UNIT_HEAD)
    found = table(page(busy.client(name), f"?from={first}&to={last}&group={group}"))
    lines = {head: values(cells) for head, cells in found.items()}
    rows = requests_of(busy, prefix)
    whole = recount(rows, date.fromisoformat(first), date.fromisoformat(last))
    assert lines.pop("Cộng tất cả") == whole
    shown = len(MEASURE_WORDS) - 3
    for place in range(shown):
        assert sum(line[place] or 0 for line in lines.values()) == whole[place]
    assert lines


@pytest.mark.parametrize("group", sorted(GROUP_WORDS))
@pytest.mark.parametrize(
    ("name", "more"), [(HEAD, ""), (PROVINCE, "&family=feedback"), (PROVINCE, "&channel=online")]
)
def test_every_figure_opens_exactly_its_requests(busy: World, name: str, more: str, group: str) -> None:
    client = busy.client(name)
    found = table(page(client, f"?from=2026-06-20&to=2026-07-31&group={group}{more}"))
    links = [cell.a for cells in found.values() for cell in cells if cell.a]
    for link in random.Random(f"{group}{name}{more}").sample(links, min(14, len(links))):
        assert rows_of(client, link["href"]) == int(_NUMBER.sub("", link.get_text())), link["href"]


def test_agency_below_is_a_step_down_and_a_foreign_one_is_missing(busy: World) -> None:
    client = busy.client(PROVINCE)
    found = page(client, "?from=2026-06-01&to=2026-06-30")
    steps = [link["href"] for link in found.select(".figures th a")]
    assert {re.search("agency=([A-Z0-9]+)", link).group(1) for link in steps} == {"CC001", "CC002"}
    below = values(table(page(client, steps[0].split("/")[-1]))["Cộng tất cả"])
    assert below == recount(requests_of(busy, "TC.C01.CC001."), date(2026, 6, 1), date(2026, 6, 30))
    foreign, missing = (
        client.get("/request-statistics/?agency=CC288"),
        client.get("/request-statistics/?agency=XX9"),
    )
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign_markers(found.get_text(), {"C01", "CC001", "CC002"}) == set()


def test_officers_see_nobody_but_themselves_when_they_lead_nobody(busy: World) -> None:
    found = page(busy.client(DESK), "?from=2026-06-01&to=2026-07-31&group=officer")
    own = [row for row in requests_of(busy, "TC.C01.CC001.") if row.handler_id == busy.people[DESK]]
    lines = table(found)
    assert len(lines) == 2
    assert values(lines["Cộng tất cả"]) == recount(own, date(2026, 6, 1), date(2026, 7, 31))
    assert "Chưa có ai" in table(page(busy.client(HEAD), "?from=2026-06-01&to=2026-07-31&group=officer"))


@pytest.mark.parametrize(
    ("code", "role", "status"),
    [
        ("CC001", Role.CLERK, 200),
        ("CC001", Role.MONITORING_OFFICER, 200),
        ("TC", Role.EXPORT_OPERATOR, 403),
        ("TC", Role.INSPECTOR, 200),
    ],
)
def test_page_opens_for_those_who_work_with_requests_or_figures(
    busy: World, code: str, role: Role, status: int
) -> None:
    assert busy.client(username(code, role)).get("/request-statistics/").status_code == status


def test_no_figure_is_a_link_when_the_list_may_not_be_opened(busy: World) -> None:
    found = page(busy.client(username("CC001", Role.MONITORING_OFFICER)), "?from=2026-06-01&to=2026-06-30")
    assert found.select(".figures td")
    assert found.select(".figures td a") == []


def test_page_says_so_when_nothing_happened(busy: World) -> None:
    found = page(busy.client(HEAD), "?from=2001-01-01&to=2001-01-31&group=month")
    assert [value for value in values(table(found)["Cộng tất cả"]) if value] == []
    assert page(busy.client(HEAD), "?from=2001-01-01&to=2001-01-31").select_one(".figures") is None


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-13-01", "to=31/02/2026", "from=2026-07-01&to=2026-06-30", "from=1999-12-31", "to=2061-01-01",
        "group=applicant_name", "group=", "procedure=x", "channel=fax", "family=enforcement", "agency=%27--", "x=1",
        "from=2026-01-01&from=2026-02-01", "group=month&from=2020-01-01&to=2026-01-01", "from=%00", "from=" + "9" * 400,
    ],
)  # fmt: skip
def test_address_is_refused_when_it_cannot_be_read(busy: World, query: str) -> None:
    answer = busy.client(HEAD).get(f"/request-statistics/?{query}")
    assert answer.status_code == (200 if query == "group=" else 400)


@pytest.mark.parametrize(
    "text",
    [
        "submitted", "submitted.2026-01-01", "x.2026-01-01.2026-01-31", "open.2026-02-01.2026-01-01",
        "open.01/01/2026.31/01/2026", "open.2026-01-01.2026-01-31.1", "open.1900-01-01.1900-01-02", "..",
    ],
)  # fmt: skip
def test_list_is_refused_when_its_figure_cannot_be_read(busy: World, text: str) -> None:
    client = busy.client(HEAD)
    assert client.get("/requests/list/", query_string={"counted": text}).status_code == 400
    for name, value in (("handler", "me"), ("outcome", "x"), ("classified", "x"), ("family", "x")):
        assert client.get("/requests/list/", query_string={name: value}).status_code == 400


def ask_for(client: FlaskClient, suffix: str, **values: str) -> Any:
    """The answer to asking for the figures as a file."""
    token = token_of(client.get("/request-statistics/").text)
    return client.post("/request-statistics/file", data={"csrf_token": token, "format": suffix, **values})


def written(busy: World, client: FlaskClient, suffix: str, **values: str) -> bytes:
    """The file, made as a worker makes it, and taken away."""
    answer = ask_for(client, suffix, **values)
    assert answer.status_code == 302, answer.text[:500]
    number = int(answer.headers["Location"].rsplit("/", 1)[-1])
    with busy.app.test_request_context():
        ticket = start(number)
        assert ticket is not None
        write_list(ticket, busy.app.config["OPENTHADS"], lambda _done: None)
    shown = client.get(answer.headers["Location"])
    assert "Thống kê hỗ trợ trực tuyến" in shown.text
    with client.get(f"/tasks/download/{number}") as file:
        return file.data


def test_spreadsheet_holds_the_tree_rolled_up_when_it_is_asked_for(busy: World) -> None:
    client = busy.client(PROVINCE)
    days = {"from": "2026-06-01", "to": "2026-07-31"}
    sheet = load_workbook(BytesIO(written(busy, client, "xlsx", **days))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    lines = {str(row[0]): row[1:13] for row in rows if row[0] and row[1] is not None}
    # Each agency after those below it, the province with its own, all together last.
    assert len(lines) == 4
    whole = recount(requests_of(busy, "TC.C01."), date(2026, 6, 1), date(2026, 7, 31))
    *_below, province, total = lines.values()
    assert list(province) == list(total) == whole


def test_paper_names_agency_days_and_making_when_it_is_asked_for(busy: World, tmp_path: Path) -> None:
    path = tmp_path / "figures.pdf"
    path.write_bytes(written(busy, busy.client(COMPLAINTS), "pdf", group="classification", family="feedback"))
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Thống kê hỗ trợ trực tuyến" in text
    assert f"Lập ngày {clock.today():%d/%m/%Y}." in text
    assert "Khiếu nại" in text
    assert "Cộng tất cả" in text


def test_file_is_refused_when_its_form_cannot_be_read(busy: World) -> None:
    client = busy.client(HEAD)
    assert ask_for(client, "csv").status_code == 400
    assert ask_for(client, "pdf", group="x").status_code == 400
    assert ask_for(client, "pdf", x="1").status_code == 400
    assert ask_for(client, "pdf", agency="CC288").status_code == 404
    assert busy.client(username("TC", Role.EXPORT_OPERATOR)).post("/request-statistics/file").status_code in {
        400,
        403,
    }


@pytest.mark.parametrize(
    ("today", "from_", "to"),
    [("2026-09-30", "2025-10-01", "2026-09-30"), ("2026-10-01", "2026-10-01", "2026-10-01")],
)
def test_statistical_year_begins_in_october_when_no_days_are_asked_for(
    today: str, from_: str, to: str
) -> None:
    with time_machine.travel(f"{today} 08:00+07:00", tick=False):
        span = read_span(MultiDict())
    assert (span.first, span.last) == (date.fromisoformat(from_), date.fromisoformat(to))
    assert span.last - span.first < timedelta(days=366)


def test_days_have_their_columns() -> None:
    assert set(DAY_WORDS) == {"median", "p90"}
