"""Citizens' requests as the desk, the professional unit and the head see them (R43).

Belongs here: the list, a request's page, what is read out of its seal for it. Not here: forms and steps of it
(`request_forms`, `request_deeds`), what citizens see.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.extensions import db
from backoffice.models import OnlineRequest
from backoffice.queries.online_requests import around_request
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.interface import ServiceInterface
from backoffice.services.request_letters import read_message
from backoffice.views import queue_filters, request_filters
from backoffice.views.actions import StepMixin
from backoffice.views.appointment import AppointmentView
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.document import DocumentView
from backoffice.views.editing import RowFormMixin
from backoffice.views.errors import sentence
from backoffice.views.filters import ChoiceFilter, DayFilter, NameFilter
from backoffice.views.formats import day, late_by
from backoffice.views.next_request import NextRequestMixin, has_moves
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.official_document import OfficialDocumentView
from backoffice.views.request_completion import COMPLETION_FORMS
from backoffice.views.request_facts import classified_lines, declared_lines, why_lines
from backoffice.views.request_figure_filters import REQUEST_LINKS
from backoffice.views.request_forms import REQUEST_FORMS
from backoffice.views.request_merging import MERGE_FORMS
from backoffice.views.request_words import (
    FILTERED_STATES,
    MERGED,
    MESSAGE_KINDS,
    QUIET_FACTS,
    REFUSAL_GROUNDS,
    REQUEST_CHANNELS,
    REQUEST_FIELDSETS,
    WAYS_OF_COMPLETION,
)
from backoffice.views.same_matter import SameMatterMixin
from backoffice.views.standing_in import StandInMixin, absence_sentence, marked
from backoffice.views.visit_forms import visit_facts
from backoffice.views.work_filters import AgencyFilter
from backoffice.workflow.online_request import OPEN_STATES


class OnlineRequestView(
    NextRequestMixin, SameMatterMixin, StandInMixin, RowFormMixin, StepMixin, ScopedModelView
):
    """Requests that citizens sent or handed in, what is due first at the top."""

    route_base = "/requests"
    datamodel = ServiceInterface(OnlineRequest, facts=visit_facts)
    include_route_methods = frozenset({"list", "show", "step", "row_form", "same", "next"})
    row_forms = COMPLETION_FORMS | REQUEST_FORMS | MERGE_FORMS
    # What was written takes the place of the history, which has its own page.
    has_history = False
    list_title = _l("Online requests")
    show_title = _l("Online request")
    show_template = "request.html"
    empty_text = _l("No request has come yet. Citizens send them from the public pages.")
    list_columns = (
        "applicant_name",
        "request_number",
        "procedure",
        "state",
        "due_on",
        "received_at",
        "handler",
        "agency",
    )
    export_columns = ("channel", "total_due_on", "examiner")
    order_columns = ("id", "name_sort", "received_at", "due_on")
    # The day has an index among open requests alone: queues stand in its order, the heading offers none.
    sort_by: ClassVar[dict[str, str]] = {
        "applicant_name": "name_sort",
        "received_at": "received_at",
        "due_on": "",
    }
    base_order = ("id", "desc")
    list_filters = (
        NameFilter("q", _l("Name, with or without marks"), ("name_fold",)),
        request_filters.RequestStateFilter("state", _l("State"), ("state",), choices=FILTERED_STATES),
        queue_filters.request_due,
        request_filters.unanswered,
        request_filters.my_requests,
        request_filters.my_examinations,
        request_filters.asks_to_reopen,
        request_filters.to_be_collected,
        request_filters.archive_asked,
        request_filters.left_alone,
        ChoiceFilter("procedure", _l("Procedure"), ("procedure",), choices=PROCEDURE_WORDS),
        ChoiceFilter("channel", _l("Channel"), ("channel",), choices=REQUEST_CHANNELS),
        DayFilter("total_from", _l("Whole due from"), ("total_due_on",)),
        DayFilter("total_to", _l("Whole due to"), ("total_due_on",), until=True),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        *REQUEST_LINKS,
    )
    show_fieldsets = REQUEST_FIELDSETS
    quiet_when_empty = frozenset(QUIET_FACTS)
    tabs = (
        (DocumentView, "online_request"),
        (OfficialDocumentView, "online_request"),
        (AppointmentView, "request"),
    )

    def title_of(self, row: OnlineRequest) -> str:
        """What it is, and its number."""
        return f"{self.show_title} {row.request_number}"

    def cell(self, row: OnlineRequest, column: str) -> Cell:
        """Codes in words, and a day that has passed while the request is open."""
        if column == "procedure":
            return Cell(str(PROCEDURE_WORDS.get(row.procedure, row.procedure)), "long")
        if column == "classification":
            return Cell(
                " · ".join(f"{label}: {text}" for label, text in classified_lines(row.classification))
            )
        if column == "ground_code" and row.ground_code:
            return Cell(str(REFUSAL_GROUNDS.get(row.ground_code, row.ground_code)), "long")
        found = marked(row, column, cell(row, column))
        if column == "state" and row.duplicate_of_id is not None:
            return Cell(f"{found.text} · {FILTERED_STATES[MERGED]}", "badge", "note")
        due = row.due_on if column == "due_on" and row.state in OPEN_STATES else None
        late = (clock.today() - due).days if due is not None else 0
        if late <= 0:
            return found
        words = late_by(late)
        return Cell(f"{found.text} · {words}", "badge", "bad")

    def _shown(self, row: OnlineRequest, **more: Any) -> str:
        """One request with what was declared and written, and why it is due when it is due."""
        problem, declared, messages = "", [], []
        around = around_request(db.session(), row.id, row.duplicate_of_id or 0)
        try:
            declared = declared_lines(row)
            messages = [(MESSAGE_KINDS[one.kind], one) for one in map(read_message, around.messages)]
        except (KeyMissingError, FileDamagedError) as error:
            problem = sentence(error)
        page: str = super()._shown(
            row,
            declared=declared,
            messages=messages,
            problem=problem,
            reasons=_reasons(row),
            ways=WAYS_OF_COMPLETION,
            has_next=has_moves(),
            appointment=around.appointment,
            away=[absence_sentence(absence) for absence in around.absences],
            merged=[one for one in around.together if one.duplicate_of_id == row.id],
            stands_for=next((one for one in around.together if one.id == row.duplicate_of_id), None),
            classified=classified_lines(row.classification),
            **more,
        )
        return page


def _reasons(row: OnlineRequest) -> list[tuple[str, list[str]]]:
    """Why the step and the whole are due when they are; nothing where no term was set."""
    kept = (
        (_("This step"), row.due_on, row.deadline),
        (_("The whole"), row.total_due_on, row.total_deadline),
    )
    return [
        (_("Why this day: %(what)s", what=f"{what} · {day(due)}" if due else what), lines)
        for what, due, record in kept
        if (lines := why_lines(record))
    ]
