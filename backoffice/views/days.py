"""Reading a day that a person typed: dd/mm/yyyy as on all screens, or yyyy-mm-dd as programs write it."""

from __future__ import annotations

import re
from datetime import date

_TYPED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_WRITTEN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def read_day(text: str) -> date | None:
    """The day, or None for anything that is not a day of the calendar."""
    typed, written = _TYPED.fullmatch(text.strip()), _WRITTEN.fullmatch(text.strip())
    if typed:
        numbers = typed.group(3, 2, 1)
    elif written:
        numbers = written.group(1, 2, 3)
    else:
        return None
    try:
        return date(*(int(number) for number in numbers))
    except ValueError:
        return None
