"""What the frame of every staff page needs to know: language, files with their version, who is signed in, icons.

Belongs here: helpers that templates call on every page. Not here: which screens exist (`menu`), single screens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from backoffice import clock
from backoffice.services.agency_directory import agency_name_today
from backoffice.views.formats import language
from backoffice.views.words import ROLES
from config import ROOT

STATIC = ROOT / "backoffice" / "static"
SHARED = ROOT / "site" / "assets"
_SHARED_PREFIX = "shared/"
# As much of an address as a page carries to come back to it; longer ones come back without their query.
LONGEST_RETURN = 500


def install(app: Flask) -> None:
    """Offer the helpers to every template."""
    helpers = (asset, icon_address, language, languages, page_address, role_words, initials, agency_name)
    app.jinja_env.globals.update(printed_on=clock.today, agency_name_today=agency_name_today)
    app.jinja_env.globals.update({helper.__name__: helper for helper in helpers})


def asset(name: str) -> str:
    """The address of a style, script or picture of ours; it carries what is in the file, so an update shows at once.

    Names that begin with `shared/` lie in the public site's assets.
    """
    return _asset(request.script_root, name)


@lru_cache(maxsize=1_000)
def _asset(_root: str, name: str) -> str:
    """The same, made once for each place under which the application is served."""
    if name.startswith(_SHARED_PREFIX):
        inner = name.removeprefix(_SHARED_PREFIX)
        return url_for("shared.static", filename=inner, v=_digest(SHARED / inner))
    return url_for("static", filename=name, v=_digest(STATIC / name))


def icon_address(name: str) -> str:
    """The address of one drawing in the sheet of icons."""
    return f"{asset('icons.svg')}#{name}"


def languages() -> Mapping[str, str]:
    """The languages a person may choose, by code."""
    return {code: entry["name"] for code, entry in current_app.config["LANGUAGES"].items()}


def page_address() -> str:
    """The address of this page with its query, to come back to it; empty on an answer to a form."""
    if request.method != "GET":
        return ""
    path = request.script_root + request.path
    query = request.query_string.decode("ascii", "ignore")
    whole = f"{path}?{query}" if query else path
    return whole if len(whole) <= LONGEST_RETURN else path


def agency_name() -> str:
    """The agency of the signed-in person, for the title of the page; empty for people without one."""
    agency = getattr(current_user, "agency", None)
    return agency_name_today(agency) if agency else ""


def role_words() -> str:
    """The roles of the signed-in person as words."""
    return ", ".join(str(ROLES.get(role.name, role.name)) for role in current_user.roles)


def initials(name: str) -> str:
    """Two letters that stand for a person: of the family name and of the given name, which comes last."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@cache
def _digest(path: Path) -> str:
    """A short word for what is in a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
