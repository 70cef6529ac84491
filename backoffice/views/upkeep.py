"""Runs of upkeep: what each found and did, and having it done now.

Not here: when it runs (`schedule`), the words (`upkeep_words`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.access.identity import current_actor
from backoffice.models import UpkeepRun
from backoffice.services.interface import ServiceInterface
from backoffice.services.upkeep import ask_for_upkeep
from backoffice.views import queue_filters
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.filters import ChoiceFilter
from backoffice.views.formats import NOTHING, count
from backoffice.views.listing import refuse_unknown
from backoffice.views.upkeep_words import COUNTS, ERRORS, FAULTS, UNEXPECTED, UPKEEPS


class UpkeepView(ScopedModelView):
    """One run of upkeep a row; it is written when the run has ended."""

    route_base = "/upkeep"
    datamodel = ServiceInterface(UpkeepRun)
    include_route_methods = frozenset({"list", "show", "run"})
    list_title = _l("Upkeep of the file store")
    show_title = _l("Run of upkeep")
    intro = _l("When it is done by itself stands among the schedules. A run shows here when it has ended.")
    empty_text = _l("No upkeep has been done yet.")
    list_template = "upkeep_runs.html"
    show_template = "upkeep_run.html"
    list_columns = ("upkeep", "result", "counts", "started_at", "finished_at", "requested_by")
    show_columns = ("upkeep", "result", "counts", "started_at", "finished_at", "requested_by")
    order_columns = ("id",)
    base_order = ("id", "desc")
    list_filters = (
        ChoiceFilter("upkeep", _l("Upkeep"), ("upkeep",), choices=UPKEEPS),
        queue_filters.not_mended,
    )
    extra_args: ClassVar[dict[str, Any]] = {"upkeeps": UPKEEPS}

    def title_of(self, row: UpkeepRun) -> str:
        """What was done, and the number of the run."""
        return f"{self.show_title} {row.id}: {UPKEEPS.get(row.upkeep, row.upkeep)}"

    def cell(self, row: UpkeepRun, column: str) -> Cell:
        """How it ended in a word, and its figures."""
        if column == "result":
            return Cell(_word_of(row), "badge", "bad" if row.is_bad else "good")
        if column == "counts":
            said = [f"{COUNTS.get(name, name)}: {count(number)}" for name, number in row.counts.items()]
            return Cell("; ".join(said) or NOTHING)
        return cell(row, column)

    @expose("/show/<int:pk>")
    @has_access
    def show(self, pk: int) -> Any:
        """One run with the faults that it found."""
        refuse_unknown(request.args, set())
        row: UpkeepRun = self.datamodel.find(pk, self.show_columns)
        faults = [(FAULTS.get(code, code), address) for code, address in row.faults]
        error = ERRORS.get(row.error_code, UNEXPECTED) if row.error_code else None
        return self._shown(row, faults=faults, error=error)

    @expose("/run/<string:name>", methods=["POST"])
    @has_access
    @permission_name("run")
    def run(self, name: str) -> Any:
        """Have upkeep done now."""
        ask_for_upkeep(current_actor(), name)
        flash(_("The upkeep is waiting for a worker. Its result shows here when it has ended."), "good")
        return redirect(url_for("UpkeepView.list"))


def _word_of(row: UpkeepRun) -> str:
    if row.error_code:
        return str(_("Not done"))
    if row.fault_count:
        return str(_("Faults: %(count)s", count=count(row.fault_count)))
    return str(_("No fault"))
