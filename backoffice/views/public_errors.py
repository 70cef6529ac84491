"""Answers of the citizens' pages to what went wrong: a sentence and a way on, and never the loss of what was typed.

Not here: the sentences of errors (`errors`), faults of single fields (the pages).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from typing import Any

from flask import Flask, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from backoffice.errors import NotFoundError, OpenThadsError
from backoffice.services.request_draft import DraftGoneError
from backoffice.services.request_forms import form_of
from backoffice.views.errors import full_disk, http_answer, sentence, status_of
from backoffice.views.public_draft import AlreadySentError, typed_fields
from backoffice.views.public_fields import said
from backoffice.views.public_kept import LONGEST_SHOWN, NotTakenError, texts_of_page
from backoffice.workflow.request_form import FormField

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Register the handlers on the application."""
    app.register_error_handler(AlreadySentError, _sent)
    app.register_error_handler(DraftGoneError, _gone)
    app.register_error_handler(CSRFError, _unproved)
    app.register_error_handler(NotTakenError, _not_taken)
    app.register_error_handler(OpenThadsError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    for broken in (OperationalError, InterfaceError):
        app.register_error_handler(broken, _no_database)
    app.register_error_handler(DataError, _bad_data)
    app.register_error_handler(OSError, _system_error)
    app.register_error_handler(500, _broken)


def refuse_unknown_parameters() -> None:
    """No page of citizens reads anything from its address; a query is never ours, but for versions of files."""
    if request.args and request.endpoint not in {"static", "shared.static"}:
        abort(400)


def _sent(error: AlreadySentError) -> Any:
    return redirect(url_for("public.receipt", number=error.number))


def _gone(_error: DraftGoneError) -> Any:
    """The draft is not there: what this page sent is shown, so that it can be carried into a new request."""
    return render_template("public/gone.html", is_gone=True, **_typed()), 404


def _typed() -> dict[str, Any]:
    """What this page sent, by the words of its fields, and what names the page."""
    key, name = request.form.get("form", ""), (request.view_args or {}).get("name", "")
    fields = list(_fields_of(key, name))
    texts = typed_fields(field.name for field in fields)
    kept = [(field, texts[field.name][:LONGEST_SHOWN]) for field in fields if texts[field.name].strip()]
    return {
        "typed": [(said(field.label), text) for field, text in kept],
        "fields": [(field.name, text) for field, text in kept],
        "form_key": key,
        "page_name": name,
        "address": request.script_root + request.path,
    }


def _fields_of(key: str, name: str) -> Iterator[FormField]:
    """The fields of the page that was sent; none when it is no page of a form."""
    code, _dot, version = key.partition(".")
    try:
        page = form_of(code, version).page(name)
    except NotFoundError:
        return
    yield from page.fields if page else ()


def _unproved(_error: CSRFError) -> Any:
    """The page was open too long or came from elsewhere: nothing was done, and what was typed is shown again."""
    if request.form.get("form"):
        return render_template("public/gone.html", is_gone=False, **_typed()), 400
    text = _(
        "The page was open too long, or your browser keeps no cookies. Open the page again and repeat the step."
    )
    return _message(400, _("Not done yet"), text, back=request.script_root + request.path)


def _not_taken(error: NotTakenError) -> Any:
    return _message(status_of(error), _("Not sent yet"), sentence(error), back=error.address)


def _refusal(error: OpenThadsError) -> Any:
    status = status_of(error)
    heading = _("Not found") if status == 404 else _("Not possible")
    wait = getattr(error, "seconds", None)
    page = _message(status, heading, sentence(error))
    return page if wait is None else (*page, [("Retry-After", str(wait))])


def _http_error(error: HTTPException) -> Any:
    return http_answer(error, _page_of, _too_many)


def _page_of(status: int) -> tuple[str, int]:
    if status == 404:
        return _message(404, _("Not found"), _("There is no such page, or it is not there any more."))
    if status == 405:
        return _message(
            405,
            _("Not possible here"),
            _("This address does not take this kind of request. Use the buttons of the page."),
        )
    if status == 413:
        megabytes = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2 - 1
        text = _(
            "What you sent is too large: at most %(size)s MB at once. Go back and send fewer or smaller files.",
            size=megabytes,
        )
        return _message(413, _("Too large"), text)
    if status >= 500:
        return _message(
            status,
            _("Something went wrong"),
            _("It is our fault, not yours. Nothing that you sent before is lost. Try again in a minute."),
        )
    return _message(
        status,
        _("This cannot be read"),
        _("Go back, open the page again and repeat the step. Nothing was changed."),
    )


def _too_many(seconds: int) -> Any:
    minutes = math.ceil(seconds / 60)
    text = _(
        "Too much came from this connection within a short time. Try again in %(minutes)s minutes. "
        "Nothing that you typed before is lost.",
        minutes=minutes,
    )
    return (*_message(429, _("Please wait"), text), [("Retry-After", str(seconds))])


def _no_database(error: Exception) -> Any:
    log.error("the database did not answer: %s", type(error).__name__)
    return _message(
        503,
        _("Not available at the moment"),
        _("Try again in a minute. Nothing that you sent before is lost."),
    )


def _bad_data(error: DataError) -> Any:
    log.warning("the database refused a value: %s", type(error.orig).__name__)
    return _page_of(400)


def _system_error(error: OSError) -> Any:
    return _refusal(full_disk(error))


def _broken(_error: Exception) -> Any:
    return _page_of(500)


def _message(status: int, heading: str, text: str, back: str | None = None) -> tuple[str, int]:
    values: dict[str, Any] = {"title": heading, "sentence": text, "back": back, "texts": texts_of_page()}
    if status >= 500:
        # Without a session and without reading rows.
        values["is_plain"] = True
    return render_template("public/message.html", **values), status
