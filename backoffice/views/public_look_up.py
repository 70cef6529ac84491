"""Looking a request up with its code and a number, and the page of the request. Not here: who finds what (services).

The proof that code and number were right stands in the signed session of this browser for half an hour.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.errors import NotFoundError
from backoffice.models.request_states import AppointmentPurpose, RequestMessageKind, RequestState
from backoffice.services.intake_lookup import CitizenAccess, LookUpRefusedError, look_up, must_prove_human
from backoffice.services.request_status import status_of
from backoffice.services.survey import survey_of
from backoffice.views.errors import sentence
from backoffice.views.formats import day, money
from backoffice.views.public_fields import said
from backoffice.views.public_filing import Answer
from backoffice.workflow.procedures import FieldKind, FieldRule

ACCESS = "request"
ACCESS_LASTS = 30 * 60
LONGEST_TYPED = 100

_DAYS = frozenset({FieldKind.DATE, FieldKind.PAST_DATE})
_S = RequestState
# What each state means for somebody who is no official: a heading, and what happens now.
STATES: dict[str, tuple[Any, Any]] = {
    _S.SUBMITTED: (_l("Sent, not opened yet"), _l("The agency has your request. An officer opens it next.")),
    _S.RECEIVED: (_l("Being looked at"), _l("An officer looks whether everything is there.")),
    _S.SUPPLEMENT_ASKED: (_l("Waiting for you"), _l("Something is missing. What it is stands below.")),
    _S.AWAITING_ORIGINALS: (
        _l("Waiting for your originals"),
        _l("Bring or post the originals; where and when stands below."),
    ),
    _S.AWAITING_ASSIGNMENT: (_l("With the leader"), _l("The leader decides which officer handles it.")),
    _S.IN_EXAMINATION: (_l("Being handled"), _l("The professional unit examines your request.")),
    _S.DRAFTED: (
        _l("The answer is drafted"),
        _l("A draft is there; it goes to the head of the agency next."),
    ),
    _S.AWAITING_FILING: (_l("With the leader"), _l("The leader decides how it ends.")),
    _S.AWAITING_SIGNATURE: (
        _l("Waiting for the signature"),
        _l("The answer waits for the head's signature."),
    ),
    _S.SIGNED: (_l("Signed"), _l("The result is signed and comes to you next.")),
    _S.RETURNED: (_l("Finished: the result is there"), _l("The result was given to you or sent.")),
    _S.GUIDED: (_l("Finished: you were told what to do"), _l("What the agency advises stands below.")),
    _S.REFUSED: (_l("Finished: not accepted"), _l("The reason stands below.")),
    _S.FILED: (_l("Finished: filed without action"), _l("The agency keeps it without further action.")),
    _S.WITHDRAWN: (_l("Finished: you took it back"), _l("Nothing more happens.")),
}
_K = RequestMessageKind
MESSAGES: dict[str, Any] = {
    _K.SUPPLEMENT: _l("What is still missing"),
    _K.ACCEPTANCE: _l("Your request is accepted"),
    _K.GUIDANCE: _l("What the agency advises"),
    _K.REFUSAL: _l("Why it is not accepted"),
    _K.RESULT: _l("The result"),
    _K.ANSWER: _l("What you added"),
    _K.WITHDRAWAL: _l("You took the request back"),
    _K.REOPENING: _l("You asked to take it up again"),
}
PURPOSES: dict[str, Any] = {
    AppointmentPurpose.ORIGINALS: _l("Bring the originals"),
    AppointmentPurpose.RESULT: _l("Collect the result"),
}


def look_up_page() -> Answer:
    """Ask for code and number; on POST open the request, or say the same for every reason why not."""
    must_name = must_prove_human()
    if request.method != "POST":
        return _form({}, [], must_name)
    names = ("code", "identity_number", *(("applicant_name",) if must_name else ()))
    typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in names}
    empty = {
        "code": _("Write the code of the request."),
        "identity_number": _("Write the ID number or the tax code."),
        "applicant_name": _("Write the name of the person who asks."),
    }
    problems = [(name, empty[name]) for name in names if not typed[name].strip()]
    if problems:
        return _form(typed, problems, must_name), 400
    try:
        access = look_up(typed["code"], typed["identity_number"], typed.get("applicant_name"))
    except LookUpRefusedError as error:
        return _form(typed, [("code", sentence(error))], must_name), 404
    session[ACCESS] = [
        access.request_id,
        access.agency_path,
        access.failed_tries,
        int(clock.now().timestamp()),
    ]
    return redirect(url_for("public.found"))


def found() -> Answer:
    """Where the request stands. Without the proof of code and number, the page that asks for them."""
    access = open_access()
    if access is None:
        return redirect(url_for("public.look_up"))
    try:
        status = status_of(access)
    except NotFoundError:
        # What was proved opens nothing any more: a petition that was made confidential is proved anew.
        return redirect(url_for("public.look_up"))
    words = STATES[RequestState(status.view.state)]
    return render_template(
        "public/found.html",
        status=status,
        state=words[0],
        meaning=words[1],
        declared=[(said(rule.label), _readable(rule, value)) for rule, value in status.declared],
        why=[sentence(line) for line in status.view.explanation],
        messages=MESSAGES,
        purposes=PURPOSES,
        failed_tries=access.failed_tries,
        survey=survey_of(access),
    )


def _readable(rule: FieldRule, value: str) -> str:
    """A declared value in the reader's language and shape; as it was kept when it has another form."""
    chosen = next((words for code, words in rule.choices if code == value), None)
    if chosen is not None:
        return said(chosen)
    if rule.kind is FieldKind.MONEY and value.isdecimal():
        return money(int(value))
    try:
        return day(date.fromisoformat(value)) if rule.kind in _DAYS else value
    except ValueError:
        return value


def open_access() -> CitizenAccess | None:
    """What this browser has proved; None when it has proved nothing, or too long ago."""
    kept = session.get(ACCESS)
    if not isinstance(kept, list) or len(kept) != 4:
        return None
    request_id, path, failed, at = kept
    if not 0 <= clock.now().timestamp() - at <= ACCESS_LASTS:
        return None
    return CitizenAccess(request_id, path, failed)


def _form(typed: dict[str, str], problems: list[tuple[str, str]], must_name: bool) -> str:
    values = {"code": "", "identity_number": "", "applicant_name": "", **typed}
    return render_template("public/look_up.html", typed=values, problems=problems, must_name=must_name)
