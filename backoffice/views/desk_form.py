"""The form of the desk as one request needs it: its procedure, its day, its usual values, what it hands to the service.

Not here: the page (`desk`), the fields themselves (`forms.desk_entry`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, BinaryIO, cast

from flask import current_app, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from backoffice import clock
from backoffice.forms.desk_entry import DeskForm, desk_form_of, kept_aside, with_slashes
from backoffice.models.request_states import RequestChannel
from backoffice.models.states import DocumentKind
from backoffice.services.agency_directory import sees_one_agency
from backoffice.services.desk_entry import LONGEST_AGO, DeskEntry
from backoffice.services.document_intake import Upload
from backoffice.services.intake import Attachment, NewRequest
from backoffice.services.procedures import procedure_book
from backoffice.views.days import read_day
from backoffice.views.request_words import REQUEST_CHANNELS
from backoffice.workflow.procedures import Procedure
from config import MEGABYTE, DocumentSettings

# What the pages of the book of procedures are called here.
PAGES: Mapping[str, Any] = {
    "applicant": _l("Applicant"),
    "judgment": _l("Judgment"),
    "parties": _l("Parties"),
    "claim": _l("What shall be enforced"),
    "matter": _l("Matter"),
}
# Each kind of paper has its own field, so that nobody has to say afterwards what a file is.
FILE_FIELDS = {
    "files_request": DocumentKind.REQUEST.value,
    "files_judgment": DocumentKind.JUDGMENT.value,
    "files_identity": DocumentKind.IDENTITY.value,
    "files_other": DocumentKind.OTHER.value,
}
_CHANNELS = (RequestChannel.DESK.value, RequestChannel.POST.value)


def form_for(typed: MultiDict[str, str] | None, last_procedure: str) -> DeskForm:
    """The form of the chosen procedure, or of the one used last, with what was typed or the usual values."""
    day, language = _day_of(typed), str(get_locale())
    offered = procedure_book().procedures(day)
    code = _chosen(offered, typed.get("procedure", "") if typed is not None else last_procedure)
    made = desk_form_of(procedure_book().fields(code, day), language)
    usual = {"procedure": code, "received_on": clock.today(), "agency_id": current_user.agency_id}
    form = made(typed, **usual, token=new_token())
    form.procedure.choices = [(row.code, row.title.in_language(language)) for row in offered]
    form.channel.choices = [(channel, REQUEST_CHANNELS[channel]) for channel in _CHANNELS]
    if sees_one_agency():
        # Where there is no choice, the field is not on the page.
        form.agency_id.process_data(current_user.agency_id)
        form.agency_id.raw_data = [str(current_user.agency_id)]
        form.agency_id.process_errors = []
    if typed is None:
        first = "applicant_name" if last_procedure else "procedure"
        form[first].render_kw = {**(form[first].render_kw or {}), "autofocus": True}
    return form


def aside_of(form: DeskForm, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed for other procedures."""
    return kept_aside(form, typed, _known_fields())


def entry_of(form: DeskForm) -> DeskEntry:
    """What the service takes."""
    new = NewRequest(
        procedure=form.procedure.data,
        agency_id=form.agency_id.data,
        values=form.answers(),
        client_token=form.token.data or "",
        channel=RequestChannel(form.channel.data),
        attachments=_attachments(),
        received_on=form.received_on.data,
    )
    return DeskEntry(new, form.originals.data, form.missing.data or "", form.until.data, form.by_email.data)


def new_token() -> str:
    """What makes one sending one dossier; nobody can guess it."""
    return secrets.token_urlsafe(32)


def upload_limit() -> int:
    """How many bytes all files of a dossier may have together."""
    settings: DocumentSettings = current_app.config["OPENTHADS"].documents
    return settings.upload_bytes // MEGABYTE * MEGABYTE


def _attachments() -> list[Attachment]:
    return [
        Attachment(Upload(file.filename or "", cast(BinaryIO, file.stream)), DocumentKind(kind))
        for name, kind in FILE_FIELDS.items()
        for file in request.files.getlist(name)
        if file.filename
    ]


def _chosen(offered: tuple[Procedure, ...], code: str) -> str:
    return code if code in {row.code for row in offered} else offered[0].code


def _day_of(typed: Mapping[str, str] | None) -> date:
    """The day of receipt that was typed, where it can be one; its fields are asked for."""
    today = clock.today()
    text = with_slashes(typed.get("received_on", "")) if typed is not None else ""
    day = read_day(text or "")
    return day if day is not None and today - LONGEST_AGO <= day <= today else today


def _known_fields() -> frozenset[str]:
    book, today = procedure_book(), clock.today()
    return frozenset(field.name for row in book.procedures(today) for field in book.fields(row.code, today))
