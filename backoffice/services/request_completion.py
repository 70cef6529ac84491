"""What an applicant was asked for and brings, posts or tells the desk instead of answering online (R21, R23).

Belongs here: taking it in. Not here: asking for it (`online_request`), the applicant's own answer (`citizen_request`),
scans, which are attached like any document (`document`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError
from backoffice.models import OnlineRequest
from backoffice.models.request_states import RequestMessageKind
from backoffice.services.online_request import Seen
from backoffice.services.request_letters import write_message
from backoffice.services.request_step import load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_

# How it came: handed in at the desk, by post, or otherwise (by telephone, or found in the agency's own files).
WAYS = ("desk", "post", "other")
# Before July 2026 the rule of the notice counted from the receipt of the request alone.
_CAUSES = (StartEvent.SUPPLEMENT_RECEIVED, StartEvent.REQUEST_RECEIVED)


@dataclass(frozen=True)
class Brought:
    """What came: in which way, on which day, what it is in the officer's words."""

    way: str
    on: date
    text: str


def take_in(actor: Actor, seen: Seen, brought: Brought) -> OnlineRequest:
    """Note what the applicant was asked for and has brought; the clocks go on from the day on which it came.

    The applicant reads what was noted. Raises as `take_step`, InvalidInputError for a day before the question or ahead,
    for no words, and for a way that is none.
    """
    if brought.way not in WAYS:
        raise InvalidInputError("way", N_("Choose one of the answers."))
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        first = request.paused_on or brought.on
        if not first <= brought.on <= clock.today():
            raise InvalidInputError("on", N_("Choose a day from the day of the question to today."))
        step = Step("answer_supplement", brought.on, None, seen.version, causes=_CAUSES)
        take_step(session, actor, request, step)
        kind = RequestMessageKind.ANSWER
        more = {"way": brought.way, "on": brought.on.isoformat()}
        write_message(session, actor, request, kind, brought.text, **more)
        return request
