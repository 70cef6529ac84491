"""Sending one message so that it arrives once, whichever process dies when.

Three short transactions: *claim* raises the number of the attempt, *hand over* marks the message in the last moment
before the server is given the end of it, *settle* keeps the answer. Only the newest attempt may mark, and after the
mark nobody sends again by himself; what died before the mark is sent again, what died after it is `unconfirmed` and
shown to people (decision 11). Not here: talking to servers (`notice_smtp`, `notice_gateway`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import Notice, NoticeAttempt
from backoffice.models.notice_states import AttemptOutcome, NoticeState
from backoffice.queries.notices import forgettable_notices, stranded_notices
from backoffice.services import outbox
from backoffice.services.notice import JOB
from backoffice.services.notice_content import Said, say, words_of
from backoffice.services.notice_seal import Content, open_content
from backoffice.services.transaction import send, unit_of_work
from backoffice.workflow.notice import NAME, WORKFLOW, attention_of, next_try
from backoffice.workflow.notice_events import NoticeEvent
from backoffice.workflow.permissions import Permission

SYSTEM = Actor.system("jobs")
_MACHINE = frozenset({Permission.SYSTEM.value})


class Answer(Enum):
    """What came of an attempt; LOST means that the end was given and no answer came."""

    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True)
class Result:
    """The answer, why as a code, and by which way the message went."""

    answer: Answer
    code: str | None = None
    route: str = ""


@dataclass(frozen=True)
class Dispatch:
    """The right to send one message in one attempt, with everything that is needed for it."""

    notice_id: int
    attempt: int
    event: NoticeEvent
    channel: str
    locale: str
    public_key: str
    written_at: datetime
    content: Content
    said: Said


@dataclass(frozen=True)
class Wait:
    """Another attempt may still get its answer: look again after this time."""

    delay: timedelta


# Hands a message over. It calls `may_hand_over` in the last moment, and gives nothing out when that says no.
Transport = Callable[[Dispatch, Callable[[], bool]], Result]


class OvertakenError(Exception):
    """Another attempt has taken the message over: this one has handed nothing over and must not."""


def deliver(notice_id: int, message_id: str, transport: Transport, patience: timedelta) -> None:
    """Make one attempt and end the job's message. `patience` is how long an answer may take."""
    claimed = claim(notice_id, patience)
    if isinstance(claimed, Wait):
        outbox.postpone(SYSTEM, message_id, claimed.delay)
        return
    if claimed is None:
        outbox.run_once(SYSTEM, message_id, lambda _session: None)
        return
    try:
        result = transport(claimed, lambda: mark(claimed))
    except OvertakenError:
        outbox.run_once(SYSTEM, message_id, lambda _session: None)
        return
    outbox.run_once(SYSTEM, message_id, lambda session: settle(session, claimed, result))


def claim(notice_id: int, patience: timedelta) -> Dispatch | Wait | None:
    """Begin the next attempt; None when there is nothing to send any more."""
    now = clock.now()
    with unit_of_work(SYSTEM) as session:
        notice = session.scalar(
            select(Notice)
            .where(Notice.id == notice_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if notice is None or notice.state not in (NoticeState.QUEUED, NoticeState.SENDING):
            return None
        if notice.handed_at is not None and notice.state == NoticeState.SENDING:
            rest = notice.handed_at + patience - now
            if rest > timedelta():
                return Wait(rest)
            _close_attempt(session, notice, AttemptOutcome.UNCONFIRMED, "process_died")
            _move(session, notice, "lose", error_code="process_died")
            return None
        if notice.state == NoticeState.SENDING:
            _close_attempt(session, notice, AttemptOutcome.DIED, "process_died")
        content = open_content(notice)
        if content is None or notice.expires_at < now:
            _move(session, notice, "fail", error_code="too_late" if content else "forgotten")
            return None
        return _begun(session, notice, content)


def mark(dispatch: Dispatch) -> bool:
    """Note that the end of the message is given out now; False when another attempt has taken over."""
    with unit_of_work(SYSTEM) as session:
        marked = (
            update(Notice)
            .where(*_held(dispatch), Notice.state == NoticeState.SENDING, Notice.handed_at.is_(None))
            .values(handed_at=clock.now())
            .returning(Notice.id)
        )
        return session.scalar(marked, execution_options={"synchronize_session": False}) is not None


def settle(session: Session, dispatch: Dispatch, result: Result) -> None:
    """Keep the answer of an attempt, and ask for the next one when it was put off.

    An answer that comes after somebody gave up waiting still counts, as long as no newer attempt has begun.
    """
    notice = session.scalar(
        select(Notice).where(*_held(dispatch)).with_for_update().execution_options(populate_existing=True)
    )
    if notice is None or notice.state not in (NoticeState.SENDING, NoticeState.UNCONFIRMED):
        return
    if result.answer == Answer.SENT:
        _close_attempt(session, notice, AttemptOutcome.SENT, None)
        _move(session, notice, "deliver", sent_at=clock.now(), route=result.route, next_try_at=None)
    elif notice.state == NoticeState.UNCONFIRMED:
        return
    elif result.answer == Answer.LOST:
        _close_attempt(session, notice, AttemptOutcome.UNCONFIRMED, result.code)
        _move(session, notice, "lose", error_code=result.code)
    elif result.answer == Answer.REFUSED:
        _close_attempt(session, notice, AttemptOutcome.REFUSED, result.code)
        _move(session, notice, "fail", error_code=result.code, handed_at=None)
    else:
        _defer(session, notice, result)


def recover_stranded(actor: Actor = SYSTEM) -> int:
    """Fail messages that wait with nothing left to go on with them; returns how many.

    One that was handed over is unconfirmed instead.
    """
    with unit_of_work(actor) as session:
        found = stranded_notices(session)
        for notice in found:
            if notice.handed_at is not None and notice.state == NoticeState.SENDING:
                _move(session, notice, "lose", error_code="process_died")
            else:
                _move(session, notice, "fail", error_code="gave_up")
        return len(found)


def forget_old(actor: Actor, kept_days: int) -> int:
    """Delete address, values and files of messages whose time is over; who was told what, and when, stays."""
    with unit_of_work(actor) as session:
        found = forgettable_notices(session, clock.now() - timedelta(days=kept_days))
        for notice in found:
            notice.sealed, notice.address_masked = None, "•••"
        return len(found)


def _begun(session: Session, notice: Notice, content: Content) -> Dispatch:
    words = words_of(session, notice)
    _move(
        session, notice, "claim", attempts=notice.attempts + 1, handed_at=None, template_id=words.template_id
    )
    session.add(
        NoticeAttempt(
            agency_id=notice.agency_id,
            agency_path=notice.agency_path,
            notice_id=notice.id,
            attempt=notice.attempts,
            outcome=AttemptOutcome.STARTED.value,
            started_at=clock.now(),
        )
    )
    return Dispatch(
        notice.id,
        notice.attempts,
        NoticeEvent(notice.event),
        notice.channel,
        notice.locale,
        notice.public_key,
        notice.created_at,
        content,
        say(words, notice.event, notice.channel, content.values),
    )


def _defer(session: Session, notice: Notice, result: Result) -> None:
    _close_attempt(session, notice, AttemptOutcome.DEFERRED, result.code)
    moment = next_try(notice.attempts, clock.now(), notice.expires_at)
    if moment is None:
        _move(session, notice, "fail", error_code=result.code, handed_at=None, next_try_at=None)
        return
    message_id = send(session, JOB, not_before=moment, notice_id=notice.id)
    _move(
        session,
        notice,
        "defer",
        error_code=result.code,
        handed_at=None,
        next_try_at=moment,
        message_id=message_id,
    )


def _held(dispatch: Dispatch) -> tuple[Any, ...]:
    """The conditions under which an attempt still counts."""
    return (Notice.id == dispatch.notice_id, Notice.attempts == dispatch.attempt)


def _move(session: Session, notice: Notice, step: str, **changes: Any) -> None:
    """Take a machine's step by the table; the attempts are its history, so the log of people is not filled."""
    transition = WORKFLOW.check(step, notice.state, _MACHINE, notice)
    state = transition.target_from(notice.state)
    for name, value in {**changes, "state": state, "attention": attention_of(state)}.items():
        setattr(notice, name, value)
    notice.version += 1
    session.flush()


def _close_attempt(session: Session, notice: Notice, outcome: AttemptOutcome, code: str | None) -> None:
    session.execute(
        update(NoticeAttempt)
        .where(
            NoticeAttempt.notice_id == notice.id,
            NoticeAttempt.attempt == notice.attempts,
            NoticeAttempt.finished_at.is_(None) | (NoticeAttempt.outcome == AttemptOutcome.UNCONFIRMED.value),
        )
        .values(outcome=outcome.value, error_code=code, finished_at=clock.now())
        .execution_options(synchronize_session=False)
    )


__all__ = [
    "NAME",
    "Answer",
    "Dispatch",
    "OvertakenError",
    "Result",
    "deliver",
    "forget_old",
    "recover_stranded",
]
