"""Handing one e-mail to any mail server, with the standard library, one command after the other.

The body goes out first; `may_hand_over` is asked in the last moment, and only then the single dot that makes the
server take the message. Not here: what an answer means for the message (`notice_delivery`), the bytes
(`exports.mail`).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress

from backoffice.models.notice_states import NoticeChannel
from backoffice.services.notice_delivery import Answer, Dispatch, OvertakenError, Result
from config import NoticeSettings
from exports.mail import AttachedFile, Letter, message_bytes

ROUTE = "smtp"
_ENHANCED = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}\b")
_LEADING_DOT = re.compile(rb"(?m)^\.")


class _AnsweredError(Exception):
    """The server said no; nothing was taken over."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.code)
        self.result = result


def send_email(settings: NoticeSettings, dispatch: Dispatch, may_hand_over: Callable[[], bool]) -> Result:
    """Make one attempt. Raises OvertakenError when another attempt has taken the message over."""
    raw = message_bytes(letter_of(settings, dispatch))
    try:
        server = _connected(settings)
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        return Result(Answer.DEFERRED, _connection_code(error), ROUTE)
    try:
        return _transfer(server, settings, dispatch, raw, may_hand_over)
    except _AnsweredError as error:
        return error.result
    finally:
        with suppress(OSError, smtplib.SMTPException):
            # Said and not waited for: the answer would only delay keeping what was sent.
            server.send("QUIT\r\n")
        server.close()


def letter_of(settings: NoticeSettings, dispatch: Dispatch) -> Letter:
    """The e-mail of a message, the same at every attempt."""
    return Letter(
        dispatch.public_key,
        settings.sender,
        settings.sender_name,
        dispatch.content.address,
        dispatch.said.subject,
        dispatch.said.paragraphs,
        dispatch.locale,
        dispatch.written_at,
        f"{settings.base_url}/",
        [AttachedFile(name, kind, text.encode()) for name, kind, text in dispatch.content.files],
    )


def is_email(dispatch: Dispatch) -> bool:
    """Whether the message travels by e-mail."""
    return dispatch.channel == NoticeChannel.EMAIL


def _connected(settings: NoticeSettings) -> smtplib.SMTP:
    """A connection that was greeted, secured and signed in, as the settings say."""
    own_name = settings.sender.rpartition("@")[2]
    context = ssl.create_default_context()
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, own_name, timeout=settings.smtp_seconds, context=context
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, own_name, timeout=settings.smtp_seconds)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, _password(settings))
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _password(settings: NoticeSettings) -> str:
    path = settings.smtp_password_file
    return path.read_text(encoding="utf-8").strip() if path is not None else ""


def _transfer(
    server: smtplib.SMTP,
    settings: NoticeSettings,
    dispatch: Dispatch,
    raw: bytes,
    may_hand_over: Callable[[], bool],
) -> Result:
    try:
        options = [f"ENVID={dispatch.public_key}", "RET=HDRS"] if server.has_extn("dsn") else []
        _expect(server.mail(settings.sender, options), 2)
        _expect(server.rcpt(dispatch.content.address), 2)
        _expect(server.docmd("DATA"), 3)
        server.send(_LEADING_DOT.sub(b"..", raw))
    except (OSError, smtplib.SMTPException) as error:
        return Result(Answer.DEFERRED, _connection_code(error), ROUTE)
    if not may_hand_over():
        raise OvertakenError
    try:
        server.send(b".\r\n")
        _expect(server.getreply(), 2)
    except (OSError, smtplib.SMTPException):
        return Result(Answer.LOST, "no_answer", ROUTE)
    return Result(Answer.SENT, None, ROUTE)


def _expect(answer: tuple[int, bytes], first_digit: int) -> None:
    """Go on with the wanted kind of answer. Raises _AnsweredError: 5xx is for ever, anything else for now."""
    code, text = answer
    if code // 100 == first_digit:
        return
    enhanced = _ENHANCED.match(text or b"")
    name = f"smtp_{code}" + (f"_{enhanced[0].decode()}" if enhanced else "")
    raise _AnsweredError(Result(Answer.REFUSED if code // 100 == 5 else Answer.DEFERRED, name[:40], ROUTE))


def _connection_code(error: BaseException) -> str:
    """Why there was no talking to the server, as a code: its sentences may hold names and addresses."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "smtp_sign_in"
    if isinstance(error, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return "smtp_security"
    return "smtp_unreachable"
