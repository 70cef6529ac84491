"""The application of citizens: its pages, and what holds before and after each of them. No account, no staff screen.

Belongs here: addresses of the pages, language, limits, headers, helpers of templates. Not here: what a page does
(`public_*`), staff screens (`menu`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, current_app
from flask_babel import Babel

from backoffice import clock
from backoffice.access.limits import SteadyLimiter, address_block
from backoffice.access.scope import leave_scope
from backoffice.views import (
    frame,
    gate,
    public_errors,
    public_filing,
    public_language,
    public_look_up,
    public_papers,
    public_people,
    public_request,
    public_saving,
    public_sending,
    public_start,
    public_survey,
)
from backoffice.views.formats import day, language, moment, size
from backoffice.views.framework import selected_locale
from backoffice.views.public_fields import ShownField, said

_GET, _BOTH, _POST = ["GET"], ["GET", "POST"], ["POST"]
_DRAFT = "/ho-so/<number>"
PAGES: tuple[tuple[str, str, Callable[..., Any], list[str]], ...] = (
    ("/", "start", public_start.start, _GET),
    ("/nop-ho-so/", "procedure", public_start.procedure, _BOTH),
    ("/nop-ho-so/tai/<code>/", "procedure_at", public_start.procedure_at, _BOTH),
    (f"{_DRAFT}/co-quan/", "agency", public_filing.agency, _BOTH),
    (f"{_DRAFT}/co-quan/chon/", "agency_choice", public_filing.agency_choice, _BOTH),
    (f"{_DRAFT}/trang/<name>/", "page", public_filing.page, _BOTH),
    (f"{_DRAFT}/nguoi/<name>/", "people", public_people.people, _BOTH),
    (f"{_DRAFT}/nguoi/<name>/<int:place>/", "person", public_people.person, _BOTH),
    (f"{_DRAFT}/nguoi/<name>/<int:place>/bo/", "remove_person", public_people.remove_person, _POST),
    (f"{_DRAFT}/giay-to/", "papers", public_papers.papers, _BOTH),
    (f"{_DRAFT}/giay-to/bo/", "remove_paper", public_papers.remove_paper, _POST),
    (f"{_DRAFT}/kiem-tra/", "check", public_sending.check, _BOTH),
    (f"{_DRAFT}/bien-nhan/", "receipt", public_sending.receipt, _GET),
    (f"{_DRAFT}/bien-nhan/noi-dung/", "receipt_answers", public_sending.receipt_answers, _GET),
    (f"{_DRAFT}/luu/", "save", public_saving.save, _BOTH),
    (f"{_DRAFT}/bo/", "discard", public_saving.discard, _BOTH),
    ("/tiep-tuc/", "resume", public_saving.resume, _BOTH),
    ("/bat-dau-lai/", "begin_again", public_saving.begin_again, _POST),
    ("/tra-cuu/", "look_up", public_look_up.look_up_page, _BOTH),
    ("/ho-so-cua-toi/", "found", public_look_up.found, _GET),
    ("/ho-so-cua-toi/bo-sung/", "answer", public_request.answer, _BOTH),
    ("/ho-so-cua-toi/hen/", "appointment", public_request.appointment, _BOTH),
    ("/ho-so-cua-toi/ket-qua/<int:paper_id>/", "result", public_request.result, _GET),
    ("/ho-so-cua-toi/rut/", "withdraw", public_request.withdraw, _BOTH),
    ("/ho-so-cua-toi/xem-xet-lai/", "reopen", public_request.reopen, _BOTH),
    ("/ho-so-cua-toi/danh-gia/", "survey", public_survey.survey, _BOTH),
    ("/ngon-ngu/", "language", public_language.language, _POST),
    ("/ket-thuc/", "finish", public_language.finish, _POST),
)
# How often one address may do what costs much: a village shares one, so a person never meets these.
LIMITS = {
    "public.procedure": "60 per hour;300 per day",
    "public.procedure_at": "60 per hour;300 per day",
    "public.begin_again": "60 per hour",
    "public.resume": "30 per hour",
    "public.papers": "300 per hour",
    "public.check": "120 per hour",
    "public.look_up": "20 per hour",
    "public.answer": "60 per hour",
    "public.appointment": "60 per hour",
    "public.survey": "60 per hour",
    "public.withdraw": "60 per hour",
    "public.reopen": "20 per hour",
}
COOKIE = "openthads-dich-vu"
STATIC_AGE = 24 * 3600


def install(app: Flask) -> None:
    """Register the pages and everything they stand on."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = STATIC_AGE
    prefix = "__Host-" if app.config["SESSION_COOKIE_SECURE"] else ""
    # Of its own: the sessions of staff under the same host are no business of these pages.
    app.config["SESSION_COOKIE_NAME"] = f"{prefix}{COOKIE}"
    Babel(app, locale_selector=selected_locale)
    app.register_blueprint(
        Blueprint("shared", __name__, static_folder=frame.SHARED, static_url_path="/shared")
    )
    pages = Blueprint("public", __name__)
    for rule, name, view, methods in PAGES:
        pages.add_url_rule(rule, name, view, methods=methods)
    app.register_blueprint(pages)
    _offer_to_templates(app)
    app.jinja_env.globals["script_nonce"] = gate.script_nonce
    app.before_request(leave_scope)
    app.before_request(gate.refuse_unreadable)
    app.before_request(public_errors.refuse_unknown_parameters)
    app.after_request(gate.add_headers)
    public_errors.install(app)
    _limit(app)


def is_sample() -> bool:
    """Whether this installation holds invented data, which people must be told."""
    return bool(current_app.config["OPENTHADS"].sample)


def faults_of(fields: list[ShownField]) -> list[tuple[str, str]]:
    """The faults of a page for the summary at its top: where each leads, and a sentence."""
    return [(field.first_id, f"{field.label}: {field.error}") for field in fields if field.error]


def _offer_to_templates(app: Flask) -> None:
    helpers = (frame.asset, language, frame.languages, frame.page_address, is_sample, faults_of)
    app.jinja_env.globals.update({helper.__name__: helper for helper in helpers})
    app.jinja_env.globals.update(printed_on=clock.today)
    app.jinja_env.filters.update(day=day, moment=moment, size=size, said=said)


def _limit(app: Flask) -> None:
    limiter = SteadyLimiter(key_func=address_block)
    limiter.init_app(app)
    for endpoint, numbers in LIMITS.items():
        view: Any = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(numbers, methods=["POST"])(view)
