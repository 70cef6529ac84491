"""A message to a person: queued, handed over by a machine, ended; what people may do with one that did not arrive.

Belongs here: the table of steps, and when a message is tried again. Not here: which events there are
(`notice_events`), handing over (services).
"""

from datetime import date, datetime, time, timedelta

from backoffice.models.notice_states import NoticeState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "notice"

_OPEN = (NoticeState.QUEUED, NoticeState.SENDING)
# What somebody must look at.
TROUBLE = (NoticeState.FAILED, NoticeState.BOUNCED, NoticeState.UNCONFIRMED)
# After the first, second … attempt that was put off; the last one repeats.
_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))


def _by_system(
    name: str, label: str, sources: tuple[NoticeState, ...], target: NoticeState | None
) -> Transition:
    return Transition(name, label, sources, target, Permission.SYSTEM)


WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    NoticeState,
    Transition("queue", N_("Queue the message"), (), NoticeState.QUEUED, Permission.SYSTEM),
    (
        _by_system("claim", N_("Begin to send"), _OPEN, NoticeState.SENDING),
        _by_system("defer", N_("Put off"), (NoticeState.SENDING,), NoticeState.QUEUED),
        _by_system("deliver", N_("Note as sent"), (*_OPEN, NoticeState.UNCONFIRMED), NoticeState.SENT),
        _by_system("lose", N_("Note as unconfirmed"), (NoticeState.SENDING,), NoticeState.UNCONFIRMED),
        _by_system("fail", N_("Mark as failed"), _OPEN, NoticeState.FAILED),
        _by_system(
            "bounce",
            N_("Note as returned"),
            (NoticeState.SENT, NoticeState.SENDING, NoticeState.UNCONFIRMED),
            NoticeState.BOUNCED,
        ),
        Transition(
            "resend",
            N_("Send again"),
            TROUBLE,
            NoticeState.QUEUED,
            Permission.NOTICE_SEND,
        ),
        Transition(
            "cancel",
            N_("Do not send"),
            (NoticeState.QUEUED,),
            NoticeState.CANCELLED,
            Permission.NOTICE_SEND,
            reason_required=True,
        ),
        Transition(
            "settle",
            N_("Settled in another way"),
            TROUBLE,
            NoticeState.CANCELLED,
            Permission.NOTICE_SEND,
            reason_required=True,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)


def attention_of(state: str) -> int:
    """2 for what somebody must look at, 1 for what is under way, 0 for what is done."""
    if state in TROUBLE:
        return 2
    return 1 if state in _OPEN else 0


def next_try(attempts: int, now: datetime, expires_at: datetime) -> datetime | None:
    """When a message that was put off is tried again; None when its last day is over by then."""
    moment = now + _PAUSES[min(max(attempts, 1), len(_PAUSES)) - 1]
    return moment if moment <= expires_at else None


def leaves_at(now: datetime, quiet: tuple[time, time] | None) -> datetime:
    """The first moment from now on that is outside the quiet hours; `now` is in Viet Nam's time."""
    if quiet is None or quiet[0] == quiet[1]:
        return now
    begin, end = quiet
    clock = now.time()
    is_quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not is_quiet:
        return now
    day = now.date() if clock < end else now.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=now.tzinfo)
