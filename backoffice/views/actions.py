"""Steps as buttons: made from the workflow in force, sent by POST, carried out by a service.

Belongs here: which buttons a row has, and reading what a button sent. Not here: which service carries out which
step (`deeds`), whether a step is allowed (the workflow and the service decide again).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, make_response, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from backoffice.access.identity import current_actor
from backoffice.errors import ConflictError, InvalidInputError, OpenThadsError, StateError
from backoffice.queries.history import changes_since, entries_by_id
from backoffice.services.transition import available_steps
from backoffice.views.bad_query import BadQueryError
from backoffice.views.days import read_day
from backoffice.views.deeds import DEEDS
from backoffice.views.errors import sentence, status_of
from backoffice.views.history import history_lines
from backoffice.workflow.errors import (
    CalendarRangeError,
    GuardRefusedError,
    RuleNotFoundError,
    TransitionNotFoundError,
)
from backoffice.workflow.messages import N_

LONGEST_REASON = 2000
_AT_A_FIELD = (InvalidInputError, RuleNotFoundError, CalendarRangeError)


@dataclass(frozen=True)
class StepButton:
    """One button: its name and label, and whether it asks for a reason and for the day of the event."""

    name: str
    label: str
    reason_required: bool
    asks_day: bool

    @property
    def has_form(self) -> bool:
        """Whether pressing it first opens fields to fill in."""
        return self.reason_required or self.asks_day


@dataclass(frozen=True)
class Asked:
    """What a button sent: the version the person saw, the reason in words, the day of the event."""

    version: int
    reason: str | None
    on: date | None


def steps_for(row: Any) -> list[StepButton]:
    """The steps that the row's state and the person's permissions allow today, in the order of the workflow."""
    name = row.__tablename__
    if all(noun != name for noun, _step in DEEDS):
        return []
    return [
        StepButton(
            step.name, str(_(step.label)), step.reason_required, asks_day=DEEDS[name, step.name].asks_day
        )
        for step in available_steps(current_actor(), row)
        if (name, step.name) in DEEDS and DEEDS[name, step.name].offered(row)
    ]


class StepMixin:
    """Adds the route that takes a step; the screen names `step` among its routes."""

    datamodel: Any
    show_columns: Any
    url_of: Any
    _shown: Any

    @expose("/step/<int:pk>/<string:name>", methods=["POST"])
    @has_access
    @permission_name("act")
    def step(self, pk: int, name: str) -> Any:
        """Take the step and show the row again; a refused field is asked again, any other refusal is a sentence."""
        row = self.datamodel.find(pk)
        deed = DEEDS.get((row.__tablename__, name))
        if deed is None:
            raise TransitionNotFoundError(workflow=row.__tablename__, transition=name)
        try:
            asked = read_step()
            day = {"on": asked.on} if deed.asks_day else {}
            deed.service(current_actor(), pk, expected_version=asked.version, reason=asked.reason, **day)
        except _AT_A_FIELD as error:
            return self._asked_again(pk, name, _field_refusal(error))
        except (ConflictError, StateError, GuardRefusedError) as error:
            return self._overtaken(pk, name, error)
        flash(_("Done."), "good")
        return redirect(self.url_of(pk))

    def _asked_again(self, pk: int, name: str, error: InvalidInputError) -> Any:
        """The row's page with the form of the step open and filled as typed; raises the error where none fits."""
        row = self.datamodel.find(pk, self.show_columns)
        button = next((item for item in steps_for(row) if item.name == name), None)
        shown = {"on": button.asks_day, "reason": button.has_form} if button else {}
        if not shown.get(error.field):
            raise error
        refused = {"name": name, "field": error.field, "sentence": sentence(error), **_typed(request.form)}
        return make_response(self._shown(row, refused=refused), 400)

    def _overtaken(self, pk: int, name: str, error: OpenThadsError) -> Any:
        """The row as it is now, with who saved meanwhile; the step's form stays open with what was typed.

        Where the step is no longer possible, what was typed is shown beside the reason.
        """
        row = self.datamodel.find(pk, self.show_columns)
        typed = _typed(request.form)
        open_still = {"name": name, "field": "", "sentence": "", **typed, "version": row.version}
        is_open = any(item.name == name and item.has_form for item in steps_for(row))
        seen = int(typed["version"]) if typed["version"].isdecimal() else 0
        saves = changes_since(row, seen)
        lost = {
            "sentence": sentence(error),
            "saves": history_lines(entries_by_id({change.log_id for change in saves})),
            "reason": "" if is_open else typed["reason"],
            "on": typed["on"],
        }
        page = self._shown(row, lost=lost, **({"refused": open_still} if is_open else {}))
        return make_response(page, status_of(error))

    def reshow_step(self, typed: MultiDict[str, str], note: str, pk: int, name: str) -> Any:
        """The row's page with the form of the step open and filled as before the session ended; no step is taken."""
        row = self.datamodel.find(pk, self.show_columns)
        kept = _typed(typed)
        is_open = any(item.name == name and item.has_form for item in steps_for(row))
        lost = {"sentence": note, "saves": [], "reason": "" if is_open else kept["reason"], "on": kept["on"]}
        refused = {"refused": {"name": name, "field": "", "sentence": "", **kept}} if is_open else {}
        return make_response(self._shown(row, lost=lost, **refused))


def _typed(sent: MultiDict[str, str]) -> dict[str, str]:
    """What a step's form carries, as it was typed."""
    return {field: sent.get(field, "") for field in ("on", "reason", "version")}


def _field_refusal(error: OpenThadsError) -> InvalidInputError:
    """The refusal as one of a field: a day that no rule or calendar knows is a day to correct."""
    if isinstance(error, InvalidInputError):
        return error
    return InvalidInputError("on", N_("No legal rule is known for this day. Check the year."))


def read_step() -> Asked:
    """What the button sent. Raises BadQueryError for an unreadable version, InvalidInputError for a field."""
    version = request.form.get("version", "")
    if not (version.isascii() and version.isdecimal() and len(version) <= 9):
        raise BadQueryError("version")
    return Asked(int(version), read_reason(), read_event_day(request.form.get("on", "")))


def read_reason() -> str | None:
    """The reason that was typed, None for none. Raises InvalidInputError when it is too long."""
    reason = request.form.get("reason", "").strip()
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError("reason", N_("The reason is too long."))
    return reason or None


def read_event_day(text: str) -> date | None:
    """The day of the event that was typed, None for today. Raises InvalidInputError for what is no day."""
    if not text.strip():
        return None
    day = read_day(text)
    if day is None:
        raise InvalidInputError("on", N_("Write the day as dd/mm/yyyy."))
    return day
