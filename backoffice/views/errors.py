"""Answers to what went wrong: one page, one safe sentence, the right number. Never SQL, paths or personal data."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Flask, current_app, render_template
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from backoffice.access.limits import seconds_to_wait
from backoffice.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    OpenThadsError,
    ScopeError,
    StateError,
)
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.document_store import FileMissingError, StoreFullError, is_disk_full
from backoffice.services.identity_search import TooManyLookUpsError
from backoffice.views.bad_query import BadQueryError
from backoffice.views.formats import day
from backoffice.views.labels import LABELS
from backoffice.views.redirects import list_here, previous_page
from backoffice.views.step_labels import step_label
from backoffice.workflow.errors import WorkflowError
from backoffice.workflow.messages import Line, Name

log = logging.getLogger(__name__)

# The first class that fits decides.
_STATUS: tuple[tuple[type[OpenThadsError], int], ...] = (
    (BadQueryError, 400),
    (NotFoundError, 404),
    (ScopeError, 404),
    (NotPermittedError, 403),
    (ConflictError, 409),
    (StateError, 409),
    (InvalidInputError, 400),
    (TooManyLookUpsError, 429),
    (StoreFullError, 507),
    (FileDamagedError, 503),
    (FileMissingError, 503),
    (KeyMissingError, 503),
    (WorkflowError, 409),
)
_HIDDEN = NotFoundError.message
_HEADINGS: Mapping[int, Any] = {
    400: _l("This request cannot be read"),
    401: _l("Sign in first"),
    403: _l("Not allowed"),
    404: _l("Not found"),
    405: _l("Not possible here"),
    409: _l("Not possible now"),
    413: _l("Too much at once"),
    429: _l("Too many attempts"),
    500: _l("Something went wrong"),
    503: _l("Not available at the moment"),
    507: _l("No space"),
}
_SENTENCES: Mapping[int, Any] = {
    400: _l("Go back, open the page again and repeat the step. Nothing was changed."),
    401: _l("Your session has ended. Sign in and repeat the step. Nothing was changed."),
    403: _l("Your role does not allow this. Ask the head of your agency if you need it."),
    404: _l("Not found. It may have been removed, or it belongs to another agency."),
    405: _l("This address does not take this kind of request. Use the buttons of the page."),
    413: _l("What was sent is too large."),
    500: _l(
        "Something went wrong on our side. Open the page again; if it happens once more, tell your administrator "
        "what you did and at what time."
    ),
    503: _l("The database cannot be reached. Try again in a minute; nothing was lost."),
}


def sentence(error: OpenThadsError | Line) -> str:
    """The error's message in the language of the request, with dates and names as people read them."""
    language = str(get_locale())
    params = {name: _readable(value, language) for name, value in error.params.items()}
    if "transition" in params:
        params["transition"] = step_label(str(params.get("workflow", "")), str(params["transition"]))
    if "fields" in params:
        names = str(params["fields"]).split(", ")
        params["fields"] = ", ".join(str(LABELS.get(name, name)) for name in names)
    text: str = _(error.message)
    return text % params if params else text


def install(app: Flask) -> None:
    """Register the handlers on the application."""
    app.register_error_handler(OpenThadsError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    for broken in (OperationalError, InterfaceError):
        app.register_error_handler(broken, _no_database)
    app.register_error_handler(DataError, _bad_data)
    app.register_error_handler(OSError, _system_error)
    app.register_error_handler(500, _broken)


def status_of(error: OpenThadsError) -> int:
    """The number of the answer that an error is told with."""
    return next((number for cls, number in _STATUS if isinstance(error, cls)), 400)


def _refusal(error: OpenThadsError) -> Any:
    status = status_of(error)
    # A foreign row and a missing row must look the same, to the letter.
    page = _page(status, _(_HIDDEN) if status == 404 else sentence(error))
    wait = getattr(error, "seconds", None)
    return page if wait is None else (*page, [("Retry-After", str(wait))])


def http_answer(error: HTTPException, page_of: Callable[[int], Any], too_many: Callable[[int], Any]) -> Any:
    """The answer to a fault of HTTP, with the pages of one surface; one that is a redirect stays what it is."""
    if isinstance(error, SecurityError):
        # The host is not ours: no address can be made, so there is no page either.
        return "Bad host", 400, {"Content-Type": "text/plain; charset=utf-8"}
    if error.code is not None and error.code < 400:
        return error
    if isinstance(error, RateLimitExceeded):
        return too_many(seconds_to_wait())
    headers = [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}]
    return (*page_of(error.code or 500), headers)


def full_disk(error: OSError) -> StoreFullError:
    """A full disk is told as such, also when it is met while a request is still read; the rest is a defect."""
    if not is_disk_full(error):
        raise error
    log.error("the disk is full")
    return StoreFullError()


def _http_error(error: HTTPException) -> Any:
    return http_answer(
        error, lambda status: _page(status, _SENTENCES.get(status, _SENTENCES[400])), _too_many
    )


def _too_many(seconds: int) -> Any:
    text = _(
        "There were too many failed attempts from this address. Try again in %(minutes)s minutes.",
        minutes=math.ceil(seconds / 60),
    )
    return (*_page(429, text), [("Retry-After", str(seconds))])


def _no_database(error: Exception) -> Any:
    log.error("the database did not answer: %s", type(error).__name__)
    return _page(503, _SENTENCES[503])


def _bad_data(error: DataError) -> Any:
    log.warning("the database refused a value: %s", type(error.orig).__name__)
    return _page(400, _SENTENCES[400])


def _system_error(error: OSError) -> Any:
    return _refusal(full_disk(error))


def _broken(_error: Exception) -> Any:
    return _page(500, _SENTENCES[500])


def _page(status: int, text: Any) -> tuple[str, int]:
    heading = _HEADINGS.get(status, _HEADINGS[400])
    if status < 500:
        ways = {"back": previous_page(), "list_here": list_here()}
        return render_template("error.html", title=heading, sentence=text, code=status, **ways), status
    # The person cannot be asked for now: the page stands without menu, account and anything else that reads rows.
    page = current_app.jinja_env.get_template("error.html")
    return page.render(title=heading, sentence=text, code=status, is_plain=True), status


def _readable(value: object, language: str) -> object:
    if isinstance(value, Name):
        return value.in_language(language)
    if isinstance(value, Line):
        return sentence(value)
    return day(value) if isinstance(value, date) else value
