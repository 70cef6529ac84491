"""What a citizen's request gives for the papers about it: slips, replies, confirmations, letters (R41, R45).

Not here: papers about cases and decisions (`paper_data`), drafting and signing (`official_document`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backoffice import clock
from backoffice.models import OnlineRequest
from backoffice.models.states import OfficialDocumentKind
from backoffice.queries.appointments import booked_appointment
from backoffice.queries.current import reading
from backoffice.queries.rules import rule_book
from backoffice.services.procedures import procedure_book
from backoffice.services.request_letters import masked_code
from backoffice.services.request_seal import unseal
from backoffice.workflow.procedures import FieldKind
from exports.papers import FIELDS

Values = dict[str, object]


def request_values(kind: OfficialDocumentKind, request: OnlineRequest) -> Values:
    """The values that the request gives for the fields of a kind; what it does not know is not among them.

    Raises KeyMissingError, FileDamagedError when what was declared cannot be opened.
    """
    declared = unseal(request)
    found = {**_common(request, declared), **_matter(request, declared), **_meeting(request)}
    names = {field.name for field in FIELDS[kind.value]}
    return {name: value for name, value in found.items() if name in names and value not in (None, "", [])}


def _common(request: OnlineRequest, declared: Mapping[str, str]) -> Values:
    title = procedure_book().procedure(request.procedure, request.received_on).title.vi
    officer = request.handler.get_full_name() if request.handler is not None else None
    return {
        "applicant_name": request.applicant_name,
        "applicant_address": declared.get("address"),
        "sender_name": request.applicant_name,
        "sender_address": declared.get("address"),
        "requester_name": request.applicant_name,
        "procedure_name": title,
        "registration_code": masked_code(request),
        "received_on": request.received_on,
        "requested_on": request.received_on,
        "petition_on": request.received_on,
        "receiver_name": officer,
        "contact_name": officer,
        "confirmed_until": clock.today(),
    }


def _matter(request: OnlineRequest, declared: Mapping[str, str]) -> Values:
    judged = declared.get("judgment_on")
    return {
        "judgment_number": declared.get("judgment_number"),
        "judgment_on": date.fromisoformat(judged) if judged else None,
        "court_name": declared.get("court_name"),
        "decision_number": request.decision_number or declared.get("enforcement_decision_number"),
        "decision_on": request.decided_on,
        "requester_role": _words(request, declared, "applicant_role"),
        "petition_type": _words(request, declared, "feedback_kind"),
        "subject": declared.get("subject_line") or declared.get("concerned"),
        "ground_article": _ground_article(request),
    }


def _meeting(request: OnlineRequest) -> Values:
    appointment = booked_appointment(reading(), request.id)
    if appointment is None:
        return {}
    starts = appointment.slot.starts_at.astimezone(clock.VIETNAM)
    return {
        "appointment_on": starts.date(),
        "appointment_time": f"{starts:%H:%M}",
        "appointment_place": appointment.slot.desk,
    }


def _words(request: OnlineRequest, declared: Mapping[str, str], name: str) -> str | None:
    """The Vietnamese words of a choice."""
    for rule in procedure_book().fields(request.procedure, request.received_on):
        if rule.name == name and rule.kind is FieldKind.CHOICE:
            return {code: words.vi for code, words in rule.choices}.get(declared.get(name, ""))
    return None


def _ground_article(request: OnlineRequest) -> str | None:
    rule = rule_book("request.refuse").find("request.refuse", clock.today()) if request.ground_code else None
    return f"{rule.article}, {rule.law}" if rule else None
