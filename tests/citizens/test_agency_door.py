"""The door of one agency, to which its page on the public site leads: it is chosen, and only what it takes is offered."""

from __future__ import annotations

import pytest

from tests.citizens.browser import ANSWERS, Citizen

DOOR = "/nop-ho-so/tai/CC001/"


def test_agency_is_not_asked_for_when_its_own_page_led_here(citizen: Citizen) -> None:
    citizen.open(DOOR)
    assert citizen.answer.status_code == 200
    assert "Ba Đình" in citizen.answer.text
    citizen.send({"procedure": "feedback"})
    assert "/trang/" in citizen.path
    citizen.fill_in(ANSWERS)
    citizen.send({"later": "yes", "go": "on"})
    assert "Ba Đình" in citizen.answer.text
    assert citizen.path.endswith("/kiem-tra/")


def test_only_what_the_agency_takes_is_offered_when_its_own_page_led_here(citizen: Citizen) -> None:
    citizen.open(DOOR)
    assert citizen.page.find(value="complaint_first") is not None
    assert citizen.page.find(value="complaint_second") is None
    assert citizen.send({"procedure": "complaint_second"}).status_code == 400
    assert citizen.path == DOOR


@pytest.mark.parametrize("code", ["ZZ999", "cc001", "%00", "x" * 400])
def test_page_is_not_found_when_no_open_agency_has_the_code(citizen: Citizen, code: str) -> None:
    assert citizen.open(f"/nop-ho-so/tai/{code}/").status_code in {400, 404}


def test_address_is_refused_when_a_parameter_is_added(citizen: Citizen) -> None:
    assert citizen.open(f"{DOOR}?procedure=feedback").status_code == 400
