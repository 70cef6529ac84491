"""The two clocks of a request: that of the present step and that of the whole, when neither runs, how long it took.

Belongs here: keeping days and their reasons on the row. Not here: counting (`workflow.deadlines`), which rule counts
(`workflow.online_request`, `workflow.request_deadlines`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from backoffice.models import OnlineRequest
from backoffice.models.request_states import RequestFamily, RequestState
from backoffice.queries.calendar import working_calendar
from backoffice.queries.rules import rule_book
from backoffice.services.transition import Taken
from backoffice.workflow.deadlines import Deadline, Pause, compute_deadline, working_days_between
from backoffice.workflow.events import StartEvent
from backoffice.workflow.online_request import OPEN_STATES, SETTLED_STATES, WAITING_STATES
from backoffice.workflow.request_deadlines import TOGETHER, WAITED, pause_between, total_rule

_MERGING = frozenset({"merge", "unmerge"})
# The third word of a pause in which the request was treated together with another one.
_TOGETHER = "merged"
_NOT_TAKEN = frozenset({RequestState.SUBMITTED, RequestState.WITHDRAWN})


def set_clocks(
    request: OnlineRequest, taken: Taken, version: str, declared: Mapping[str, str], day: date
) -> None:
    """Keep the days that a step sets running, after it was taken; called in its transaction."""
    request.workflow_version = version
    name = taken.transition.name
    if name in _MERGING:
        _stand_or_go_on(request, day, is_merged=name == "merge")
        return
    total = total_rule(request.procedure, request.family, version, name, declared)
    if total is not None and not (request.family == RequestFamily.ENFORCEMENT and request.total_deadline):
        _set_total(request, _counted(total[0], total[1], day, (), taken))
    if request.state in WAITING_STATES:
        # Asked again, or given to another officer, it waits since the first question all the same.
        request.paused_on, request.deadline = request.paused_on or day, None
    else:
        _leave_waiting(request, taken, day)
    _set_step(request, taken)
    _settle(request)
    _note_progress(request, day)


def _set_step(request: OnlineRequest, taken: Taken) -> None:
    """Keep the day of the present step."""
    if request.state in WAITING_STATES:
        return
    if taken.deadline is not None:
        request.deadline = _kept(taken.deadline)
    elif taken.transition.target is not None and taken.transition.name != "receive":
        # A step for which no document lays down days: the whole is what counts.
        request.deadline = None


def set_step_due(request: OnlineRequest, rule_code: str, event: StartEvent, day: date) -> None:
    """Let the present step count from a day that is known only now, such as that of an appointment.

    No step is due where no such rule is in force on the day.
    """
    rule = rule_book(rule_code).find(rule_code, day)
    request.deadline = _kept(compute_deadline(rule, event, day, working_calendar()) if rule else None)
    _settle(request)


def forget_step_due(request: OnlineRequest) -> None:
    """Let no day count for the present step, because the appointment that it counted from does not take place."""
    request.deadline = None
    _settle(request)


def pauses_of(request: OnlineRequest) -> tuple[Pause, ...]:
    """The days on which it was the citizen's turn or another request's, without a wait that still lasts."""
    return tuple(
        Pause(date.fromisoformat(first), date.fromisoformat(last), TOGETHER if more else WAITED)
        for first, last, *more in request.pauses
    )


def _leave_waiting(request: OnlineRequest, taken: Taken, day: date) -> None:
    """The wait for the citizen is over, by an answer or without one: what remained of the whole goes on."""
    if request.paused_on is not None:
        pause = pause_between(request.paused_on, day)
        request.paused_on = None
        _count_on(request, pause)
    if taken.transition.target is not None:
        request.answer_due_on = None


def _stand_or_go_on(request: OnlineRequest, day: date, *, is_merged: bool) -> None:
    """Let the clocks of a merged request stand; once it is separated, go on with the days that were left."""
    since = request.merged_on
    request.merged_on = day if is_merged else None
    if is_merged or since is None or request.state in WAITING_STATES:
        _settle(request)
        return
    pause = pause_between(since, day)
    _count_on(request, pause, _TOGETHER)
    kept = request.deadline
    if pause is not None and kept is not None:
        started_on = date.fromisoformat(kept["started_on"])
        pauses = (Pause(pause.started_on, pause.ended_on, TOGETHER),)
        event = StartEvent(kept["start_event"])
        request.deadline = _kept(_counted(kept["rule_code"], event, started_on, pauses))
    _settle(request)


def _count_on(request: OnlineRequest, pause: Pause | None, *why: str) -> None:
    """Keep a pause that is over, and count the whole anew with it."""
    if pause is not None:
        kept_pause = [pause.started_on.isoformat(), pause.ended_on.isoformat(), *why]
        request.pauses = [*request.pauses, kept_pause]
    kept = request.total_deadline
    if pause is not None and kept is not None:
        started_on = date.fromisoformat(kept["started_on"])
        found = _counted(kept["rule_code"], StartEvent(kept["start_event"]), started_on, pauses_of(request))
        _set_total(request, found)


def _counted(
    code: str, event: StartEvent, day: date, pauses: tuple[Pause, ...], taken: Taken | None = None
) -> Deadline:
    """The deadline of a rule; rule and calendar are read where the step at hand was not taken by them."""
    known = taken.book.find(code, day) if taken else None
    calendar = taken.calendar if taken else None
    rule = known or rule_book(code).rule(code, day)
    return compute_deadline(rule, event, day, calendar or working_calendar(), pauses)


def _set_total(request: OnlineRequest, deadline: Deadline) -> None:
    request.total_due_on, request.total_deadline = deadline.due_on, _kept(deadline)


def _settle(request: OnlineRequest) -> None:
    """What is due next: the step or the whole, whichever comes first; nothing while it is the citizen's turn."""
    is_running = request.state in OPEN_STATES - WAITING_STATES and request.merged_on is None
    if request.state not in OPEN_STATES - WAITING_STATES:
        request.deadline = None
    if request.state not in OPEN_STATES:
        request.paused_on = None
    step = date.fromisoformat(request.deadline["due_on"]) if request.deadline else None
    days = [day for day in (step, request.total_due_on) if day is not None]
    request.due_on = min(days) if days and is_running else None


def _note_progress(request: OnlineRequest, day: date) -> None:
    """Keep the days that figures are counted by: taken up, settled, and the working days between receipt and then.

    The calendar is that of the day of the step, as it is for deadlines. What the applicant took back took no time.
    """
    if request.taken_on is None and request.state not in _NOT_TAKEN:
        request.taken_on = day
    if request.state not in SETTLED_STATES:
        request.settled_on = request.working_days = None
    elif request.settled_on is None:
        request.settled_on = day
        if request.state != RequestState.WITHDRAWN:
            request.working_days = working_days_between(
                request.received_on, day, working_calendar(), pauses_of(request)
            )


def _kept(deadline: Deadline | None) -> dict[str, Any] | None:
    return deadline.as_explained_record() if deadline else None
