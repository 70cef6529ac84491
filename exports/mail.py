"""One e-mail as bytes: headers that no value can break, a plain part and the same as simple HTML, attached files.

Belongs here: the shape of a message and what counts as an address. Not here: words (`backoffice.workflow`), handing
it to a server (`backoffice.services.notice_smtp`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from exports.text import clean_text

KEY = re.compile(r"openthads-([0-9a-f]{32})@")
LONGEST_SUBJECT = 200
# Plain letters alone: others pass for those of a known address, and many servers refuse them.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254
_POLICY = SMTP.clone(max_line_length=76)


class AddressError(ValueError):
    """This is not one plain address; `code` says why: empty, several, decorated, letters, long or shape."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class AttachedFile:
    """A file of a message; its name is plain ASCII."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Letter:
    """What one e-mail says, and to whom.

    `key` is 32 hexadecimal digits; the Message-ID is made from it and stays the same however often it is sent.
    `paragraphs` are lines by paragraph; a line that is an address below `link_base` becomes a link.
    """

    key: str
    sender: str
    sender_name: str
    to: str
    subject: str
    paragraphs: Sequence[Sequence[str]]
    locale: str
    written_at: datetime
    link_base: str = ""
    files: Sequence[AttachedFile] = ()


def message_bytes(letter: Letter) -> bytes:
    """The message with line ends CR LF, ready for a mail server. Raises AddressError for sender or receiver."""
    sender = checked_address(letter.sender)
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(clean_text(letter.sender_name), addr_spec=sender)
    message["To"] = Address(addr_spec=checked_address(letter.to))
    message["Subject"] = clean_text(letter.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = message_id(letter.key, sender)
    # No automatic answers to an automatic message (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.locale
    message.set_content(plain_text(letter.paragraphs), charset="utf-8", cte="quoted-printable")
    message.add_alternative(html_text(letter), subtype="html", charset="utf-8", cte="quoted-printable")
    for file in letter.files:
        main, _slash, sub = file.media_type.partition(";")[0].partition("/")
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
        _with_parameters(message, file.media_type)
    return message.as_bytes()


def message_id(key: str, sender: str) -> str:
    """The Message-ID of a message, the same at every attempt, so that servers that compare them keep one copy."""
    return f"<openthads-{key}@{sender.rpartition('@')[2]}>"


def plain_text(paragraphs: Sequence[Sequence[str]]) -> str:
    """The lines as plain text, an empty line between paragraphs."""
    return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"


def html_text(letter: Letter) -> str:
    """The same lines as a plain HTML page: every sign of them is text, only our own addresses are links."""
    body = "\n".join(
        "<p>" + "<br>\n".join(_html_line(line, letter.link_base) for line in lines) + "</p>"
        for lines in letter.paragraphs
    )
    title = escape(clean_text(letter.subject))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(letter.locale)}">\n<head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f'<title>{title}</title>\n</head>\n<body style="font-family: sans-serif; line-height: 1.5">\n'
        f"{body}\n</body>\n</html>\n"
    )


def is_link(line: str, link_base: str) -> bool:
    """Whether a line is an address below the base, and nothing else."""
    return bool(link_base) and line.startswith(link_base) and not re.search(r"[\s<>\"']", line)


def checked_address(text: str) -> str:
    """The address as it stands, without spaces around it. Raises AddressError with the reason."""
    found = text.strip()
    if not found:
        raise AddressError("empty")
    if "," in found or ";" in found or found.count("@") > 1:
        raise AddressError("several")
    if any(sign in found for sign in '()<>"\\[]:') or re.search(r"\s", found):
        raise AddressError("decorated")
    if not found.isascii():
        raise AddressError("letters")
    if len(found) > _LONGEST_ADDRESS or len(found.partition("@")[0]) > _LONGEST_LOCAL:
        raise AddressError("long")
    if not _ADDRESS.fullmatch(found):
        raise AddressError("shape")
    return found


def masked(address: str) -> str:
    """The address with only its first letter and its domain, for lists."""
    local, _at, domain = clean_text(address).rpartition("@")
    return f"{local[:1]}•••@{domain}" if local else f"•••{domain[-2:]}"


def _html_line(line: str, link_base: str) -> str:
    text = escape(line)
    return f'<a href="{text}">{text}</a>' if is_link(line, link_base) else text


def _with_parameters(message: EmailMessage, media_type: str) -> None:
    """Give the last part the parameters of its media type, for example the method of a calendar file."""
    part = list(message.iter_parts())[-1]
    for piece in media_type.split(";")[1:]:
        name, _equals, value = piece.strip().partition("=")
        part.set_param(name, value)
