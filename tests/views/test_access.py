"""Who may open which screen: nobody without signing in, and each role exactly what the policy says."""

from __future__ import annotations

import re

import pytest

from backoffice.access.policy import POLICY
from backoffice.access.roles import Role
from backoffice.access.screen_policy import SCREENS, permission_for
from backoffice.extensions import db
from backoffice.models import StaffMember
from backoffice.views.gate import OPEN_ENDPOINTS
from backoffice.workflow.permissions import Permission
from tests.views.world import PEOPLE, World, token_of, username


def endpoints(world: World) -> list[tuple[str, str, set[str]]]:
    """Every route: endpoint, an address, methods."""
    found = []
    for rule in world.app.url_map.iter_rules():
        address = str(rule).replace("<int:pk>", "1").replace("<string:name>", "sign")
        address = address.replace("<string:package>", "debtors").replace("<path:filename>", "staff.css")
        address = address.replace("<string:subject>", "enforcement_case").replace("<string:deed>", "close")
        address = re.sub(r"<string:\w+>", "1", address.replace("<string:kind>", "enforcement_decision"))
        found.append((rule.endpoint, address, set(rule.methods or ()) - {"OPTIONS", "HEAD"}))
    return found


def test_every_route_asks_to_sign_in_when_nobody_is_signed_in(light_world: World) -> None:
    client = light_world.client()
    token = token_of(client.get("/login/").text)
    for endpoint, address, methods in endpoints(light_world):
        if endpoint in OPEN_ENDPOINTS:
            continue
        if "GET" in methods:
            answer = client.get(address)
            assert answer.status_code == 302, address
            assert answer.location == f"/login/?next={address}", address
        if "POST" in methods:
            answer = client.post(address, data={"csrf_token": token, "version": "1"})
            assert answer.status_code == 401, address


def test_open_routes_are_only_signing_in_language_and_styles(light_world: World) -> None:
    assert {"SignInView.login", "SignInView.language", "static", "shared.static"} == OPEN_ENDPOINTS


def test_every_screen_step_has_a_rule_when_it_has_a_route(light_world: World) -> None:
    for view in light_world.app.appbuilder.baseviews:  # type: ignore[attr-defined]
        name = type(view).__name__
        if name == "SignInView":
            continue
        # A screen that asks for nothing but a session has no line in the map.
        assert set(view.base_permissions) <= set(SCREENS.get(name, ())), name


def test_no_screen_of_the_framework_is_registered(light_world: World) -> None:
    found = [address for _endpoint, address, _methods in endpoints(light_world)]
    # The one thing that people may delete is a filter of their own.
    paths = " ".join(address for address in found if address != "/saved-filters/delete/1")
    for word in (
        "users",
        "roles",
        "permission",
        "resetpassword",
        "/api/",
        "swagger",
        "back",
        "/lang/",
        "delete",
    ):
        assert word not in paths, word


@pytest.mark.parametrize(
    ("code", "role"), [(code, role) for code, roles in PEOPLE.items() for role in roles if code != "CC002"]
)
def test_lists_open_exactly_as_the_policy_says_when_a_role_asks(
    light_world: World, code: str, role: Role
) -> None:
    client = light_world.client(username(code, role))
    for screen in SCREENS:
        if "can_list" not in SCREENS[screen]:
            continue
        address = next(
            str(rule) for rule in light_world.app.url_map.iter_rules() if rule.endpoint == f"{screen}.list"
        )
        expected = 200 if permission_for(screen, "can_list") in POLICY[role] else 403
        assert client.get(address).status_code == expected, (role, screen)


WRITES = (
    ("/export-runs/run/debtors", Permission.EXPORT_RUN),
    ("/export-runs/again/1", Permission.EXPORT_RUN),
    ("/export-runs/cancel/1", Permission.EXPORT_RUN),
    ("/schedules/edit/1", Permission.SCHEDULE_EDIT),
    ("/legal-rules/edit/1", Permission.RULE_EDIT),
    ("/calendar/edit/1", Permission.CALENDAR_EDIT),
    ("/calendar/confirm/1", Permission.CALENDAR_EDIT),
    ("/calendar/add", Permission.CALENDAR_EDIT),
)


@pytest.mark.parametrize("role", [Role.HEAD, Role.ENFORCEMENT_OFFICER, Role.MONITORING_OFFICER])
def test_writing_is_refused_when_the_role_lacks_the_permission(light_world: World, role: Role) -> None:
    client = light_world.client(username("CC001", role))
    token = token_of(client.get("/").text)
    for address, permission in WRITES:
        assert permission not in POLICY[role]
        assert client.post(address, data={"csrf_token": token}).status_code == 403, address


def test_looking_at_the_head_of_a_page_changes_and_refuses_nothing(light_world: World) -> None:
    assert light_world.client().head("/login/").status_code == 200
    client = light_world.client(username("TC", Role.NATIONAL_ADMINISTRATOR))
    for address in ("/legal-rules/edit/1", "/calendar/add", "/schedules/edit/1", "/cases/list/"):
        answer = client.head(address)
        assert (answer.status_code, answer.data) == (200, b""), address


def test_person_without_a_role_sees_nothing_when_signed_in(world: World) -> None:
    with world.app.app_context():
        from_head = world.people[username("CC002", Role.HEAD)]
        _take_roles(from_head)
    client = world.client(username("CC002", Role.HEAD))
    assert client.get("/").status_code == 403
    assert client.get("/cases/list/").status_code == 403


def _take_roles(person_id: int) -> None:
    person = db.session.get(StaffMember, person_id)
    assert person is not None
    person.roles = []
    db.session.commit()
