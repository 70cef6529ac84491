"""A paper as a part of a page: the renderer's own HTML without its style sheet, laid out by ours.

Every value in it was escaped by the renderer, and a template cannot bring markup of its own. Not here: PDF files,
which only workers make.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask_babel import gettext as _
from markupsafe import Markup

from backoffice.errors import OpenThadsError
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.document_store import FileMissingError
from backoffice.views.errors import sentence
from backoffice.workflow.messages import Line
from exports.papers import Paper, PaperError, to_page_html

_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)
_WIDTHS = re.compile(r"(<(?:col|table|td|th)\b[^<>]*?) style=(?:\"[^\"<>]*\"|'[^'<>]*')")


def preview_or_refusal(make: Callable[[], Paper]) -> Markup:
    """The inside of the paper; in its place a sentence when it cannot be laid out, or its values cannot be read."""
    try:
        found = _BODY.search(to_page_html(make()))
    except PaperError as error:
        return _refused(Line(error.message, error.parameters))
    except (FileMissingError, FileDamagedError, KeyMissingError) as error:
        return _refused(error)
    if found is None:
        return Markup("<p>{}</p>").format(_("Nothing to show."))
    # The places of the signature have ids and columns have widths, which belong to the PDF alone; a page takes no styles.
    plain = _WIDTHS.sub(r"\1", re.sub(r" id='[a-z]+'", "", found[1]))
    return Markup(plain)  # noqa: S704 - escaped by the renderer


def _refused(said: OpenThadsError | Line) -> Markup:
    return Markup('<p class="note note-bad">{}</p>').format(sentence(said))
