"""Decisions: the one that opens enforcement, and the one on not yet having conditions for it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from backoffice.models import EnforcementDecision, NonEnforceableDecision
from backoffice.services.interface import ServiceInterface
from backoffice.views.actions import StepMixin
from backoffice.views.base import ScopedModelView
from backoffice.views.debtor_record import DebtorRecordView
from backoffice.views.document import DocumentView
from backoffice.views.filters import ChoiceFilter, DayFilter, NumberFilter, TextFilter
from backoffice.views.official_document import OfficialDocumentView
from backoffice.views.words import DECISION_STATES, GROUND_CHOICES
from backoffice.views.work_filters import AgencyFilter, IdFilter


class EnforcementDecisionView(StepMixin, ScopedModelView):
    """Enforcement decisions of cases."""

    route_base = "/enforcement-decisions"
    datamodel = ServiceInterface(EnforcementDecision)
    include_route_methods = frozenset({"list", "show", "step"})
    has_history = True
    list_title = _l("Enforcement decisions")
    show_title = _l("Enforcement decision")
    list_columns = ("decision_number", "case.debtors", "state", "decided_on", "case", "signed_by", "agency")
    order_columns = ("id", "decided_on")
    base_order = ("id", "desc")
    list_filters = (
        TextFilter("q", _l("Decision number"), ("decision_number",)),
        ChoiceFilter("state", _l("State"), ("state",), choices=DECISION_STATES),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("case", "", ("case_id",)),
        IdFilter("at", "", ("agency_id",)),
        NumberFilter("number", "", ("decision_number_key",)),
    )
    show_columns = ("decision_number", "decided_on", "state", "signed_by", "case", "agency")
    tabs = (
        (DocumentView, "enforcement_decision"),
        (OfficialDocumentView, "enforcement_decision"),
    )


class NonEnforceableDecisionView(StepMixin, ScopedModelView):
    """Decisions that a debtor does not yet have the conditions for enforcement."""

    route_base = "/non-enforceable-decisions"
    datamodel = ServiceInterface(NonEnforceableDecision)
    include_route_methods = frozenset({"list", "show", "step"})
    has_history = True
    list_title = _l("Decisions on not yet having conditions")
    show_title = _l("Decision on not yet having conditions")
    list_columns = ("decision_number", "decided_on", "debtor", "ground_code", "state", "agency")
    order_columns = ("id", "decided_on")
    base_order = ("id", "desc")
    list_filters = (
        TextFilter("q", _l("Decision number"), ("decision_number",)),
        ChoiceFilter("state", _l("State"), ("state",), choices=DECISION_STATES),
        ChoiceFilter("ground", _l("Ground"), ("ground_code",), choices=GROUND_CHOICES),
        DayFilter("decided_from", _l("Decided from"), ("decided_on",)),
        DayFilter("decided_to", _l("Decided to"), ("decided_on",), until=True),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("case", "", ("case_id",)),
        IdFilter("at", "", ("agency_id",)),
        NumberFilter("number", "", ("decision_number_key",)),
    )
    show_fieldsets = (
        (_l("Decision"), {"fields": ["decision_number", "decided_on", "state", "ground_code", "signed_by"]}),
        (_l("Concerns"), {"fields": ["debtor", "case", "enforcement_decision", "agency"]}),
    )
    tabs = (
        (DebtorRecordView, "decision"),
        (DocumentView, "non_enforceable_decision"),
        (OfficialDocumentView, "non_enforceable_decision"),
    )
