"""The history page, the row as of a day, and who did what when: what is shown, to whom, and what is refused."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy import inspect

from backoffice import clock
from backoffice.access.identity import actor_of
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency, EnforcementCase, RowChange, StaffMember, TransitionLog
from backoffice.models.base import UtcDateTime
from backoffice.services.enforcement_case import Correction, correct_party, take_case_step
from backoffice.views.cells import cell
from backoffice.views.past import Lookup, differences, past_row, tables
from tests import factories
from tests.views.world import World, foreign_markers, username, without_tokens

OFFICER = username("CC001", Role.ENFORCEMENT_OFFICER)
INSPECTOR = username("TC", Role.INSPECTOR)


def correct(world: World, name: str = "Nguyễn Văn Khác") -> int:
    """The officer corrects the debtor's name; returns the party's id."""
    party = world.rows["CC001", "PartyView"]
    with world.app.app_context():
        with system_scope("set_up"):
            case = db.session.get(EnforcementCase, world.rows["CC001", "CaseView"])
            actor = actor_of(db.session.get(StaffMember, world.people[OFFICER]))
            assert case is not None
            version = case.version
            db.session.remove()
        correct_party(
            actor, party, Correction(full_name=name), expected_version=version, reason="Sai tên đệm"
        )
        db.session.remove()
    return party


def text_of(page: str) -> str:
    """The words of a page's main part, with single spaces."""
    main = BeautifulSoup(page, "html.parser").select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def test_history_shows_old_and_new_in_words_when_a_party_was_corrected(world: World) -> None:
    party = correct(world)
    client = world.client(OFFICER)
    for address in (f"/parties/history/{party}", f"/cases/history/{world.rows['CC001', 'CaseView']}"):
        text = text_of(client.get(address).text)
        assert "Sai tên đệm" in text
        assert "Họ và tên" in text
        assert "Nguyễn Văn Hòa Ω-CC001-Ω → sau: Nguyễn Văn Khác" in text


def test_history_names_states_and_days_in_words_when_a_step_was_taken(world: World) -> None:
    case = world.rows["CC001", "CaseView"]
    with world.app.app_context():
        with system_scope("set_up"):
            actor = actor_of(db.session.get(StaffMember, world.people[OFFICER]))
        take_case_step(actor, case, "enforce", expected_version=1)
        db.session.remove()
    text = text_of(world.client(OFFICER).get(f"/cases/history/{case}").text)
    assert "Đang xác minh điều kiện → sau: Đang thi hành" in text


def test_row_stands_as_it_was_when_a_past_day_is_asked_for(world: World) -> None:
    before = clock.today() - timedelta(days=1)
    party = correct(world)
    client = world.client(OFFICER)
    past = text_of(client.get(f"/parties/history/{party}?as_of={before:%d/%m/%Y}").text)
    assert "chưa tồn tại" in past
    with time_machine.travel(clock.now() + timedelta(days=40), tick=True):
        client = world.client(OFFICER)
        correct(world, "Nguyễn Văn Thứ Ba")
        day = clock.today() - timedelta(days=39)
        page = client.get(f"/parties/history/{party}?as_of={day:%d/%m/%Y}").text
        facts = text_of(
            str(BeautifulSoup(page, "html.parser").select_one("main").select_one(".cards")).join(
                ["<main>", "</main>"]
            )
        )  # type: ignore[union-attr]
        assert "Nguyễn Văn Khác" in facts
        assert "Thứ Ba" not in facts


def test_moments_of_every_kept_table_are_shown_when_they_were_changed(light_world: World) -> None:
    kept = "2026-11-22T09:04:14+00:00"
    seen = 0
    with light_world.app.app_context():
        for table, cls in tables().items():
            moments = [
                item.key
                for item in inspect(cls).column_attrs
                if isinstance(item.columns[0].type, UtcDateTime)
            ]
            row = past_row(table, None, dict.fromkeys(moments, kept), Lookup([]))
            assert [cell(row, name).text for name in moments] == ["22/11/2026 16:04"] * len(moments), table
            seen += len(moments)
    assert seen > 20


@pytest.mark.parametrize("day", ["abc", "31/02/2026", "01/01/2999", "1/1/1", "01/01/2026' OR 1=1"])
def test_day_is_refused_when_it_cannot_be_read_or_is_not_over(light_world: World, day: str) -> None:
    client = light_world.client(OFFICER)
    address = f"/cases/history/{light_world.rows['CC001', 'CaseView']}"
    assert client.get(address, query_string={"as_of": day}).status_code == 400
    assert client.get(address, query_string={"other": day}).status_code == 400


@pytest.mark.parametrize("screen", ["cases", "parties", "obligations", "debtor-records", "agencies"])
def test_history_of_a_foreign_row_is_not_found_when_asked_for(light_world: World, screen: str) -> None:
    names = {"cases": "CaseView", "parties": "PartyView", "obligations": "ObligationView"}
    names |= {"debtor-records": "DebtorRecordView", "agencies": "AgencyView"}
    client = light_world.client(OFFICER)
    key = light_world.rows["CC002", names[screen]]
    foreign = client.get(f"/{screen}/history/{key}")
    missing = client.get(f"/{screen}/history/999999")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    own_address = without_tokens(foreign.text.replace(f"history/{key}", "history/999999"))
    assert own_address == without_tokens(missing.text)
    own = client.get(f"/{screen}/history/{light_world.rows['CC001', names[screen]]}")
    assert own.status_code == 200
    assert foreign_markers(own.text, {"CC001"}) == set()


def test_activity_is_closed_when_the_role_may_not_read_the_log(light_world: World) -> None:
    assert light_world.client(OFFICER).get("/activity/list/").status_code == 403
    entry = light_world.client(OFFICER).get("/activity/show/1")
    assert entry.status_code == 403


def test_activity_shows_only_the_own_subtree_when_a_head_reads_it(light_world: World) -> None:
    page = light_world.client(username("CC001", Role.HEAD)).get("/activity/list/").text
    assert foreign_markers(page, {"CC001"}) == set()
    assert "Ω-CC001-Ω" in page


def test_activity_writes_moments_the_vietnamese_way_when_read(light_world: World) -> None:
    page = light_world.client(username("CC001", Role.HEAD)).get("/activity/list/").text
    moments = [link.get_text() for link in BeautifulSoup(page, "html.parser").select("a.row-link")]
    assert moments
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", moment) for moment in moments), moments


def test_activity_is_narrowed_by_person_deed_record_and_day_when_filtered(light_world: World) -> None:
    client = light_world.client(INSPECTOR)
    today = f"{clock.today():%d/%m/%Y}"
    tomorrow = f"{clock.today() + timedelta(days=1):%d/%m/%Y}"

    def found(**filters: str) -> int:
        page = BeautifulSoup(client.get("/activity/list/", query_string=filters).text, "html.parser")
        return len(page.select("tbody tr"))

    assert found(person="OFFICER.CC002") == 3
    assert found(person="officer.cc002", deed="publish") == 1
    assert found(person="officer.cc002", subject="enforcement_case", **{"from": today, "to": today}) == 2
    assert found(person="officer.cc002", **{"from": tomorrow}) == 0
    assert found(person="nobody") == 0


@pytest.mark.parametrize("query", [{"deed": "nothing"}, {"subject": "ab_role"}, {"from": "x"}, {"who": "x"}])
def test_activity_is_refused_when_a_filter_cannot_be_read(light_world: World, query: dict[str, str]) -> None:
    assert light_world.client(INSPECTOR).get("/activity/list/", query_string=query).status_code == 400


def test_identity_number_is_masked_when_the_reader_may_not_open_parties(world: World) -> None:
    party = world.rows["CC001", "PartyView"]
    with world.app.app_context(), system_scope("set_up"):
        agency = db.session.get(EnforcementAgency, world.rows["CC001", "AgencyView"])
        assert agency is not None
        entry = db.session.query(TransitionLog).filter_by(agency_id=agency.id).first()
        assert entry is not None
        change = factories.save(
            RowChange(
                agency_id=agency.id,
                agency_path=agency.path,
                subject_type="case_party",
                subject_id=party,
                log_id=entry.id,
                at=clock.now(),
                is_creation=False,
                changes={"identity_number": ["001099000123", "001099000124"]},
            )
        )
        with world.app.test_request_context():
            (masked,) = differences(change, Lookup([change]))
        assert (masked.old, masked.new) == ("••••••", "••••••")
    page = world.client(OFFICER).get(f"/parties/history/{party}").text
    assert "001099000123" in page
    assert "••••••" not in page
