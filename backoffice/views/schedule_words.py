"""A schedule's five fields in words, as far as people use them: “every day at 02:00”.

Not here: which fields are allowed and when they come due (`services.schedule`).
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

# As cron numbers them; 7 is Sunday again.
_WEEKDAYS = (
    _l("Sunday"),
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
_ANY = "*"
_MOST_TIMES = 4


def in_words(cron: str) -> str:
    """When a schedule runs; empty for fields that no short sentence can tell."""
    minute, hour, day, month, weekday = cron.split(" ")
    often = _often(minute, hour)
    days = _days(day, weekday)
    if month != _ANY or not days:
        return ""
    if often:
        every_day = (day, weekday) == (_ANY, _ANY)
        return often if every_day else str(_("%(days)s, %(often)s", days=days, often=often))
    times = _times(minute, hour)
    return str(_("%(days)s at %(times)s", days=days, times=times)) if times else ""


def _often(minute: str, hour: str) -> str:
    """For moments that come back within the day."""
    if hour == _ANY and minute in {_ANY, "*/1"}:
        return str(_("every minute"))
    step = _step(minute, 60)
    if hour == _ANY and step:
        return str(_("every %(count)s minutes", count=step))
    if not _numbers(minute, 59) or len(_numbers(minute, 59)) > 1:
        return ""
    past = f"{int(minute):02}"
    if hour in {_ANY, "*/1"}:
        return str(_("every hour at minute %(minute)s", minute=past))
    step = _step(hour, 24)
    return str(_("every %(count)s hours at minute %(minute)s", count=step, minute=past)) if step else ""


def _days(day: str, weekday: str) -> str:
    if (day, weekday) == (_ANY, _ANY):
        return str(_("every day"))
    if day == _ANY and (found := _numbers(weekday, 7)):
        return str(_("every %(weekdays)s", weekdays=", ".join(str(_WEEKDAYS[number]) for number in found)))
    if weekday == _ANY and (found := _numbers(day, 31)):
        return str(_("every month on day %(days)s", days=", ".join(map(str, found))))
    return ""


def _times(minute: str, hour: str) -> str:
    times = [f"{h:02}:{m:02}" for h in _numbers(hour, 23) for m in _numbers(minute, 59)]
    return ", ".join(times) if len(times) <= _MOST_TIMES else ""


def _numbers(field: str, largest: int) -> list[int]:
    """The numbers of a field such as `1`, `1,15` or `1-5`; none for anything else."""
    found: list[int] = []
    for part in field.split(","):
        first, dash, last = part.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            return []
        found.extend(range(int(first), int(last if dash else first) + 1))
    return sorted(set(found)) if found and max(found) <= largest else []


def _step(field: str, whole: int) -> int:
    """The step of `*/15`, when it divides the hour or the day evenly; 0 otherwise."""
    start, _slash, step = field.partition("/")
    even = start == _ANY and step.isdecimal() and int(step) > 1 and whole % int(step) == 0
    return int(step) if even else 0
