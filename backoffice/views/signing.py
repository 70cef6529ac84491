"""Papers that wait to be signed: list, review and signing of many, the signature of each, the way by hand.

Not here: one's own keys (`signing_key`), progress and receipt of a batch (`task`), the papers' own pages.
"""

from __future__ import annotations

import re
from typing import Any, BinaryIO, cast

from flask import current_app, flash, make_response, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from backoffice.access.identity import current_actor
from backoffice.access.policy import in_file_of
from backoffice.errors import InvalidInputError, OpenThadsError, StateError
from backoffice.extensions import db
from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentState
from backoffice.queries.signing import papers_to_sign, signature_of
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_signature import attach_scan, check_signature
from backoffice.services.interface import ServiceInterface
from backoffice.services.official_document import open_paper
from backoffice.services.signing_batch import SigningOrder, request_signing
from backoffice.services.signing_key import own_keys
from backoffice.views.attaching import vault
from backoffice.views.bad_query import BadQueryError
from backoffice.views.base import ScopedModelView
from backoffice.views.download import download_of
from backoffice.views.errors import sentence
from backoffice.views.filters import TextFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.signature_words import finding_lines, is_valid
from backoffice.views.signing_rows import own_kinds, reviewed
from backoffice.views.task_choice import read_pairs
from backoffice.views.work_filters import AgencyFilter
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from config import Settings

MOST_REVIEWED = 100
_ID = re.compile(r"[1-9][0-9]{0,17}")


class SigningView(ScopedModelView):
    """Papers from the side of whoever signs them."""

    route_base = "/signing"
    datamodel = ServiceInterface(OfficialDocument)
    include_route_methods = frozenset({"list", "show", "review", "sign", "scan", "check", "download"})
    list_title = _l("Papers to sign")
    show_title = _l("Signature of the paper:")
    empty_text = _l("No paper waits to be signed.")
    list_template = "signing_list.html"
    show_template = "signature.html"
    list_columns = ("title", "number", "issued_on", "prepared_by", "agency")
    order_columns = ("id",)
    base_order = ("id", "asc")
    list_filters = (
        TextFilter("q", _l("Title"), ("title",)),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
    )
    show_fieldsets = (
        (_l("Paper"), {"fields": ["title", "number", "issued_on", "prepared_by", "agency", "sha256"]}),
    )

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """Papers that wait, of the kinds that the person may sign."""
        return [
            OfficialDocument.state == OfficialDocumentState.PREPARED,
            OfficialDocument.kind.in_(own_kinds()),
        ]

    def _shown(self, row: OfficialDocument, **more: Any) -> str:
        """One paper with its signature, and what may be done about it."""
        signature, seen = signature_of(db.session(), row.id), reviewed(row)
        kept = signature.findings if signature else None
        more |= {"signature": signature, "findings": finding_lines(kept), "is_valid": is_valid(kept)}
        why_not = seen.refusal if row.state == OfficialDocumentState.PREPARED else None
        more |= {"why_not": why_not, "may_sign": seen.refusal is None, "seen": seen}
        drafts = in_file_of(current_actor(), row.subject_type).may(Permission.OFFICIAL_DOCUMENT_PREPARE)
        may_open = self.appbuilder.sm.has_access("can_check", self.class_permission_name)
        more["may_check"] = may_open and drafts
        return str(super()._shown(row, **more))

    @expose("/review")
    @has_access
    @permission_name("sign")
    def review(self) -> Any:
        """The papers with their files, to be looked through and ticked; `paper` asks for one alone."""
        refuse_unknown(request.args, {"paper"})
        only = request.args.get("paper", "")
        if only and not _ID.fullmatch(only):
            raise BadQueryError("paper")
        return self._review_page(int(only) if only else 0)

    @expose("/sign", methods=["POST"])
    @has_access
    @permission_name("sign")
    def sign(self) -> Any:
        """Have the ticked papers signed with one passphrase; the task's page shows how far it is."""
        ticked = request.form.getlist("row")
        pairs = read_pairs(",".join(ticked)) if ticked else []
        key, only = request.form.get("key", ""), request.form.get("paper", "")
        if (key and not _ID.fullmatch(key)) or (only and not _ID.fullmatch(only)):
            raise BadQueryError("key")
        secret, language = request.form.get("passphrase", ""), str(get_locale())
        try:
            if not key:
                raise InvalidInputError("key", N_("Choose your key."))
            order = SigningOrder(int(key), secret, pairs, language)
            task = request_signing(current_actor(), order, _settings())
        except (InvalidInputError, StateError) as error:
            bad = {"field": getattr(error, "field", ""), "sentence": sentence(error)}
            page = self._review_page(int(only) if only else 0, frozenset(ticked), bad)
            return make_response(page, 409 if isinstance(error, StateError) else 400)
        flash(_("The papers are being signed. The receipt below says what became of each."), "good")
        return redirect(url_for("TaskView.show", pk=task.id))

    @expose("/scan/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("sign")
    def scan(self, pk: int) -> Any:
        """Take the scan of a paper that was signed by hand."""
        file = request.files.get("scan")
        version = request.form.get("version", "")
        if not _ID.fullmatch(version):
            raise BadQueryError("version")
        try:
            if file is None or not file.filename:
                raise InvalidInputError("scan", N_("Choose the scan as one PDF file."))
            upload = Upload(file.filename, cast(BinaryIO, file.stream))
            attach_scan(current_actor(), pk, upload, vault(), expected_version=int(version))
        except FilesRefusedError as error:
            return self._refused_scan(pk, error.refusals[0][1])
        except (InvalidInputError, StateError) as error:
            return self._refused_scan(pk, error, 409 if isinstance(error, StateError) else 400)
        flash(_("The scan is attached; the paper counts as signed by hand."), "good")
        return redirect(self.url_of(pk))

    @expose("/check/<int:pk>", methods=["POST"])
    @has_access
    @permission_name("check")
    def check(self, pk: int) -> Any:
        """Look at the signature now, and note what was found."""
        check_signature(current_actor(), pk, vault(), _settings().signing)
        flash(_("The signature was checked."), "good")
        return redirect(self.url_of(pk))

    @expose("/download/<int:pk>")
    @has_access
    @permission_name("show")
    def download(self, pk: int) -> Any:
        """The file of a paper, to be looked at before signing."""
        refuse_unknown(request.args, set())
        return download_of(open_paper(current_actor(), pk, vault()))

    def _refused_scan(self, pk: int, error: OpenThadsError, status: int = 400) -> Any:
        row = self.datamodel.find(pk, self.show_columns)
        return make_response(self._shown(row, bad=sentence(error)), status)

    def _review_page(
        self, only: int, ticked: frozenset[str] = frozenset(), bad: dict[str, str] | None = None
    ) -> str:
        papers = papers_to_sign(db.session(), own_kinds(), MOST_REVIEWED, only or None)
        page: str = self.render_template(
            "signing_review.html",
            title=_("Review and sign"),
            view=self,
            rows=[reviewed(paper) for paper in papers],
            keys=own_keys(current_actor()),
            ticked=ticked,
            only=only,
            most=MOST_REVIEWED,
            bad=bad or {},
        )
        return page


def _settings() -> Settings:
    return cast(Settings, current_app.config["OPENTHADS"])
