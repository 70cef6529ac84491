"""Bad input everywhere: every parameter of every list, every field of every form, every kind of body.

What cannot be read is refused with a sentence; what can be read is text and finds nothing. Never an error of the
program, never every row, never a word of the machinery. Single cases with their exact answers: `test_bad_queries`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from backoffice.access.roles import Role
from backoffice.views.filters import DayFilter, NameFilter, NumberFilter, TextFilter
from backoffice.views.work_filters import StaffFilter
from exports.text import fold_ascii
from tests.views.world import MARKER, World, token_of, username

HEAD = username("CC001", Role.HEAD)
ADMINISTRATOR = username("TC", Role.NATIONAL_ADMINISTRATOR)
REFUSED = frozenset({400, 403, 404, 405, 409, 413, 415})
TRACES = (
    "Traceback",
    "SELECT ",
    "UPDATE ",
    "sqlalchemy",
    "psycopg",
    "sqlite3",
    "werkzeug",
    "jinja2",
    "/backoffice/views/",
    "site-packages",
    ".py&#34;",
    "Error(",
)
# As they stand in an address: what is not a sign of text there is quoted already.
BAD = (
    "abc",
    "2147483648",
    "9223372036854775808",
    "1e400",
    "-0",
    "NaN",
    quote("٣٤"),
    "30/02/2026",
    "01/01/0000",
    "01/01/0001",
    "31/12/9999",
    "0000-00-00",
    "A" * 3_900,
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%C0%AF",
    "%FF",
    quote("a\u202eb"),
    quote("e" + "\u0301" * 600),
    quote('{"a": [1]}'),
    "%25",
    "__%25",
    "%27%3B--",
    "%22%29",
    "1%27%20OR%20%271%27%3D%271",
    "${7*7}",
    quote("{{7*7}}"),
    quote("../../etc/passwd"),
    "%0D%0ASet-Cookie:x",
)
ENDS_OF_TIME = ("01/01/0001", "31/12/9999")
SHAPES = ("{name}=1&{name}=2", "{name}[a][b]=1", "{name}[]=1", "{name}%00=1")
TEXTS = (TextFilter, NameFilter, NumberFilter, StaffFilter)
FRAME = ("size", "order", "direction", "after", "before", "page", "filter")


def screens(world: World) -> list[Any]:
    """Every screen with a list."""
    return [view for view in world.app.appbuilder.baseviews if hasattr(view, "shape")]  # type: ignore[attr-defined]


def is_found(value: str) -> bool:
    """Whether a text may well stand in a name or number: it is made of a few letters or digits."""
    words = fold_ascii(unquote(value)).split()
    return bool(words) and all(len(word) <= 2 for word in words)


def queries(view: Any, shift: int) -> Iterator[tuple[str, bool]]:
    """A sample of bad queries of a list, another for each screen, and whether the value may be read as text."""
    texts = {item.name for item in view.list_filters if isinstance(item, TEXTS) or item.name == "q"}
    days = {item.name for item in view.list_filters if isinstance(item, DayFilter)}
    names = [*(item.name for item in view.list_filters), *FRAME]
    for number, name in enumerate(names):
        for place, value in enumerate(BAD):
            is_asked = (place + number + shift) % 3 == 0 or (name in days and value in ENDS_OF_TIME)
            if is_asked and not (name in texts and is_found(value)):
                yield f"{name}={value}", name in texts
        yield SHAPES[(number + shift) % len(SHAPES)].format(name=name), False


def calm(answer: Any) -> bool:
    """No error of the program, and no word of the machinery; a refusal has a sentence."""
    text = answer.get_data(as_text=True)
    if answer.status_code >= 500 or any(trace in text for trace in TRACES):
        return False
    return answer.status_code < 400 or len(BeautifulSoup(text, "html.parser").get_text(" ").split()) >= 5


def rows_in(answer: Any) -> int:
    """How many rows a page shows."""
    return len(BeautifulSoup(answer.text, "html.parser").select("main tbody tr"))


def found_in(answer: Any) -> str:
    """What a search or a choice found."""
    if answer.mimetype == "application/json":
        return str(answer.text)
    return " ".join(str(part) for part in BeautifulSoup(answer.text, "html.parser").select(".found, tbody"))


def test_list_shows_no_row_when_a_parameter_cannot_be_read(read_world: World) -> None:
    client, asked = read_world.client(ADMINISTRATOR), 0
    # What waits for a signature is for heads alone, and administrators read no citizens' requests.
    head = read_world.client(username("CC001", Role.HEAD))
    of_heads = {"/signing", "/requests", "/appointments", "/appointment-slots"}
    for shift, view in enumerate(screens(read_world)):
        for query, is_text in queries(view, shift):
            asking = head if view.route_base in of_heads else client
            answer = asking.get(f"{view.route_base}/list/?{query}")
            asked += 1
            assert calm(answer), (view.route_base, query)
            is_place = query.startswith(("after=", "before=")) and query.endswith(("8", "e=1"))
            # The first and the last day there are can be read: what they find is right.
            is_all = query.endswith(ENDS_OF_TIME)
            assert answer.status_code == 400 or is_place or is_all or rows_in(answer) == 0, (
                view.route_base,
                query,
            )
            assert answer.status_code in ({200, 400} if is_text or is_place else {200, 400, 404}), query
    assert asked > 700


def test_pages_without_a_list_refuse_what_cannot_be_read(read_world: World) -> None:
    client = read_world.client(ADMINISTRATOR)
    own = {
        "/dashboards/": ("months", "until", "agency"),
        "/request-statistics/": ("from", "to", "group", "agency", "procedure", "channel", "family"),
        "/search": ("q",),
        "/choices/agencies": ("q", "id"),
    }
    for path, names in own.items():
        for name in (*names, "unknown"):
            for value in (value for value in BAD if not is_found(value)):
                answer = client.get(f"{path}?{name}={value}")
                assert calm(answer), (path, name, value)
                assert answer.status_code in {200, 400, 404}, (path, name, value)
                assert path in ("/dashboards/", "/request-statistics/") or not MARKER.search(
                    found_in(answer)
                ), (path, name, value)


BAD_PARTS = ("0", "2147483648", "9223372036854775808", "-1", "1e5", "%00", "..", "%C0%AF", "A" * 2_000, "%25")


def test_address_is_refused_when_a_part_of_it_cannot_be_read(read_world: World) -> None:
    client = read_world.client(ADMINISTRATOR)
    token = token_of(client.get("/").text)
    for rule in read_world.app.url_map.iter_rules():
        if "<" not in rule.rule or "<path:" in rule.rule:
            continue
        for part in BAD_PARTS:
            address = rule.rule
            for name in rule.arguments:
                for kind in ("int", "string"):
                    address = address.replace(f"<{kind}:{name}>", part)
            is_read = "GET" in (rule.methods or ())
            answer = client.get(address) if is_read else client.post(address, data={"csrf_token": token})
            assert calm(answer), address
            assert answer.status_code in REFUSED, address


def forms_of(
    world: World, client: FlaskClient
) -> dict[tuple[str, frozenset[str]], tuple[str, dict[str, str]]]:
    """One form of each kind that the person's pages offer: where it goes and what it sends."""
    found: dict[tuple[str, frozenset[str]], tuple[str, dict[str, str]]] = {}
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "<path:" in rule.rule or "download" in rule.rule:
            continue
        screen = rule.endpoint.partition(".")[0]
        key = world.rows.get(("CC001", screen)) or world.shared.get(screen) or world.rows["CC001", "CaseView"]
        for address in addresses_of(world, rule.rule, key):
            answer = client.get(address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                add_forms(found, address, answer.text)
    return found


def addresses_of(world: World, rule: str, key: int) -> Iterator[str]:
    """The addresses of a route for one row: every form of a screen, the files of a case."""
    address = rule.replace("<int:pk>", str(key)).replace("<string:subject>", "enforcement_case")
    if "<string:name>" not in address:
        yield address
        return
    for view in screens(world):
        for name in getattr(view, "row_forms", {}) if address.startswith(f"{view.route_base}/") else ():
            yield address.replace("<string:name>", name)


def add_forms(found: dict[Any, Any], address: str, page: str) -> None:
    """The forms of a page that were not seen yet."""
    for form in BeautifulSoup(page, "html.parser").select("form[method=post]"):
        target = urlsplit(str(form.get("action") or address)).path
        sent: dict[str, str] = {}
        for field in form.select("input[name], textarea[name], select[name], button[name]"):
            chosen = field.select_one("option[selected]") or field.select_one("option:not([value=''])")
            text = field.get("value") if field.name != "textarea" else field.get_text()
            sent[str(field["name"])] = str((chosen.get("value") if chosen else text) or "")
        kind = "".join(sign for sign in target if not sign.isdigit())
        if "logout" not in target:
            found.setdefault((kind, frozenset(sent)), (target, sent))


BAD_FIELDS = (
    "abc",
    "2147483648",
    "9223372036854775808",
    "1e400",
    "-0",
    "٣٤",
    "30/02/2026",
    "01/01/0000",
    "31/12/9999",
    "a" * 10_000,
    "a\x00b",
    "\ud800",
    "a\u202eb",
    "e" + "\u0301" * 10_000,
    '{"a": {"b": [1]}}',
    "%",
    "_';--",
    "",
    "../../x",
    "\r\nSet-Cookie: x=1",
)


@pytest.mark.parametrize("name", [HEAD, ADMINISTRATOR])
def test_form_is_refused_or_taken_as_text_when_a_field_is_bad(read_world: World, name: str) -> None:
    client = read_world.client(name)
    forms, sent = forms_of(read_world, client), 0
    assert len(forms) >= 12
    for number, (target, values) in enumerate(forms.values()):
        for place, field in enumerate(sorted(set(values) - {"csrf_token"})):
            for turn, bad in enumerate(BAD_FIELDS):
                if (turn + place + number) % 4:
                    continue
                body = {**values, field: bad.encode("utf-8", "surrogatepass")}
                answer = client.post(target, data=body)
                sent += 1
                assert calm(answer), (target, field, bad[:20])
                assert answer.status_code in REFUSED | {200, 302}, (target, field, bad[:20])
    assert sent > 150


def test_body_is_refused_when_it_is_no_form(read_world: World) -> None:
    client = read_world.client(ADMINISTRATOR)
    token = token_of(client.get("/").text)
    bodies: tuple[dict[str, Any], ...] = (
        {"json": {"version": {"$ne": 1}}},
        {"data": b"\xff\xfe\x00", "content_type": "application/x-www-form-urlencoded; charset=utf-16"},
        {"data": b"--x\r\n", "content_type": "multipart/form-data; boundary=x"},
        {"data": b"x", "content_type": "multipart/form-data"},
        {"data": b"<a/>", "content_type": "text/xml"},
        {"data": {f"field{number}": "1" for number in range(3_000)}},
        {"data": {"csrf_token": token, "version": b"%C0%AF\xff\xfe"}},
        {"data": {"csrf_token": token, "version[a][b]": "1", "version": ["1", "2"]}},
    )
    for rule in read_world.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule in {"/logout/", "/login/"}:
            continue
        address = rule.rule.replace("<int:pk>", "1")
        for given in ("name", "package", "subject", "deed"):
            address = address.replace(f"<string:{given}>", "publish")
        for body in bodies:
            answer = client.post(address, **body)
            assert calm(answer), (address, body)
            # A deed without fields of its own reads the token alone.
            has_token = "csrf_token" in (body.get("data") if isinstance(body.get("data"), dict) else {})
            assert answer.status_code in REFUSED | ({302, 200} if has_token else set()), (address, body)


def test_upload_is_refused_when_it_is_larger_than_a_request_may_be(light_world: World) -> None:
    client = light_world.client(HEAD)
    address = f"/documents/add/enforcement_case/{light_world.rows['CC001', 'CaseView']}"
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    body = head + b"%PDF-1.7" + b"0" * 60_000_000 + b"\r\n--x--\r\n"
    answer = client.post(address, data=body, content_type="multipart/form-data; boundary=x")
    assert calm(answer)
    assert answer.status_code == 413
