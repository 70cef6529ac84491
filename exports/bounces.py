"""Delivery reports of mail servers (RFC 3464): which message came back, and why, as codes.

Belongs here: reading one report. What it says is not to be trusted further than its key, which only sender and
receiver of the message know. Not here: what becomes of the message (`backoffice.services.notice_bounce`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from exports.mail import KEY

# Anybody can send one. What comes after this is not read; longer headers or more parts are not those of mail servers.
LARGEST_REPORT = 256 * 1024
LONGEST_HEADER = 8 * 1024
MOST_NESTED = 10
MOST_PARTS = 200
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BARE_KEY = re.compile(r"[0-9a-f]{32}")
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})


@dataclass(frozen=True)
class Report:
    """What a report says of one message: its key, the action, and the status such as 5.1.1."""

    key: str
    action: str
    status: str


def read_report(raw: bytes) -> Report | None:
    """The report on a message of ours; None for anything else, however it is made."""
    raw = raw[:LARGEST_REPORT]
    if not _is_bearable(raw):
        return None
    try:
        return _read(BytesParser(policy=compat32).parsebytes(raw))
    except Exception:
        # The library raises anything over foreign bytes; whatever it is, this is no report.
        return None


def _is_bearable(raw: bytes) -> bool:
    """Whether reading takes no longer than a report is worth: the library's time grows with the square of some."""
    parts = nested = 0
    for line in _unfolded(raw):
        if len(line) > LONGEST_HEADER:
            return False
        if line[:13].lower() == b"content-type:":
            parts += 1
            nested += any(word in line.lower() for word in (b"multipart/", b"message/"))
    return parts <= MOST_PARTS and nested <= MOST_NESTED


def _unfolded(raw: bytes) -> Iterator[bytes]:
    """The lines, each with those that begin with a space and so go on with it."""
    pieces: list[bytes] = []
    for line in raw.splitlines():
        if pieces and line[:1] not in (b" ", b"\t"):
            yield b"".join(pieces)
            pieces.clear()
        pieces.append(line)
    yield b"".join(pieces)


def _read(message: Message) -> Report | None:
    status = next(
        (part for part in _parts(message) if part.get_content_type() == "message/delivery-status"), None
    )
    if status is None:
        return None
    blocks = (
        [block for block in status.get_payload() if isinstance(block, Message)]
        if status.is_multipart()
        else []
    )
    key = _envelope_key(blocks) or _returned_key(message)
    found = [_outcome(block) for block in blocks]
    outcomes = [outcome for outcome in found if outcome is not None]
    if key is None or not outcomes:
        return None
    # Ours have one receiver; were there more, a failure would count.
    action, code = next((item for item in outcomes if item[0] == "failed"), outcomes[0])
    return Report(key, action, code)


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a message in order, not those of messages inside it."""
    yield message
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)


def _outcome(block: Message) -> tuple[str, str] | None:
    action = str(block.get("Action", "")).strip().lower()
    if action not in _ACTIONS:
        return None
    status = _STATUS.search(str(block.get("Status", "")))
    return action, status[0] if status else ""


def _envelope_key(blocks: list[Message]) -> str | None:
    for block in blocks:
        found = _BARE_KEY.fullmatch(str(block.get("Original-Envelope-Id", "")).strip())
        if found:
            return found[0]
    return None


def _returned_key(message: Message) -> str | None:
    """The key in the Message-ID of the returned message or of its headers."""
    for part in _parts(message):
        if part.get_content_type() not in _RETURNED:
            continue
        payload = part.get_payload()
        if isinstance(payload, list) and payload and isinstance(payload[0], Message):
            text = str(payload[0].get("Message-ID", ""))
        else:
            decoded = part.get_payload(decode=True)
            lines = decoded.decode("ascii", "replace") if isinstance(decoded, bytes) else ""
            named = re.search(r"(?im)^message-id:\s*(.*)$", lines)
            text = named[1] if named else ""
        found = KEY.search(text)
        if found:
            return found[1]
    return None
