"""The history of a row as sentences: what was done, by whom, when, under which law, with which due date.

Not here: reading the entries (`services.interface`), writing them (services).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.models import TransitionLog
from backoffice.queries.deadlines import deadline_from
from backoffice.views import document_words, request_words, words
from backoffice.views.cells import staff_name
from backoffice.views.errors import sentence
from backoffice.views.formats import day
from backoffice.views.past import FieldChange
from backoffice.views.step_labels import step_label
from backoffice.workflow.errors import WorkflowError
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import Line

_STATES: Mapping[str, Mapping[str, Any]] = {
    "enforcement_case": words.CASE_STATES,
    "enforcement_decision": words.DECISION_STATES,
    "non_enforceable_decision": words.DECISION_STATES,
    "debtor_record": words.RECORD_STATES,
    "document": document_words.DOCUMENT_STATES,
    "online_request": request_words.REQUEST_STATES,
    "appointment": request_words.APPOINTMENT_STATES,
    "export_run": words.RUN_STATES,
    "calendar_override": words.OVERRIDE_STATES,
}
# Deeds that follow no workflow.
PLAIN_DEEDS: Mapping[str, Any] = {
    "edit": _l("Corrected"),
    "create_staff": _l("Account made"),
    "edit_staff": _l("Account corrected"),
    "set_roles": _l("Roles changed"),
    "open_account": _l("Account opened"),
    "close_account": _l("Account closed"),
    "end_sessions": _l("Sessions ended"),
    "one_time_password": _l("One-time password given"),
    "open_message": _l("Message opened"),
    "revise": _l("New version of the words"),
    "change_password": _l("Password changed"),
    "sign_in_alert": _l("Ten refused sign-ins in a row"),
    "succeed": _l("Taken over by a new rule"),
    "propose": _l("Day added"),
    "confirm": _l("Day confirmed"),
    "save": _l("Saved"),
    "forward_to_case": _l("Case opened from the request"),
    "plan_slots": _l("Times for appointments opened"),
    "close_slot": _l("Time for appointments closed"),
    "open_slot": _l("Time for appointments offered again"),
    "close_day": _l("Day of appointments closed"),
    "open_day": _l("Day of appointments offered again"),
    "remind": _l("Reminded of the appointment"),
    "correct_party": _l("Party corrected"),
    "correct_obligation": _l("Obligation corrected"),
    "plan_absence": _l("Absence entered"),
    "end_absence": _l("Absence ended early"),
    "cancel_absence": _l("Absence taken back"),
    "add_question": _l("Question added"),
    "retire_question": _l("Question asked no longer"),
    "look_up_identity": _l("Identity number looked up"),
}


@dataclass(frozen=True)
class HistoryLine:
    """One entry of the history, ready to show."""

    deed: str
    states: str
    who: str
    at: datetime
    legal_basis: str | None
    reason: str | None
    deadline: str
    why: Sequence[str]
    changes: Sequence[FieldChange] = ()
    is_cut: bool = False


def history_lines(entries: Sequence[TransitionLog]) -> list[HistoryLine]:
    """The entries as sentences, in the order given."""
    return [
        HistoryLine(
            deed_label(entry),
            states_of(entry),
            who_acted(entry),
            entry.at,
            entry.legal_basis,
            reason_of(entry),
            _deadline(entry.deadline),
            _why(entry.deadline),
        )
        for entry in entries
    ]


def who_acted(entry: TransitionLog) -> str:
    """Who did it, and as a deputy in whose place."""
    if entry.actor_id is None:
        return str(_("The system"))
    name = staff_name(entry.actor)
    if entry.acted_for_id is None:
        return name
    absent = staff_name(entry.acted_for)
    return str(_("%(name)s in place of %(absent)s", name=name, absent=absent))


def reason_of(entry: TransitionLog) -> str | None:
    """The reason as it was kept; of accounts, the roles it names in words."""
    if entry.subject_type != "ab_user" or not entry.reason:
        return entry.reason
    named, _semicolon, rest = entry.reason.partition("; ")
    roles = ", ".join(str(words.ROLES.get(part, part)) for part in named.split(", "))
    return "; ".join(part for part in (roles, rest) if part)


def deed_label(entry: TransitionLog) -> str:
    """What was done, in the words of the workflow it was done under."""
    label = step_label(entry.subject_type, entry.transition)
    if label != entry.transition:
        return label
    return str(PLAIN_DEEDS.get(entry.transition, _("Changed")))


def states_of(entry: TransitionLog) -> str:
    """The states before and after in words; empty for rows without states."""
    names = _STATES.get(entry.subject_type, {})
    found = [names.get(state) for state in (entry.from_state, entry.to_state) if state]
    shown = dict.fromkeys(str(name) for name in found if name is not None)
    return " → ".join(shown)


def _deadline(record: Mapping[str, Any] | None) -> str:
    if not record:
        return ""
    return str(
        _(
            "Due on %(due)s, counted from %(start)s (%(article)s, %(law)s).",
            due=day(date.fromisoformat(record["due_on"])),
            start=day(date.fromisoformat(record["started_on"])),
            article=record["article"],
            law=record["law"],
        )
    )


def _why(record: Mapping[str, Any] | None) -> list[str]:
    """Why it is this day: the sentences that were kept with the step, in the language of the request.

    Rows without kept sentences (made in bulk) are counted again by the rule and the calendar as they stand now;
    nothing is said when that gives another day.
    """
    if record and "explanation" in record:
        return [sentence(Line.from_record(kept)) for kept in record["explanation"]]
    if not record or record.get("pauses"):
        return []
    started_on, event = date.fromisoformat(record["started_on"]), StartEvent(record["start_event"])
    try:
        deadline = deadline_from(record["rule_code"], started_on, event)
    except WorkflowError:
        return []
    is_same = deadline.due_on.isoformat() == record["due_on"]
    return [sentence(line) for line in deadline.explanation()] if is_same else []
