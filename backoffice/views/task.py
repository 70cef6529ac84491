"""The tasks that I started from lists: progress, files to take, receipts, undoing.

Other people's tasks are seen by those who watch over them: that they exist, never their files, rows or search terms.
Starting a task: `task_start`. What a receipt shows: `task_receipt`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import current_app, flash, redirect, request, send_file
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import NotFoundError
from backoffice.models import BackgroundTask
from backoffice.services.background_task import cancel_task, note_download, request_undo
from backoffice.services.interface import ServiceInterface
from backoffice.services.list_file import file_of
from backoffice.views.actions import read_reason
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.download import disposition
from backoffice.views.export_run import progress_text
from backoffice.views.filters import ChoiceFilter
from backoffice.views.list_source import screen_named
from backoffice.views.listing import refuse_unknown
from backoffice.views.task_receipt import describe, inverse_of, read_page, receipt_of, watches
from backoffice.views.task_start import StartMixin
from backoffice.views.words import TASK_KINDS, TASK_STATES
from backoffice.workflow.background_task import ROWS_AT_ONCE
from config import Settings
from exports.text import fold_ascii

MOVING = frozenset({"queued", "running"})


class TaskView(StartMixin, ScopedModelView):
    """One task a row."""

    route_base = "/tasks"
    datamodel = ServiceInterface(BackgroundTask)
    include_route_methods = frozenset(
        {"list", "show", "progress", "export", "preview", "start", "cancel", "undo", "download"}
    )
    list_title = _l("My tasks")
    show_title = _l("Task")
    intro = _l("Files of lists and steps on several rows that you asked for. Files are kept for a few days.")
    list_columns = ("title", "state", "progress", "created_at", "finished_at", "requested_by")
    order_columns = ("id",)
    sort_by: ClassVar[dict[str, str]] = {"created_at": "id"}
    base_order = ("id", "desc")
    list_filters = (
        ChoiceFilter("kind", _l("Kind"), ("kind",), choices=TASK_KINDS),
        ChoiceFilter("state", _l("State"), ("state",), choices=TASK_STATES),
    )
    show_columns = ("title", "kind", "state", "requested_by", "created_at", "started_at", "finished_at")
    list_template = "tasks.html"
    show_template = "task.html"

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """Only my own tasks, unless I watch over those of others."""
        actor = current_actor()
        return [] if watches(actor) else [BackgroundTask.requested_by_id == actor.user_id]

    def title_of(self, row: BackgroundTask) -> str:
        """What the task does, and its number."""
        return f"{self.show_title} {row.id}: {describe(row)}"

    def cell(self, row: BackgroundTask, column: str) -> Cell:
        """What the task does in words, and how far it is."""
        if column == "title":
            return Cell(describe(row), "long")
        if column == "progress":
            return Cell(progress_text(row), "number")
        return cell(row, column)

    @expose("/show/<int:pk>")
    @has_access
    def show(self, pk: int) -> Any:
        """The progress of a task, then its file or its receipt."""
        refuse_unknown(request.args, {"page"})
        row = self._visible(pk)
        is_mine = row.requested_by_id == current_actor().user_id
        receipt = receipt_of(row, read_page(request.args.get("page", "1"))) if is_mine else None
        return self._shown(row, moving=row.state in MOVING, receipt=receipt, is_mine=is_mine)

    @expose("/progress/<int:pk>")
    @has_access
    @permission_name("show")
    def progress(self, pk: int) -> Any:
        """The part of the page that changes while the task goes on; the page's script asks for it."""
        refuse_unknown(request.args, set())
        row = self._visible(pk)
        return self.render_template("task_progress.html", row=row, view=self, moving=row.state in MOVING)

    @expose("/cancel/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("run")
    def cancel(self, pk: int) -> Any:
        """End my task; what was done to rows stays done."""
        cancel_task(current_actor(), pk)
        flash(_("The task was cancelled. Rows that were done before stay done."), "good")
        return redirect(self.url_of(pk))

    @expose("/undo/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("run")
    def undo(self, pk: int) -> Any:
        """Take the steps of my task back, on the rows that nobody has touched since."""
        row = self._visible(pk)
        step = inverse_of(row)
        if step is None:
            raise NotFoundError
        reason = read_reason() or str(_("Undoing of task %(number)s", number=pk))
        task = request_undo(current_actor(), pk, step, reason)
        return self.follow(task.id, at_once=(task.progress_total or 0) <= ROWS_AT_ONCE)

    @expose("/download/<int:pk>")
    @has_access
    @permission_name("show")
    def download(self, pk: int) -> Any:
        """The file of my list, as long as I may still see its rows."""
        refuse_unknown(request.args, set())
        settings: Settings = current_app.config["OPENTHADS"]
        self._visible(pk)
        task = note_download(current_actor(), pk)
        path = file_of(settings, task.file_key or "")
        kind = _TYPES[path.suffix]
        answer = send_file(path, kind, conditional=False, etag=False)
        answer.headers["Content-Disposition"] = disposition(_name_of(task, path.suffix))
        return answer

    def _visible(self, pk: int) -> BackgroundTask:
        """My task, or one that I watch over. Raises NotFoundError, with one sentence for all reasons."""
        row: BackgroundTask = self.datamodel.find(pk, self.show_columns)
        actor = current_actor()
        if row.requested_by_id != actor.user_id and not watches(actor):
            raise NotFoundError
        return row


def _name_of(task: BackgroundTask, suffix: str) -> str:
    """What the file is and of which day, in plain letters: the name of the list in the language of the request."""
    words = fold_ascii(str(screen_named(task.screen).list_title)).split()
    day = task.created_at.astimezone(clock.VIETNAM).date()
    return f"{'-'.join(words)}_{day.isoformat()}{suffix}"


_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
