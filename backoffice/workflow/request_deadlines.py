"""What a whole request may take: which rule counts from which step, by procedure and version.

Belongs here: the choice of the rule. Not here: the days of single steps, which stand in the tables
(`online_request`), counting (`deadlines`).
"""

from collections.abc import Mapping
from datetime import date, timedelta

from backoffice.models.request_states import RequestFamily
from backoffice.workflow.deadlines import Pause
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import Name
from backoffice.workflow.online_request import DRAFT, LAW

Total = tuple[str, StartEvent]
TOGETHER = Name("được giải quyết cùng hồ sơ khác", "treated together with another request")
WAITED = Name("chờ người nộp bổ sung hồ sơ", "waiting for the applicant to complete the request")

_E = StartEvent
_DAY = timedelta(days=1)
# Under the law before July 2026 a request was made when paper and originals were there (seed 001, part I.4a).
_WITH_PAPER = frozenset({"compare_originals", "accept_with_originals"})
_COMPLAINT_LEVELS = {"first": "first", "second": "second"}


def total_rule(
    procedure: str, family: str, version: str, step: str, declared: Mapping[str, str]
) -> Total | None:
    """Return the rule of the whole that this step sets running, with its event; None when it sets none running.

    An enforcement request has one whole: what runs already is not set anew when the originals come.
    """
    if family == RequestFamily.ENFORCEMENT:
        return _enforcement(version, step)
    if step == "register":
        return {
            "result_confirmation": ("result.confirm", _E.REQUEST_RECEIVED),
            "feedback": ("feedback.handle", _E.FEEDBACK_RECEIVED),
            "complaint": (f"complaint.accept_{_level(declared)}", _E.COMPLAINT_RECEIVED),
        }.get(procedure)
    if step == "classify" and procedure == "complaint":
        return f"complaint.decide_{_level(declared)}", _E.COMPLAINT_ACCEPTED
    if step == "classify" and procedure == "denunciation" and version == LAW:
        return "denunciation.decide", _E.DENUNCIATION_ACCEPTED
    return None


def _enforcement(version: str, step: str) -> Total | None:
    if version == DRAFT:
        return ("support.total", _E.REQUEST_RECEIVED) if step == "register" else None
    if version == LAW and step in {"register", *_WITH_PAPER}:
        return "decision.on_request", _E.REQUEST_AND_JUDGMENT_RECEIVED
    if version != LAW and step in _WITH_PAPER:
        return "decision.on_request", _E.REQUEST_RECEIVED
    return None


def _level(declared: Mapping[str, str]) -> str:
    return _COMPLAINT_LEVELS.get(declared.get("complaint_level", ""), "first")


def pause_between(asked_on: date, answered_on: date) -> Pause | None:
    """Return the days that do not count because the citizen completed the request.

    The day of the question belongs to the agency; that of the answer, as the day of an event, is not counted. None
    when both were on one day.
    """
    return Pause(asked_on + _DAY, answered_on, WAITED) if answered_on > asked_on else None
