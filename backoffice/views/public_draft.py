"""From a request to the draft it is about: the number in the address, the secret in the cookie.

Belongs here: opening and changing the draft of this browser, addresses of its steps. Not here: pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, redirect, request, session, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from backoffice import clock
from backoffice.services.document_vault import Vault
from backoffice.services.draft_seal import (
    DraftKey,
    is_number,
    is_secret,
    new_number,
    new_resume_code,
    new_secret,
)
from backoffice.services.request_draft import Draft, DraftGoneError, begin_draft, change_draft, read_draft
from backoffice.services.request_forms import form_of
from backoffice.services.request_steps import AGENCY, CHECK, PAPERS, Filing
from backoffice.views.framework import LOCALE_KEY
from backoffice.workflow.request_form import RequestForm
from backoffice.workflow.request_values import LONGEST_TYPED

COOKIE_PLACE = "draft"


class AlreadySentError(Exception):
    """The request was sent: nothing of it can be changed any more, its receipt is what there is to see."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number


def begin(form: RequestForm, draft: Draft | None = None) -> str:
    """Begin a request with this form in this browser; returns its number."""
    if not is_secret(session.get(COOKIE_PLACE)):
        session[COOKIE_PLACE] = new_secret()
    number = new_number()
    begun = draft or Draft(form.code, form.version)
    begun.locale, begun.resume_code = str(get_locale()), new_resume_code()
    begin_draft(key_of(number), begun)
    return number


def key_of(number: str) -> DraftKey:
    """What opens the draft in this browser. Raises DraftGoneError when it cannot be one of this browser."""
    secret = session.get(COOKIE_PLACE)
    if not is_number(number) or not is_secret(secret):
        raise DraftGoneError
    return DraftKey(number, str(secret), str(current_app.config["SECRET_KEY"]))


def filing_of(number: str) -> Filing:
    """The request as it stands. Raises DraftGoneError, AlreadySentError."""
    draft = read_draft(key_of(number))
    if draft.receipt is not None:
        raise AlreadySentError(number)
    return filing(draft)


def change(number: str, deed: Callable[[Draft], None]) -> Filing:
    """Change the request and return it as it then stands. Raises DraftGoneError, DraftFullError, AlreadySentError."""
    draft = change_draft(key_of(number), deed)
    if draft.receipt is not None:
        raise AlreadySentError(number)
    return filing(draft)


def filing(draft: Draft) -> Filing:
    """A draft with its form, read as of today."""
    return Filing(form_of(draft.form, draft.version), draft, clock.today())


def vault() -> Vault:
    """Where attached files lie."""
    return Vault.of(current_app.config["OPENTHADS"].documents)


def step_url(number: str, step: str) -> str:
    """The address of a step."""
    places = {AGENCY: "public.agency", PAPERS: "public.papers", CHECK: "public.check"}
    if step in places:
        return url_for(places[step], number=number)
    return url_for("public.page", number=number, name=step)


def leave_step(number: str, step: str, found: Filing) -> Response:
    """Where a step leads that was sent: back, to the page that saves, or to what is missing next."""
    wanted = request.form.get("go", "")
    if wanted in current_app.config["LANGUAGES"]:
        session[LOCALE_KEY] = wanted
        return redirect(request.script_root + request.path)
    if wanted == "back":
        before = found.step_before(step)
        return redirect(step_url(number, before) if before else url_for("public.start"))
    if wanted == "save":
        return redirect(url_for("public.save", number=number))
    return redirect(step_url(number, found.next_step()))


def is_leaving() -> bool:
    """Whether the form was sent to leave the page and not to finish it: then nothing is refused."""
    return request.form.get("go", "") in {"back", "save", *current_app.config["LANGUAGES"]}


def is_keepable(typed: Mapping[str, str]) -> bool:
    """Whether this can be kept in a draft: what no field could mean is shown again, and not kept."""
    return all(len(text) <= LONGEST_TYPED for text in typed.values())


def typed_fields(names: Any) -> dict[str, str]:
    """What was typed into these fields; of a field that was sent twice the first one counts.

    A NUL, which no page can show, becomes the sign for what cannot be read.
    """
    return {name: request.form.get(name, "").replace("\x00", "\ufffd") for name in names}
