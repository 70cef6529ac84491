"""The jobs of messages to people: sending one, and the rounds of a working morning.

Not here: what an attempt is (`backoffice.services.notice_delivery`), who is told what (`notice_digest`,
`appointment_reminder`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from flask import current_app

from backoffice.access.actor import Actor
from backoffice.services import appointment_reminder, notice_digest
from backoffice.services.notice_delivery import (
    Answer,
    Dispatch,
    OvertakenError,
    Result,
    deliver,
    forget_old,
    recover_stranded,
)
from backoffice.services.notice_digest import write_digests
from backoffice.services.notice_gateway import send_text
from backoffice.services.notice_smtp import is_email, send_email
from backoffice.services.outbox import Message
from config import Settings

SYSTEM = Actor.system("jobs")
MAILBOX = "mailbox"


def send(message: Message) -> None:
    """Make one attempt to send a message."""
    settings: Settings = current_app.config["OPENTHADS"]
    patience = timedelta(seconds=settings.notices.smtp_seconds)

    def transport(dispatch: Dispatch, may_hand_over: Callable[[], bool]) -> Result:
        return _transport(settings, dispatch, may_hand_over)

    deliver(int(message.arguments["notice_id"]), message.id, transport, patience)


def digest(message: Message) -> None:
    """Leave the letters of a working morning."""
    write_digests(SYSTEM, message.id, date.fromisoformat(str(message.arguments["day"])))


def ask_for_digest(settings: Settings) -> bool:  # noqa: ARG001 (the shape of a chore)
    """Ask for the letters of this morning, when it is time."""
    return notice_digest.ask_for_digest(SYSTEM)


def remind(message: Message) -> None:
    """Leave the letters about appointments of a working morning."""
    appointment_reminder.remind(SYSTEM, message.id, date.fromisoformat(str(message.arguments["day"])))


def ask_for_reminders(settings: Settings) -> bool:  # noqa: ARG001 (the shape of a chore)
    """Ask for the round about appointments, when it is time."""
    return appointment_reminder.ask_for_reminders(SYSTEM)


def upkeep(settings: Settings) -> None:
    """See to messages that nobody goes on with, and forget the content of old ones."""
    recover_stranded(SYSTEM)
    forget_old(SYSTEM, settings.notices.kept_days)


def _transport(settings: Settings, dispatch: Dispatch, may_hand_over: Callable[[], bool]) -> Result:
    notices = settings.notices
    if not is_email(dispatch):
        return send_text(notices, dispatch, may_hand_over)
    if notices.smtp_host:
        return send_email(notices, dispatch, may_hand_over)
    if not settings.sample:
        return Result(Answer.DEFERRED, "no_server")
    if not may_hand_over():
        raise OvertakenError
    return Result(Answer.SENT, None, MAILBOX)
