"""The parts of a dashboard: a title, a sentence, drawings and the same figures as a table.

Not here: counting (`queries.dashboards`), which list a figure opens (`dashboard_figures`), the page (`dashboard`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from backoffice.access.scope import Scope
from backoffice.models import EnforcementAgency
from backoffice.queries.dashboards import Figures
from backoffice.services.agency_directory import agency_name_today
from backoffice.views import drawings
from backoffice.views.dashboard_figures import LABELS, Board, Values, figure, monthly, share_in_time
from backoffice.views.dashboard_period import first_day, last_day, month_label, month_text
from backoffice.views.day_work import Figure, list_address
from backoffice.views.formats import count
from backoffice.views.words import GROUND_CHOICES
from backoffice.views.work_by_agency import agency_address, child_path

MOST_BARS = 15


@dataclass(frozen=True)
class Row:
    """One line of a table: its head, an address where the head leads on, and figures."""

    head: str
    url: str | None
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Part:
    """One part of the page: what it shows, in a sentence, a drawing and a table."""

    key: str
    title: str
    sentence: str
    drawings: Sequence[Markup]
    heads: Sequence[Any]
    rows: Sequence[Row]


def case_part(board: Board) -> Part:
    """Cases over the months."""
    series = monthly(board)
    sentence = _(
        "Accepted: %(accepted)s; fully enforced: %(completed)s; open at the end: %(open)s.",
        accepted=count(sum(series["accepted"])),
        completed=count(sum(series["completed"])),
        open=count(series["open"][-1]),
    )
    charts, names = (("accepted", "completed"), ("open",)), ("accepted", "completed", "terminated", "open")
    return _months(("cases", _("Cases by month"), sentence), charts, names, board)


def record_part(board: Board) -> Part:
    """Public records over the months."""
    series = monthly(board)
    sentence = _(
        "Published: %(published)s, in time: %(share)s; publications ended: %(withdrawn)s.",
        published=count(sum(series["published"])),
        share=share_in_time(board),
        withdrawn=count(sum(series["withdrawn"])),
    )
    charts = (("published", "withdrawn"), ("in_time", "late"))
    names = ("published", "in_time", "late", "withdrawn")
    return _months(("records", _("Debtor records by month"), sentence), charts, names, board)


def ground_part(board: Board) -> Part:
    """Signed decisions on not yet having conditions, by ground."""
    title, order = _("Decisions on not yet having conditions, by ground"), board.found.by_ground.most_common()
    names = {code: str(GROUND_CHOICES.get(code, code)) for code, _number in order}
    sentence = _("No decision was signed in this period.")
    if order:
        sentence = _(
            "Most decisions rest on “%(ground)s”: %(number)s of %(all)s.",
            ground=names[order[0][0]],
            number=count(order[0][1]),
            all=count(sum(board.found.by_ground.values())),
        )
    labels = _apart({code: names[code] for code, _number in order})
    shown = [(labels[code], number) for code, number in order]
    drawing = [drawings.bars(title, sentence, shown)] if order else []
    days = {"decided_from": board.period.first.isoformat(), "decided_to": board.period.last.isoformat()}
    rows = []
    for code, number in order:
        values = {"ground": code, "state": "signed", **days, **board.more}
        url = list_address("NonEnforceableDecisionView", values)
        rows.append(
            Row(
                names[code],
                None,
                [Figure(code, _("Decisions"), number, is_more=False, url=url)],
            )
        )
    return Part("grounds", title, sentence, drawing, [_("Ground"), _("Decisions")], rows)


def agency_part(board: Board, tops: Scope, agencies: Sequence[EnforcementAgency], asked: Values) -> Part:
    """The agencies directly below, each with all below it."""
    counted = {(key, agency.path): 0 for key in LABELS for agency in agencies}
    for (key, path), number in board.found.by_agency.items():
        if key in LABELS:
            counted[key, child_path(path, tops)] += number
    heads, rows = _apart({agency.code: agency_name_today(agency) for agency in agencies}), []
    for agency in agencies:
        more = agency_address(agency, tops)
        url = None if "at" in more else url_for("DashboardView.index", **{**asked, **more})
        cells = [
            figure(key, counted[key, agency.path], board.period.first, board.period.last, more)
            for key in LABELS
        ]
        rows.append(Row(heads[agency.code], url, cells))
    title = _("By agency")
    first = sorted(agencies, key=lambda agency: -counted["completed", agency.path])[:MOST_BARS]
    sentence = _("Nothing happened in this period.")
    if first:
        sentence = _(
            "%(agency)s fully enforced the most cases: %(number)s.",
            agency=agency_name_today(first[0]),
            number=count(counted["completed", first[0].path]),
        )
    labels = _apart({agency.code: agency_name_today(agency) for agency in first})
    shown = [(labels[agency.code], counted["completed", agency.path]) for agency in first]
    drawing = [drawings.bars(str(LABELS["completed"]), sentence, shown)] if len(shown) > 1 else []
    return Part("agencies", title, sentence, drawing, [_("Enforcement agency"), *LABELS.values()], rows)


def child_paths(found: Figures, tops: Scope) -> list[str]:
    """The agencies directly below in which anything is counted."""
    return sorted({child_path(path, tops) for _key, path in found.by_agency})


def _months(
    part: tuple[str, str, str], charts: Sequence[tuple[str, ...]], names: Sequence[str], board: Board
) -> Part:
    """A part over the months: charts of one or two lines, and a table with the newest month first."""
    key, title, sentence = part
    series, months = monthly(board), board.period.months
    labels = [month_text(month) for month in months]
    drawn = [
        drawings.lines(title, sentence, labels, [(str(LABELS[name]), tuple(series[name])) for name in chart])
        for chart in charts
    ]
    rows = []
    for place, month in reversed(list(enumerate(months))):
        days = first_day(month), last_day(month)
        cells = [figure(name, series[name][place], *days, board.more) for name in names]
        rows.append(Row(month_label(month), None, cells))
    return Part(key, title, sentence, drawn, [_("Month"), *(LABELS[name] for name in names)], rows)


def _apart(names: Mapping[str, str]) -> dict[str, str]:
    """Short names by code; those that look alike bear their code, or one bar would hold them all."""
    short = {code: _brief(name) for code, name in names.items()}
    times = Counter(short.values())
    return {code: name if times[name] == 1 else f"({code}) {name}" for code, name in short.items()}


def _brief(name: str) -> str:
    name = name.replace("Thi hành án dân sự", "THADS")
    return name if len(name) <= 40 else name[:39].rstrip() + "…"
