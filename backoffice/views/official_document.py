"""Papers that agencies make: list, page with preview and file, the steps from draft to withdrawal.

Not here: drafting (`paper_adding`), the register of numbers (`document_number`), templates (`document_template`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import current_app, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from backoffice.access.identity import current_actor
from backoffice.access.policy import in_file_of
from backoffice.errors import NotFoundError
from backoffice.models import OfficialDocument
from backoffice.services.document import SUBJECTS
from backoffice.services.interface import ServiceInterface
from backoffice.services.official_document import open_paper
from backoffice.services.paper_frozen import paper_of, read_frozen
from backoffice.services.paper_replacement import can_be_replaced
from backoffice.views.actions import StepMixin
from backoffice.views.attaching import address_of, vault
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.download import download_of
from backoffice.views.filters import ChoiceFilter, DayFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.paper_adding import PaperAddMixin
from backoffice.views.paper_filters import PaperNumberFilter
from backoffice.views.paper_preview import preview_or_refusal
from backoffice.views.paper_words import PAPER_KINDS, PAPER_STATES
from backoffice.views.work_filters import AgencyFilter, SubjectFilter
from backoffice.workflow.permissions import Permission
from exports.check_code import written


class OfficialDocumentView(PaperAddMixin, StepMixin, ScopedModelView):
    """Papers of one's own agencies."""

    route_base = "/official-documents"
    datamodel = ServiceInterface(OfficialDocument)
    include_route_methods = frozenset(
        {"list", "show", "step", "add", "draft", "replace", "preview", "progress", "download"}
    )
    has_history = True
    list_title = _l("Papers")
    show_title = _l("Paper")
    empty_text = _l(
        "There are no papers yet. Open a case, a decision or a debtor record and draft one on its Papers tab."
    )
    list_template = "papers.html"
    show_template = "paper.html"
    list_columns = ("title", "number", "issued_on", "state", "agency")
    order_columns = ("id", "issued_on")
    base_order = ("id", "desc")
    list_filters = (
        PaperNumberFilter("q", _l("Number, or number/symbol")),
        ChoiceFilter("kind", _l("Kind"), ("kind",), choices=PAPER_KINDS),
        ChoiceFilter("state", _l("State"), ("state",), choices=PAPER_STATES),
        DayFilter("issued_from", _l("Dated from"), ("issued_on",)),
        DayFilter("issued_to", _l("Dated to"), ("issued_on",), until=True),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        *(SubjectFilter(name, "") for name in SUBJECTS),
    )
    show_fieldsets: ClassVar[Any] = (
        (_l("Paper"), {"fields": ["title", "kind", "state", "subject", "agency", "error_code"]}),
        (_l("Number and symbol"), {"fields": ["number", "issued_on", "check_code", "replaced_by"]}),
        (_l("Made from"), {"fields": ["template", "prepared_by", "created_at", "signed_by", "sha256"]}),
    )

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """Papers about rows that the person may read."""
        actor = current_actor()
        readable = [name for name, kind in SUBJECTS.items() if actor.may(kind.permission)]
        return [OfficialDocument.subject_type.in_(readable)]

    def cell(self, row: OfficialDocument, column: str) -> Cell:
        """The row it is about as a link, the code as it stands on paper."""
        if column == "subject":
            subject = ServiceInterface(SUBJECTS[row.subject_type].model).find(row.subject_id)
            return Cell(str(subject), url=address_of(row.subject_type, row.subject_id))
        if column == "check_code":
            return Cell(written(row.check_code), "code")
        return cell(row, column)

    def title_of(self, row: OfficialDocument) -> str:
        """What it is called, with its number where it has one."""
        return f"{row.title} {row.number}" if row.number is not None else row.title

    def adding_under(self, row: Any) -> tuple[Any, str] | None:
        """The pages that draft a paper about a row, for people who may."""
        if not in_file_of(current_actor(), row.__tablename__).may(Permission.OFFICIAL_DOCUMENT_PREPARE):
            return None
        return _("Draft a paper"), url_for("OfficialDocumentView.add", subject=row.__tablename__, pk=row.id)

    def _shown(self, row: OfficialDocument, **more: Any) -> str:
        """The page of a paper; whoever drafts papers is offered to replace a signed one."""
        drafts = in_file_of(current_actor(), row.subject_type).may(Permission.OFFICIAL_DOCUMENT_PREPARE)
        return str(super()._shown(row, may_replace=drafts and can_be_replaced(row), **more))

    @expose("/preview/<int:pk>")
    @has_access
    @permission_name("show")
    def preview(self, pk: int) -> Any:
        """What the paper says, as a page; the file alone is the paper."""
        refuse_unknown(request.args, set())
        row = self._readable(pk)
        site_url = current_app.config["OPENTHADS"].site_url
        preview = preview_or_refusal(lambda: paper_of(row.template, read_frozen(vault(), row), row, site_url))
        return self.render_template(
            "paper_preview.html", title=self.title_of(row), view=self, row=row, preview=preview
        )

    @expose("/progress/<int:pk>")
    @has_access
    @permission_name("show")
    def progress(self, pk: int) -> Any:
        """The part of the page that changes while the file is made; the page's script asks for it."""
        refuse_unknown(request.args, set())
        return self.render_template("paper_progress.html", row=self._readable(pk), view=self)

    @expose("/download/<int:pk>")
    @has_access
    def download(self, pk: int) -> Any:
        """The file of a paper, to be saved; that it was taken is recorded first."""
        refuse_unknown(request.args, set())
        return download_of(open_paper(current_actor(), pk, vault()))

    def _readable(self, pk: int) -> OfficialDocument:
        row: OfficialDocument = self.datamodel.find(pk, ("number", "template", "replaced_by"))
        if not current_actor().may(SUBJECTS[row.subject_type].permission):
            raise NotFoundError
        return row
