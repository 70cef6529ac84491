"""Values as people read them: dates dd/mm/yyyy, money 1.234.567 đ, yes and no, a dash for nothing.

The same in both languages: the shapes are Viet Nam's. Not here: coded values (`words`), columns (`cells`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from backoffice import clock

NOTHING = "—"


def day(value: date | None) -> str:
    """A date as dd/mm/yyyy."""
    return NOTHING if value is None else f"{value:%d/%m/%Y}"


def moment(value: datetime | None) -> str:
    """A moment in Viet Nam's time as dd/mm/yyyy HH:MM."""
    return NOTHING if value is None else f"{value.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}"


def count(value: int | None) -> str:
    """A whole number with dots between thousands."""
    return NOTHING if value is None else f"{value:,}".replace(",", ".")


def money(value: int | None) -> str:
    """An amount of whole đồng as 1.234.567 đ; a no-break space keeps the sign with the number."""
    return NOTHING if value is None else f"{count(value)}\u00a0đ"


def size(value: int | None) -> str:
    """A number of bytes as KB or MB with one decimal."""
    if value is None:
        return NOTHING
    kilobytes = value / 1024
    text = f"{kilobytes / 1024:.1f} MB" if kilobytes >= 1000 else f"{max(kilobytes, 0.1):.1f} KB"
    return text.replace(".", ",")


def yes_no(value: bool | None) -> str:
    """A flag as a word."""
    if value is None:
        return NOTHING
    return str(_("Yes") if value else _("No"))


def plain(value: Any) -> str:
    """Any other value as text."""
    return NOTHING if value is None or value == "" else str(value)


def install(app: Flask) -> None:
    """Offer the same shapes to templates as filters."""
    app.jinja_env.filters.update(day=day, moment=moment, count_of=count, allowed_on=allowed_on)
    app.jinja_env.globals.update(aria=aria)


def allowed_on(step: str, view: Any) -> bool:
    """Whether the signed-in person may take this step of a screen: what a template asks before it shows a button."""
    allowed: bool = view.appbuilder.sm.has_access(step, view.class_permission_name)
    return allowed


def aria(field: Any) -> dict[str, str]:
    """The attributes that tie a form field to its hint and its error."""
    parts = [f"{field.id}-hint"] * bool(field.description) + [f"{field.id}-error"] * bool(field.errors)
    attributes = {"aria_describedby": " ".join(parts)} if parts else {}
    return attributes | ({"aria_invalid": "true"} if field.errors else {})
