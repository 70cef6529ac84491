"""Which invented requests there are: to whom, about what, how long ago, and how far they have come.

An agency with demonstration accounts has one of every procedure in every open state, one of each end, and some that
are late; its neighbours have a few. Not here: names and words (`request_answers`), the deeds (`request_deeds`), what
ended long ago (`request_past`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from backoffice.models.request_states import RequestState
from backoffice.sample.request_answers import SECOND_COMPLAINT

_S = RequestState
DISTRICT, PROVINCE, NEIGHBOUR, CENTRE = "CC001", "C01", "CC002", "TC"
_ENDS = (_S.RETURNED, _S.GUIDED, _S.REFUSED, _S.WITHDRAWN)
_BEGINS = (_S.SUBMITTED, _S.RECEIVED, _S.SUPPLEMENT_ASKED)
_EXAMINED = (_S.IN_EXAMINATION, _S.AWAITING_SIGNATURE, _S.SIGNED)
_ENFORCEMENT = (*_BEGINS, _S.AWAITING_ORIGINALS, *_EXAMINED, *_ENDS)
_CONFIRMATION = (*_BEGINS, *_EXAMINED, *_ENDS)
_FEEDBACK = (
    *_BEGINS,
    _S.AWAITING_ASSIGNMENT,
    _S.AWAITING_FILING,
    *_EXAMINED,
    _S.FILED,
    _S.RETURNED,
    _S.GUIDED,
    _S.WITHDRAWN,
)
_REACHED = {
    "enforcement_request": _ENFORCEMENT,
    "result_confirmation": _CONFIRMATION,
    "feedback": _FEEDBACK,
    "complaint": _FEEDBACK,
    SECOND_COMPLAINT: _FEEDBACK,
    "denunciation": _FEEDBACK,
    "officer_change": _ENFORCEMENT,
    "coercion_cost_relief": _ENFORCEMENT,
    "enforcement_fee_relief": _ENFORCEMENT,
}
_OF_DISTRICTS = tuple(matter for matter in _REACHED if matter != SECOND_COMPLAINT)
_OPEN_TODAY = frozenset(
    {*_BEGINS, _S.AWAITING_ORIGINALS, _S.AWAITING_ASSIGNMENT, *_EXAMINED, _S.AWAITING_FILING}
)
# Of the other procedures only the open ones are made here: those that ended are in the past.
_WITH_ENDS = frozenset({"enforcement_request", "result_confirmation", "feedback"})
_SHARE_OF_OTHERS = 0.3
_LETTERS = 2
# Each file is judged in a process of its own, which takes its time: a few are enough to show.
_WITH_PAPERS = (_S.RECEIVED, _S.IN_EXAMINATION, _S.RETURNED)
# What a visitor may try: to answer, to move an appointment, to see a result.
_TO_TRY = (
    ("enforcement_request", _S.SUPPLEMENT_ASKED),
    ("enforcement_request", _S.AWAITING_ORIGINALS),
    ("result_confirmation", _S.RETURNED),
)


@dataclass(frozen=True)
class Story:
    """One request. `days_ago` and `slowest` count working days: when it came, and how long a step may take.

    `with_address` leaves letters, `with_papers` attaches a file, `is_completed` asks for more on the way,
    `is_missed` lets nobody come to the first appointment.
    """

    number: int
    matter: str
    agency_code: str
    target: RequestState
    days_ago: int
    slowest: int = 0
    with_address: bool = False
    with_papers: bool = False
    is_completed: bool = False
    is_at_desk: bool = False
    is_missed: bool = False


def stories(seed: int) -> list[Story]:
    """All requests of a seed that people may look at closely, the oldest first."""
    rng = Random(f"{seed} requests")  # noqa: S311 (invented data, not a secret)
    found = [*_of_every_state(rng), *_late(), *_missed(), *_of_others(rng)]
    ordered = sorted(found, key=lambda story: -story.days_ago)
    return [Story(**{**vars(story), "number": number}) for number, story in enumerate(ordered, 1)]


def stories_to_try(seed: int) -> list[Story]:
    """One request for each thing that a visitor may try with its code."""
    own = [story for story in stories(seed) if story.agency_code == DISTRICT]
    return [
        max((one for one in own if (one.matter, one.target) == wanted), key=lambda one: one.number)
        for wanted in _TO_TRY
    ]


def can_come(matter: str) -> bool:
    """Whether applicants of this matter may be invited to bring originals."""
    return _S.AWAITING_ORIGINALS in _REACHED[matter]


def _of_every_state(rng: Random) -> Iterator[Story]:
    """Of the district's agency: every procedure in every state, on time where the law leaves any."""
    for matter in _OF_DISTRICTS:
        for target in _REACHED[matter]:
            ends = target not in _OPEN_TODAY
            if ends and matter not in _WITH_ENDS:
                continue
            days_ago = rng.randint(6, 30) if ends else _recent(rng, target)
            yield Story(
                0,
                matter,
                DISTRICT,
                target,
                days_ago,
                slowest=1 if ends else 0,
                # Letters of older ones would come too late to be sent.
                with_address=days_ago <= _LETTERS and rng.random() < 0.4,
                with_papers=matter == "enforcement_request" and target in _WITH_PAPERS,
                is_completed=ends and rng.random() < 0.3,
                is_at_desk=rng.random() < 0.15,
            )


def _recent(rng: Random, target: RequestState) -> int:
    return 0 if target is _S.SUBMITTED else rng.randint(0, 2)


def _late() -> Iterator[Story]:
    """What waits beyond its day at each station, and one that was begun under the process before July 2026."""
    late = (
        ("enforcement_request", _S.SUBMITTED, 4),
        ("result_confirmation", _S.SUBMITTED, 6),
        ("feedback", _S.RECEIVED, 24),
        ("complaint", _S.AWAITING_ASSIGNMENT, 48),
        ("enforcement_request", _S.IN_EXAMINATION, 11),
        ("result_confirmation", _S.IN_EXAMINATION, 9),
        ("result_confirmation", _S.AWAITING_SIGNATURE, 8),
        ("enforcement_request", _S.SUPPLEMENT_ASKED, 14),
        ("result_confirmation", _S.DRAFTED, 112),
    )
    for matter, target, days in late:
        yield Story(0, matter, DISTRICT, target, days, slowest=1)


def _missed() -> Iterator[Story]:
    """Appointments to which nobody came."""
    for matter, days in (("enforcement_request", 8), ("officer_change", 6)):
        yield Story(0, matter, DISTRICT, _S.AWAITING_ORIGINALS, days, is_missed=True)


def _of_others(rng: Random) -> Iterator[Story]:
    """A few open ones of the neighbour and of the province, and second complaints of the centre."""
    for agency, matters in (
        (NEIGHBOUR, ("enforcement_request", "result_confirmation", "officer_change")),
        (PROVINCE, ("complaint", "feedback", "enforcement_request", "denunciation")),
        (CENTRE, (SECOND_COMPLAINT, SECOND_COMPLAINT, "feedback", "denunciation")),
    ):
        for matter in matters:
            for target in _REACHED[matter]:
                if rng.random() < _SHARE_OF_OTHERS:
                    yield Story(0, matter, agency, target, rng.randint(3, 16), slowest=1)
