"""The gate before every staff screen: input that no browser sends, people who are not signed in, headers.

Belongs here: what holds for every request. Not here: which role may open which screen (the security manager).
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, abort, g, redirect, request, url_for
from flask_login import current_user

from backoffice.access.identity import FILE_ENDPOINTS
from backoffice.views import kept

# Everything else asks for a signed-in person; a new screen is closed until it is opened here on purpose.
OPEN_ENDPOINTS = frozenset({"SignInView.login", "SignInView.language", "static", "shared.static"})
# What a person may do whose password must be changed first: change it, sign out, choose the language.
_BEFORE_A_NEW_PASSWORD = OPEN_ENDPOINTS | {"SignInView.logout", "AccountView.index"}
_MOST_PARAMETERS = 40
_LONGEST_QUERY = 4_000
# What a column of ids can hold; a driver refuses to send more.
_LARGEST_ID = 2**63 - 1

# A script runs when its tag carries the word of this one answer; an address of ours alone is not enough.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: Flask) -> None:
    """Put the gate before and the headers after every request."""
    app.jinja_env.globals["script_nonce"] = script_nonce
    app.before_request(refuse_unreadable)
    app.before_request(_ask_to_sign_in)
    app.before_request(_ask_for_a_new_password)
    app.after_request(add_headers)


def script_nonce() -> str:
    """The word that the script tags of this answer carry; another one in each answer."""
    nonce: str | None = g.get("script_nonce")
    if nonce is None:
        nonce = g.script_nonce = secrets.token_urlsafe(16)
    return nonce


def refuse_unreadable() -> None:
    """Answer 400 to what only a program sends: NUL and other control signs, broken text, endless queries."""
    if len(request.query_string) > _LONGEST_QUERY or len(request.args) > _MOST_PARAMETERS:
        abort(400)
    if any(isinstance(given, int) and given > _LARGEST_ID for given in (request.view_args or {}).values()):
        abort(404)
    texts = [request.path, *(text for pair in request.args.items(multi=True) for text in pair)]
    if not request.path.isascii():
        # No address of ours has such signs, but the framework would read other scripts' digits as numbers.
        abort(404)
    if any(_is_unreadable(text) for text in texts) or not _is_utf8(request.query_string):
        abort(400)


def _is_utf8(query: bytes) -> bool:
    """Whether the query is text at all: the framework keeps bytes that it cannot decode as if they were typed."""
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_unreadable(text: str) -> bool:
    """Control signs, lone surrogates and the sign that stands for undecodable bytes."""
    return any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign == "\ufffd" for sign in text) or any(
        0xD800 <= ord(sign) < 0xE000 for sign in text
    )


def _ask_to_sign_in() -> Any:
    """Send people who are not signed in to the form; after it they come back to where they wanted to go."""
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS or current_user.is_authenticated:
        return None
    if request.method not in {"GET", "HEAD"}:
        return kept.sign_in_page() or abort(401)
    # The path alone: a search term does not belong into another address and its log line.
    return redirect(url_for("SignInView.login", next=request.script_root + request.path))


def _ask_for_a_new_password() -> Any:
    """Lead people whose password somebody else knows, or which is too old, to the page that changes it."""
    if request.endpoint in _BEFORE_A_NEW_PASSWORD or not current_user.is_authenticated:
        return None
    if not kept.needs_new_password():
        return None
    if request.method not in {"GET", "HEAD"}:
        abort(403)
    return redirect(url_for("AccountView.index"))


def add_headers(response: Response) -> Response:
    """Give every answer the headers that keep it to itself."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=script_nonce()))
    if request.endpoint not in FILE_ENDPOINTS:
        response.headers["Cache-Control"] = "no-store"
    return response
