"""Enforcement cases with their parties and obligations."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from backoffice.models import CaseParty, EnforcementCase, EnforcementObligation
from backoffice.queries.absences import absence_of_officer
from backoffice.queries.decisions import decided_facts
from backoffice.services.interface import ServiceInterface
from backoffice.views import queue_filters
from backoffice.views.actions import StepMixin
from backoffice.views.base import ScopedModelView
from backoffice.views.case_forms import CASE_FORMS, OBLIGATION_FORMS, PARTY_FORMS
from backoffice.views.case_opening import CaseOpeningMixin
from backoffice.views.document import DocumentView
from backoffice.views.editing import RowFormMixin
from backoffice.views.enforcement_decision import EnforcementDecisionView, NonEnforceableDecisionView
from backoffice.views.filters import ChoiceFilter, DayFilter, NameFilter, NumberFilter, TextFilter
from backoffice.views.official_document import OfficialDocumentView
from backoffice.views.standing_in import StandInMixin, absence_sentence
from backoffice.views.words import CASE_STATES, OBLIGATIONS, ORIGINS, PARTY_ROLES
from backoffice.views.work_filters import AgencyFilter, IdFilter, StaffFilter


class PartyView(RowFormMixin, ScopedModelView):
    """Parties of cases, found by name. The identity number stands on the party's own page alone."""

    route_base = "/parties"
    datamodel = ServiceInterface(CaseParty)
    include_route_methods = frozenset({"list", "show", "row_form"})
    row_forms = PARTY_FORMS
    list_title = _l("Parties")
    show_title = _l("Party")
    list_columns = ("full_name", "role", "address", "case", "agency")
    order_columns = ("id", "name_sort")
    sort_by: ClassVar[dict[str, str]] = {"full_name": "name_sort"}
    base_order = ("id", "desc")
    list_filters = (
        NameFilter("q", _l("Name"), ("name_fold",)),
        ChoiceFilter("role", _l("Role"), ("role",), choices=PARTY_ROLES),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("case", "", ("case_id",)),
    )
    show_fieldsets = (
        (_l("Party"), {"fields": ["full_name", "role", "kind", "address", "case", "agency"]}),
        (_l("Never published"), {"fields": ["identity_number", "birth_on", "phone"]}),
    )


class ObligationView(RowFormMixin, ScopedModelView):
    """Obligations of the debtors of a case."""

    route_base = "/obligations"
    datamodel = ServiceInterface(EnforcementObligation)
    include_route_methods = frozenset({"list", "show", "row_form"})
    row_forms = OBLIGATION_FORMS
    list_title = _l("Obligations")
    show_title = _l("Obligation")
    list_columns = ("obligation_code", "debtor", "amount_vnd", "outstanding_amount_vnd", "case")
    order_columns = ("id",)
    base_order = ("id", "desc")
    list_filters = (
        ChoiceFilter("obligation", _l("Obligation"), ("obligation_code",), choices=OBLIGATIONS),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("case", "", ("case_id",)),
    )
    show_columns = (
        "obligation_code",
        "debtor",
        "amount_vnd",
        "outstanding_amount_vnd",
        "description",
        "case",
        "agency",
    )

    def title_of(self, row: EnforcementObligation) -> str:
        """The kind of the obligation in words."""
        return f"{self.show_title}: {self.cell(row, 'obligation_code').text}"


class CaseView(StandInMixin, CaseOpeningMixin, RowFormMixin, StepMixin, ScopedModelView):
    """Cases: one enforcement decision of one agency each."""

    route_base = "/cases"
    datamodel = ServiceInterface(EnforcementCase, facts=decided_facts, beside=absence_of_officer)
    include_route_methods = frozenset({"list", "show", "add", "step", "row_form"})
    list_template = "case_list.html"
    row_forms = CASE_FORMS
    has_history = True
    list_title = _l("Cases")
    show_title = _l("Case")
    list_columns = ("case_number", "debtors", "state", "judgment_number", "accepted_on", "officer", "agency")
    order_columns = ("id", "accepted_on")
    base_order = ("id", "desc")
    list_filters = (
        TextFilter("q", _l("Case or judgment number"), ("case_number", "judgment_number")),
        ChoiceFilter("state", _l("State"), ("state",), choices=CASE_STATES),
        StaffFilter("officer", _l("Enforcement officer"), ("officer_id",)),
        ChoiceFilter("origin", _l("Origin"), ("origin",), choices=ORIGINS),
        queue_filters.my_cases,
        queue_filters.verification_due,
        DayFilter("accepted_from", _l("Accepted from"), ("accepted_on",)),
        DayFilter("accepted_to", _l("Accepted to"), ("accepted_on",), until=True),
        DayFilter("ended_from", _l("Ended from"), ("ended_on",)),
        DayFilter("ended_to", _l("Ended to"), ("ended_on",), until=True),
        queue_filters.open_cases,
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("at", "", ("agency_id",)),
        NumberFilter("number", "", ("case_number_key", "judgment_number_key")),
    )
    show_fieldsets = (
        (_l("Case"), {"fields": ["case_number", "state", "origin", "agency", "officer"]}),
        (_l("Judgment"), {"fields": ["judgment_number", "judgment_on", "court_name"]}),
        (_l("Course of the case"), {"fields": ["accepted_on", "next_verification_due_on", "ended_on"]}),
    )
    tabs = (
        (PartyView, "case"),
        (ObligationView, "case"),
        (EnforcementDecisionView, "case"),
        (NonEnforceableDecisionView, "case"),
        (DocumentView, "enforcement_case"),
        (OfficialDocumentView, "enforcement_case"),
    )

    def _shown(self, row: Any, **more: Any) -> str:
        """One case; when its officer is away today, who stands in."""
        away = [absence_sentence(row.officer_absence)] if row.officer_absence is not None else []
        return str(super()._shown(row, away=away, **more))
