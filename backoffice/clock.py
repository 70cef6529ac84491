"""The only clock: time in Viet Nam, where every legal day begins and ends. Not for measuring durations."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware, in Asia/Ho_Chi_Minh."""
    return datetime.now(tz=VIETNAM)


def today() -> date:
    """The present legal day in Viet Nam."""
    return now().date()
