"""Values as people read them: dates dd/mm/yyyy, money 1.234.567 đ, yes and no, a dash for nothing.

Numbers follow the language of the screen (1.234,5 and 1,234.5), as on the public site. Days stand as dd/mm/yyyy in both:
that is how they are typed and how papers bear them. Not here: coded values (`words`), columns (`cells`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from backoffice import clock
from exports.site_format import number

NOTHING = "—"
ENGLISH = "en"


def day(value: date | None) -> str:
    """A date as dd/mm/yyyy."""
    return NOTHING if value is None else f"{value:%d/%m/%Y}"


def moment(value: datetime | None) -> str:
    """A moment in Viet Nam's time as dd/mm/yyyy HH:MM."""
    return NOTHING if value is None else f"{value.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}"


def late_by(days: int) -> str:
    """How many days a term is over."""
    return str(_("late by 1 day") if days == 1 else _("late by %(days)s days", days=days))


def count(value: int | None) -> str:
    """A whole number with the language's sign between thousands."""
    return NOTHING if value is None else number(value, language())


def money(value: int | None) -> str:
    """An amount of whole đồng as 1.234.567 đ, in English 1,234,567 đ; a no-break space keeps the sign with it."""
    return NOTHING if value is None else f"{count(value)}\u00a0đ"


def size(value: int | None) -> str:
    """A number of bytes as KB or MB with one decimal."""
    if value is None:
        return NOTHING
    kilobytes = value / 1024
    if kilobytes >= 1000:
        return f"{decimal(kilobytes / 1024)} MB"
    return f"{decimal(max(kilobytes, 0.1))} KB"


def decimal(value: float) -> str:
    """A number with one decimal and the language's sign before it."""
    text = f"{value:.1f}"
    return text if language() == ENGLISH else text.replace(".", ",")


def percent(share: float) -> str:
    """A share of 1 as 98,0 %, in English 98.0%."""
    return f"{decimal(100 * share)}%" if language() == ENGLISH else f"{decimal(100 * share)}\u00a0%"


def language() -> str:
    """The language of the screen; Vietnamese where no request has one."""
    return str(get_locale() or "vi")


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
