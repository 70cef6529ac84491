"""A paper as a part of a page: the renderer's own HTML without its style sheet, laid out by ours.

Every value in it was escaped by the renderer, and a template cannot bring markup of its own. Not here: PDF files,
which only workers make.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _
from markupsafe import Markup

from backoffice.views.errors import sentence
from backoffice.workflow.messages import Line
from exports.papers import Paper, PaperError, to_page_html

_BODY = re.compile(r"<body>(.*)</body>", re.DOTALL)


def preview_of(paper: Paper) -> Markup:
    """The inside of the paper; a sentence in its place when it cannot be laid out."""
    try:
        found = _BODY.search(to_page_html(paper))
    except PaperError as error:
        said = sentence(Line(error.message, error.parameters))
        return Markup('<p class="note note-bad">{}</p>').format(said)
    if found is None:
        return Markup("<p>{}</p>").format(_("Nothing to show."))
    # The places of the signature have ids, which belong to the PDF alone.
    return Markup(re.sub(r" id='[a-z]+'", "", found[1]))  # noqa: S704 - escaped by the renderer
