"""The pages on which citizens file a request: the agency, the pages of the form.

Belongs here: showing a step, keeping what was typed, leading to the next. Not here: choosing the procedure
(`public_start`), lists of people (`public_people`), papers (`public_papers`), check, sending and receipt
(`public_sending`), the look (`templates/public`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from backoffice.errors import NotFoundError
from backoffice.models.states import AgencyLevel
from backoffice.services.agency_choice import (
    agencies_in,
    agencies_near,
    agency_that_takes,
    national_agencies,
    provinces,
)
from backoffice.services.agency_directory import KnownAgency
from backoffice.services.request_draft import Draft
from backoffice.services.request_steps import AGENCY, CHECK, Filing
from backoffice.views.public_draft import (
    change,
    filing_of,
    is_keepable,
    is_leaving,
    leave_step,
    typed_fields,
)
from backoffice.views.public_fields import shown_fields
from backoffice.workflow.messages import Line
from backoffice.workflow.request_form import FormPage
from backoffice.workflow.request_values import read_page

Answer = Response | tuple[str, int] | str
LONGEST_ADDRESS = 300


def agency(number: str) -> Answer:
    """Look for the agency that takes the request, by province or by address."""
    found = filing_of(number)
    if found.form.levels == {AgencyLevel.NATIONAL.value}:
        return redirect(url_for("public.agency_choice", number=number))
    if request.method != "POST":
        return _agency_page(number, found, found.draft.search, error="")
    search = typed_fields(("address", "province"))
    search["address"] = search["address"][:LONGEST_ADDRESS]

    def keep(draft: Draft) -> None:
        draft.search = search

    found = change(number, keep)
    if is_leaving():
        return leave_step(number, AGENCY, found)
    if _choices(found):
        return redirect(url_for("public.agency_choice", number=number))
    error = _(
        "Nothing was found for this address. Write the commune, district or province, or choose the province."
    )
    if not search["address"].strip():
        error = _("Choose a province, or write an address.")
    return _agency_page(number, found, search, error=error)


def agency_choice(number: str) -> Answer:
    """Choose one of the agencies that were found."""
    found = filing_of(number)
    choices = _choices(found)
    if request.method != "POST" and choices:
        return _choice_page(number, found, choices, error="")
    if request.form.get("go") == "back":
        is_only = found.form.levels == {AgencyLevel.NATIONAL.value}
        return redirect(url_for("public.start") if is_only else url_for("public.agency", number=number))
    code = request.form.get("agency", "")
    if request.form.get("go") == "save":
        return redirect(url_for("public.save", number=number))
    if not choices:
        # Looked for anew in another window, and nothing was found.
        return redirect(url_for("public.agency", number=number))
    if code not in {choice.code for choice in choices}:
        return _choice_page(number, found, choices, error=_("Choose one of the answers."))
    chosen = agency_that_takes(code, found.form.levels).code

    def keep(draft: Draft) -> None:
        draft.agency = chosen

    return leave_step(number, AGENCY, change(number, keep))


def page(number: str, name: str) -> Answer:
    """One page of the form. What was typed is kept whether it is right or not."""
    found = filing_of(number)
    asked = _asked(found, name)
    if request.method != "POST":
        if asked.people:
            return redirect(url_for("public.people", number=number, name=name))
        typed = found.draft.pages.get(name, {})
        errors = read_page(asked.fields, typed, found.today).errors if typed else {}
        return page_answer(number, found, asked, typed, errors)
    typed = typed_fields(field.name for field in asked.fields)

    def keep(draft: Draft) -> None:
        draft.pages[name] = typed

    errors = read_page(asked.fields, typed, found.today).errors
    if is_keepable(typed):
        found = change(number, keep)
    if errors and not is_leaving():
        return page_answer(number, found, asked, typed, errors), 400
    return leave_step(number, name, found)


def page_answer(
    number: str, found: Filing, asked: FormPage, typed: Mapping[str, str], errors: Mapping[str, Line]
) -> str:
    """A page of the form with what was typed and what is wrong with it."""
    place, count = found.place(asked.name)
    return render_template(
        "public/page.html",
        number=number,
        filing=found,
        page=asked,
        fields=shown_fields(asked.fields, typed, errors),
        place=place,
        count=count,
        is_complete=found.next_step() == CHECK,
    )


def _asked(found: Filing, name: str) -> FormPage:
    page = next((page for page in found.pages if page.name == name), None)
    if page is None:
        abort(404)
    return page


def _choices(found: Filing) -> Sequence[KnownAgency]:
    """The agencies to choose from: by the province when one was chosen, else by the address."""
    if found.form.levels == {AgencyLevel.NATIONAL.value}:
        return national_agencies(found.form.levels)
    search = found.draft.search
    try:
        named = agencies_in(search["province"], found.form.levels) if search.get("province") else []
    except NotFoundError:
        named = []
    near = agencies_near(search.get("address", ""), found.form.levels) if not named else []
    return [*named, *near, *national_agencies(found.form.levels)] if named or near else []


def _agency_page(number: str, found: Filing, search: Mapping[str, str], error: str) -> Answer:
    place, count = found.place(AGENCY)
    page = render_template(
        "public/agency.html",
        number=number,
        filing=found,
        search=search,
        provinces=provinces(),
        error=error,
        place=place,
        count=count,
    )
    return (page, 400) if error else page


def _choice_page(number: str, found: Filing, choices: Sequence[KnownAgency], error: str) -> Answer:
    place, count = found.place(AGENCY)
    shown: dict[str, Any] = {"number": number, "filing": found, "choices": choices, "error": error}
    page = render_template("public/agency_choice.html", **shown, place=place, count=count)
    return (page, 400) if error else page
