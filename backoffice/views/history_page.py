"""The history of a row on a page of its own: every deed with its field differences, and the row as of any day.

Not here: sentences of an entry (`history`), rebuilding past states (`past`), reading (`queries.history`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from backoffice import clock
from backoffice.models import RowChange
from backoffice.queries.history import changes_of, changes_under, entries_of, first_change_of
from backoffice.views.bad_query import BadQueryError
from backoffice.views.days import read_day
from backoffice.views.formats import day as day_text
from backoffice.views.formats import moment
from backoffice.views.history import HistoryLine, history_lines
from backoffice.views.listing import refuse_unknown
from backoffice.views.past import Lookup, before, differences, past_row, tables
from backoffice.views.tables import Fact, facts_of
from backoffice.views.words import TABLES


@dataclass(frozen=True)
class AsOf:
    """The row at the end of a day: its facts, or none when it did not exist, and what is not known."""

    day: date
    groups: Sequence[tuple[Any, Sequence[Fact]]]
    doubt: str


# Other rows that one deed changed, in the history of a row; the log of all deeds shows more of them.
MOST_OTHERS = 10


class HistoryMixin:
    """Adds the page of a row's history; whoever may open the row may read it."""

    datamodel: Any
    show_columns: Any
    render_template: Any
    title_of: Any
    cell: Any

    @expose("/history/<int:pk>")
    @has_access
    @permission_name("show")
    def history(self, pk: int) -> Any:
        """All that happened to the row, newest first; with `as_of` also the row at the end of that day."""
        refuse_unknown(request.args, {"as_of"})
        wanted = _day(request.args.get("as_of", ""))
        row = self.datamodel.find(pk, self.show_columns)
        own = changes_of(row)
        entries = entries_of(row, {change.log_id for change in own})
        under = changes_under({entry.id for entry in entries})
        every = list({change.id: change for change in (*own, *under)}.values())
        lookup = Lookup(every)
        lines = [
            self._with_changes(line, row, [change for change in every if change.log_id == entry.id], lookup)
            for line, entry in zip(history_lines(entries), entries, strict=True)
        ]
        return self._history_page(row, lines, self._as_of(row, wanted) if wanted else None)

    def _with_changes(
        self, line: HistoryLine, row: Any, changes: Sequence[RowChange], lookup: Lookup
    ) -> HistoryLine:
        """What a deed changed: of this row in the words of this screen, of others with their kind, not too many."""
        own = [change for change in changes if _is_of(change, row)]
        others = [change for change in changes if not _is_of(change, row)]
        found = [item for change in own for item in differences(change, lookup, self.cell, row)]
        for change in others[:MOST_OTHERS]:
            kind = str(TABLES.get(change.subject_type, _("Another row")))
            found += [replace(item, of=kind) for item in differences(change, lookup)]
        return replace(line, changes=found, is_cut=len(others) > MOST_OTHERS)

    def _as_of(self, row: Any, day: date) -> AsOf:
        end = datetime.combine(day + timedelta(days=1), time.min, clock.VIETNAM)
        first = first_change_of(row)
        made_at = first.at if first is not None and first.is_creation else getattr(row, "created_at", None)
        if made_at is not None and made_at >= end:
            return AsOf(
                day, (), str(_("This row did not exist yet: it was made on %(at)s.", at=moment(made_at)))
            )
        later = changes_of(row, after=end)
        then = past_row(row.__tablename__, row, before(later), Lookup(later))
        return AsOf(day, facts_of(self, then), _doubt(row, first, end))

    def _history_page(self, row: Any, lines: list[HistoryLine], as_of: AsOf | None) -> str:
        page: str = self.render_template(
            "history.html",
            title=_("History: %(what)s", what=self.title_of(row)),
            view=self,
            row=row,
            lines=lines,
            as_of=as_of,
            typed=request.args.get("as_of", ""),
            keeps_changes=row.__tablename__ in tables(),
        )
        return page


def _is_of(change: RowChange, row: Any) -> bool:
    return (change.subject_type, change.subject_id) == (row.__tablename__, row.id)


def _doubt(row: Any, first: RowChange | None, end: datetime) -> str:
    """What is not known of that day: fields that changed before their changes were kept."""
    if first is not None and (first.is_creation or first.at < end):
        return ""
    known_from = first.at if first is not None else getattr(row, "changed_at", None)
    if known_from is None or known_from < end:
        return ""
    return str(
        _(
            "Field by field the history of this row begins on %(at)s. Below is the oldest state that is known; "
            "between %(day)s and that moment it may have been changed.",
            at=moment(known_from),
            day=day_text(end.date() - timedelta(days=1)),
        )
    )


def _day(text: str) -> date | None:
    """The day, or None when none was asked for. Raises BadQueryError for what is no day, or not yet over."""
    if not text:
        return None
    found = read_day(text)
    if found is None or found.year < 1900 or found > clock.today():
        raise BadQueryError("as_of")
    return found
