"""The only clock: time in Viet Nam, where every legal day begins and ends. Not for measuring durations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# How far this task's clock is set back; only invented data ever set it (`backoffice.sample`).
_set_back: ContextVar[timedelta] = ContextVar("clock_set_back", default=timedelta())


def now() -> datetime:
    """The present moment, aware, in Asia/Ho_Chi_Minh."""
    return datetime.now(tz=VIETNAM) - _set_back.get()


def today() -> date:
    """The present legal day in Viet Nam."""
    return now().date()


@contextmanager
def as_if(moment: datetime) -> Iterator[None]:
    """Let this task run as if it were that past moment, so that invented deeds take the way of real ones.

    Raises ValueError for a moment that lies ahead: nobody may be early.
    """
    back = datetime.now(tz=VIETNAM) - moment
    if back < timedelta():
        raise ValueError("a moment that lies ahead")
    token = _set_back.set(back)
    try:
        yield
    finally:
        _set_back.reset(token)
