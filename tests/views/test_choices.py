"""Choosing while typing: found with and without marks, in the own scope alone, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from backoffice.access.roles import Role
from backoffice.access.scope import Scope, use_scope
from backoffice.extensions import db
from backoffice.forms.base import StaffForm
from backoffice.forms.select import SelectField
from backoffice.services.choices import MOST_CHOICES
from tests import factories
from tests.views.test_lists import counted
from tests.views.world import SUBTREES, World, foreign_markers, username


class OfficerForm(StaffForm):
    """A form that asks for one officer."""

    columns = ("officer",)
    officer = SelectField("Officer", source="officers")


@pytest.fixture(scope="module")
def head(read_world: World) -> FlaskClient:
    """A head whose agency has more officers than one answer holds."""
    with read_world.app.app_context():
        with factories.system_scope("set_up"):
            cc001 = db.session.query(factories.EnforcementAgency).filter_by(code="CC001").one()
            for number in range(MOST_CHOICES + 2):
                factories.make_staff(cc001, Role.ENFORCEMENT_OFFICER, username=f"many.{number:02}")
        db.session.remove()
    return read_world.client(username("CC001", Role.HEAD))


def found(client: FlaskClient, name: str, typed: str | None = None) -> list[str]:
    """The values that a kind of choices answers with."""
    answer = client.get(f"/choices/{name}", query_string={} if typed is None else {"q": typed})
    assert answer.status_code == 200
    assert answer.is_json
    return [choice["value"] for choice in answer.json["choices"]]


@pytest.mark.parametrize("typed", ["pham", "PHẠM", "Phạm", "cc001 pham", "officer.cc001"])
def test_officer_is_found_when_the_name_is_typed_any_way(head: FlaskClient, typed: str) -> None:
    assert "officer.cc001" in found(head, "officers", typed)


def test_answer_is_short_and_says_so_when_many_fit(head: FlaskClient) -> None:
    answer = head.get("/choices/officers", query_string={"q": ""}).json
    assert len(answer["choices"]) == MOST_CHOICES
    assert answer["more"] is True
    assert head.get("/choices/agencies").json["more"] is False


@pytest.mark.parametrize("name", ["agencies", "officers", "cases"])
def test_choices_hold_nothing_foreign_when_everything_is_asked_for(read_world: World, name: str) -> None:
    for code in ("CC001", "CC288", "C01"):
        client = read_world.client(username(code, Role.HEAD))
        for typed in ("", "o", "1", "tc", "cc", "Ω", "officer.cc002", "#1", "#2", "#3", "#4", "#5", "#6"):
            page = client.get(f"/choices/{name}", query_string={"q": typed}).get_data(as_text=True)
            assert foreign_markers(page.encode().decode("unicode_escape"), SUBTREES[code]) == set()
            assert "officer.cc002" not in page or "CC002" in SUBTREES[code]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "!!", "你好", "officer%", "nosuch"])
def test_choices_are_none_when_nothing_can_fit(head: FlaskClient, typed: str) -> None:
    for name in ("agencies", "officers", "cases"):
        assert found(head, name, typed) == []


@pytest.mark.parametrize("query", ["q=a&q=b", "x=1", "q=" + "a" * 101, "q=%00"])
def test_choices_are_refused_when_the_address_cannot_be_read(head: FlaskClient, query: str) -> None:
    assert head.get(f"/choices/officers?{query}").status_code == 400


def test_choices_are_refused_when_the_role_may_not_read_such_rows(read_world: World) -> None:
    operator = read_world.client(username("TC", Role.EXPORT_OPERATOR))
    assert operator.get("/choices/agencies").status_code == 200
    for name in ("officers", "cases", "staff"):
        assert operator.get(f"/choices/{name}").status_code == 403
    assert operator.get("/choices/nosuch").status_code == 404
    assert operator.post("/choices/agencies").status_code in {400, 405}


def test_choices_cost_few_statements(read_world: World, head: FlaskClient) -> None:
    head.get("/choices/agencies")
    for name, most in (("agencies", 2), ("officers", 3), ("cases", 4)):
        with counted(read_world) as statements:
            head.get(f"/choices/{name}", query_string={"q": "1"})
        assert len(statements) <= most, "\n".join(statements)


@pytest.mark.parametrize("typed", ["officer.cc001", "OFFICER.CC001", "phạm cc001"])
def test_list_of_cases_is_narrowed_to_an_officer_when_one_is_typed(head: FlaskClient, typed: str) -> None:
    assert "row-link" in head.get("/cases/list/", query_string={"officer": typed}).text


@pytest.mark.parametrize("typed", ["officer.cc002", "%", "many.01", "tc.inspector"])
def test_list_of_cases_is_empty_when_no_officer_in_scope_fits(head: FlaskClient, typed: str) -> None:
    assert "row-link" not in head.get("/cases/list/", query_string={"officer": typed}).text


@contextmanager
def officer_form(world: World, code: str, typed: str) -> Iterator[OfficerForm]:
    """The form as somebody of the agency sends it."""
    path = {"CC001": "TC.C01.CC001.", "C01": "TC.C01."}[code]
    with world.app.test_request_context(), use_scope(Scope((path,))):
        yield OfficerForm(MultiDict({"officer": typed, "version": "1"}), meta={"csrf": False})
        db.session.remove()


@pytest.mark.parametrize("typed", ["officer.cc001", "phạm cc001"])
def test_field_takes_the_row_when_the_text_leaves_one(read_world: World, typed: str) -> None:
    with officer_form(read_world, "CC001", typed) as form:
        assert form.validate()
        assert form.officer.choice is not None
        assert form.officer.choice.value == "officer.cc001"
        assert form.values()["officer"] == form.officer.choice.id
        assert 'data-select="/choices/officers"' in str(form.officer())


@pytest.mark.parametrize("typed", ["officer.cc002", "many", "%", "x" * 101, "cc288.head", "\u202eofficer"])
def test_field_is_refused_and_keeps_the_text_when_it_leaves_none_or_several(
    read_world: World, head: FlaskClient, typed: str
) -> None:
    with officer_form(read_world, "CC001", typed) as form:
        assert not form.validate()
        assert form.officer.errors
        assert form.officer.data is None
        assert form.officer._value() == typed.strip()


def test_field_is_empty_when_nothing_is_typed(read_world: World) -> None:
    with officer_form(read_world, "C01", "  ") as form:
        assert form.validate()
        assert form.values() == {"officer": None}
