"""Words and column labels of citizens' requests and appointments. Not here: those of other tables (`words`, `labels`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

REQUEST_STATES: Mapping[str, Any] = {
    "submitted": _l("New request"),
    "received": _l("In support"),
    "supplement_asked": _l("Waiting for the citizen"),
    "awaiting_originals": _l("Waiting for originals"),
    "awaiting_assignment": _l("Waiting for assignment"),
    "in_examination": _l("In the professional unit"),
    "drafted": _l("Drafted, waiting for the citizen in person"),
    "awaiting_filing": _l("Proposed for filing"),
    "awaiting_signature": _l("Waiting for signature"),
    "signed": _l("Waiting to be returned"),
    "returned": _l("Result returned"),
    "guided": _l("Answered with guidance"),
    "refused": _l("Refused"),
    "filed": _l("Filed without action"),
    "withdrawn": _l("Withdrawn by the citizen"),
}
# What a list may be narrowed to beside the states: requests that another one stands for.
MERGED = "merged"
FILTERED_STATES: Mapping[str, Any] = {**REQUEST_STATES, MERGED: _l("Treated together with another request")}
REQUEST_CHANNELS: Mapping[str, Any] = {
    "online": _l("Online"),
    "desk": _l("At the desk"),
    "post": _l("By post"),
}
HANDOVER_WAYS: Mapping[str, Any] = {
    "online": _l("On the look-up page"),
    "desk": _l("In person at the desk"),
    "post": _l("Sent by post"),
}
REQUEST_FAMILIES: Mapping[str, Any] = {
    "enforcement": _l("Request for enforcement"),
    "confirmation": _l("Confirmation of the enforcement result"),
    "feedback": _l("Petitions, complaints, denunciations"),
    "one_stop": _l("Change of officer, exemptions and reductions"),
}
REQUEST_OUTCOMES: Mapping[str, Any] = {
    "granted": _l("Granted"),
    "replied": _l("Replied"),
    "transferred": _l("Transferred to the competent body"),
    "filed": _l("Filed without action"),
    "guided": _l("Answered with guidance"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn by the citizen"),
}
REFUSAL_GROUNDS: Mapping[str, Any] = {
    "no_right_or_unrelated": _l(
        "The applicant has no right to request, or the request is unrelated to the judgment"
    ),
    "judgment_creates_no_duty": _l("The judgment creates no right or duty to be enforced"),
    "no_competence": _l("The agency has no competence"),
    "limitation_expired": _l("The limitation period has expired"),
    "decision_already_exists": _l("There is an enforcement decision on this content already"),
}
APPOINTMENT_STATES: Mapping[str, Any] = {
    "booked": _l("Booked"),
    "kept": _l("The person came"),
    "missed": _l("Nobody came"),
    "moved": _l("Moved to another time"),
    "cancelled": _l("Cancelled"),
}
WAYS_OF_COMPLETION: Mapping[str, Any] = {
    "desk": _l("At the desk"),
    "post": _l("By post"),
    "other": _l("Another way: telephone, the agency's own files"),
}
FEEDBACK_KINDS: Mapping[str, Any] = {
    "petition": _l("Request (đề nghị)"),
    "proposal": _l("Proposal (kiến nghị)"),
    "reflection": _l("Feedback (phản ánh)"),
    "complaint": _l("Complaint"),
    "denunciation": _l("Denunciation"),
}
COMPETENCES: Mapping[str, Any] = {
    "own": _l("This agency"),
    "other_agency": _l("Another enforcement agency"),
    "other_body": _l("Another body"),
}
MESSAGE_KINDS: Mapping[str, Any] = {
    "supplement": _l("Asked to complete"),
    "acceptance": _l("Request accepted"),
    "guidance": _l("Guidance"),
    "refusal": _l("Refusal"),
    "result": _l("Result"),
    "answer": _l("Answer of the citizen"),
    "withdrawal": _l("Withdrawal by the citizen"),
    "reopening": _l("The citizen asks to reopen"),
}
REQUEST_LABELS: Mapping[str, Any] = {
    "answer_due_on": _l("To be completed by"),
    "applicant_name": _l("Applicant"),
    "archive_asked_on": _l("Archived file asked for on"),
    "archive_released_on": _l("Archived file let out on"),
    "classification": _l("Classification"),
    "desk": _l("Desk"),
    "due_on": _l("Due on"),
    "duplicate_of": _l("Treated together with"),
    "merged_on": _l("Treated together since"),
    "ends_at": _l("Ends at"),
    "examiner": _l("Examining officer"),
    "family": _l("Way through the agency"),
    "fee_receipt_number": _l("Number of the fee receipt"),
    "fee_vnd": _l("Fee collected"),
    "handed_over_on": _l("Given out on"),
    "handed_over_to": _l("Who took it"),
    "handed_over_way": _l("How the result is given out"),
    "handler": _l("Officer in charge"),
    "is_open": _l("Offered"),
    "originals_received_on": _l("Originals received on"),
    "outcome": _l("Outcome"),
    "paused_on": _l("Waiting for the citizen since"),
    "purpose": _l("Purpose"),
    "received_at": _l("Received at"),
    "request": _l("Online request"),
    "request_number": _l("Request number"),
    "reopening_asked_on": _l("Asked to reopen on"),
    "returned_on": _l("Returned on"),
    "taken_on": _l("Taken into support on"),
    "settled_on": _l("Settled on"),
    "working_days": _l("Working days until settled"),
    "reminded_at": _l("Reminded at"),
    "request.applicant_name": _l("Applicant"),
    "held_by": _l("Taken by"),
    "slot": _l("Time"),
    "starts_at": _l("Begins at"),
    "total_due_on": _l("Whole due on"),
    "workflow_version": _l("Version of the process"),
}
# The facts of a request on its page, in their groups.
REQUEST_FIELDSETS: tuple[tuple[Any, dict[str, list[str]]], ...] = (
    (_l("Request"), {"fields": ["procedure", "applicant_name", "channel", "received_at", "agency"]}),
    (
        _l("Course"),
        {
            "fields": [
                "state",
                "due_on",
                "total_due_on",
                "paused_on",
                "answer_due_on",
                "handler",
                "examiner",
                "originals_received_on",
                "archive_asked_on",
                "archive_released_on",
                "workflow_version",
            ]
        },
    ),
    (
        _l("How it was settled"),
        {
            "fields": [
                "outcome",
                "ground_code",
                "case",
                "decision_number",
                "decided_on",
                "fee_vnd",
                "fee_receipt_number",
                "returned_on",
                "handed_over_way",
                "handed_over_on",
                "handed_over_to",
            ]
        },
    ),
)
# Left out of a request's page until there is something to say.
QUIET_FACTS = (
    "paused_on",
    "answer_due_on",
    "examiner",
    "originals_received_on",
    "archive_asked_on",
    "archive_released_on",
    "outcome",
    "ground_code",
    "case",
    "decision_number",
    "decided_on",
    "fee_vnd",
    "fee_receipt_number",
    "returned_on",
    "handed_over_way",
    "handed_over_on",
    "handed_over_to",
)
