"""Lists of people on a citizen's form: one person a page, then the list with “is there anybody else?”.

Not here: pages of the form without lists (`public_filing`), reading what was typed (`workflow.request_values`).
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from backoffice.services.request_draft import Draft
from backoffice.services.request_steps import CHECK, Filing
from backoffice.views.public_draft import change, filing_of, is_keepable, is_leaving, leave_step, typed_fields
from backoffice.views.public_fields import shown_fields, typed_value
from backoffice.views.public_filing import Answer
from backoffice.workflow.messages import Line
from backoffice.workflow.request_form import MOST_PEOPLE, FieldType, FormPage, starts_with_known
from backoffice.workflow.request_values import read_page


def people(number: str, name: str) -> Answer:
    """The people typed so far; on POST to the next one, or on."""
    found = filing_of(number)
    asked = _asked(found, name)
    rows = found.draft.people.get(name, [])
    if not rows:
        return redirect(url_for("public.person", number=number, name=name, place=1))
    if request.method != "POST":
        return _list_page(number, found, asked, error="")
    more = request.form.get("more", "")
    if is_leaving():
        return leave_step(number, name, found)
    if more == "yes" and len(rows) < MOST_PEOPLE:
        return redirect(url_for("public.person", number=number, name=name, place=len(rows) + 1))
    if more != "no":
        return _list_page(number, found, asked, error=_("Choose one of the answers.")), 400
    # Whoever is not complete yet comes first.
    wrong = next((place for place, row in enumerate(rows, 1) if _errors(found, asked, row)), None)
    return (
        redirect(url_for("public.person", number=number, name=name, place=wrong))
        if wrong
        else leave_step(number, name, found)
    )


def person(number: str, name: str, place: int) -> Answer:
    """One person: a new one behind the last, or one that is there."""
    found = filing_of(number)
    asked = _asked(found, name)
    rows = found.draft.people.get(name, [])
    if not 1 <= place <= min(len(rows) + 1, MOST_PEOPLE):
        abort(404)
    if request.method != "POST":
        typed = rows[place - 1] if place <= len(rows) else _known(found, asked)
        errors = _errors(found, asked, typed) if place <= len(rows) else {}
        return _person_page(number, found, asked, (place, typed, errors))
    typed = typed_fields(field.name for field in asked.fields)
    if is_leaving() and not any(text.strip() for text in typed.values()):
        return leave_step(number, name, found)
    if is_keepable(typed):
        found = _kept(number, name, place, typed)
    errors = _errors(found, asked, typed)
    if is_leaving():
        return leave_step(number, name, found)
    if errors:
        return _person_page(number, found, asked, (place, typed, errors)), 400
    return redirect(url_for("public.people", number=number, name=name))


def _kept(number: str, name: str, place: int, typed: dict[str, str]) -> Filing:
    """The request with this person at this place, or behind the last."""

    def keep(draft: Draft) -> None:
        kept = draft.people.setdefault(name, [])
        if place <= len(kept):
            kept[place - 1] = typed
        else:
            kept.append(typed)

    return change(number, keep)


def remove_person(number: str, name: str, place: int) -> Answer:
    """Take one person off the list."""
    asked = _asked(filing_of(number), name)

    def drop(draft: Draft) -> None:
        kept = draft.people.get(asked.name, [])
        if place <= len(kept):
            del kept[place - 1]

    change(number, drop)
    return redirect(url_for("public.people", number=number, name=name))


def _asked(found: Filing, name: str) -> FormPage:
    page = next((page for page in found.pages if page.name == name and page.people), None)
    if page is None:
        abort(404)
    return page


def _errors(found: Filing, asked: FormPage, typed: Mapping[str, str]) -> Mapping[str, Line]:
    return read_page(asked.fields, typed, found.today).errors


def _known(found: Filing, asked: FormPage) -> dict[str, str]:
    """What an empty page is filled in with: the person who asks, when the answers say that it is the same one."""
    if found.draft.people.get(asked.name) or not starts_with_known(asked, found.answers):
        return {}
    source = asked.first_from
    return {
        field.name: typed_value(field, found.answers.get(source[field.name]))
        for field in asked.fields
        if field.name in source
    }


def _list_page(number: str, found: Filing, asked: FormPage, error: str) -> str:
    place, count = found.place(asked.name)
    rows = found.draft.people.get(asked.name, [])
    naming = next(
        (field.name for field in asked.fields if field.type is FieldType.NAME), asked.fields[0].name
    )
    shown = [(row.get(naming, ""), bool(_errors(found, asked, row))) for row in rows]
    return render_template(
        "public/people.html",
        number=number,
        filing=found,
        page=asked,
        people=shown,
        is_full=len(rows) >= MOST_PEOPLE,
        error=error,
        place=place,
        count=count,
    )


def _person_page(
    number: str, found: Filing, asked: FormPage, shown: tuple[int, Mapping[str, str], Mapping[str, Line]]
) -> str:
    which, typed, errors = shown
    place, count = found.place(asked.name)
    return render_template(
        "public/person.html",
        number=number,
        filing=found,
        page=asked,
        which=which,
        is_known=not errors and which == 1 and any(typed.values()) and not found.draft.people.get(asked.name),
        fields=shown_fields(asked.fields, typed, errors),
        place=place,
        count=count,
        is_complete=found.next_step() == CHECK,
    )
