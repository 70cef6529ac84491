"""Giving an officer's open work to others: who has how much, choosing, the preview, starting it.

Not here: the plan and the giving (`services.reassignment`), what the forms sent (`reassignment_form`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError
from backoffice.models.states import TaskKind
from backoffice.services.background_task import TaskOrder, request_task, start
from backoffice.services.reassignment import Colleague, Holder, Line, holder, holders, plan_reassignment
from backoffice.views.addresses import show_address
from backoffice.views.cells import Cell, cell, staff_name
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.reassignment_form import Asked, Given, read_asked, read_reason_of, read_rows, value_of
from backoffice.views.reassignment_words import SCREENS_OF, WORK_WORDS, titles_of
from backoffice.views.task_run import take_steps
from backoffice.workflow.background_task import MOST_ROWS, ROWS_AT_ONCE
from backoffice.workflow.messages import N_


class ReassignmentView(BaseView):
    """The work of one officer for those who assign it."""

    route_base = "/reassignment"
    default_view = "index"
    list_title = _l("Handing work over")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """Who of the agency has how much open work."""
        refuse_unknown(request.args, set())
        return self.render_template(
            "reassignment.html", title=self.list_title, holders=holders(current_actor()), name_of=staff_name
        )

    @expose("/officer/<int:pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("index")
    def officer(self, pk: int) -> Any:
        """Choose which work goes to whom; on POST show what each row would become, changing nothing."""
        refuse_unknown(request.args, set())
        found, colleagues = holder(current_actor(), pk)
        if request.method != "POST":
            return self._choice(found, colleagues, Asked())
        asked = read_asked(request.form, colleagues)
        try:
            asked.check()
        except InvalidInputError as error:
            return make_response(self._choice(found, colleagues, asked, error), 400)
        return self._preview(found, colleagues, asked)

    @expose("/start/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("index")
    def start(self, pk: int) -> Any:
        """Give the ticked rows of a preview away: a few at once, many by a worker."""
        found, colleagues = holder(current_actor(), pk)
        rows = read_rows(request.form)
        try:
            reason = read_reason_of(request.form)
            if not rows:
                raise InvalidInputError("rows", N_("Tick at least one row."))
        except InvalidInputError as error:
            asked = read_asked(request.form, colleagues)
            return make_response(self._preview(found, colleagues, asked, error), 400)
        tasks = [
            _begin(screen, [row for row in rows if row.table == table], reason)
            for table, screen in SCREENS_OF.items()
            if any(row.table == table for row in rows)
        ]
        flash(_("The work is being given over. The receipt says of each row what became of it."), "good")
        address = url_for("TaskView.show", pk=tasks[0]) if len(tasks) == 1 else url_for("TaskView.list")
        return redirect(address)

    def _choice(
        self,
        found: Holder,
        colleagues: Sequence[Colleague],
        asked: Asked,
        error: InvalidInputError | None = None,
    ) -> str:
        page: str = self.render_template(
            "reassignment_choice.html",
            title=_("Hand over the work of %(name)s", name=staff_name(found.member)),
            holder=found,
            colleagues=colleagues,
            asked=asked,
            works=WORK_WORDS,
            bad={"field": error.field, "sentence": sentence(error)} if error else {},
        )
        return page

    def _preview(
        self,
        found: Holder,
        colleagues: Sequence[Colleague],
        asked: Asked,
        error: InvalidInputError | None = None,
    ) -> str:
        names = {person.id: person for person in colleagues}
        chosen = [names[key] for key in asked.to]
        lines = plan_reassignment(current_actor(), found.member.id, asked.works, chosen)
        open_lines = [line for line in lines if line.to_id is not None]
        page: str = self.render_template(
            "reassignment_preview.html",
            title=_("Hand over the work of %(name)s", name=staff_name(found.member)),
            holder=found,
            chosen=[(person, sum(line.to_id == person.id for line in open_lines)) for person in chosen],
            asked=asked,
            lines=[_shown(line, names) for line in open_lines],
            left=[_shown(line, names) for line in lines if line.to_id is None],
            is_full=len(lines) == MOST_ROWS,
            bad={"field": error.field, "sentence": sentence(error)} if error else {},
        )
        return page


def _begin(screen: str, rows: Sequence[Given], reason: str) -> int:
    """Queue the task for the rows of one screen, and do it now when it is small; returns its id."""
    parameters = {
        "step": "reassign" if screen == "CaseView" else "hand_over",
        "to": {str(row.key): [list(row.works), row.to_id] for row in rows},
        "reason": reason,
        "language": str(get_locale()),
        "missing": 0,
    }
    at_once = len(rows) <= ROWS_AT_ONCE
    order = TaskOrder(TaskKind.STEPS, screen, parameters)
    pairs = [(row.key, row.version) for row in rows]
    task_id = request_task(current_actor(), order, pairs, at_once=at_once).id
    ticket = start(task_id) if at_once else None
    if ticket is not None:
        take_steps(ticket)
    return task_id


def _shown(line: Line, names: dict[int, Colleague]) -> dict[str, Any]:
    """One row of a plan as the page shows it."""
    row = line.row
    due: Cell = cell(row, "due_on" if row.__tablename__ == "online_request" else "accepted_on")
    return {
        "value": value_of(line),
        "title": titles_of(row),
        "url": show_address(SCREENS_OF[row.__tablename__], row.id),
        "state": cell(row, "state"),
        "works": ", ".join(str(WORK_WORDS[work]) for work in line.works),
        "due": due.text,
        "to": names[line.to_id].name if line.to_id is not None else "",
        "is_fixed": line.is_fixed,
    }
