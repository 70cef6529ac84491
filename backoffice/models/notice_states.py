"""Closed lists of values of messages to people. Not here: rules about moving between them (`workflow.notice`)."""

from enum import StrEnum


class NoticeState(StrEnum):
    """Where a message to a person stands.

    `unconfirmed` was handed to the mail server, but the process died or the line broke before the answer: it is not
    sent again by itself. `bounced` was accepted first and came back.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


class NoticeChannel(StrEnum):
    """How a message travels."""

    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"


class AttemptOutcome(StrEnum):
    """What came of one attempt to send a message; `died` ended before anything was handed over."""

    STARTED = "started"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"
    DIED = "died"
