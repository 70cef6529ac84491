"""Reading one value from the environment: a text, a path, a number, a time of day.

Here: how a value is read and refused. Not here: which settings there are (`config`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path

PREFIX = "OPENTHADS_"


class SettingError(ValueError):
    """A setting has a value that cannot be used; the message says which, and what is expected."""


def read_text(env: Mapping[str, str], name: str, default: str) -> str:
    """The value without spaces around it, or the default for none."""
    return env.get(PREFIX + name, "").strip() or default


def read_path(env: Mapping[str, str], name: str, default: Path) -> Path:
    """An absolute path."""
    # Made absolute without following links: the site's folder is a link that moves to each new build.
    return Path(os.path.abspath(Path(read_text(env, name, str(default))).expanduser()))  # noqa: PTH100


def read_optional_path(env: Mapping[str, str], name: str) -> Path | None:
    """An absolute path, None for none."""
    return read_path(env, name, Path()) if read_text(env, name, "") else None


def read_flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Yes or no. Raises SettingError."""
    value = read_text(env, name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise SettingError(f"{PREFIX}{name} must be 0 or 1, not {value!r}")
    return value in {"1", "true", "yes"}


def read_whole(env: Mapping[str, str], name: str, default: int, largest: int, *, least: int = 0) -> int:
    """A whole number between two bounds. Raises SettingError."""
    value = read_text(env, name, str(default))
    if not (value.isascii() and value.isdecimal() and len(value) <= 12 and least <= int(value) <= largest):
        raise SettingError(f"{PREFIX}{name} must be a whole number from {least} to {largest}, not {value!r}")
    return int(value)


def read_seconds(env: Mapping[str, str], name: str, default: int) -> int:
    """A number of seconds. Raises SettingError."""
    value = read_text(env, name, str(default))
    if not value.isdecimal() or not 1 <= int(value) <= 86_400:
        raise SettingError(f"{PREFIX}{name} must be a number of seconds from 1 to 86400, not {value!r}")
    return int(value)


def read_clock_time(name: str, text: str) -> time:
    """A time of day such as 07:15. Raises SettingError."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise SettingError(f"{PREFIX}{name} must have times such as 07:15, not {text!r}")
    return time(int(text[:2]), int(text[3:]))


def read_hours(env: Mapping[str, str], name: str, default: str) -> tuple[time, time] | None:
    """Begin and end of a part of the day, None for off. Raises SettingError."""
    value = read_text(env, name, default)
    if value == "off":
        return None
    begin, dash, end = value.partition("-")
    if not dash:
        raise SettingError(f"{PREFIX}{name} must be off or two times such as 21:00-06:30, not {value!r}")
    return read_clock_time(name, begin), read_clock_time(name, end)


def read_web_address(env: Mapping[str, str], name: str, default: str) -> str:
    """A web address without query, and without a slash at its end. Raises SettingError."""
    value = read_text(env, name, default).rstrip("/")
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?", value):
        raise SettingError(
            f"{PREFIX}{name} must be a web address without query, for example https://tra-cuu.example.vn"
        )
    return value
