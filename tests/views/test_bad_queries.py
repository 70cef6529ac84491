"""What cannot be read is refused with a sentence: never an error of the program, never every row."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from tests.views.world import MARKER, World, token_of, username

BIG = "9" * 20
BAD = [
    *(f"page={value}" for value in ("abc", "-1", "0", BIG, "1.5", "1e3", "%00", "١", "%20", "0x10", "1;2")),
    *(f"size={value}" for value in ("abc", "-5", "0", BIG, "1.5", "NaN", "%0A5")),
    *(
        f"order={value}"
        for value in ("nosuch", "password", "agency_path", "name_fold", "debtor.identity_number")
    ),
    *(f"order=id&direction={value}" for value in ("up", "DESC", "asc;drop", "1")),
    *(f"state={value}" for value in ("nosuch", "PUBLISHED", "published'", "%25", "1", "draft,published")),
    *(f"publish_due={value}" for value in ("yesterday", "1", "%3Cscript%3E")),
    *(
        f"published_from={value}"
        for value in ("2026", "30/02/2026", "2026-02-30", "0000-00-00", "99/99/9999", BIG)
    ),
    *(f"decision={value}" for value in ("abc", "0", "-1", BIG, "1,2", "1%202", "%F0%9F%98%80")),
    *(f"agency={value}" for value in ("C01%27", "../C01", "C01.", "%25", "A" * 40, "Đ01")),
    *(f"reason={value}" for value in ("2026_z", "null", "2026_a%00")),
    "nosuch=1",
    "_flt_0_full_name=a",
    "_flt_9_full_name=a",
    "_oc_DebtorRecordView=address",
    "psize_DebtorRecordView=1000000",
    "page_DebtorRecordView=1",
    "q=a&q=b",
    "state=draft&state=published",
    "page=1&page=2",
    "q=%00",
    *(f"q={value}" for value in ("%ED%A0%80", "%C0%AF", "%FF", "%E1%BB")),
    "q=" + "a" * 201,
    "q=" + "a" * 9000,
    "q[]=a",
    "&".join(f"x{number}=1" for number in range(60)),
    "state=%1B%5B31m",
]


@pytest.fixture(scope="module")
def head(light_world: World) -> FlaskClient:
    """Somebody who may see one agency."""
    return light_world.client(username("CC001", Role.HEAD))


@pytest.fixture(scope="module")
def administrator(light_world: World) -> FlaskClient:
    """Somebody who may see everything."""
    return light_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))


@pytest.mark.parametrize("query", BAD)
def test_list_refuses_with_a_sentence_when_a_parameter_cannot_be_read(head: FlaskClient, query: str) -> None:
    answer = head.get(f"/debtor-records/list/?{query}")
    assert answer.status_code == 400
    assert not MARKER.search(answer.text.split("<h1>")[1])
    assert "<h1>Yêu cầu không hợp lệ</h1>" in answer.text
    for trace in ("Traceback", "SELECT", "sqlalchemy", "werkzeug"):
        assert trace not in answer.text


def test_table_of_bad_queries_is_long_enough() -> None:
    assert len(BAD) >= 60


BAD_IDS = ("0", "-1", "abc", BIG, "9223372036854775808", "1.0", "1%00", "%20", "1/2", "٣")


@pytest.mark.parametrize("key", BAD_IDS)
def test_row_is_not_found_when_its_id_is_none(administrator: FlaskClient, key: str) -> None:
    for path in ("/debtor-records/show/", "/cases/show/", "/legal-rules/edit/", "/export-runs/progress/"):
        assert administrator.get(path + key).status_code in {400, 404}, path


@pytest.mark.parametrize(
    "query",
    [
        "q=%25",
        "q=_",
        "q=%25%25",
        "q=%E4%BD%A0",
        "q=!!!",
        "q=%25_%25",
        "number=%25",
        "number=_Q",
    ],
)
def test_search_finds_nothing_when_it_holds_only_signs(administrator: FlaskClient, query: str) -> None:
    answer = administrator.get(f"/debtor-records/list/?{query}")
    assert answer.status_code == 200
    assert "Không có dữ liệu phù hợp" in answer.text


@pytest.mark.parametrize(
    "body",
    [{"version": "x"}, {"version": ""}, {"version": BIG}, {}, {"version": "1", "on": "31/02/2026"}],
)
def test_step_is_refused_when_its_form_cannot_be_read(light_world: World, body: dict[str, str]) -> None:
    client = light_world.client(username("CC001", Role.HEAD))
    token = token_of(client.get("/").text)
    record = light_world.rows["CC001", "DebtorRecordView"]
    answer = client.post(f"/debtor-records/step/{record}/note_change", data={**body, "csrf_token": token})
    assert answer.status_code == 400
