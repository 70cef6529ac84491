"""Drafting a paper about a row: choosing the kind, filling in what no row knows, seeing what the rows give.

Not here: what stands on which paper (`services.paper_data`), the papers' own pages (`official_document`).
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.forms.official_document import PaperForm, form_of
from backoffice.models.states import OfficialDocumentKind
from backoffice.services.document import find_subject
from backoffice.services.official_document import Outline, PaperOrder, outline_paper, prepare_paper
from backoffice.services.paper_heading import Signer
from backoffice.views.attaching import address_of, vault
from backoffice.views.errors import sentence
from backoffice.views.formats import day, money
from backoffice.views.listing import refuse_unknown
from backoffice.views.paper_words import PAPER_KINDS
from backoffice.workflow.official_document import KINDS_OF, SERIES
from exports.papers import FIELDS, Field, FieldType


class PaperAddMixin:
    """Adds the pages that draft a paper under a row; the screen names `add` and `draft` among its routes."""

    render_template: Any
    list_title: Any
    url_of: Any

    @expose("/add/<string:subject>/<int:pk>")
    @has_access
    def add(self, subject: str, pk: int) -> Any:
        """The kinds of paper that fit the row."""
        refuse_unknown(request.args, set())
        row = find_subject(current_actor(), subject, pk)
        kinds = [
            (
                PAPER_KINDS[kind],
                url_for("OfficialDocumentView.draft", subject=subject, pk=pk, kind=kind.value),
            )
            for kind in KINDS_OF[subject]
        ]
        if len(kinds) == 1:
            return redirect(kinds[0][1])
        return self.render_template(
            "paper_kinds.html",
            title=_("Draft a paper: %(row)s", row=row),
            view=self,
            kinds=kinds,
            back=address_of(subject, pk),
        )

    @expose("/draft/<string:subject>/<int:pk>/<string:kind>", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def draft(self, subject: str, pk: int, kind: str) -> Any:
        """The form of a paper; on POST its values are frozen and the draft is shown."""
        refuse_unknown(request.args, set())
        outline = _outline(subject, pk, kind)
        posted = request.form if request.method == "POST" else None
        form = _form(outline, kind, posted)
        if posted is None:
            return self._draft_page(outline, form, (subject, pk, kind))
        if not form.validate():
            return self._draft_page(outline, form, (subject, pk, kind), 400)
        signer = Signer(
            form.signer_authority.data or "", form.signer_position.data or "", form.signer_name.data or ""
        )
        chosen = signer if "signer_name" in form.columns else None
        order = PaperOrder(OfficialDocumentKind(kind), subject, pk, form.given(), chosen)
        try:
            paper = prepare_paper(current_actor(), order, vault())
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except StateError as error:
            form.add_error("", sentence(error))
        else:
            flash(_("The draft is ready. Its values are kept as they are now."), "good")
            return redirect(self.url_of(paper.id))
        return self._draft_page(outline, form, (subject, pk, kind), 400)

    def reshow_draft(
        self, typed: MultiDict[str, str], note: str, subject: str, pk: int, kind: str
    ) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        outline = _outline(subject, pk, kind)
        return self._draft_page(outline, _form(outline, kind, typed), (subject, pk, kind), note=note)

    def _draft_page(
        self,
        outline: Outline,
        form: PaperForm,
        place: tuple[str, int, str],
        status: int = 200,
        note: str = "",
    ) -> Response:
        subject, pk, kind = place
        page = self.render_template(
            "paper_draft.html",
            title=_("Draft a paper: %(row)s", row=PAPER_KINDS[kind]),
            view=self,
            form=form,
            known=_known(outline, kind),
            edition=outline.template,
            note=note,
            address=url_for("OfficialDocumentView.draft", subject=subject, pk=pk, kind=kind),
            back=address_of(subject, pk),
        )
        return make_response(page, status)


def _outline(subject: str, pk: int, kind: str) -> Outline:
    if kind not in set(OfficialDocumentKind):
        raise NotFoundError
    actor = current_actor()
    find_subject(actor, subject, pk)
    return outline_paper(actor, OfficialDocumentKind(kind), subject, pk)


def _form(outline: Outline, kind: str, typed: MultiDict[str, str] | None) -> PaperForm:
    asked = [field for field in FIELDS[kind] if field.name not in outline.values]
    signs = OfficialDocumentKind(kind) in SERIES
    made = form_of(asked, with_signer=signs, english=str(get_locale()) == "en")
    usual = {f"signer_{name}": getattr(outline.signer, name) for name in ("authority", "position", "name")}
    form = made(typed) if typed is not None else made(None, data=usual)
    form.version.data = 1
    return form


def _known(outline: Outline, kind: str) -> list[tuple[str, str]]:
    """What the rows give, with the labels of the language of the request."""
    english = str(get_locale()) == "en"
    return [
        (field.label_en if english else field.label_vi, _shown(field, outline.values[field.name]))
        for field in FIELDS[kind]
        if field.name in outline.values
    ]


def _shown(field: Field, value: Any) -> str:
    if field.type is FieldType.DATE:
        return day(value)
    if field.type is FieldType.MONEY:
        return money(value)
    if field.type is FieldType.LIST:
        parts = [[(part, row.get(part.name)) for part in field.columns] for row in value]
        return "; ".join(
            ", ".join(_shown(part, cell) for part, cell in row if cell is not None) for row in parts
        )
    return str(value)
