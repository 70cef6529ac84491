"""What an applicant does with a request after looking it up: answer, choose a time, take it back, ask to take it up again.

Not here: opening it with code and number (`public_look_up`), the deeds (`services.citizen_request`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, BinaryIO, cast

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import refresh

from backoffice.errors import InvalidInputError, StateError
from backoffice.models.states import DocumentKind
from backoffice.services.citizen_request import (
    RequestView,
    answer_supplement,
    ask_reopening,
    choose_time,
    open_result,
    withdraw_request,
)
from backoffice.services.document import MOST_FILES
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_store import StoreFullError
from backoffice.services.intake import Attachment
from backoffice.services.intake_lookup import CitizenAccess
from backoffice.services.request_letters import TEXT_LENGTH
from backoffice.services.request_status import offered_times, status_of
from backoffice.views.download import download_of
from backoffice.views.errors import sentence
from backoffice.views.framework import LOCALE_KEY
from backoffice.views.public_draft import vault
from backoffice.views.public_filing import Answer
from backoffice.views.public_kept import AccessOverError, NotTakenError, left_for
from backoffice.views.public_look_up import open_access
from config import MEGABYTE

Problems = list[tuple[str, str]]
_LONGEST_KEY = 15


@dataclass(frozen=True)
class Deed:
    """One thing that may be done by writing a text: its words, whether it may be done now, and doing it."""

    title: Any
    intro: Any
    label: Any
    button: Any
    done: Any
    is_possible: Callable[[RequestView], bool]
    run: Callable[[CitizenAccess, str], None]
    takes_files: bool = False


def answer() -> Answer:
    """Send what the agency asked for."""
    return _write(ANSWER)


def withdraw() -> Answer:
    """Take the request back."""
    return _write(WITHDRAW)


def reopen() -> Answer:
    """Ask the agency to take the request up again."""
    return _write(REOPEN)


def appointment() -> Answer:
    """Choose a time to come, or another one."""
    access = open_access()
    if access is None:
        return redirect(url_for("public.look_up"))
    status = status_of(access)
    if not status.view.can_choose_time:
        return redirect(url_for("public.found"))
    error = ""
    if request.method == "POST":
        chosen = request.form.get("slot", "")
        error = _("Choose one of the times.")
        if chosen.isascii() and chosen.isdecimal() and len(chosen) <= _LONGEST_KEY:
            error = _booked(access, int(chosen))
        if not error:
            flash(_("Your time is noted."), "good")
            return redirect(url_for("public.found"))
    times = offered_times(access)
    days = [(day, list(slots)) for day, slots in groupby(times, key=lambda slot: slot.starts_at.date())]
    page = render_template("public/appointment.html", status=status, days=days, error=error)
    return page, (400 if error else 200)


def result(paper_id: int) -> Answer:
    """The file of a signed paper of the request."""
    access = open_access()
    if access is None:
        return redirect(url_for("public.look_up"))
    return download_of(open_result(access, paper_id, vault()))


def _booked(access: CitizenAccess, slot_id: int) -> str:
    try:
        choose_time(access, slot_id)
    except (InvalidInputError, StateError) as refusal:
        return sentence(refusal)
    return ""


def _write(deed: Deed) -> Answer:
    access = open_access()
    if access is None:
        return left_for(AccessOverError())
    status = status_of(access)
    if not deed.is_possible(status.view):
        return left_for(NotTakenError())
    if request.method != "POST":
        return _page(deed, status, "", [])
    text = request.form.get("text", "").replace("\x00", "\ufffd")
    if (wanted := request.form.get("go")) in current_app.config["LANGUAGES"]:
        session[LOCALE_KEY] = wanted
        refresh()
        return _page(deed, status_of(access), text, [])
    problems = _done(deed, access, text)
    if problems:
        return _page(deed, status, text, problems), 400
    flash(str(deed.done), "good")
    return redirect(url_for("public.found"))


def _done(deed: Deed, access: CitizenAccess, text: str) -> Problems:
    try:
        deed.run(access, text)
    except FilesRefusedError as refusal:
        return [("files", f"{name}: {sentence(reason)}") for name, reason in refusal.refusals]
    except (InvalidInputError, StateError, StoreFullError) as refusal:
        field = getattr(refusal, "field", "text")
        return [(field if field in {"text", "files"} else "text", sentence(refusal))]
    return []


def _answered(access: CitizenAccess, text: str) -> None:
    files = [
        Attachment(Upload(item.filename, cast(BinaryIO, item.stream)), DocumentKind.OTHER)
        for item in request.files.getlist("files")
        if item.filename
    ]
    answer_supplement(access, text, files, vault())


def _page(deed: Deed, status: Any, text: str, problems: Sequence[tuple[str, str]]) -> str:
    settings = vault().settings
    limits: Mapping[str, int] = {
        "most": TEXT_LENGTH,
        "most_files": MOST_FILES,
        "most_megabytes": settings.upload_bytes // MEGABYTE,
        "most_pages": settings.pdf_pages,
    }
    asked = next((said for said in reversed(status.view.messages) if said.kind == "supplement"), None)
    shown = {"deed": deed, "status": status, "asked": asked, "text": text, "problems": problems}
    return render_template("public/request_deed.html", **shown, **limits)


ANSWER = Deed(
    _l("Add what is missing"),
    _l("Write an answer, attach files, or both. The agency goes on from there."),
    _l("Your answer"),
    _l("Send the answer"),
    _l("Your answer is with the agency."),
    lambda view: view.can_answer,
    _answered,
    takes_files=True,
)
WITHDRAW = Deed(
    _l("Take the request back"),
    _l("The agency then stops. You can ask to take it up again, or send a new request."),
    _l("Why (may stay empty)"),
    _l("Take it back"),
    _l("The request is taken back."),
    lambda view: view.can_withdraw,
    withdraw_request,
)
REOPEN = Deed(
    _l("Ask to take the request up again"),
    _l("An officer decides whether the request is taken up again."),
    _l("Why, and what is new"),
    _l("Ask"),
    _l("The agency has your wish."),
    lambda view: view.can_ask_reopening,
    ask_reopening,
)
