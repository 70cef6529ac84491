"""Making messages and looking at them, for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import DebtorRecord, Notice, NoticeAttempt, OutboxMessage
from backoffice.models.notice_states import NoticeChannel
from backoffice.services.notice import Letter, Recipient, notify
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.notice_events import NoticeEvent, sample_values
from config import Settings
from tests.notices.mail_server import MailServer

SYSTEM = Actor.system("jobs")


def with_mail(settings: Settings, post: MailServer, **more: Any) -> Settings:
    """The same settings with this mail server, without quiet hours."""
    mail = {"smtp_host": "127.0.0.1", "smtp_port": post.port, "smtp_security": "none", "smtp_seconds": 5}
    plain = {"quiet": None, "sender": "no-reply@thads.test", "base_url": "https://thads.test"}
    return replace(settings, notices=replace(settings.notices, **{**mail, **plain, **more}))


def leave(
    *addresses: str, event: NoticeEvent = NoticeEvent.REQUEST_RECEIVED, key: str = "", **more: Any
) -> list[int]:
    """One message to each address, about the record; returns their ids."""
    with unit_of_work(SYSTEM) as session:
        record = session.scalars(select(DebtorRecord)).first()
        made = []
        for number, address in enumerate(addresses):
            values = {**sample_values(event, "vi"), **more.get("values", {})}
            letter = Letter(record, values, key or f"{address}:{number}", files=more.get("files", ()))
            channel = more.get("channel", NoticeChannel.EMAIL)
            notice = notify(session, event, Recipient(address, channel, more.get("locale", "vi")), letter)
            made += [notice.id] if notice is not None else []
        return made


def notice(notice_id: int) -> Notice:
    """The message as stored now."""
    with unit_of_work(SYSTEM) as session:
        return session.get_one(Notice, notice_id, populate_existing=True)


def states() -> dict[str, int]:
    """How many messages are in each state."""
    with unit_of_work(SYSTEM) as session:
        found = session.scalars(select(Notice.state)).all()
        return {state: found.count(state) for state in sorted(set(found))}


def outcomes(notice_id: int) -> list[str]:
    """What came of each attempt, in order."""
    with unit_of_work(SYSTEM) as session:
        statement = select(NoticeAttempt.outcome).where(NoticeAttempt.notice_id == notice_id)
        return list(session.scalars(statement.order_by(NoticeAttempt.attempt)))


def set_row(notice_id: int, **values: Any) -> None:
    """Put values on the row directly."""
    with unit_of_work(SYSTEM) as session:
        row = session.get_one(Notice, notice_id)
        for name, value in values.items():
            setattr(row, name, value)


def make_due(notice_id: int) -> None:
    """Let the next attempt be due now."""
    with unit_of_work(SYSTEM) as session:
        row = session.get_one(Notice, notice_id)
        message = session.get_one(OutboxMessage, row.message_id)
        message.not_before = row.next_try_at = clock.now() - timedelta(seconds=1)
