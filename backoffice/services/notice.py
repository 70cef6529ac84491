"""Messages to people: left in the transaction of a deed, never sent there; what staff do with those in trouble.

Here: `notify`, sending again, cancelling, opening. Not here: sending (`notice_delivery`), words (`notice_content`),
who is told of which deed (`notice_hooks`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import current_app
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import Notice, StaffMember
from backoffice.models.job import new_message_id
from backoffice.models.notice_states import NoticeChannel, NoticeState
from backoffice.queries.notices import has_notice, preferences_of
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.notice_seal import Content, open_content, seal_content
from backoffice.services.outbox import close_message
from backoffice.services.rows import load_row
from backoffice.services.transaction import send, unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.notice import attention_of, leaves_at
from backoffice.workflow.notice_events import EVENTS, NoticeEvent
from backoffice.workflow.permissions import Permission
from config import NoticeSettings, Settings
from exports.mail import AddressError, checked_address, masked

JOB = "notice.send"
_PHONE = re.compile(r"\+?[0-9]{9,15}")
_CHAT_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
ADDRESS_SENTENCES = {
    "empty": N_("Write an e-mail address such as ten@example.vn."),
    "several": N_("Write one e-mail address, not a list."),
    "decorated": N_("Write the e-mail address alone, without a name, brackets or spaces."),
    "letters": N_(
        "This e-mail address has letters with marks or of another alphabet, to which we cannot send. Write an address "
        "with plain letters, or leave a telephone number."
    ),
    "long": N_("This e-mail address is too long."),
    "shape": N_("This is not a whole e-mail address. Write it like ten@example.vn."),
}


@dataclass(frozen=True)
class Recipient:
    """Who is told, and how: an e-mail address, a telephone number for SMS, or a name in the chat."""

    address: str
    channel: NoticeChannel = NoticeChannel.EMAIL
    locale: str = "vi"
    member_id: int | None = None


@dataclass(frozen=True)
class Letter:
    """What a message is about: the row it belongs to, the values of its places, files to attach.

    `key` makes the message once: leaving it again with the same key does nothing; `is_first` says that none can have
    it yet. `agency_id` and `agency_path` are
    those of `subject` unless they are named. `files` are name, media type and text.
    """

    subject: Any
    values: Mapping[str, str]
    key: str
    procedure: str = ""
    files: tuple[tuple[str, str, str], ...] = ()
    not_before: datetime | None = None
    owner: Any = field(default=None)
    is_first: bool = False


def notify(session: Session, event: NoticeEvent, recipient: Recipient, letter: Letter) -> Notice | None:
    """Leave a message in the open transaction; None when it was left before.

    An address that nothing can be sent to makes a failed message, so that somebody sees it: a deed never fails for
    its message. Raises ValueError for a place that the event does not have.
    """
    rule = EVENTS[event]
    strange = set(letter.values) - rule.places
    if strange:
        raise ValueError(f"{event} has no place for {sorted(strange)}")
    # A sum, because a caller's key may hold what nobody should read in a table.
    named = f"{event}:{letter.key}:{recipient.channel}:{recipient.member_id or 0}"
    key = hashlib.sha256(named.encode()).hexdigest()
    if not letter.is_first and has_notice(session, key):
        return None
    notice = _new_notice(event, recipient, letter, key)
    seal_content(notice, Content(recipient.address.strip(), dict(letter.values), letter.files))
    code = address_fault(recipient)
    if code is None:
        _queue(session, notice, letter.not_before)
    else:
        notice.state, notice.error_code = NoticeState.FAILED.value, f"address_{code}"
        notice.attention = attention_of(notice.state)
        session.add(notice)
        session.flush()
    return notice


def notify_staff(session: Session, event: NoticeEvent, person: StaffMember, letter: Letter) -> list[Notice]:
    """Tell a colleague on every channel that the event usually takes, or that the person chose."""
    wanted = wanted_channels(preferences_of(session, person.id), event)
    found = [notify(session, event, _colleague(person, channel), letter) for channel in wanted]
    return [notice for notice in found if notice is not None]


def wanted_channels(said: Mapping[tuple[str, str], bool], event: NoticeEvent) -> list[NoticeChannel]:
    """The channels for a person with these preferences; what is required comes by e-mail in any case."""
    rule = EVENTS[event]
    found = [
        channel
        for channel in staff_channels()
        if said.get((event.value, channel.value), channel in rule.usual)
    ]
    if rule.is_required and NoticeChannel.EMAIL not in found:
        found.insert(0, NoticeChannel.EMAIL)
    return found


def staff_channels() -> list[NoticeChannel]:
    """The channels on which this installation reaches colleagues."""
    has_chat = notice_settings().chat_url_file is not None
    return [NoticeChannel.EMAIL, *([NoticeChannel.CHAT] if has_chat else [])]


def address_fault(recipient: Recipient) -> str | None:
    """Why nothing can be sent to this address, as a code; None when it can."""
    if recipient.channel != NoticeChannel.EMAIL:
        shape = _PHONE if recipient.channel == NoticeChannel.SMS else _CHAT_NAME
        return None if shape.fullmatch(recipient.address.strip()) else "shape"
    try:
        checked_address(recipient.address)
    except AddressError as error:
        return error.code
    return None


def check_email(text: str, field_name: str = "email") -> str:
    """The address that somebody typed. Raises InvalidInputError with a sentence for the field."""
    try:
        return checked_address(text)
    except AddressError as error:
        raise InvalidInputError(field_name, ADDRESS_SENTENCES[error.code]) from None


def resend_notice(
    actor: Actor, notice_id: int, *, expected_version: int, reason: str | None = None
) -> Notice:
    """Queue a message again that failed, came back, or of which nobody knows whether it left.

    Raises NotFoundError, NotPermittedError, StateError, ConflictError, and StateError for one whose content was
    forgotten or whose address is none.
    """
    require(actor, Permission.NOTICE_SEND)
    with unit_of_work(actor) as session:
        notice = load_row(session, Notice, notice_id)
        content = _readable(notice)
        if content is None:
            raise StateError(N_("The content of this message was deleted after its time. Write a new one."))
        if address_fault(Recipient(content.address, NoticeChannel(notice.channel))) is not None:
            raise StateError(N_("Nothing can be sent to this address. Correct it where it comes from."))
        changes = {
            "expires_at": clock.now() + EVENTS[NoticeEvent(notice.event)].lasts,
            "error_code": None,
            "handed_at": None,
            "attention": attention_of(NoticeState.QUEUED),
        }
        step = Step("resend", reason=reason, expected_version=expected_version, changes=changes)
        apply_transition(session, actor, notice, step)
        _queue(session, notice, clock.now())
        return notice


def cancel_notice(
    actor: Actor, notice_id: int, *, expected_version: int, reason: str | None = None
) -> Notice:
    """Do not send a message that still waits. Raises as `resend_notice`."""
    return _put_away(actor, notice_id, Step("cancel", None, reason, expected_version))


def settle_notice(
    actor: Actor, notice_id: int, *, expected_version: int, reason: str | None = None
) -> Notice:
    """Put away a message in trouble, because the person was told in another way. Raises as `resend_notice`."""
    return _put_away(actor, notice_id, Step("settle", None, reason, expected_version))


def open_notice(actor: Actor, notice_id: int) -> tuple[Notice, Content | None]:
    """The message with its whole content, None when that was forgotten; that it was opened is written first.

    Raises NotFoundError, NotPermittedError, KeyMissingError, FileDamagedError.
    """
    require(actor, Permission.NOTICE_OPEN)
    with unit_of_work(actor) as session:
        notice = load_row(session, Notice, notice_id)
        # The row itself stays as it is, so that nobody who looks gets in the way of one who sends again.
        write_log(session, actor, notice, LogEntry("open_message", notice.state, notice.state))
    with unit_of_work(actor) as session:
        notice = load_row(session, Notice, notice_id)
        return notice, open_content(notice)


def notice_settings() -> NoticeSettings:
    """How messages leave this installation."""
    settings: Settings = current_app.config["OPENTHADS"]
    return settings.notices


def link_to(path: str) -> str:
    """The whole address of a page of the staff screens, for messages."""
    return f"{notice_settings().base_url}/backoffice/{path}"


def _readable(notice: Notice) -> Content | None:
    """What the message holds. Raises StateError when the keys of this server do not open it."""
    try:
        return open_content(notice)
    except (KeyMissingError, FileDamagedError) as error:
        raise StateError(error.message) from error


def _put_away(actor: Actor, notice_id: int, step: Step) -> Notice:
    with unit_of_work(actor) as session:
        notice = load_row(session, Notice, notice_id)
        message_id = notice.message_id
        apply_transition(session, actor, notice, step)
        notice.attention, notice.next_try_at = attention_of(notice.state), None
        if message_id:
            close_message(session, message_id)
        return notice


def _new_notice(event: NoticeEvent, recipient: Recipient, letter: Letter, key: str) -> Notice:
    now, owner = clock.now(), letter.owner
    return Notice(
        agency_id=owner.id if owner is not None else letter.subject.agency_id,
        agency_path=owner.path if owner is not None else letter.subject.agency_path,
        public_key=uuid4().hex,
        idempotency_key=key,
        event=event.value,
        procedure=letter.procedure,
        channel=recipient.channel.value,
        locale=recipient.locale,
        subject_type=letter.subject.__tablename__,
        subject_id=letter.subject.id,
        member_id=recipient.member_id,
        address_masked=masked(recipient.address.strip())[:120],
        state=NoticeState.QUEUED.value,
        created_at=now,
        expires_at=max(now, letter.not_before or now) + EVENTS[event].lasts,
    )


def _queue(session: Session, notice: Notice, not_before: datetime | None) -> None:
    """Leave the job in the outbox, after the quiet hours for what can wait. The message may be new."""
    moment = max(not_before or clock.now(), clock.now())
    if not EVENTS[NoticeEvent(notice.event)].is_urgent:
        moment = leaves_at(moment.astimezone(clock.VIETNAM), notice_settings().quiet)
    job = new_message_id()
    notice.message_id, notice.next_try_at, notice.attention = job, moment, attention_of(notice.state)
    session.add(notice)
    session.flush()
    send(session, JOB, queue="urgent", not_before=moment, known_as=job, notice_id=notice.id)


def _colleague(person: StaffMember, channel: NoticeChannel) -> Recipient:
    address = str(person.email) if channel == NoticeChannel.EMAIL else str(person.username)
    return Recipient(address, channel, member_id=person.id)
