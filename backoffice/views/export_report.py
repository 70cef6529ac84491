"""The report of an export run as people read it: what was found, where, how often. Never a personal value.

Not here: making reports (`exports.report`, `services.run_report`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale

SHOWN_PROBLEMS = 100


@dataclass(frozen=True)
class Problem:
    """One problem: the resource and field it is in, the row where there is one, and the sentence."""

    resource: str
    field: str
    row: int | None
    message: str
    value_shown: str


@dataclass(frozen=True)
class Report:
    """What a run found: whether the data are valid, how many problems there are, and the first of them."""

    is_valid: bool
    problem_count: int
    problems: list[Problem]


def read_report(report: Mapping[str, Any] | None) -> Report | None:
    """The stored report in the language of the request; None before there is one."""
    if not report:
        return None
    key = "message_en" if str(get_locale()) == "en" else "message_vi"
    problems = [
        Problem(
            str(item.get("resource") or ""),
            str(item.get("field") or ""),
            item.get("row") or None,
            str(item.get(key) or item.get("message_vi") or ""),
            str(item.get("value_shown") or ""),
        )
        for item in report.get("problems", [])[:SHOWN_PROBLEMS]
    ]
    return Report(bool(report.get("valid")), int(report.get("problem_count") or len(problems)), problems)
