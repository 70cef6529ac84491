"""Documents attached to cases, decisions and debtor records: list, page, opening.

Not here: attaching (`attaching`), judging and storing files (`services.document`), how a file goes out (`download`).
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from backoffice.access.identity import current_actor
from backoffice.access.policy import in_file_of
from backoffice.models import Document
from backoffice.services.document import SUBJECTS, open_document
from backoffice.services.interface import ServiceInterface
from backoffice.views.actions import StepMixin
from backoffice.views.attaching import AttachMixin, address_of, vault
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.document_words import DOCUMENT_KINDS, DOCUMENT_STATES
from backoffice.views.download import download_of, opening_lines
from backoffice.views.filters import ChoiceFilter, TextFilter
from backoffice.views.formats import size
from backoffice.views.listing import refuse_unknown
from backoffice.views.work_filters import AgencyFilter, SubjectFilter
from backoffice.workflow.permissions import Permission


class DocumentView(AttachMixin, StepMixin, ScopedModelView):
    """Papers of the files of one's own agencies."""

    route_base = "/documents"
    datamodel = ServiceInterface(Document)
    include_route_methods = frozenset({"list", "show", "step", "add", "download"})
    has_history = True
    list_title = _l("Documents")
    show_title = _l("Document")
    empty_text = _l(
        "There are no documents yet. Open a case, a decision or a debtor record and attach them on its Documents tab."
    )
    show_template = "document.html"
    list_columns = ("title", "kind", "file_name", "size_bytes", "state", "uploaded_at", "agency")
    order_columns = ("id",)
    base_order = ("id", "desc")
    list_filters = (
        TextFilter("q", _l("Title or file name"), ("title", "file_name")),
        ChoiceFilter("kind", _l("Kind"), ("kind",), choices=DOCUMENT_KINDS),
        ChoiceFilter("state", _l("State"), ("state",), choices=DOCUMENT_STATES),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        *(SubjectFilter(name, "") for name in SUBJECTS),
    )
    show_fieldsets = (
        (_l("Document"), {"fields": ["title", "kind", "subject", "state", "is_sensitive", "agency"]}),
        (
            _l("File"),
            {
                "fields": [
                    "file_name",
                    "media_type",
                    "size_bytes",
                    "uploaded_by",
                    "uploaded_at",
                    "removal_rule",
                    "sha256",
                ]
            },
        ),
    )

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """Documents of rows that the person may read."""
        actor = current_actor()
        readable = [name for name, kind in SUBJECTS.items() if actor.may(kind.permission)]
        return [Document.subject_type.in_(readable)]

    def cell(self, row: Document, column: str) -> Cell:
        """The size in words, the row it belongs to as a link."""
        if column == "size_bytes":
            return Cell(size(row.size_bytes), "number")
        if column == "subject":
            subject = ServiceInterface(SUBJECTS[row.subject_type].model).find(row.subject_id)
            return Cell(str(subject), url=address_of(row.subject_type, row.subject_id))
        return cell(row, column)

    def adding_under(self, row: Any) -> tuple[Any, str] | None:
        """The form that attaches to a row, for people who may."""
        if not in_file_of(current_actor(), row.__tablename__).may(Permission.DOCUMENT_ADD):
            return None
        return _("Attach documents"), url_for("DocumentView.add", subject=row.__tablename__, pk=row.id)

    def _shown(self, row: Document, **more: Any) -> str:
        """One document; who opened it, for people who may read the log."""
        actor = current_actor()
        opening = SUBJECTS[row.subject_type].sensitive
        may_open = not row.is_sensitive or any(actor.may(permission) for permission in opening)
        openings = opening_lines(row.id) if actor.may(Permission.LOG_READ) else None
        page: str = super()._shown(row, may_open=may_open, openings=openings, **more)
        return page

    @expose("/download/<int:pk>")
    @has_access
    def download(self, pk: int) -> Any:
        """The file of a document, to be saved; the opening is recorded first."""
        refuse_unknown(request.args, set())
        return download_of(open_document(current_actor(), pk, request.remote_addr or "", vault()))
