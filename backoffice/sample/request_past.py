"""Invented requests of the last months that have come to their end, for the figures: written in bulk, by the tables.

Every step is one that the workflow of its day allows, and every last day is counted from the rule of its day. Not
here: requests that people look at closely, which go through the services (`request_stories`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

from backoffice import clock
from backoffice.models import OnlineRequest
from backoffice.models.request_states import RequestChannel, RequestFamily, RequestOutcome, RequestState
from backoffice.sample.request_answers import SECOND_COMPLAINT, Answers, answers, procedure_of
from backoffice.sample.request_deeds import Stage, token_of
from backoffice.sample.request_stories import DISTRICT
from backoffice.services.document_crypto import Keyring
from backoffice.services.look_up_key import LookUpKeys
from backoffice.services.procedures import procedure_book
from backoffice.services.request_confidence import keep_apart
from backoffice.services.request_seal import seal
from backoffice.workflow.calendar import WorkingCalendar
from backoffice.workflow.deadlines import compute_deadline, working_days_between
from backoffice.workflow.online_request import SETTLED_STATES, workflow_name
from backoffice.workflow.registry import WORKFLOWS
from backoffice.workflow.request_deadlines import total_rule
from backoffice.workflow.rules import RuleBook

_S = RequestState
# The numbers of these requests begin where those of the stories have long ended.
FIRST_NUMBER = 100_000
DAYS = 420
# Of a hundred requests so many are of each procedure, and so many end in each way.
_MATTERS = {
    "enforcement_request": 44,
    "result_confirmation": 22,
    "feedback": 9,
    "complaint": 8,
    "denunciation": 3,
    SECOND_COMPLAINT: 2,
    "officer_change": 3,
    "coercion_cost_relief": 4,
    "enforcement_fee_relief": 5,
}
_ENDS = {_S.RETURNED: 78, _S.GUIDED: 9, _S.REFUSED: 8, _S.WITHDRAWN: 5}
_CHANNELS = {RequestChannel.ONLINE: 58, RequestChannel.DESK: 32, RequestChannel.POST: 10}
_NEXT = {
    _S.SUBMITTED: "receive",
    _S.AWAITING_ORIGINALS: "compare_originals",
    _S.AWAITING_ASSIGNMENT: "assign",
    _S.DRAFTED: "compare_drafted",
    _S.AWAITING_SIGNATURE: "sign",
    _S.SIGNED: "return_result",
}
# So many go to the agency at which people look most, so that its own figures are large enough to be shown.
_SHOWN_SHARE = 0.15
# Working days that a step usually takes; the examination of petitions takes longer.
_USUAL = {"submit_draft": 2.0, "propose_reply": 9.0, "compare_originals": 1.5}


@dataclass(frozen=True)
class Books:
    """What the days are counted with."""

    rules: RuleBook
    calendar: WorkingCalendar
    days: tuple[date, ...]
    keys: LookUpKeys
    seals: Keyring
    _due: dict[tuple[str, str, str, date], date | None] = field(default_factory=dict)

    def due_on(self, request: OnlineRequest, step: str, declared: Answers, day: date) -> date | None:
        """The last day of the whole, where the step sets it running."""
        version = WORKFLOWS.version(request.workflow_name, day).version
        found = total_rule(request.procedure, request.family, version, step, declared)
        if found is None:
            return None
        key = (found[0], found[1].value, version, day)
        if key not in self._due:
            rule = self.rules.find(found[0], day)
            deadline = compute_deadline(rule, found[1], day, self.calendar) if rule else None
            self._due[key] = deadline.due_on if deadline else None
        return self._due[key]


@dataclass(frozen=True)
class Past:
    """One request with the rows of its history, which lack only the id of their request."""

    request: OnlineRequest
    history: list[dict[str, Any]]


def past_requests(seed: int, count: int, stages: Sequence[Stage], centre: Stage, books: Books) -> list[Past]:
    """About so many requests, spread over the agencies as their cases are; second complaints go to the centre.

    The oldest comes first; what would not have ended by today is left out.
    """
    rng = Random(f"{seed} past requests")  # noqa: S311 (invented data, not a secret)
    edges = list(accumulate(stage.place.weight for stage in stages))
    slow = {stage.agency_id: rng.choice((0.7, 1.0, 1.0, 1.2, 1.9)) for stage in stages}
    shown = next((stage for stage in stages if stage.place.code == DISTRICT), stages[0])
    found = []
    for number in range(FIRST_NUMBER, FIRST_NUMBER + count):
        matter = _drawn(rng, _MATTERS)
        is_shown = rng.random() < _SHOWN_SHARE
        stage = shown if is_shown else rng.choices(stages, cum_weights=edges)[0]
        pace = slow[stage.agency_id]
        life = _Life(seed, number, matter, centre if matter == SECOND_COMPLAINT else stage, books, pace)
        if life.has_ended():
            found.append(Past(life.request, life.history))
    return sorted(found, key=lambda past: past.request.received_at)


class _Life:
    """One request from its receipt to its end."""

    def __init__(self, seed: int, number: int, matter: str, stage: Stage, books: Books, slow: float) -> None:
        self.rng = Random(f"{seed} past request {number}")  # noqa: S311 (invented data, not a secret)
        self.stage, self.books, self.slow = stage, books, slow
        self.cast = stage.cast_of(matter)
        # More of them lately.
        place = int((len(books.days) - 2) * self.rng.random() ** 0.8)
        self._place, self._steps, self._end = place, 0, _drawn(self.rng, _ENDS)
        self.declared = answers(self.rng, stage.place, matter, self._day, with_address=False)
        self.request = self._opened(procedure_of(matter), token_of(seed, number))
        self.history: list[dict[str, Any]] = []

    @property
    def _day(self) -> date:
        return self.books.days[self._place]

    def has_ended(self) -> bool:
        """Lead it to its end; False when that would lie ahead."""
        request = self.request
        self._log("register", None, _S.SUBMITTED)
        while request.state not in _ENDED:
            if not self._passes():
                return False
            self._step(self._next(RequestState(request.state)))
        request.created_at, request.changed_at = request.received_at, self.history[-1]["at"]
        return True

    def _opened(self, procedure: str, token: str) -> OnlineRequest:
        keys, stage, moment = self.books.keys, self.stage, self._moment()
        code = keys.new_code(token)
        request = OnlineRequest(
            public_key=UUID(int=self.rng.getrandbits(128), version=4).hex,
            agency_id=stage.agency_id,
            agency_path=stage.agency_path,
            procedure=procedure,
            family=procedure_book().procedure(procedure, self._day).family.value,
            channel=_drawn(self.rng, _CHANNELS).value,
            state=_S.SUBMITTED.value,
            received_at=moment,
            code_key=keys.code_key(code),
            code_ending=code[-2:],
            client_key=keys.client_key(token),
            identity_key=keys.identity_key(self.declared["identity_number"]),
            applicant_name=self.declared["applicant_name"],
            locale="vi",
            pauses=[],
            is_sample=True,
            version=1,
        )
        keep_apart(request, self.declared)
        seal(request, self.declared, self.books.seals)
        return request

    def _moment(self) -> datetime:
        minutes = 8 * 60 + 45 * self._steps + self.rng.randint(0, 30)
        self._steps += 1
        return datetime.combine(self._day, time(minutes // 60, minutes % 60), clock.VIETNAM)

    def _passes(self) -> bool:
        """Let the days of the next step pass; False when it would lie ahead."""
        step = self._next(RequestState(self.request.state))
        usual = _USUAL.get(step, 0.4) * self.slow
        self._place += int(self.rng.expovariate(1 / usual) + 0.5)
        return self._place < len(self.books.days)

    def _next(self, state: RequestState) -> str:
        if state is not _S.RECEIVED and state is not _S.IN_EXAMINATION:
            return _NEXT[state] if self._end is not _S.WITHDRAWN else "withdraw"
        is_petition = self.request.family == RequestFamily.FEEDBACK
        if state is _S.IN_EXAMINATION:
            return "propose_reply" if is_petition else "submit_draft"
        if self._end is _S.GUIDED:
            return "guide"
        if self._end is _S.REFUSED and not is_petition:
            return "refuse"
        return "classify" if is_petition else "accept"

    def _step(self, name: str) -> None:
        request, before = self.request, self.request.state
        transition = WORKFLOWS.version(request.workflow_name, self._day).find(name)
        after = RequestState(transition.target_from(before))
        self._log(name, before, after)
        if name == "receive":
            request.handler_id = self.cast.desk.user_id
        elif name in ("submit_draft", "propose_reply"):
            request.examiner_id = self.cast.examiner.user_id
            request.outcome = RequestOutcome.REPLIED.value if name == "propose_reply" else None
        elif name == "return_result":
            request.returned_on = self._day
        self._close(after)
        self._settle(after)

    def _settle(self, after: RequestState) -> None:
        """The days by which requests are counted, as `request_clock` keeps them."""
        request = self.request
        if request.taken_on is None and after is not _S.WITHDRAWN:
            request.taken_on = self._day
        if after in SETTLED_STATES and request.settled_on is None:
            request.settled_on = self._day
            if after is not _S.WITHDRAWN:
                request.working_days = working_days_between(
                    request.received_on, self._day, self.books.calendar, ()
                )

    def _close(self, after: RequestState) -> None:
        request = self.request
        if after in _OUTCOMES:
            request.outcome = _OUTCOMES[after].value
        if after is _S.REFUSED:
            request.ground_code = "no_competence"
        if after is _S.SIGNED:
            request.outcome = request.outcome or RequestOutcome.GRANTED.value
            request.decided_on = self._day

    def _log(self, name: str, before: str | None, after: RequestState) -> None:
        request, day = self.request, self._day
        request.state = after.value
        request.workflow_version = WORKFLOWS.version(workflow_name(request.family), day).version
        due_on = self.books.due_on(request, name, self.declared, day)
        # An enforcement request has one whole, which the originals do not set anew.
        if due_on is not None and not (request.family == RequestFamily.ENFORCEMENT and request.total_due_on):
            request.total_due_on = due_on
        who = {"receive": "desk", "accept": "desk", "submit_draft": "examiner", "sign": "head"}.get(name)
        actor = getattr(self.cast, who).user_id if who else None
        self.history.append(
            {
                "agency_id": request.agency_id,
                "agency_path": request.agency_path,
                "subject_type": "online_request",
                "workflow_version": request.workflow_version,
                "transition": name,
                "from_state": before,
                "to_state": after.value,
                "actor_id": actor,
                "at": self._moment() if before else request.received_at,
            }
        )


_OUTCOMES = {
    _S.GUIDED: RequestOutcome.GUIDED,
    _S.REFUSED: RequestOutcome.REFUSED,
    _S.WITHDRAWN: RequestOutcome.WITHDRAWN,
}
_ENDED = frozenset({*_OUTCOMES, _S.RETURNED})


def _drawn(rng: Random, weights: Mapping[Any, int]) -> Any:
    return rng.choices(list(weights), list(weights.values()))[0]
