"""Drafting a paper about a row, or in the place of a signed one: choosing the kind, filling in what no row knows.

Not here: what stands on which paper (`services.paper_data`), the papers' own pages (`official_document`).
"""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.access.identity import current_actor
from backoffice.access.policy import in_file_of, require
from backoffice.errors import InvalidInputError, StateError
from backoffice.forms.official_document import PaperForm
from backoffice.services.document import find_subject
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.official_document import Outline, prepare_paper
from backoffice.services.paper_replacement import refuse_replacing
from backoffice.views.attaching import address_of, vault
from backoffice.views.errors import sentence
from backoffice.views.listing import refuse_unknown
from backoffice.views.paper_form import Place, form_at, known_values, outline_of
from backoffice.views.paper_words import PAPER_KINDS
from backoffice.workflow.official_document import KINDS_OF
from backoffice.workflow.permissions import Permission


class PaperAddMixin:
    """Adds the pages that draft a paper under a row; the screen names `add`, `draft` and `replace`."""

    render_template: Any
    list_title: Any
    url_of: Any
    _readable: Any

    @expose("/add/<string:subject>/<int:pk>")
    @has_access
    def add(self, subject: str, pk: int) -> Any:
        """The kinds of paper that fit the row."""
        refuse_unknown(request.args, set())
        row = find_subject(current_actor(), subject, pk)
        require(in_file_of(current_actor(), subject), Permission.OFFICIAL_DOCUMENT_PREPARE)
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
        return self._drafted(Place(subject, pk, kind))

    @expose("/replace/<int:pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def replace(self, pk: int) -> Any:
        """The form of a paper that takes the place of a signed one, filled with what that one says."""
        refuse_unknown(request.args, set())
        old = self._readable(pk)
        require(in_file_of(current_actor(), old.subject_type), Permission.OFFICIAL_DOCUMENT_PREPARE)
        try:
            refuse_replacing(old)
        except StateError as error:
            flash(sentence(error), "bad")
            return redirect(self.url_of(pk))
        return self._drafted(Place(old.subject_type, old.subject_id, old.kind, old))

    def reshow_draft(
        self, typed: MultiDict[str, str], note: str, subject: str, pk: int, kind: str
    ) -> Response:
        """The form filled with what was typed before the session ended; nothing is saved."""
        return self._reshown(Place(subject, pk, kind), typed, note)

    def reshow_replace(self, typed: MultiDict[str, str], note: str, pk: int) -> Response:
        """The same for a paper that takes the place of another. Raises StateError when it no longer can."""
        old = self._readable(pk)
        refuse_replacing(old)
        return self._reshown(Place(old.subject_type, old.subject_id, old.kind, old), typed, note)

    def _reshown(self, place: Place, typed: MultiDict[str, str], note: str) -> Response:
        outline = outline_of(place)
        return self._draft_page(outline, form_at(outline, place, typed), place, note=note)

    def _drafted(self, place: Place) -> Any:
        """The empty form, the form with its faults, or the way to the draft that was made of it."""
        try:
            outline = outline_of(place)
        except (KeyMissingError, FileDamagedError) as error:
            # What was declared cannot be opened, so there is nothing to fill the paper with.
            flash(sentence(error), "bad")
            return redirect(address_of(place.subject, place.pk))
        posted = request.form if request.method == "POST" else None
        form = form_at(outline, place, posted)
        if posted is None:
            return self._draft_page(outline, form, place)
        if not form.validate():
            return self._draft_page(outline, form, place, 400)
        try:
            paper = prepare_paper(current_actor(), place.order(form), vault())
        except InvalidInputError as error:
            form.add_error(error.field, sentence(error))
        except StateError as error:
            form.add_error("", sentence(error))
        else:
            flash(_("The draft is ready. Its values are kept as they are now."), "good")
            return redirect(self.url_of(paper.id))
        return self._draft_page(outline, form, place, 400)

    def _draft_page(
        self, outline: Outline, form: PaperForm, place: Place, status: int = 200, note: str = ""
    ) -> Response:
        page = self.render_template(
            "paper_draft.html",
            title=place.title(),
            view=self,
            form=form,
            known=known_values(outline, place.kind),
            edition=outline.template,
            note=note,
            old=place.old,
            address=place.address(),
            back=self.url_of(place.old.id) if place.old else address_of(place.subject, place.pk),
        )
        return make_response(page, status)
