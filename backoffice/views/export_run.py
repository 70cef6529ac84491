"""Runs of the exports: state, progress, the validation report, and asking for a run."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import flash, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.access.identity import current_actor
from backoffice.models import ExportRun
from backoffice.models.states import RunTrigger
from backoffice.services.export_run import cancel_run, request_export, run_again
from backoffice.services.interface import ServiceInterface
from backoffice.services.run_report import TEXTS
from backoffice.views import queue_filters
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.export_report import read_report
from backoffice.views.filters import ChoiceFilter
from backoffice.views.formats import NOTHING, count
from backoffice.views.listing import refuse_unknown
from backoffice.views.words import PACKAGES, RESOURCES, RUN_STATES, PublishedLabel

MOVING = frozenset({"queued", "running", "publishing"})


class ExportRunView(ScopedModelView):
    """One attempt to publish a data package a row."""

    route_base = "/export-runs"
    datamodel = ServiceInterface(ExportRun)
    include_route_methods = frozenset({"list", "show", "progress", "run", "again", "cancel"})
    list_title = _l("Export runs")
    show_title = _l("Export run")
    list_columns = ("package_name", "state", "progress", "created_at", "finished_at", "triggered_by")
    order_columns = ("id",)
    sort_by: ClassVar[dict[str, str]] = {"created_at": "id"}
    base_order = ("id", "desc")
    list_filters = (
        ChoiceFilter("package", _l("Data package"), ("package_name",), choices=PACKAGES),
        ChoiceFilter("state", _l("State"), ("state",), choices=RUN_STATES),
        queue_filters.not_repaired,
    )
    show_fieldsets = (
        (_l("Run"), {"fields": ["package_name", "state", "triggered_by", "requested_by", "attempts"]}),
        (_l("Times"), {"fields": ["created_at", "started_at", "finished_at"]}),
        (_l("Result"), {"fields": ["package_version", "row_counts", "error_code"]}),
    )
    list_template = "export_runs.html"
    show_template = "export_run.html"
    has_history = True
    extra_args: ClassVar[dict[str, Any]] = {"packages": PACKAGES}

    def title_of(self, row: ExportRun) -> str:
        """The package in words, and the number of the run."""
        return f"{self.show_title} {row.id}: {PACKAGES.get(row.package_name, row.package_name)}"

    def cell(self, row: ExportRun, column: str) -> Cell:
        """Progress and row counts as figures, the reason for failing as a sentence."""
        if column == "progress":
            return Cell(progress_text(row), "number")
        if column == "row_counts":
            counts = (row.row_counts or {}).items()
            return Cell(
                "; ".join(f"{RESOURCES.get(name, name)}: {count(rows)}" for name, rows in counts) or NOTHING
            )
        if column == "error_code" and row.error_code:
            return Cell(str(PublishedLabel(*TEXTS.get(row.error_code, TEXTS["unexpected"]))), "long")
        return cell(row, column)

    @expose("/show/<int:pk>")
    @has_access
    def show(self, pk: int) -> Any:
        """One run with its progress and its report."""
        refuse_unknown(request.args, set())
        row = self.datamodel.find(pk, self.show_columns)
        return self._shown(row, moving=row.state in MOVING, report=read_report(row.report))

    @expose("/run/<string:package>", methods=["POST"])
    @has_access
    @permission_name("run")
    def run(self, package: str) -> Any:
        """Ask for a run of a package now."""
        run = request_export(current_actor(), package, RunTrigger.BUTTON)
        flash(_("The run is waiting for its turn."), "good")
        return redirect(self.url_of(run.id))

    @expose("/again/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("run")
    def again(self, pk: int) -> Any:
        """Run a finished export once more."""
        run = run_again(current_actor(), pk)
        flash(_("The run is waiting for its turn."), "good")
        return redirect(self.url_of(run.id))

    @expose("/cancel/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("run")
    def cancel(self, pk: int) -> Any:
        """End a run that waits or works; what was published stays."""
        cancel_run(current_actor(), pk)
        flash(_("The run was cancelled."), "good")
        return redirect(self.url_of(pk))

    @expose("/progress/<int:pk>")
    @has_access
    @permission_name("show")
    def progress(self, pk: int) -> Any:
        """The part of the page that changes while a run goes on; the page's script asks for it every few seconds."""
        refuse_unknown(request.args, set())
        row = self.datamodel.find(pk)
        return self.render_template("export_progress.html", row=row, view=self, moving=row.state in MOVING)


def progress_text(row: ExportRun) -> str:
    """Rows done, of how many where it is known."""
    if not row.progress_done and row.progress_total is None:
        return NOTHING
    done = count(row.progress_done)
    return done if row.progress_total is None else f"{done} / {count(row.progress_total)}"
