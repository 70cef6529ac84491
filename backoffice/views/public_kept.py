"""What somebody typed into a page of a request that could not be taken: shown again, so that it can be copied.

Belongs here: which texts, and the refusals that are told on a page of their own. Not here: pages of a form that is not
sent yet, which carry their text on by themselves (`public_errors`).
"""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from backoffice.errors import StateError
from backoffice.workflow.messages import N_

LONGEST_SHOWN = 20_000
_ENDPOINTS = frozenset(
    {"public.answer", "public.withdraw", "public.reopen", "public.survey", "public.page", "public.person"}
)
_TEXT = "text"


class NotTakenError(StateError):
    """What was sent is not taken, though nothing in it is wrong; `address` is where to go on."""

    code = "not_taken"
    message = N_(
        "The request has moved on meanwhile, and this is not possible any more. Nothing was sent. Look where the "
        "request stands now."
    )

    @property
    def address(self) -> str:
        """Where it goes on."""
        return url_for("public.found")


class AccessOverError(NotTakenError):
    """Code and number were proved too long ago."""

    code = "access_over"
    message = N_(
        "It is more than 30 minutes since you looked the request up, or you finished in another window. Nothing was "
        "sent. Look the request up again and send it once more."
    )

    @property
    def address(self) -> str:
        """The page that asks for code and number."""
        return url_for("public.look_up")


def left_for(refusal: NotTakenError) -> Response:
    """To where it goes on; whoever has written something is told, and gets it back first. Raises the refusal."""
    if texts_of_page():
        raise refusal
    return redirect(refusal.address)


def texts_of_page() -> list[str]:
    """What was written into the page that was just sent; nothing where the page takes no free text."""
    if request.method != "POST" or request.endpoint not in _ENDPOINTS:
        return []
    try:
        sent = [(name, value.strip()) for name, value in request.form.items() if name != "csrf_token"]
    except HTTPException:
        # A form that cannot be read has no text that could be shown.
        return []
    # Elsewhere single words are mostly codes of what was ticked.
    texts = [value for name, value in sent if value and (name == _TEXT or " " in value)]
    return [text.replace("\x00", "\ufffd")[:LONGEST_SHOWN] for text in texts]
