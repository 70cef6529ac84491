"""A passphrase on its way from the person who typed it to the worker that needs it.

It is encrypted under a master key and bound to its purpose, lies in a file that its owner alone can read, and never
comes into the database, Redis or a log. It is erased when the work has ended, and in any case after a short time.
Not here: attached files (`document_vault`), which work needs a passphrase (`signing_batch`).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from backoffice.errors import OpenThadsError
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError, Keyring, WrappedKey
from backoffice.services.document_store import refusing_full_disk
from backoffice.workflow.messages import N_
from config import Settings

# A secret is sealed a moment before the transaction of the work that needs it commits.
_KNOWN_AFTER = 60.0
_TOKEN = re.compile(r"[0-9a-f]{32}")


class SecretGoneError(OpenThadsError):
    """The passphrase was erased: its time is over, or the work that needed it has ended."""

    code = "passphrase_gone"
    message = N_("The passphrase was erased because its time is over. Start the signing again.")


@dataclass(frozen=True)
class SecretBox:
    """Where secrets lie for a while: beside the stored files, which web server and workers share."""

    folder: Path
    keys: Keyring
    lasts: int

    @classmethod
    def of(cls, settings: Settings) -> SecretBox:
        """The box of this installation. Raises KeyMissingError when the file of keys cannot be used."""
        keys = Keyring.load(settings.documents.keys_file)
        return cls(_folder(settings), keys, settings.signing.secret_seconds)

    def put(self, secret: str, purpose: str) -> str:
        """Seal a secret for one purpose and return the token under which it lies. Raises StoreFullError."""
        token = secrets.token_hex(16)
        wrapped = self.keys.wrap(secret.encode(), _context(token, purpose))
        with refusing_full_disk():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self.folder / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                json.dump({"key_id": wrapped.key_id, "wrapped": wrapped.wrapped}, stream)
        return token

    def read(self, token: str, purpose: str) -> str:
        """The secret, for the purpose it was sealed for. Raises SecretGoneError."""
        path = _path(self.folder, token)
        try:
            if self._age(path) > self.lasts:
                raise SecretGoneError
            wrapped = WrappedKey(**json.loads(path.read_text(encoding="ascii")))
            return self.keys.unwrap(wrapped, _context(token, purpose)).decode()
        except (OSError, ValueError, TypeError, KeyMissingError, FileDamagedError) as error:
            raise SecretGoneError from error

    def erase(self, token: str) -> None:
        """Overwrite and remove a secret; nothing happens when it is gone already."""
        _erase(_path(self.folder, token))

    def tokens(self) -> list[str]:
        """The tokens of all secrets that lie long enough for their work to be known."""
        return [name for name, age in self._ages() if age > _KNOWN_AFTER]

    def sweep(self) -> int:
        """Erase every secret whose time is over; how many they were."""
        old = [name for name, age in self._ages() if age > self.lasts]
        for name in old:
            self.erase(name)
        return len(old)

    def _ages(self) -> list[tuple[str, float]]:
        found: list[tuple[str, float]] = []
        for path in self.folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                found += [(path.name, self._age(path))] if _TOKEN.fullmatch(path.name) else []
        return found

    @staticmethod
    def _age(path: Path) -> float:
        return time.time() - path.stat().st_mtime


def erase_secret(settings: Settings, token: str) -> None:
    """Overwrite and remove a secret; needs no key, so whoever ends the work can always do it."""
    _erase(_path(_folder(settings), token))


def _folder(settings: Settings) -> Path:
    return settings.documents.folder / "sealed"


def _path(folder: Path, token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise SecretGoneError
    return folder / token


def _erase(path: Path) -> None:
    with contextlib.suppress(OSError):
        # Copies on the disk below are the file system's own; without the master key they say nothing.
        path.write_bytes(secrets.token_bytes(path.stat().st_size))
    path.unlink(missing_ok=True)


def _context(token: str, purpose: str) -> str:
    return f"sealed {token} {purpose}"
