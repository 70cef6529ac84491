"""How a stored file goes out: to be saved, never to be shown by the browser; and who took it.

Not here: whether it may go out (`services.document`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Response

from backoffice.extensions import db
from backoffice.queries.documents import openings_of
from backoffice.services.document import Opened
from backoffice.views.cells import staff_name

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class OpeningLine:
    """One opening, ready to show."""

    who: str
    at: datetime
    address: str


def download_of(opened: Opened) -> Response:
    """The answer that saves a file. Its type is no type at all, so that nothing guesses and shows it."""
    response = Response(opened.chunks, content_type="application/octet-stream")
    response.content_length = opened.size
    response.headers["Content-Disposition"] = disposition(opened.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def disposition(name: str) -> str:
    """The header that offers a name (RFC 6266): in plain letters for old programs, and in full."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = _PLAIN.sub("_", letters.encode("ascii", "ignore").decode()).strip("._") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def opening_lines(document_id: int) -> Sequence[OpeningLine]:
    """The newest openings of a document."""
    return [
        OpeningLine(staff_name(row.actor), row.at, row.client_address)
        for row in openings_of(db.session(), document_id)
    ]
