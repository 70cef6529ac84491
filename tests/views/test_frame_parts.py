"""The parts of the frame that are kept: nobody gets another person's, and a change of rights shows on the next page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import select

from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import StaffMember
from backoffice.views.frame_parts import PARTS
from tests.views.world import MARKER, PEOPLE, TOKEN, World, foreign_markers, token_of, username

PAGE = "/agencies/list/"
HEAD, CLERK = username("CC001", Role.HEAD), username("CC001", Role.CLERK)


def menu_of(page: str) -> str:
    """The menu at the side, with the links by key after it."""
    menu, keys = page.index('<nav class="menu"'), page.index('<dialog class="dialog" id="keys"')
    return page[menu : page.index("</nav>", menu)] + page[keys : page.index("</dialog>", keys)]


def links_of(page: str) -> set[str]:
    """The addresses in the menu."""
    return set(re.findall(r'href="([^"]+)"', menu_of(page)))


def speak(client: FlaskClient, locale: str) -> None:
    """Choose the language of the screens."""
    token = token_of(client.get(PAGE).text)
    client.post("/language/", data={"csrf_token": token, "locale": locale, "next": "/"})


def give_role(world: World, name: str, role: Role) -> None:
    """Let somebody have this role alone, as another process may do it meanwhile."""
    with world.app.app_context(), system_scope("set_up"):
        member = db.session.scalars(select(StaffMember).where(StaffMember.username == name)).one()
        member.roles = [db.session.scalars(select(StoredRole).where(StoredRole.name == role.value)).one()]
        db.session.commit()
        db.session.remove()


def test_next_page_shows_the_new_rights_when_a_role_was_changed(world: World) -> None:
    clerk, head = world.client(CLERK), world.client(HEAD)
    of_clerk, of_head = links_of(clerk.get(PAGE).text), links_of(head.get(PAGE).text)
    assert "/staff/list/" in of_head - of_clerk
    give_role(world, HEAD, Role.CLERK)
    assert links_of(head.get(PAGE).text) == of_clerk
    assert head.get("/staff/list/").status_code == 403
    give_role(world, HEAD, Role.HEAD)
    assert links_of(head.get(PAGE).text) == of_head


@pytest.mark.parametrize("order", [("vi", "en"), ("en", "vi")])
def test_menu_speaks_the_language_of_the_person_when_another_was_first(
    light_world: World, order: tuple[str, str]
) -> None:
    words = {"vi": ("Hồ sơ thi hành án", "Main menu"), "en": ("Main menu", "Hồ sơ thi hành án")}
    for locale in order:
        client = light_world.client(HEAD)
        speak(client, locale)
        page = client.get(PAGE).text
        assert f'lang="{locale}"' in page
        assert words[locale][1] not in menu_of(page)
        assert ("Main menu" in menu_of(page)) == (locale == "en")


def test_only_the_open_screen_is_marked_when_people_are_on_different_ones(light_world: World) -> None:
    client = light_world.client(HEAD)
    for path in ("/cases/list/", "/parties/list/", "/cases/list/", "/"):
        marked = re.findall(r'href="([^"]+)" aria-current="page"', menu_of(client.get(path).text))
        assert marked == [path]


def test_kept_parts_name_nobody_when_people_of_all_agencies_were_there(light_world: World) -> None:
    for code, roles in PEOPLE.items():
        for role in roles:
            light_world.client(username(code, role)).get(PAGE)
    kept = light_world.app.extensions["openthads_frame_parts"]._texts
    assert {key[0] for key in kept} == set(PARTS)
    for text in kept.values():
        assert not MARKER.search(text)
        assert not TOKEN.search(text)
        assert not {"csrf", "nonce", "<script"} & set(re.findall("csrf|nonce|<script", text))


def test_agencies_stay_apart_when_two_people_of_one_role_take_turns(light_world: World) -> None:
    first, second = light_world.client(HEAD), light_world.client(username("CC288", Role.HEAD))
    for _turn in range(3):
        for client, code in ((first, "CC001"), (second, "CC288")):
            page = client.get("/cases/list/").text
            assert not foreign_markers(page, {code})
            assert code in MARKER.findall(page)


def test_no_menu_is_shown_when_nobody_is_signed_in(light_world: World) -> None:
    light_world.client(HEAD).get(PAGE)
    page = light_world.client().get("/login/").text
    assert '<nav class="menu"' not in page
    assert 'id="keys"' not in page
    assert "keys.js" not in page


def test_menus_never_mix_when_eight_people_work_at_once(light_world: World) -> None:
    people = [
        (username(code, role), locale)
        for code, role in (
            ("CC001", Role.HEAD),
            ("CC001", Role.CLERK),
            ("TC", Role.NATIONAL_ADMINISTRATOR),
            ("TC", Role.EXPORT_OPERATOR),
        )
        for locale in ("vi", "en")
    ]
    clients = [light_world.client(name, address=f"10.9.0.{n}") for n, (name, _locale) in enumerate(people)]
    for client, (_name, locale) in zip(clients, people, strict=True):
        speak(client, locale)
    alone = [menu_of(client.get(PAGE).text) for client in clients]
    assert len(set(alone)) == len(people)
    light_world.app.extensions.pop("openthads_frame_parts")
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda client: {menu_of(client.get(PAGE).text) for _ in range(12)}, clients))
    assert pages == [{menu} for menu in alone]
