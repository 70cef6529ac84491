"""What a message holds of a person, encrypted at rest: address, values, files. Not here: keys (`document_crypto`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from flask import current_app

from backoffice.models import Notice
from backoffice.services.document_crypto import Keyring, WrappedKey
from config import Settings


@dataclass(frozen=True)
class Content:
    """Everything of a message that may be about a person.

    `files` are name, media type and text of each attached file.
    """

    address: str
    values: Mapping[str, str]
    files: tuple[tuple[str, str, str], ...] = field(default=())


def seal_content(notice: Notice, content: Content, keys: Keyring | None = None) -> None:
    """Put the content on the row, bound to its key, so that it opens on no other row."""
    raw = json.dumps(asdict(content), ensure_ascii=False).encode()
    wrapped = (keys or keyring()).wrap(raw, _context(notice))
    notice.sealed, notice.key_id = wrapped.wrapped, wrapped.key_id


def reseal_content(notice: Notice, keys: Keyring) -> None:
    """Put the content under the newest master key. Raises KeyMissingError, FileDamagedError."""
    raw = keys.unwrap(WrappedKey(notice.key_id, notice.sealed or ""), _context(notice))
    wrapped = keys.wrap(raw, _context(notice))
    notice.sealed, notice.key_id = wrapped.wrapped, wrapped.key_id


def open_content(notice: Notice, keys: Keyring | None = None) -> Content | None:
    """The content of a row, None when it was forgotten. Raises KeyMissingError, FileDamagedError."""
    if notice.sealed is None:
        return None
    raw = (keys or keyring()).unwrap(WrappedKey(notice.key_id, notice.sealed), _context(notice))
    found = json.loads(raw)
    return Content(found["address"], found["values"], tuple(tuple(file) for file in found["files"]))


def keyring() -> Keyring:
    """The master keys of this installation."""
    settings: Settings = current_app.config["OPENTHADS"]
    return Keyring.load(settings.documents.keys_file)


def _context(notice: Notice) -> str:
    return f"notice {notice.public_key}"
