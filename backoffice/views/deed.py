"""What a step that has a button is: its service, and what the button asks for. Not here: which steps (`deeds`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Deed:
    """A service taking (actor, id, expected_version=, reason=); with `asks_day` also the day of the event as on=.

    `offered` says of a row whether the button is worth showing where the workflow allows the step. `undone_by` is
    the step that brings a row back to exactly what it was before; most steps have none, because they set legal
    time running, or because the public has seen what they did.
    """

    service: Callable[..., Any]
    asks_day: bool = False
    offered: Callable[[Any], bool] = lambda _row: True
    undone_by: str = ""
