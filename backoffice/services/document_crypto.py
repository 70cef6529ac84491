"""Encryption of attached files: one random key a file, wrapped by a master key that lies outside the database.

Belongs here: the form of encrypted files, master keys and their rotation. Not here: where the bytes lie
(`document_store`). The form: a head, then pieces of 64 KiB under AES-256-GCM; the nonce of a piece is its number and
whether it is the last one, so that none can be changed, moved, repeated, left out or added.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backoffice.errors import OpenThadsError
from backoffice.workflow.messages import N_
from config import make_key_file

HEAD = b"OTDF\x00\x01"
PIECE = 64 * 1024
_TAG = 16
_NONCE = 12


class FileDamagedError(OpenThadsError):
    """The stored bytes are not those that were written."""

    code = "file_damaged"
    message = N_("The stored file is damaged and is not opened. Please tell the technical administrator.")


class KeyMissingError(OpenThadsError):
    """The master key under which a file was stored is not in the file of keys."""

    code = "key_missing"
    message = N_("The key of this file is not on this server. Please tell the technical administrator.")


@dataclass(frozen=True)
class WrappedKey:
    """The key of one file as the database keeps it."""

    key_id: str
    wrapped: str


class Keyring:
    """The master keys, the newest last; each is known by an id made from it, so that a wrong key is noticed."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = {_id_of(key): key for key in keys}
        self.current = list(self._keys)[-1]

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read the file of keys, one of 64 hexadecimal digits a line; a first key is made when there is no file.

        Raises KeyMissingError for a file that holds no usable key.
        """
        if not path.exists():
            make_key_file(path)
        try:
            keys = [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]
        except ValueError as error:
            raise KeyMissingError from error
        if not keys or any(len(key) != 32 for key in keys):
            raise KeyMissingError
        return cls(keys)

    def wrap(self, data_key: bytes, context: str) -> WrappedKey:
        """The file's key under the newest master key, bound to the sum of the file."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._keys[self.current]).encrypt(nonce, data_key, context.encode())
        return WrappedKey(self.current, (nonce + sealed).hex())

    def unwrap(self, wrapped: WrappedKey, context: str) -> bytes:
        """The file's key. Raises KeyMissingError without its master key, FileDamagedError when it was changed."""
        key = self._keys.get(wrapped.key_id)
        if key is None:
            raise KeyMissingError
        try:
            raw = bytes.fromhex(wrapped.wrapped)
            return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise FileDamagedError from error


def add_master_key(path: Path) -> str:
    """Add a new master key at the end of the file of keys and return its id; from now on it is used for new files."""
    key = secrets.token_bytes(32)
    if not path.exists():
        make_key_file(path)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        # In one write, so that nobody reads half a key; the line before may have no end of its own.
        os.write(handle, b"\n" + key.hex().encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    return _id_of(key)


def seal(data_key: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The encrypted form of the bytes, piece by piece."""
    cipher = AESGCM(data_key)
    yield HEAD
    number, waiting = 0, b""
    for piece in _pieces(chunks):
        if number:
            yield cipher.encrypt(_nonce(number - 1, last=False), waiting, HEAD)
        number, waiting = number + 1, piece
    yield cipher.encrypt(_nonce(max(number - 1, 0), last=True), waiting, HEAD)


def unseal(data_key: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes again. Raises FileDamagedError at the first piece that is not as it was written."""
    cipher, number, waiting = AESGCM(data_key), 0, b""
    for piece in _pieces(_without_head(chunks), PIECE + _TAG):
        if number:
            yield _decrypted(cipher, _nonce(number - 1, last=False), waiting)
        number, waiting = number + 1, piece
    yield _decrypted(cipher, _nonce(max(number - 1, 0), last=True), waiting)


def new_data_key() -> bytes:
    """A key for one file."""
    return secrets.token_bytes(32)


def _decrypted(cipher: AESGCM, nonce: bytes, piece: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, piece, HEAD)
    except (InvalidTag, ValueError) as error:
        raise FileDamagedError from error


def _without_head(chunks: Iterable[bytes]) -> Iterator[bytes]:
    kept, is_open = b"", False
    for chunk in chunks:
        if is_open:
            yield chunk
            continue
        kept += chunk
        if len(kept) >= len(HEAD):
            if not kept.startswith(HEAD):
                raise FileDamagedError
            is_open = True
            yield kept[len(HEAD) :]
    if not is_open:
        raise FileDamagedError


def _pieces(chunks: Iterable[bytes], size: int = PIECE) -> Iterator[bytes]:
    """The same bytes in pieces of one size; the last may be shorter."""
    kept = bytearray()
    for chunk in chunks:
        kept += chunk
        while len(kept) >= size:
            yield bytes(kept[:size])
            del kept[:size]
    if kept:
        yield bytes(kept)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + (b"\1" if last else b"\0")


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"openthads document key " + key).hexdigest()[:12]
