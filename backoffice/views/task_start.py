"""Starting tasks from a list: the file of all its rows, and a step on several of them with a preview.

Belongs here: the routes that a list's own buttons lead to. Not here: showing tasks (`task`), which rows were
meant (`task_choice`), doing the work (`task_run`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app, flash, make_response, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.models.states import TaskKind
from backoffice.services.background_task import TaskOrder, request_task, start
from backoffice.services.list_export import FORMATS
from backoffice.services.paging import RowPage
from backoffice.views.actions import read_event_day, read_reason
from backoffice.views.bad_query import BadQueryError
from backoffice.views.errors import sentence
from backoffice.views.list_source import read_address, screen_named
from backoffice.views.listing import ListRequest, read_list_request
from backoffice.views.task_choice import (
    ListStep,
    chosen_rows,
    list_steps,
    read_pairs,
    rows_of,
    step_named,
    verdicts_on,
)
from backoffice.views.task_run import take_steps
from backoffice.workflow.background_task import MOST_ROWS, ROWS_AT_ONCE
from backoffice.workflow.messages import N_
from backoffice.workflow.paper_steps import PAPER_STEPS

_OWN_FIELDS = frozenset({"csrf_token", "format", "which", "row", "page_rows", "step"})
# So many rows of each kind are named on a preview; the others are counted.
SHOWN = 100


@dataclass(frozen=True)
class Chosen:
    """The chosen rows, how many of them are not available, and the list on which they were chosen."""

    rows: Sequence[Any]
    missing: int
    wanted: ListRequest


class StartMixin:
    """Adds the routes that start tasks; `name` is the name of the list's screen."""

    appbuilder: Any
    render_template: Any
    url_of: Any

    @expose("/export/<string:name>", methods=["POST"])
    @has_access
    @permission_name("run")
    def export(self, name: str) -> Any:
        """Ask for the file of all rows of a list that fit its filters."""
        view = self._list_of(name)
        suffix = request.form.get("format", "")
        if suffix not in FORMATS:
            raise BadQueryError("format")
        wanted = _wanted(view)
        parameters = {"address": wanted.saved(), "format": suffix, "language": str(get_locale())}
        task = request_task(current_actor(), TaskOrder(TaskKind.EXPORT, name, parameters))
        flash(_("The file is being made. You may go on with other work."), "good")
        return redirect(self.url_of(task.id))

    @expose("/preview/<string:name>", methods=["POST"])
    @has_access
    @permission_name("run")
    def preview(self, name: str) -> Any:
        """Show what a step would do to the chosen rows; nothing is changed."""
        view = self._list_of(name)
        step = step_named(view, request.form.get("step", ""))
        wanted = _wanted(view)
        return self._preview_page(view, step, Chosen(*chosen_rows(view, request.form, wanted), wanted))

    @expose("/start/<string:name>", methods=["POST"])
    @has_access
    @permission_name("run")
    def start(self, name: str) -> Any:
        """Take the step on the rows of a preview: a few at once, many by a worker."""
        view = self._list_of(name)
        step = step_named(view, request.form.get("step", ""))
        pairs = dict(read_pairs(request.form.get("rows", "")))
        chosen = Chosen(*rows_of(view, sorted(pairs)), _list_left(view))
        try:
            given = _read_given(step)
        except InvalidInputError as error:
            return make_response(self._preview_page(view, step, chosen, error), 400)
        if not chosen.rows:
            raise NotFoundError
        more = {"missing": chosen.missing, "list": chosen.wanted.saved(), "language": str(get_locale())}
        kind = TaskKind.PAPERS if step.transition in PAPER_STEPS.get(step.noun, ()) else TaskKind.STEPS
        order = TaskOrder(kind, name, {"step": step.name, **given, **more})
        return self.begin(order, [(row.id, pairs[row.id]) for row in chosen.rows])

    def begin(self, order: TaskOrder, rows: Sequence[tuple[int, int]]) -> Any:
        """Queue the task, do it now when it is small, and show it."""
        at_once = len(rows) <= ROWS_AT_ONCE
        task = request_task(current_actor(), order, rows, at_once=at_once)
        return self.follow(task.id, at_once=at_once)

    def follow(self, task_id: int, *, at_once: bool) -> Any:
        """Do a small task now, and show it."""
        ticket = start(task_id) if at_once else None
        if ticket is not None:
            take_steps(ticket)
        return redirect(self.url_of(task_id))

    def _list_of(self, name: str) -> Any:
        """The list with this name, for people who may open it. Raises NotFoundError."""
        view = screen_named(name)
        if not self.appbuilder.sm.has_access("can_list", name):
            raise NotFoundError
        return view

    def _preview_page(
        self,
        view: Any,
        step: ListStep,
        chosen: Chosen,
        error: InvalidInputError | None = None,
    ) -> str:
        verdicts = verdicts_on(view, step, chosen.rows)
        possible = [item for item in verdicts if item.refusal is None]
        page: str = self.render_template(
            "task_preview.html",
            title=f"{step.label}: {view.list_title}",
            view=view,
            step=step,
            possible=possible,
            refused=[item for item in verdicts if item.refusal is not None],
            missing=chosen.missing,
            left=chosen.wanted.saved(),
            left_query=urlencode(chosen.wanted.saved()),
            pairs=",".join(f"{item.key}.{item.version}" for item in possible),
            shown=SHOWN,
            bad={"field": error.field, "sentence": sentence(error)} if error else {},
        )
        return page


def list_tools(view: Any, page: RowPage) -> dict[str, Any]:
    """What a list offers beside its rows: whether it can be taken away as a file, and steps on several rows.

    Steps are those that fit the state of at least one row that can be chosen.
    """
    may = current_app.appbuilder.sm.has_access  # type: ignore[attr-defined]
    if not may("can_run", "TaskView") or type(view).__name__ == "TaskView":
        return {"export": False, "steps": []}
    fitting = [step for step in list_steps(view) if not page.states.isdisjoint(step.transition.sources)]
    return {"export": True, "steps": fitting, "most": MOST_ROWS}


def _wanted(view: Any) -> ListRequest:
    """The filters and the order of the list that the button stood on. Raises BadQueryError."""
    address = {name: request.form[name] for name in request.form if name not in _OWN_FIELDS}
    return read_address(view, address)


def _list_left(view: Any) -> ListRequest:
    """The list as it was left for the preview. Raises BadQueryError for an address that is not this list's."""
    try:
        pairs = parse_qsl(request.form.get("list", ""), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise BadQueryError("list") from None
    return read_list_request(MultiDict(pairs), view.shape)


def _read_given(step: ListStep) -> dict[str, str | None]:
    """The reason and the day that go with the step. Raises InvalidInputError for the field."""
    reason = read_reason()
    if step.transition.reason_required and reason is None:
        raise InvalidInputError("reason", N_("Write a reason. It goes into the history of every row."))
    day = read_event_day(request.form.get("on", "")) if step.deed.asks_day else None
    return {"reason": reason, "on": day.isoformat() if day else None}
