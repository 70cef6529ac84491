"""The questions of the survey: list, add, change, order, end, and the page as citizens see it.

Not here: results (`survey_results`), asking citizens (`public_survey`).
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_appbuilder import expose, has_access
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import NotFoundError
from backoffice.forms.base import StaffForm
from backoffice.forms.survey_question import (
    KINDS,
    QuestionAddForm,
    QuestionEditForm,
)
from backoffice.models import SurveyQuestion
from backoffice.services.agency_directory import KnownAgency, agency_directory
from backoffice.services.interface import ServiceInterface
from backoffice.services.survey import questions_for
from backoffice.views.bad_query import BadQueryError
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.editing import AddMixin, EditMixin, RowFormMixin
from backoffice.views.filters import ChoiceFilter, TextFilter
from backoffice.views.formats import language
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.public_survey import question_fields
from backoffice.views.survey_forms import ASKED, QUESTION_FORMS, AskedFilter, change, create
from backoffice.views.survey_words import PROCEDURES
from backoffice.views.work_filters import AgencyFilter

_AGENCY = AgencyFilter("agency", _l("Agency"), ("agency_path",))
_USUAL_PROCEDURE, _USUAL_PLACE = "enforcement_request", 100


class SurveyQuestionView(EditMixin, AddMixin, RowFormMixin, ScopedModelView):
    """One edition of a question a row, of the person's agencies; those from above stand in the preview."""

    route_base = "/survey-questions"
    datamodel = ServiceInterface(SurveyQuestion, change=change, create=create)
    include_route_methods = frozenset({"list", "show", "edit", "add", "row_form", "preview"})
    row_forms = QUESTION_FORMS
    form, create_form = QuestionEditForm, QuestionAddForm
    list_title = _l("Survey questions")
    show_title = _l("Survey question")
    add_title = _l("Add a question")
    edit_title = _l("Correct a question")
    intro = _l(
        "What citizens are asked when their request has ended. An agency also asks the questions of the agencies "
        "above it: the preview shows them all."
    )
    empty_text = _l("Your agencies ask no questions of their own.")
    list_template, show_template = "survey_questions.html", "survey_question.html"
    list_columns = ("question_text", "kind", "procedure", "position", "agency", "valid_from", "valid_to")
    order_columns = ("position", "valid_from")
    base_order = ("position", "asc")
    list_filters = (
        TextFilter("q", _l("Words of the question"), ("text_vi", "text_en")),
        AskedFilter("asked", _l("Asked"), ("valid_from",), choices=ASKED),
        ChoiceFilter("procedure", _l("Procedure"), ("procedure",), choices=PROCEDURES),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
    )
    show_fieldsets = (
        (_l("Question"), {"fields": ["text_vi", "text_en", "kind", "options", "edition"]}),
        (_l("Where and when"), {"fields": ["agency", "procedure", "position", "valid_from", "valid_to"]}),
    )
    has_history = True

    def title_of(self, row: SurveyQuestion) -> str:
        """The question in the language of the request."""
        return row.text_en if language() == "en" else row.text_vi

    def short_title(self, row: SurveyQuestion) -> str:
        """The same."""
        return self.title_of(row)

    def may_edit(self, row: SurveyQuestion) -> bool:
        """One that has ended stays."""
        return row.valid_to is None or row.valid_to >= clock.today()

    def cell(self, row: SurveyQuestion, column: str) -> Cell:
        """Codes in words, options one a line."""
        if column == "question_text":
            return Cell(self.title_of(row), "long")
        if column == "kind":
            return Cell(str(KINDS.get(row.kind, row.kind)))
        if column == "procedure":
            return Cell(str(PROCEDURE_WORDS.get(row.procedure, row.procedure)))
        if column == "options":
            return Cell(row.options_text.replace("|", "·") or "—", "long")
        return cell(row, column)

    def new_form(self, typed: MultiDict[str, str] | None) -> StaffForm:
        """The form with the procedures; without anything typed for the own agency, from today on."""
        form = self.create_form(typed)
        form["procedure"].choices = list(PROCEDURES.items())
        if typed is not None:
            form.process(typed)
        else:
            form["agency_id"].process_data(current_user.agency_id)
            form["valid_from"].data, form["position"].data = clock.today(), _USUAL_PLACE
        return form

    @expose("/preview")
    @has_access
    def preview(self) -> Any:
        """All questions that the citizens of an agency are asked today under a procedure, as they see them."""
        refuse_unknown(request.args, {"agency", "procedure"})
        agency = _asked_agency(request.args.get("agency", ""))
        procedure = request.args.get("procedure") or _USUAL_PROCEDURE
        if procedure not in PROCEDURES:
            raise BadQueryError("procedure")
        fields = question_fields(questions_for(agency.path, procedure), {}, {})
        return self.render_template(
            "survey_preview.html",
            title=_l("The page as citizens see it"),
            view=self,
            agency=agency,
            procedure=procedure,
            procedures=PROCEDURES,
            fields=fields,
        )


def _asked_agency(text: str) -> KnownAgency:
    """The agency of the address, else the person's own; a foreign one is a missing one. Raises NotFoundError."""
    directory = agency_directory()
    known = directory.by_code.get(_AGENCY.read(text)) if text.strip() else None
    if not text.strip():
        known = directory.by_id.get(current_user.agency_id or 0)
    if known is None or not current_actor().scope.covers(known.path):
        raise NotFoundError
    return known
