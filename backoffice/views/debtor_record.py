"""Public records of debtors who do not yet have the conditions for enforcement, with their legal dates."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.models import DebtorRecord
from backoffice.services.interface import ServiceInterface
from backoffice.views import queue_filters
from backoffice.views.actions import StepMixin
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.document import DocumentView
from backoffice.views.filters import ChoiceFilter, DayFilter, NameFilter, TextFilter
from backoffice.views.formats import late_by
from backoffice.views.official_document import OfficialDocumentView
from backoffice.views.words import GROUND_CHOICES, RECORD_STATES
from backoffice.views.work_filters import AgencyFilter, IdFilter

# The states in which the step of a due day has still to be taken.
_OPEN_STEPS = {
    "publish_due_on": ("draft", "approved"),
    "amend_due_on": ("published",),
    "withdraw_due_on": ("withdrawal_due",),
}


class DebtorRecordView(StepMixin, ScopedModelView):
    """What is, was or will be public: the six field groups and the dates of each step."""

    route_base = "/debtor-records"
    datamodel = ServiceInterface(DebtorRecord)
    include_route_methods = frozenset({"list", "show", "step"})
    has_history = True
    list_title = _l("Debtor records")
    show_title = _l("Debtor record")
    list_columns = (
        "full_name",
        "state",
        "address",
        "enforcement_decision_number",
        "publish_due_on",
        "published_on",
        "agency",
    )
    export_columns = ("public_id", "judgment_number", "reason_code")
    order_columns = ("id", "name_sort", "publish_due_on", "published_on")
    sort_by: ClassVar[dict[str, str]] = {"full_name": "name_sort"}
    base_order = ("id", "desc")
    list_filters = (
        NameFilter("q", _l("Name, with or without marks"), ("name_fold",)),
        TextFilter(
            "number", _l("Judgment or decision number"), ("judgment_number", "enforcement_decision_number")
        ),
        ChoiceFilter("state", _l("State"), ("state",), choices=RECORD_STATES),
        queue_filters.publish_due,
        queue_filters.withdraw_due,
        queue_filters.amend_due,
        queue_filters.given_back,
        queue_filters.differs,
        queue_filters.not_removed,
        ChoiceFilter("reason", _l("Reason"), ("reason_code",), choices=GROUND_CHOICES),
        DayFilter("published_from", _l("Published from"), ("published_on",)),
        DayFilter("published_to", _l("Published to"), ("published_on",), until=True),
        DayFilter("withdrawn_from", _l("Publication ended from"), ("withdrawn_on",)),
        DayFilter("withdrawn_to", _l("Publication ended to"), ("withdrawn_on",), until=True),
        queue_filters.timeliness,
        queue_filters.overdue,
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("decision", "", ("decision_id",)),
        IdFilter("at", "", ("agency_id",)),
    )
    show_fieldsets = (
        (
            _l("What the public sees"),
            {
                "fields": [
                    "full_name",
                    "address",
                    "judgment_number",
                    "judgment_on",
                    "court_name",
                    "enforcement_decision_number",
                    "enforcement_decision_on",
                    "obligation_code",
                    "obligation_amount_vnd",
                    "reason_code",
                    "agency",
                ]
            },
        ),
        (
            _l("Publication"),
            {
                "fields": [
                    "state",
                    "publish_due_on",
                    "published_on",
                    "amend_due_on",
                    "updated_on",
                    "withdraw_due_on",
                    "withdrawn_on",
                    "taken_down_at",
                    "public_id",
                    "decision",
                ]
            },
        ),
    )
    tabs = (
        (DocumentView, "debtor_record"),
        (OfficialDocumentView, "debtor_record"),
    )
    # Whether there is something to amend is asked for a published record.
    tabs_at_once = 1

    def cell(self, row: DebtorRecord, column: str) -> Cell:
        """A day that has passed while its step is still open, marked with the days it is late."""
        found, states = cell(row, column), _OPEN_STEPS.get(column, ())
        due = getattr(row, column) if states else None
        late = (clock.today() - due).days if due is not None and row.state in states else 0
        if late <= 0:
            return found
        words = late_by(late)
        return Cell(f"{found.text} · {words}", "badge", "bad")
