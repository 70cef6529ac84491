"""What citizens can ask for online, as the public site explains it: forms, papers and periods in force on a day.

Read from the dated data of the program (`backoffice/data`), so that a changed law changes the pages. Not here: the
words around them (`site/strings.json`), the figures (`site_support`), filing itself.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "backoffice" / "data"

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """One kind of request: the address of its page, and the rules whose periods people ask about, the main one first.

    `guide` is the longer page about it, without its ending.
    """

    slug: str
    rules: tuple[str, ...]
    guide: str = ""


_COMPLAINTS = "kien-nghi-khieu-nai"
# In the order in which people need them.
KINDS: Mapping[str, Kind] = {
    "enforcement_request": Kind(
        "yeu-cau-thi-hanh-an",
        ("decision.on_request", "request.incomplete_notice", "request.refuse", "limitation.request"),
        "yeu-cau-thi-hanh-an",
    ),
    "result_confirmation": Kind("xac-nhan-ket-qua", ("result.confirm",), "xac-nhan-ket-qua"),
    "feedback": Kind("kien-nghi-phan-anh", ("feedback.handle",), _COMPLAINTS),
    "complaint_first": Kind(
        "khieu-nai-lan-dau",
        (
            "complaint.decide_first",
            "complaint.accept_first",
            "complaint.decide_coercion_first",
            "complaint.decide_security",
        ),
        _COMPLAINTS,
    ),
    "complaint_second": Kind(
        "khieu-nai-lan-hai",
        ("complaint.decide_second", "complaint.accept_second", "complaint.decide_coercion_second"),
        _COMPLAINTS,
    ),
    "denunciation": Kind(
        "to-cao",
        ("denunciation.decide", "denunciation.decide_complex", "denunciation.decide_very_complex"),
        _COMPLAINTS,
    ),
    "officer_change": Kind("thay-doi-chap-hanh-vien", ()),
    "coercion_cost_relief": Kind("mien-giam-chi-phi-cuong-che", ()),
    "enforcement_fee_relief": Kind("mien-giam-phi-thi-hanh-an", ()),
}


@dataclass(frozen=True)
class Period:
    """How long something may take by law: `value` in its unit, and the article that says so."""

    title: Texts
    value: int
    unit: str
    basis: str


@dataclass(frozen=True)
class Paper:
    """A paper that belongs to a request."""

    title: Texts
    help: Texts
    is_required: bool


@dataclass(frozen=True)
class Procedure:
    """One kind of request as its page shows it; `code` names it in the figures."""

    form: str
    code: str
    kind: Kind
    title: Texts
    summary: Texts
    needed: tuple[Texts, ...]
    papers: tuple[Paper, ...]
    periods: tuple[Period, ...]
    legal_basis: str
    levels: frozenset[str]

    @property
    def page(self) -> str:
        """Its page, from the root of a language."""
        return f"thu-tuc/{self.kind.slug}/"


def load_procedures(day: str, data: Path = DATA) -> list[Procedure]:
    """The procedures in force on a day (ISO), in the order in which people need them; without a day the newest."""
    forms = list(_in_force(_forms(data), day))
    shared = json.loads((data / "request_forms" / "shared.json").read_text(encoding="utf-8"))["attachments"]
    rules = {row["code"]: row for row in _in_force(_rows(data / "legal_rules.csv"), day)}
    found = {form["code"]: form for form in forms}
    return [_procedure(found[code], kind, shared, rules) for code, kind in KINDS.items() if code in found]


def _procedure(form: Any, kind: Kind, shared: Any, rules: Mapping[str, Mapping[str, str]]) -> Procedure:
    return Procedure(
        form=form["code"],
        code=form["procedure"],
        kind=kind,
        title=form["title"],
        summary=form["summary"],
        needed=tuple(form["needed"]),
        papers=tuple(_paper(entry, shared) for entry in form["attachments"]),
        periods=tuple(_period(rules[code]) for code in kind.rules if code in rules),
        legal_basis=form["legal_basis"],
        levels=frozenset(form["levels"]),
    )


def _paper(entry: Any, shared: Any) -> Paper:
    own = {"use": entry} if isinstance(entry, str) else dict(entry)
    found = {**shared.get(own.get("use", ""), {}), **own}
    # What is needed of some people only is not needed of everybody.
    is_required = bool(found.get("required")) and "when" not in found
    return Paper(found["title"], found.get("help", {}), is_required)


def _period(row: Mapping[str, str]) -> Period:
    titles = {"vi": row["title_vi"], "en": row["title_en"]}
    return Period(titles, int(row["value"]), row["unit"], f"{row['article']}, {row['law']}")


def _forms(data: Path) -> Iterator[Any]:
    for path in sorted((data / "request_forms").glob("*.json")):
        if path.name != "shared.json":
            yield json.loads(path.read_text(encoding="utf-8"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _in_force(entries: Iterable[Any], day: str) -> Iterator[Any]:
    """The entries in force on the day; ISO days compare as texts. Without a day: those that have no end."""
    for entry in entries:
        begins, ends = entry["valid_from"], entry["valid_to"]
        if (begins <= day and (not ends or day <= ends)) if day else not ends:
            yield entry
