"""Accounts on the screens: who may change whom, one-time passwords, the own account."""

from __future__ import annotations

import re
from itertools import product

import pytest
from flask.testing import FlaskClient

from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.policy import NATIONAL_ROLES
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotPermittedError, OpenThadsError
from backoffice.extensions import db
from backoffice.models import RowChange, StaffMember, TransitionLog
from backoffice.services.staff_member import give_one_time_password, set_active, set_roles
from tests.views.world import PASSWORD, World, token_of, username

OPINION = "Công văn 12/CV-CTHADS ngày 01/10/2026"
NATIONAL, LOCAL = username("TC", Role.NATIONAL_ADMINISTRATOR), username("C01", Role.AGENCY_ADMINISTRATOR)
OFFICER = username("CC001", Role.ENFORCEMENT_OFFICER)
NATIONAL_INSPECTOR = username("TC", Role.INSPECTOR)
NEW = "Con mèo trèo cây cau!"
# Written by hand from R73 to R77: who may give what.
DUTIES = {
    Role.SUPPORT_OFFICER,
    Role.PROFESSIONAL_OFFICER,
    Role.EXAMINER,
    Role.SECRETARY,
    Role.CLERK,
    Role.ENFORCEMENT_OFFICER,
    Role.MONITORING_OFFICER,
    Role.HEAD,
    Role.COMPLAINTS_OFFICER,
}
GIVES = {Role.NATIONAL_ADMINISTRATOR: set(Role) - NATIONAL_ROLES, Role.AGENCY_ADMINISTRATOR: DUTIES}


def post(client: FlaskClient, address: str, **values: object) -> object:
    """Send a form with the token of a page that everybody may open."""
    token = token_of(client.get("/account/").text)
    return client.post(address, data={"csrf_token": token, **values})


def tried(deed: object) -> bool:
    """Whether the deed was done."""
    try:
        deed()  # type: ignore[operator]
    except OpenThadsError:
        db.session.rollback()
        return False
    return True


def test_only_reviewed_pairs_pass_when_every_role_gives_every_role(world: World) -> None:
    with world.app.app_context():
        agency = db.session.get_one(StaffMember, world.people[LOCAL]).agency_id
        member_id = world.people[username("CC001", Role.CLERK)]
        wrong = []
        for giver, given in product(Role, Role):
            actor = Actor(
                world.people[NATIONAL],
                "x",
                frozenset({"staff.edit"}),
                _scope(world),
                frozenset({giver.value}),
            )
            done = tried(lambda a=actor, r=given: set_roles(a, member_id, frozenset({r}), opinion=OPINION))
            if done is not (given in GIVES.get(giver, set())):
                wrong.append((giver, given, done))
            with system_scope("set_up"):
                _reset(world, member_id)
        assert agency is not None
        assert wrong == []


def _scope(world: World) -> object:
    with system_scope("set_up"):
        return actor_of(db.session.get_one(StaffMember, world.people[NATIONAL])).scope


def _reset(world: World, member_id: int) -> None:
    person = db.session.get_one(StaffMember, member_id)
    clerk = db.session.get_one(StaffMember, world.people[username("CC001", Role.SECRETARY)])
    person.roles = list(clerk.roles)
    db.session.commit()


def test_nobody_resets_a_mightier_account_or_changes_the_own_when_trying_every_role(world: World) -> None:
    with world.app.app_context():
        with system_scope("set_up"):
            people = {
                name: actor_of(db.session.get_one(StaffMember, pk)) for name, pk in world.people.items()
            }
        refused = 0
        for name, actor in people.items():
            may_give = set().union(*(GIVES[Role(role)] for role in actor.roles if Role(role) in GIVES), set())
            for target in (NATIONAL, LOCAL, username("TC", Role.INSPECTOR), name):
                held = {Role(role) for role in people[target].roles}
                if target != name and (name == NATIONAL or held <= may_give):
                    continue
                for deed in (
                    lambda a=actor, t=target: give_one_time_password(
                        a, world.people[t], expected_version=1, opinion=OPINION
                    ),
                    lambda a=actor, t=target: set_roles(a, world.people[t], frozenset(), opinion=OPINION),
                    lambda a=actor, t=target: set_active(a, world.people[t], active=False, opinion=OPINION),
                ):
                    assert not tried(deed), (name, target)
                    refused += 1
        assert refused > 150


def test_account_is_made_and_opens_only_the_password_page_until_it_is_changed(world: World) -> None:
    local = world.client(LOCAL)
    values = {"username": "tran.be", "family_name": "Trần Thị", "given_name": "Bé", "version": "0"}
    values |= {"email": "be@thads.example.vn", "agency_code": "CC001", "roles": "clerk"}
    missing = post(local, "/staff/add", **values)
    assert (missing.status_code, "Ghi rõ thủ trưởng đã đồng ý" in missing.text) == (400, True)
    shown = post(local, "/staff/add", **values, opinion=OPINION)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    (password,) = re.findall(r'<code class="one-time">([^<]+)</code>', shown.text)
    client = world.client()
    token = token_of(client.get("/login/").text)
    sent = {"username": "tran.be", "password": password, "csrf_token": token}
    assert client.post("/login/", data=sent).status_code == 302
    assert client.get("/cases/list/").location == "/account/"
    assert (
        client.post("/staff/add", data={"csrf_token": token_of(client.get("/account/").text)}).status_code
        == 403
    )
    for old, new, again in (("wrong", NEW, NEW), (password, "short", "short"), (password, NEW, NEW + "x")):
        answer = post(client, "/account/", version="0", old=old, password=new, again=again)
        assert answer.status_code == 400
    done = post(client, "/account/", version="0", old=password, password=NEW, again=NEW)
    assert (done.status_code, client.get("/cases/list/").status_code) == (302, 200)


@pytest.mark.parametrize(
    "choice", ["national_administrator", "agency_administrator", "inspector", "Admin", "Public"]
)
def test_account_is_refused_when_the_form_names_a_role_that_is_not_offered(world: World, choice: str) -> None:
    values = {"username": "tran.be", "family_name": "Trần", "given_name": "Bé", "version": "0"}
    values |= {"email": "be@thads.example.vn", "agency_code": "CC001", "roles": choice, "opinion": OPINION}
    local = world.client(LOCAL)
    assert post(local, "/staff/add", **values).status_code == 400
    member = world.people[OFFICER]
    assert (
        post(local, f"/staff/duties/{member}", roles=choice, version="1", opinion=OPINION).status_code == 400
    )
    with world.app.app_context():
        assert db.session.query(StaffMember).filter_by(username="tran.be").count() == 0


@pytest.mark.parametrize("deed", ["password", "close", "end-sessions", "open", "nonsense"])
@pytest.mark.parametrize("who", [OFFICER, username("CC001", Role.HEAD), username("TC", Role.INSPECTOR)])
def test_account_deeds_are_refused_when_the_role_does_not_administer(
    world: World, deed: str, who: str
) -> None:
    target = world.people[username("CC001", Role.CLERK)]
    answer = post(world.client(who), f"/staff/account/{target}/{deed}", version="1", reason=OPINION)
    assert answer.status_code == 403


def test_foreign_account_looks_like_a_missing_one_when_its_number_is_known(world: World) -> None:
    local = world.client(LOCAL)
    foreign = world.people[username("CC288", Role.HEAD)]
    for address in ("/staff/show/{}", "/staff/edit/{}", "/staff/duties/{}"):
        assert local.get(address.format(foreign)).status_code == 404
        assert local.get(address.format(987654)).status_code == 404
    assert post(local, f"/staff/account/{foreign}/close", version="1", reason=OPINION).status_code == 404


def test_sessions_end_and_the_head_s_opinion_is_kept_when_an_account_is_closed(world: World) -> None:
    officer, local, target = world.client(OFFICER), world.client(LOCAL), world.people[OFFICER]
    assert post(local, f"/staff/account/{target}/close", version="1").status_code == 400
    assert officer.get("/").status_code == 200
    assert post(local, f"/staff/account/{target}/close", version="7", reason=OPINION).status_code == 409
    assert post(local, f"/staff/account/{target}/close", version="1", reason=OPINION).status_code == 302
    assert officer.get("/").status_code == 302
    with world.app.app_context(), system_scope("set_up"):
        (row,) = db.session.query(TransitionLog).filter_by(subject_type="ab_user", subject_id=target)
        assert (row.transition, OPINION in row.reason) == ("close_account", True)


def test_own_password_ends_other_browsers_and_is_not_taken_again(world: World) -> None:
    here, there = world.client(OFFICER), world.client(OFFICER)
    done = post(here, "/account/", version="0", old=PASSWORD, password=NEW, again=NEW)
    assert (done.status_code, here.get("/").status_code, there.get("/").status_code) == (302, 200, 302)
    for used in (NEW, PASSWORD):
        again = post(here, "/account/", version="0", old=NEW, password=used, again=used)
        assert (again.status_code, "đã dùng mật khẩu này" in again.text or used == PASSWORD) == (400, True)


def test_other_sessions_end_when_the_person_ends_them(world: World) -> None:
    here, there = world.client(OFFICER), world.client(OFFICER)
    assert post(here, "/account/end-others").location == "/account/"
    assert (here.get("/").status_code, there.get("/").status_code) == (200, 302)


@pytest.mark.parametrize("deed", ["add_user", "reset_password", "add_register_user", "update_user"])
def test_framework_makes_no_account_and_sets_no_password_when_called(world: World, deed: str) -> None:
    manager = world.app.appbuilder.sm  # type: ignore[attr-defined]
    with world.app.app_context(), pytest.raises(NotPermittedError):
        getattr(manager, deed)(*([1] if deed == "update_user" else [1, "x"]))
    with world.app.app_context():
        assert manager.auth_user_db(OFFICER, PASSWORD) is None


def test_password_rule_holds_when_the_person_chooses_a_common_one(world: World) -> None:
    client = world.client(OFFICER)
    for weak in ("P@ssw0rd#2026!", "Matkhau@123456", "Vietnam@vodich1", f"{OFFICER}-Abc!"):
        answer = post(client, "/account/", version="0", old=PASSWORD, password=weak, again=weak)
        assert answer.status_code == 400, weak
    with pytest.raises(InvalidInputError), world.app.app_context():
        set_active(
            Actor(1, "x", frozenset(), _scope(world), frozenset({Role.AGENCY_ADMINISTRATOR.value})),
            world.people[OFFICER],
            active=False,
        )


def test_history_tells_who_gave_which_role_when_roles_were_changed(world: World) -> None:
    member_id = world.people[OFFICER]
    client = world.client(LOCAL)
    page = client.get(f"/staff/duties/{member_id}").text
    version = re.search(r'name="version" value="([0-9]+)"', page)
    assert version
    given = {"roles": [Role.CLERK.value, Role.ENFORCEMENT_OFFICER.value], "opinion": OPINION}
    answer = post(client, f"/staff/duties/{member_id}", version=version[1], **given)
    assert answer.status_code == 302, answer.text  # type: ignore[attr-defined]
    with world.app.app_context(), system_scope("jobs"):
        change = db.session.query(RowChange).filter_by(subject_type="ab_user", subject_id=member_id).one()
        assert change.changes == {"roles": [["enforcement_officer"], ["clerk", "enforcement_officer"]]}
        assert change.actor_id == world.people[LOCAL]
    history = world.client(NATIONAL).get(f"/staff/history/{member_id}").text
    assert '<del><span class="hidden-text">trước: </span>Chấp hành viên</del>' in history
    assert "Văn thư" in history
    log = world.client(NATIONAL_INSPECTOR).get("/activity/list/?deed=set_roles").text
    assert "Văn thư, Chấp hành viên" in log
    assert "enforcement_officer;" not in log


def test_history_keeps_no_role_when_the_change_is_refused(world: World) -> None:
    member_id = world.people[OFFICER]
    answer = post(world.client(LOCAL), f"/staff/duties/{member_id}", version=1, roles=[Role.CLERK.value])
    assert answer.status_code == 400  # type: ignore[attr-defined]
    with world.app.app_context(), system_scope("jobs"):
        assert (
            db.session.query(RowChange).filter_by(subject_type="ab_user", subject_id=member_id).count() == 0
        )
