"""Entering an absence from a form: who may stand in, what is said afterwards. Not here: the pages that show it."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError
from backoffice.forms.absence import AbsenceForm
from backoffice.models import StaffMember
from backoffice.services.absence import NewAbsence, Planned, member_to_plan, plan_absence
from backoffice.views.absence_words import ABSENCE_REASONS
from backoffice.views.cells import staff_name
from backoffice.views.errors import sentence
from backoffice.views.formats import day


def filled_form(member_id: int, typed: MultiDict[str, str] | None) -> tuple[StaffMember, AbsenceForm]:
    """The person and the form with the colleagues who may stand in. Raises as `member_to_plan`."""
    member, colleagues = member_to_plan(current_actor(), member_id)
    form = AbsenceForm(typed)
    form.deputy_id.choices = [(person.id, staff_name(person)) for person in colleagues]
    form.reason_kind.choices = [(code, str(words)) for code, words in ABSENCE_REASONS.items()]
    if typed is not None:
        # Choices are known only now: read what was typed again.
        form.process(typed)
    return member, form


def planned_from(member_id: int, form: AbsenceForm) -> Planned | None:
    """Enter what the form says, and say what follows from it; None when something in it must be corrected."""
    if not form.validate():
        return None
    try:
        planned = plan_absence(current_actor(), member_id, NewAbsence(**form.values()))
    except InvalidInputError as error:
        form.add_error(error.field, sentence(error))
        return None
    flash(_("Saved."), "good")
    for other in planned.left_alone:
        flash(
            _(
                "%(name)s named this person as deputy from %(first)s to %(last)s and must name somebody else.",
                name=staff_name(other.absentee),
                first=day(other.from_on),
                last=day(other.to_on),
            ),
            "wait",
        )
    return planned
