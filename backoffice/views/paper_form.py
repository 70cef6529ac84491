"""The form of a paper: where it is drafted, what it asks for, what the rows and the replaced paper give.

Not here: the pages (`paper_adding`), the fields themselves (`forms.official_document`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from backoffice.access.identity import current_actor
from backoffice.errors import NotFoundError
from backoffice.forms.official_document import PaperForm, as_typed, form_of
from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentKind
from backoffice.services.document import find_subject
from backoffice.services.official_document import Outline, PaperOrder, outline_paper
from backoffice.services.paper_frozen import read_frozen
from backoffice.services.paper_heading import Signer
from backoffice.views.attaching import vault
from backoffice.views.formats import day, money
from backoffice.views.paper_words import PAPER_KINDS
from backoffice.workflow.official_document import SERIES
from exports.papers import FIELDS, Field, FieldType


@dataclass(frozen=True)
class Place:
    """Where a paper is drafted: under which row, of which kind, and which signed paper it takes the place of."""

    subject: str
    pk: int
    kind: str
    old: OfficialDocument | None = None

    def address(self) -> str:
        """The address of the form."""
        if self.old is not None:
            return url_for("OfficialDocumentView.replace", pk=self.old.id)
        return url_for("OfficialDocumentView.draft", subject=self.subject, pk=self.pk, kind=self.kind)

    def title(self) -> str:
        """What the page is called."""
        name = PAPER_KINDS[self.kind]
        if self.old is not None:
            return str(_("Replace a paper: %(row)s", row=f"{name} {self.old.number or ''}".strip()))
        return str(_("Draft a paper: %(row)s", row=name))

    def order(self, form: PaperForm) -> PaperOrder:
        """What the form asks for."""
        chosen = None
        if "signer_name" in form.columns:
            parts = (form.signer_authority, form.signer_position, form.signer_name)
            chosen = Signer(*(part.data or "" for part in parts))
        kind = OfficialDocumentKind(self.kind)
        replaces = self.old.id if self.old is not None else None
        return PaperOrder(kind, self.subject, self.pk, form.given(), chosen, replaces)


def outline_of(place: Place) -> Outline:
    if place.kind not in set(OfficialDocumentKind):
        raise NotFoundError
    actor = current_actor()
    find_subject(actor, place.subject, place.pk)
    return outline_paper(actor, OfficialDocumentKind(place.kind), place.subject, place.pk)


def form_at(outline: Outline, place: Place, typed: MultiDict[str, str] | None) -> PaperForm:
    asked = [field for field in FIELDS[place.kind] if field.name not in outline.values]
    signs = OfficialDocumentKind(place.kind) in SERIES
    made = form_of(asked, with_signer=signs, english=str(get_locale()) == "en")
    signer: Signer = outline.signer
    before: dict[str, object] = {}
    if place.old is not None and typed is None:
        frozen = read_frozen(vault(), place.old)
        signer, before = frozen.signer, {name: as_typed(value) for name, value in frozen.data.items()}
    usual = {f"signer_{name}": getattr(signer, name) for name in ("authority", "position", "name")}
    form = made(typed) if typed is not None else made(None, data={**before, **usual})
    form.version.data = 1
    return form


def known_values(outline: Outline, kind: str) -> list[tuple[str, str]]:
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
