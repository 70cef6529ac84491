"""Store and encryption together: a stream becomes a stored file that can be trusted, and the other way round.

Not here: rows and people (`document`), the form of encrypted files (`document_crypto`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from backoffice.models import StoredFile
from backoffice.services.document_crypto import (
    PIECE,
    FileDamagedError,
    KeyMissingError,
    Keyring,
    WrappedKey,
    new_data_key,
    seal,
    unseal,
)
from backoffice.services.document_store import FileMissingError, FileStore, FolderStore
from config import DocumentSettings


@dataclass(frozen=True)
class Kept:
    """A file that lies in the store, before any row names it."""

    sha256: str
    size: int
    address: str
    key: WrappedKey


@dataclass(frozen=True)
class Vault:
    """Where files lie, and the keys to them."""

    settings: DocumentSettings
    store: FileStore
    keys: Keyring

    @classmethod
    def of(cls, settings: DocumentSettings) -> Vault:
        """The vault of this installation. Raises KeyMissingError when the file of keys cannot be used."""
        return cls(settings, FolderStore(settings.folder), Keyring.load(settings.keys_file))

    def keep(self, stream: BinaryIO, sha256: str) -> Kept:
        """Encrypt the stream into the store. Raises StoreFullError, FileDamagedError when the stream has changed."""
        digest, size, key = hashlib.sha256(), stream.seek(0, 2), new_data_key()
        stream.seek(0)

        def watched() -> Iterator[bytes]:
            for piece in pieces_of(stream):
                digest.update(piece)
                yield piece

        address = self.store.put(seal(key, watched()))
        if digest.hexdigest() != sha256:
            self.store.remove(address)
            raise FileDamagedError
        return Kept(sha256, size, address, self.keys.wrap(key, sha256))

    def open(self, file: StoredFile) -> Iterator[bytes]:
        """The file's bytes, which were all checked before the first one is given.

        Raises FileMissingError, FileDamagedError, KeyMissingError.
        """
        self.check(file)
        return unseal(self._key_of(file), self.store.read(file.address))

    def check(self, file: StoredFile) -> None:
        """Read the whole file and compare. Raises FileMissingError, FileDamagedError, KeyMissingError."""
        digest, size = hashlib.sha256(), 0
        for piece in unseal(self._key_of(file), self.store.read(file.address)):
            digest.update(piece)
            size += len(piece)
        if (digest.hexdigest(), size) != (file.sha256, file.size_bytes):
            raise FileDamagedError

    def is_whole(self, file: StoredFile) -> bool:
        """Whether the file could be opened now."""
        try:
            self.check(file)
        except (FileMissingError, FileDamagedError, KeyMissingError):
            return False
        return True

    def rewrap(self, file: StoredFile) -> WrappedKey:
        """The file's key under the newest master key. Raises KeyMissingError, FileDamagedError."""
        return self.keys.wrap(self._key_of(file), file.sha256)

    def put_under_newest(self, file: StoredFile) -> None:
        """Keep the file's key under the newest master key. Raises KeyMissingError, FileDamagedError."""
        fresh = self.rewrap(file)
        file.key_id, file.wrapped_key = fresh.key_id, fresh.wrapped

    def _key_of(self, file: StoredFile) -> bytes:
        return self.keys.unwrap(WrappedKey(file.key_id, file.wrapped_key), file.sha256)


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """The rest of a stream, piece by piece."""
    while piece := stream.read(PIECE):
        yield piece
