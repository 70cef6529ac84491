"""Templates of papers: every edition, its editor with preview, and the way to approval.

Not here: the steps (`services.document_template`), the language of templates (`exports.papers`).
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.access.identity import current_actor
from backoffice.access.policy import require
from backoffice.errors import ConflictError, InvalidInputError, OpenThadsError
from backoffice.forms.document_template import DocumentTemplateForm
from backoffice.models import DocumentTemplate
from backoffice.models.states import TemplateState
from backoffice.services.document_template import draft_template, edit_template
from backoffice.services.interface import ServiceInterface
from backoffice.views.actions import StepMixin
from backoffice.views.bad_query import BadQueryError
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.errors import sentence
from backoffice.views.filters import ChoiceFilter, TextFilter
from backoffice.views.labels import LABELS
from backoffice.views.listing import refuse_unknown
from backoffice.views.paper_words import PAPER_KINDS, TEMPLATE_LEVELS, TEMPLATE_STATES
from backoffice.views.template_text import faults_shown, fields_shown, sample_preview, text_from
from backoffice.views.words import RULE_SETS
from backoffice.workflow.permissions import Permission


class DocumentTemplateView(StepMixin, ScopedModelView):
    """One edition a row; all agencies share them."""

    route_base = "/document-templates"
    datamodel = ServiceInterface(DocumentTemplate)
    include_route_methods = frozenset({"list", "show", "step", "edit", "copy"})
    has_history = True
    list_title = _l("Templates of papers")
    show_title = _l("Template")
    show_template = "template.html"
    list_columns = ("title_vi", "edition", "state", "agency_level", "rule_set", "valid_from", "valid_to")
    order_columns = ("id", "valid_from")
    base_order = ("id", "desc")
    list_filters = (
        TextFilter("q", _l("Title"), ("title_vi", "title_en")),
        ChoiceFilter("kind", _l("Kind"), ("kind",), choices=PAPER_KINDS),
        ChoiceFilter("state", _l("State"), ("state",), choices=TEMPLATE_STATES),
        ChoiceFilter("rule_set", _l("Rule set"), ("rule_set",), choices=RULE_SETS),
        ChoiceFilter("level", _l("Level of agencies"), ("agency_level",), choices=TEMPLATE_LEVELS),
    )
    show_fieldsets = (
        (_l("Template"), {"fields": ["title_vi", "title_en", "kind", "agency_level", "edition", "state"]}),
        (_l("Legal basis"), {"fields": ["legal_basis", "rule_set", "valid_from", "valid_to"]}),
        (
            _l("Around the text"),
            {"fields": ["heading", "abstract", "symbol_pattern", "recipients", "signer_position"]},
        ),
        (_l("Who"), {"fields": ["prepared_by", "approved_by", "approved_at", "is_start_set"]}),
    )

    def cell(self, row: DocumentTemplate, column: str) -> Cell:
        """The rule set as its year; recipients over several lines."""
        if column == "rule_set":
            return Cell(row.rule_set)
        if column in {"recipients", "legal_basis", "title_vi", "abstract"}:
            return Cell(getattr(row, column), "long")
        return cell(row, column)

    def may_edit(self, row: DocumentTemplate) -> bool:
        """Only a draft is changed; what was proposed or approved is followed by another edition."""
        return row.state == TemplateState.DRAFTED

    def _shown(self, row: DocumentTemplate, **more: Any) -> str:
        faults = faults_shown(row)
        preview = None if faults else sample_preview(row)
        page: str = super()._shown(row, faults=faults, preview=preview, labels=LABELS, **more)
        return page

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: int) -> Any:
        """The editor of a draft; `wish` says whether what was typed is saved or only looked at."""
        refuse_unknown(request.args, set())
        require(current_actor(), Permission.DOCUMENT_TEMPLATE_EDIT)
        row = self.datamodel.find(pk)
        if request.method != "POST":
            form = DocumentTemplateForm(None, obj=row)
            form.version.data = row.version
            return self._editor(row, form)
        form = DocumentTemplateForm(request.form)
        wish = request.form.get("wish", "save")
        if wish not in {"save", "preview"}:
            raise BadQueryError("wish")
        if not form.validate():
            return self._editor(row, form, 400)
        return self._editor(row, form, looked=True) if wish == "preview" else self._save(row, form)

    def reshow_edit(self, typed: MultiDict[str, str], note: str, pk: int) -> Response:
        """The editor filled with what was typed before the session ended; nothing is saved."""
        return self._editor(self.datamodel.find(pk), DocumentTemplateForm(typed), note=note)

    @expose("/copy/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("add")
    def copy(self, pk: int) -> Any:
        """Draft the next edition with the text of this one, and open its editor."""
        made = draft_template(current_actor(), text_from(self.datamodel.find(pk)))
        flash(_("The next edition is a draft. Change it, then propose it."), "good")
        return redirect(url_for(f"{self.endpoint}.edit", pk=made.id))

    def _save(self, row: DocumentTemplate, form: DocumentTemplateForm) -> Any:
        try:
            edit_template(
                current_actor(), row.id, text_from(row, form.values()), expected_version=form.version.data
            )
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except ConflictError as error:
            form.add_error("", sentence(error))
            fresh = self.datamodel.find(row.id)
            form.version.data = fresh.version
            return self._editor(fresh, form, 409)
        except OpenThadsError as error:
            form.add_error("", sentence(error))
        else:
            flash(_("Saved."), "good")
            return redirect(self.url_of(row.id))
        return self._editor(self.datamodel.find(row.id), form, 400)

    def _editor(
        self,
        row: DocumentTemplate,
        form: DocumentTemplateForm,
        status: int = 200,
        *,
        looked: bool = False,
        note: str = "",
    ) -> Response:
        text = text_from(row, form.values()) if looked else None
        faults = faults_shown(text or row) if looked or status == 200 else []
        page = self.render_template(
            "template_edit.html",
            title=_("Change the draft: %(row)s", row=row),
            view=self,
            row=row,
            form=form,
            faults=faults,
            fields=fields_shown(row.kind),
            labels=LABELS,
            preview=sample_preview(text) if text is not None else None,
            note=note,
            address=url_for(f"{self.endpoint}.edit", pk=row.id),
        )
        return make_response(page, status)
