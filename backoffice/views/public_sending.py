"""Checking the answers, sending them, and the receipt. Not here: registering (`services.request_sending`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from backoffice.errors import InvalidInputError
from backoffice.services.declared import FieldsRefusedError
from backoffice.services.request_draft import DraftChangedError, read_draft
from backoffice.services.request_sending import send_request
from backoffice.services.request_steps import AGENCY, CHECK, PAPERS, Filing
from backoffice.views.errors import sentence
from backoffice.views.formats import day, moment
from backoffice.views.public_draft import filing, filing_of, is_leaving, key_of, leave_step, step_url, vault
from backoffice.views.public_fields import said, shown_value
from backoffice.views.public_filing import Answer
from backoffice.workflow.messages import Line
from backoffice.workflow.request_form import FormPage
from backoffice.workflow.request_values import doubts, read_page

Row = tuple[str, str]


@dataclass(frozen=True)
class Section:
    """What was declared on one page; `address` leads back to it while it can be changed."""

    title: str
    address: str | None
    groups: Sequence[Sequence[Row]]


def check(number: str) -> Answer:
    """Everything that was written, with what is missing; on POST send it."""
    found = filing_of(number)
    if request.method != "POST":
        return _check_page(number, found, [])
    if is_leaving():
        return leave_step(number, CHECK, found)
    problems = _sent(number, found)
    if problems or found.open_steps():
        return _check_page(number, filing_of(number), problems), 400
    return redirect(url_for("public.receipt", number=number))


def _sent(number: str, found: Filing) -> list[tuple[str, str]]:
    """Send what is complete; what has to be mended first, and then nothing was sent."""
    if found.open_steps():
        return []
    if request.form.get("declared") != "yes":
        return [("declared", _("Tick this before you send."))]
    try:
        send_request(key_of(number), found, str(get_locale()), vault())
    except FieldsRefusedError as error:
        return _refused(found, error)
    except (DraftChangedError, InvalidInputError) as error:
        return [("", sentence(error))]
    return []


def receipt(number: str) -> Answer:
    """The code of the request, and what happens next."""
    draft = read_draft(key_of(number))
    if draft.receipt is None:
        return redirect(url_for("public.check", number=number))
    return render_template("public/receipt.html", number=number, receipt=_receipt(filing(draft)))


def receipt_answers(number: str) -> Answer:
    """What was sent, to be printed."""
    draft = read_draft(key_of(number))
    if draft.receipt is None:
        return redirect(url_for("public.check", number=number))
    found = filing(draft)
    shown = _receipt(found)
    return render_template(
        "public/sent_answers.html", number=number, receipt=shown, sections=sections(found, None)
    )


def sections(found: Filing, number: str | None) -> list[Section]:
    """What was declared, page by page; with a number each leads back to its page."""
    kept = [_section(found, page, number) for page in found.pages]
    files = [(file.title, file.name) for file in found.draft.files]
    if found.papers_come_later:
        files.append((_("Missing papers"), _("I bring or post what is missing")))
    address = step_url(number, PAPERS) if number else None
    papers = Section(_("Papers"), address, [files or [(_("Attached"), "")]])
    if number is None:
        return [*kept, papers]
    agency = [(_("Agency"), found.agency.name if found.agency else "")]
    return [Section(_("Sent to"), step_url(number, AGENCY), [agency]), *kept, papers]


def _section(found: Filing, page: FormPage, number: str | None) -> Section:
    typed: Sequence[Mapping[str, str]]
    typed = found.draft.people.get(page.name, []) if page.people else [found.draft.pages.get(page.name, {})]
    groups = []
    for one in typed:
        read = read_page(page.fields, one, found.today)
        # What cannot be accepted is shown as it was typed, so that it can be recognised.
        rows = [
            (
                # A page that is one question has it as its title already.
                "" if field.label == page.title else said(field.label),
                one.get(field.name, "")
                if field.name in read.errors
                else shown_value(field, read.values[field.name]),
            )
            for field in page.fields
        ]
        groups.append(rows)
    return Section(said(page.title), step_url(number, page.name) if number else None, groups)


def _check_page(number: str, found: Filing, problems: Sequence[tuple[str, str]]) -> str:
    place, count = found.place(CHECK)
    return render_template(
        "public/check.html",
        number=number,
        filing=found,
        sections=sections(found, number),
        open_steps=[(_step_words(found, step), step_url(number, step)) for step in found.open_steps()],
        doubts=[sentence(line) for line in doubts(found.answers)],
        problems=problems,
        place=place,
        count=count,
    )


def _step_words(found: Filing, step: str) -> str:
    page = found.form.page(step)
    if page is not None:
        return said(page.title)
    return str(_("The agency") if step == AGENCY else _("The papers"))


def _refused(found: Filing, error: FieldsRefusedError) -> list[tuple[str, str]]:
    """What intake does not accept, with the page on which it was asked."""
    asked = {field.name: page for page in found.pages for field in page.fields}
    words = []
    for name, reason in error.refusals.items():
        page = asked.get(name)
        words.append(("", f"{said(page.title)}: {sentence(reason)}" if page else sentence(reason)))
    return words


def _receipt(found: Filing) -> dict[str, Any]:
    kept: dict[str, Any] = dict(found.draft.receipt or {})
    due = date.fromisoformat(kept["due_on"]) if kept["due_on"] else None
    return {
        **kept,
        "title": said(found.form.title),
        "received_at": moment(datetime.fromisoformat(kept["received_at"])),
        "why": [sentence(Line.from_record(line)) for line in kept["why"]],
        "due": day(due) if due else "",
    }
