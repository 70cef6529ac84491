"""The store of attached files: bytes in, their address out. The address is the SHA-256 of the stored bytes.

Belongs here: keeping bytes whole, in a folder; anything that can do these five things can stand behind the same
`FileStore` later. Not here: encryption (`document_crypto`), who may see which file (`document`). The bytes are
encrypted before they come here, so neither names nor contents say anything of a document.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from backoffice.errors import OpenThadsError
from backoffice.workflow.messages import N_

CHUNK = 64 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StoreFullError(OpenThadsError):
    """There is no room for the file; nothing of it is left."""

    code = "store_full"
    message = N_(
        "There is no space left for documents. Nothing was stored; please tell the technical administrator."
    )


class FileMissingError(OpenThadsError):
    """A file that a document names is not in the store."""

    code = "file_missing"
    message = N_(
        "The file of this document cannot be found in the store. Please tell the technical administrator."
    )


def is_disk_full(error: OSError) -> bool:
    """Whether the system refused to write for want of space."""
    return error.errno in _FULL


@contextmanager
def refusing_full_disk() -> Iterator[None]:
    """Turn the system's error of a full disk or a used-up quota into StoreFullError."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise StoreFullError from error
        raise


class FileStore(Protocol):
    """What a place for files must be able to do."""

    def put(self, chunks: Iterable[bytes]) -> str:
        """Keep the bytes, all or none, and return their address. Raises StoreFullError."""

    def read(self, address: str) -> Iterator[bytes]:
        """The bytes at an address, in pieces. Raises FileMissingError."""

    def remove(self, address: str) -> None:
        """Forget the bytes at an address, if there are any."""

    def addresses(self) -> Iterator[tuple[str, float]]:
        """Every address there is, with the seconds since it was written."""

    def sweep(self, older_than: float) -> int:
        """Remove what unfinished writes of before so many seconds left; how many they were."""


class FolderStore:
    """Files in a folder of this machine: `objects/ab/cd/<address>`, written in `incoming/` and moved when whole."""

    def __init__(self, folder: Path) -> None:
        self.objects, self.incoming = folder / "objects", folder / "incoming"

    def put(self, chunks: Iterable[bytes]) -> str:
        """Write, force to the disk, then move into place: a death at any moment leaves no half file."""
        part = self.incoming / f"{secrets.token_hex(16)}.part"
        try:
            with refusing_full_disk():
                _make_folder(self.incoming)
                address = _write(part, chunks)
                target = self._path(address)
                _make_folder(target.parent)
                part.replace(target)
                _force(target.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return address

    def read(self, address: str) -> Iterator[bytes]:
        """The bytes at an address; the file is opened when the first piece is asked for."""
        try:
            with self._path(address).open("rb") as stream:
                while piece := stream.read(CHUNK):
                    yield piece
        except FileNotFoundError as error:
            raise FileMissingError from error

    def remove(self, address: str) -> None:
        """Unlink the file."""
        self._path(address).unlink(missing_ok=True)

    def addresses(self) -> Iterator[tuple[str, float]]:
        """Every file below `objects`, whatever its name."""
        now = time.time()
        for path in sorted(self.objects.glob("??/??/*")):
            yield path.name, now - path.stat().st_mtime

    def sweep(self, older_than: float) -> int:
        """Remove parts of writes that ended with their process."""
        before = time.time() - older_than
        stale = [path for path in self.incoming.glob("*.part") if path.stat().st_mtime < before]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _path(self, address: str) -> Path:
        if len(address) != 64 or set(address) - set("0123456789abcdef"):
            raise FileMissingError
        return self.objects / address[:2] / address[2:4] / address


def _write(path: Path, chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    with path.open("xb") as stream:
        for chunk in chunks:
            digest.update(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def _make_folder(folder: Path) -> None:
    """Make the folder so that it survives a power cut, closed to other accounts of the machine."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
        _force(path.parent)


def _force(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
