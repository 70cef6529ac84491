"""Words of absences: kinds of reasons, and how an absence stands on a day. Not here: words of other tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

ABSENCE_REASONS: Mapping[str, Any] = {
    "leave": _l("Leave"),
    "illness": _l("Illness"),
    "mission": _l("Official trip"),
    "training": _l("Training"),
    "other": _l("Another reason"),
}
ABSENCE_STANDINGS: Mapping[str, Any] = {
    "ahead": _l("Still to come"),
    "running": _l("Away now"),
    "over": _l("Over"),
    "cancelled": _l("Taken back"),
}
STANDING_TONES: Mapping[str, str] = {"ahead": "note", "running": "wait"}


def standing_of(absence: Any, day: date) -> str:
    """How an absence stands on a day, as a code."""
    if absence.cancelled_at is not None:
        return "cancelled"
    if absence.to_on < day:
        return "over"
    return "ahead" if absence.from_on > day else "running"
