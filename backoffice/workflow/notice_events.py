"""What people are told about: each event with the places its words may have, and how it behaves.

Belongs here: the catalogue. Not here: the words (`data/notice_templates`, edited on screens), who is told when
(services).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from backoffice.models.notice_states import NoticeChannel
from backoffice.workflow.messages import N_


class NoticeEvent(StrEnum):
    """Something that people are told about; the first group staff, the second citizens and other bodies."""

    CASE_ASSIGNED = "case_assigned"
    DECISION_SIGNED = "decision_signed"
    RECORD_PUBLISHED = "record_published"
    WITHDRAWAL_DUE = "withdrawal_due"
    DEADLINE_DIGEST = "deadline_digest"
    TASK_FINISHED = "task_finished"
    ABSENCE_PLANNED = "absence_planned"
    ABSENCE_ENDED = "absence_ended"
    ACCOUNT_MADE = "account_made"
    PASSWORD_RESET = "password_reset"  # noqa: S105 (the name of an event)

    COMMUNE_PUBLICATION = "commune_publication"
    REQUEST_RECEIVED = "request_received"
    REQUEST_SUPPLEMENT = "request_supplement"
    REQUEST_ACCEPTED = "request_accepted"
    REQUEST_TAKEN_UP = "request_taken_up"
    REQUEST_GUIDANCE = "request_guidance"
    REQUEST_REFUSED = "request_refused"
    RESULT_READY = "result_ready"
    RESULT_GIVEN = "result_given"
    FEEDBACK_REPLIED = "feedback_replied"
    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_CHANGED = "appointment_changed"
    APPOINTMENT_CANCELLED = "appointment_cancelled"
    APPOINTMENT_MISSED = "appointment_missed"
    APPOINTMENT_REMINDER = "appointment_reminder"


PROCEDURES: Mapping[str, str] = {
    "enforcement_request": N_("Request for enforcement"),
    "result_confirmation": N_("Confirmation of the enforcement result"),
    "feedback": N_("Petition or feedback"),
    "complaint": N_("Complaint"),
    "denunciation": N_("Denunciation"),
    "officer_change": N_("Change of the enforcement officer"),
    "coercion_cost_relief": N_("Exemption or reduction of coercion costs"),
    "enforcement_fee_relief": N_("Exemption or reduction of the enforcement fee"),
}


@dataclass(frozen=True)
class Place:
    """One name that words may use: what it stands for, and an invented value in Vietnamese and English."""

    label: str
    sample_vi: str
    sample_en: str


PLACES: Mapping[str, Place] = {
    "agency_name": Place(
        N_("Name of the agency"),
        "Phòng Thi hành án dân sự khu vực 1 - Hà Nội",
        "Regional Enforcement Room 1 - Ha Noi",
    ),
    "agency_address": Place(N_("Address of the agency"), "Số 1, phố Mẫu, Hà Nội", "1 Sample street, Ha Noi"),
    "officer_name": Place(N_("Name of the officer"), "Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"),
    "recipient_name": Place(N_("Name of the recipient"), "Trần Thị Thử", "Trần Thị Thử"),
    "case_number": Place(N_("Case number"), "125/2026", "125/2026"),
    "decision_number": Place(N_("Number of the decision"), "125/QĐ-CTHADS", "125/QĐ-CTHADS"),
    "decided_on": Place(N_("Day of the decision"), "15/09/2026", "15/09/2026"),
    "public_id": Place(N_("Public number of the record"), "7K2M9QX4T0ABCD3F", "7K2M9QX4T0ABCD3F"),
    "due_on": Place(N_("Last day"), "18/09/2026", "18/09/2026"),
    "legal_basis": Place(
        N_("Legal basis"),
        "khoản 1 Điều 34 Luật Thi hành án dân sự",
        "Article 34(1) of the Law on Civil Judgment Enforcement",
    ),
    "deputy_name": Place(N_("Name of the deputy"), "Lê Thị Ví Dụ", "Lê Thị Ví Dụ"),
    "first_day": Place(N_("First day of the absence"), "14/09/2026", "14/09/2026"),
    "last_day": Place(N_("Last day of the absence"), "18/09/2026", "18/09/2026"),
    "day": Place(N_("Day"), "15/09/2026", "15/09/2026"),
    "overdue_count": Place(N_("How many are overdue"), "2", "2"),
    "today_count": Place(N_("How many are due today"), "3", "3"),
    "work_lines": Place(
        N_("The list of the work"),
        "- Hồ sơ 125/2026: hạn 14/09/2026 (quá hạn)\n- Hồ sơ 98/2026: hạn 15/09/2026",
        "- Case 125/2026: due 14/09/2026 (overdue)\n- Case 98/2026: due 15/09/2026",
    ),
    "task_title": Place(N_("What the task was"), "Tải danh sách", "Download of a list"),
    "username": Place(N_("User name"), "mau.nguyen", "mau.nguyen"),
    "link": Place(
        N_("Link into the product"),
        "https://thads.example.gov.vn/backoffice/",
        "https://thads.example.gov.vn/backoffice/",
    ),
    "request_code": Place(N_("Online registration code"), "7K2M-9QX4-T0AB-C", "7K2M-9QX4-T0AB-C"),
    "procedure_name": Place(N_("Name of the procedure"), "Yêu cầu thi hành án", "Request for enforcement"),
    "received_on": Place(N_("Day of receipt"), "10/09/2026", "10/09/2026"),
    "appointment_at": Place(
        N_("Time of the appointment"), "08 giờ 30 ngày 18/09/2026", "08:30 on 18/09/2026"
    ),
    "appointment_place": Place(
        N_("Place of the appointment"), "Bộ phận một cửa, tầng 1", "One-stop desk, ground floor"
    ),
    "former_appointment_at": Place(
        N_("Time of the former appointment"), "14 giờ 00 ngày 17/09/2026", "14:00 on 17/09/2026"
    ),
    "guidance": Place(
        N_("What to add or do"),
        "Nộp bản sao bản án có xác nhận của Tòa án.",
        "Hand in a copy of the judgment certified by the court.",
    ),
    "ground": Place(
        N_("Ground of the refusal"),
        "Cơ quan không có thẩm quyền thi hành án",
        "The agency has no competence for this enforcement",
    ),
    "reply_number": Place(N_("Number of the reply"), "45/TB-CTHADS", "45/TB-CTHADS"),
    "commune_name": Place(N_("Name of the commune"), "Ủy ban nhân dân phường Mẫu", "Mẫu ward"),
    "document_number": Place(N_("Number of the document"), "31/TB-CTHADS", "31/TB-CTHADS"),
}

_STAFF = frozenset({"agency_name", "recipient_name", "link"})
_CITIZEN = frozenset(
    {
        "agency_name",
        "agency_address",
        "recipient_name",
        "request_code",
        "procedure_name",
        "received_on",
        "link",
    }
)
_ABSENCE = ("officer_name", "deputy_name", "first_day", "last_day")
_MEETING = frozenset({"appointment_at", "appointment_place", "officer_name"})


@dataclass(frozen=True)
class EventRule:
    """How one event behaves.

    `subject_places` are those that may stand in a subject: nothing about a person. `days` is how long sending is
    tried. Staff may switch an event off unless it is `is_required`; `usual` are its channels as long as nobody says
    otherwise. An `is_urgent` message does not wait for the end of the quiet hours.
    """

    title: str
    places: frozenset[str]
    subject_places: frozenset[str] = frozenset({"agency_name"})
    days: int = 3
    is_for_staff: bool = True
    is_required: bool = False
    is_urgent: bool = False
    usual: frozenset[NoticeChannel] = frozenset({NoticeChannel.EMAIL})

    @property
    def lasts(self) -> timedelta:
        """How long sending is tried."""
        return timedelta(days=self.days)


def _staff(title: str, *places: str, subject: tuple[str, ...] = (), **more: object) -> EventRule:
    subject_places = frozenset({"agency_name", *subject})
    return EventRule(title, _STAFF | frozenset(places), subject_places, **more)  # type: ignore[arg-type]


def _citizen(title: str, *places: str, **more: object) -> EventRule:
    # Not the code: with it half of what a look-up asks for would stand in every list of letters.
    subject_places = frozenset({"agency_name", "received_on", "procedure_name"})
    return EventRule(
        title,
        _CITIZEN | frozenset(places),
        subject_places,
        days=5,
        is_for_staff=False,
        is_required=True,
        **more,  # type: ignore[arg-type]
    )


EVENTS: Mapping[NoticeEvent, EventRule] = {
    NoticeEvent.CASE_ASSIGNED: _staff(N_("A case was given to me"), "case_number", subject=("case_number",)),
    NoticeEvent.DECISION_SIGNED: _staff(
        N_("A decision in my case was signed"),
        "case_number",
        "decision_number",
        "decided_on",
        subject=("decision_number",),
    ),
    NoticeEvent.RECORD_PUBLISHED: _staff(
        N_("A debtor record of my case was published"), "public_id", "decision_number", subject=("public_id",)
    ),
    NoticeEvent.WITHDRAWAL_DUE: _staff(
        N_("A publication must be ended"),
        "public_id",
        "decision_number",
        "due_on",
        subject=("public_id", "due_on"),
        is_required=True,
        is_urgent=True,
    ),
    NoticeEvent.DEADLINE_DIGEST: _staff(
        N_("My overdue work and what is due today, each working morning"),
        "day",
        "overdue_count",
        "today_count",
        "work_lines",
        subject=("day", "overdue_count", "today_count"),
        days=1,
        is_urgent=True,
    ),
    NoticeEvent.TASK_FINISHED: _staff(
        N_("A task that I started has ended"), "task_title", subject=("task_title",), usual=frozenset()
    ),
    NoticeEvent.ABSENCE_PLANNED: _staff(N_("An absence was entered in which I have a part"), *_ABSENCE),
    NoticeEvent.ABSENCE_ENDED: _staff(
        N_("An absence in which I have a part ends early or was taken back"), *_ABSENCE
    ),
    NoticeEvent.ACCOUNT_MADE: _staff(N_("My account was made"), "username", is_required=True, is_urgent=True),
    NoticeEvent.PASSWORD_RESET: _staff(
        N_("My password was replaced"), "username", is_required=True, is_urgent=True
    ),
    NoticeEvent.COMMUNE_PUBLICATION: EventRule(
        N_("Notice of publication to the commune"),
        frozenset(
            {
                "agency_name",
                "agency_address",
                "commune_name",
                "document_number",
                "decided_on",
                "legal_basis",
                "link",
            }
        ),
        frozenset({"agency_name", "document_number"}),
        days=5,
        is_for_staff=False,
        is_required=True,
    ),
    NoticeEvent.REQUEST_RECEIVED: _citizen(N_("A request was received"), is_urgent=True),
    NoticeEvent.REQUEST_SUPPLEMENT: _citizen(
        N_("A request must be completed"), "guidance", "due_on", "legal_basis"
    ),
    NoticeEvent.REQUEST_ACCEPTED: _citizen(
        N_("A request was accepted, with an appointment"), *_MEETING, "guidance", "legal_basis"
    ),
    NoticeEvent.REQUEST_TAKEN_UP: _citizen(
        N_("A request was accepted, without an appointment"), "guidance", "legal_basis"
    ),
    NoticeEvent.REQUEST_GUIDANCE: _citizen(N_("Guidance on a request"), "guidance", "legal_basis"),
    NoticeEvent.REQUEST_REFUSED: _citizen(
        N_("A request was refused"), "ground", "legal_basis", "reply_number"
    ),
    NoticeEvent.RESULT_READY: _citizen(N_("A result is ready"), *_MEETING, "guidance", "document_number"),
    NoticeEvent.RESULT_GIVEN: _citizen(
        N_("A result is there, without an appointment"), "guidance", "document_number"
    ),
    NoticeEvent.FEEDBACK_REPLIED: _citizen(
        N_("A reply to a petition or feedback"), "reply_number", "decided_on"
    ),
    NoticeEvent.APPOINTMENT_BOOKED: _citizen(N_("An appointment was booked"), *_MEETING, is_urgent=True),
    NoticeEvent.APPOINTMENT_CHANGED: _citizen(
        N_("An appointment was changed"), *_MEETING, "former_appointment_at", is_urgent=True
    ),
    NoticeEvent.APPOINTMENT_CANCELLED: _citizen(
        N_("An appointment was cancelled"), "former_appointment_at", "guidance", is_urgent=True
    ),
    NoticeEvent.APPOINTMENT_MISSED: _citizen(
        N_("Somebody did not come to the appointment"), "former_appointment_at"
    ),
    NoticeEvent.APPOINTMENT_REMINDER: _citizen(N_("Reminder of an appointment"), *_MEETING),
}


def sample_values(event: NoticeEvent, locale: str) -> dict[str, str]:
    """Invented values for every place of an event, for previews and tests."""
    rule = EVENTS[event]
    return {
        name: PLACES[name].sample_en if locale == "en" else PLACES[name].sample_vi
        for name in sorted(rule.places)
    }
