"""The papers of a citizen's request: what belongs to it, what is attached, attaching and taking off.

Not here: judging and storing files (`services.document_intake`), the draft's row (`services.request_draft`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from backoffice.errors import InvalidInputError
from backoffice.services.document import MOST_FILES
from backoffice.services.document_intake import FilesRefusedError, Upload
from backoffice.services.document_store import StoreFullError
from backoffice.services.request_draft import Draft, add_draft_files, remove_draft_file
from backoffice.services.request_steps import CHECK, LATER, PAPERS, Filing
from backoffice.views.errors import sentence
from backoffice.views.public_draft import change, filing_of, is_leaving, key_of, leave_step, vault
from backoffice.views.public_fields import said
from backoffice.views.public_filing import Answer
from backoffice.workflow.request_form import LONGEST_FILE_TITLE, Attachment
from config import MEGABYTE
from exports.text import clean_text

_LONGEST_KEY = 15


def papers(number: str) -> Answer:
    """The papers of the request; on POST attach files, or go on."""
    found = filing_of(number)
    if request.method != "POST":
        return _page(number, found, [])
    if request.form.get("go") == "upload" or any(item.filename for item in request.files.getlist("files")):
        return _attach(number, found)
    later = "yes" if request.form.get(LATER) == "yes" else ""
    is_done = not is_leaving()

    def keep(draft: Draft) -> None:
        draft.pages[PAPERS] = {LATER: later}
        if is_done and PAPERS not in draft.done:
            draft.done.append(PAPERS)

    found = change(number, keep)
    if is_done and not found.is_done(PAPERS):
        missing = [said(paper.title) for paper in found.missing_papers()]
        error = _(
            "Still missing: %(papers)s. Attach it, or tick below that you bring it later.",
            papers=", ".join(missing),
        )
        return _page(number, found, [(LATER, error)]), 400
    return leave_step(number, PAPERS, found)


def remove_paper(number: str) -> Answer:
    """Take one file off again."""
    filing_of(number)
    key = request.form.get("file", "")
    if key.isascii() and key.isdecimal() and len(key) <= _LONGEST_KEY:
        remove_draft_file(key_of(number), int(key))
    return redirect(url_for("public.papers", number=number) + "#da-dinh-kem")


def _attach(number: str, found: Filing) -> Answer:
    uploads = [
        Upload(item.filename, cast(BinaryIO, item.stream))
        for item in request.files.getlist("files")
        if item.filename
    ]
    chosen = next((paper for paper in found.papers if paper.name == request.form.get("paper")), None)
    title = clean_text(request.form.get("title", ""))[:LONGEST_FILE_TITLE]
    problems: list[tuple[str, str]] = []
    if chosen is None:
        problems.append(("paper", _("Choose which paper it is.")))
    if not uploads:
        problems.append(("files", _("Choose a file.")))
    if not problems and chosen is not None:
        problems = _stored(number, chosen, title or said(chosen.title), uploads)
    if problems:
        return _page(number, found, problems, title=title), 400
    return redirect(url_for("public.papers", number=number) + "#da-dinh-kem")


def _stored(number: str, paper: Attachment, title: str, uploads: Sequence[Upload]) -> list[tuple[str, str]]:
    """Attach the files; what is wrong with them when they are refused."""
    try:
        add_draft_files(key_of(number), (paper.name, paper.kind), title, uploads, vault())
    except FilesRefusedError as error:
        return [("files", f"{name}: {sentence(reason)}") for name, reason in error.refusals]
    except (InvalidInputError, StoreFullError) as error:
        return [("files", sentence(error))]
    return []


def _page(number: str, found: Filing, problems: Sequence[tuple[str, str]], **typed: Any) -> str:
    place, count = found.place(PAPERS)
    chosen = request.form.get("paper", "") if request.method == "POST" and problems else ""
    titles = {paper.name: said(paper.title) for paper in found.papers}
    settings = vault().settings
    return render_template(
        "public/papers.html",
        number=number,
        filing=found,
        papers=found.papers,
        missing={paper.name for paper in found.missing_papers()},
        titles=titles,
        chosen=chosen or next((paper.name for paper in found.missing_papers()), found.papers[0].name),
        problems=problems,
        typed={"title": "", **typed},
        most_files=MOST_FILES,
        most_megabytes=settings.upload_bytes // MEGABYTE,
        most_pages=settings.pdf_pages,
        place=place,
        count=count,
        is_complete=found.next_step() == CHECK,
    )
