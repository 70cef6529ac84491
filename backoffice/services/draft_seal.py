"""Sealing what a citizen has typed: for the one browser that holds the secret, or for the one file and its code.

Belongs here: secrets, keys and the encrypted form. Not here: what is sealed (`request_draft`), rows, files on disk.

A draft's key is made from a secret that only the browser's cookie holds, the number of the draft and the key of the
installation. So the database alone opens nothing, and neither does a cookie without the installation.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backoffice.errors import OpenThadsError
from backoffice.workflow.messages import N_
from exports.check_code import new_check_code, read_check_code, written

_NUMBER = re.compile(r"[0-9a-hjkmnp-tv-z]{16}")
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_SECRET = re.compile(r"[0-9a-f]{64}")
_NONCE, _SALT = 12, 16
_FILE_HEAD = "openthads-request-1"
LARGEST_FILE = 2 * 1024 * 1024


class ResumeError(OpenThadsError):
    """The file and the code do not belong together, or the file is not one of ours; which of them is not said."""

    code = "resume_refused"
    message = N_(
        "This file cannot be opened with this code. Check the code, letter by letter, and that it is the file you "
        "saved here."
    )


@dataclass(frozen=True)
class DraftKey:
    """What opens one draft: its number, which stands in addresses, and the secret of the browser."""

    number: str
    secret: str
    installation: str

    @property
    def token(self) -> str:
        """Under what the draft is found."""
        text = f"request draft\0{self.number}\0{self.secret}"
        return hashlib.sha256(text.encode()).hexdigest()

    def seal(self, content: Any) -> str:
        """The content, encrypted, as text."""
        return _seal(self._key(), content, self.token.encode())

    def open(self, sealed: str) -> Any:
        """The content again. Raises InvalidTag or ValueError for anything else than what was sealed with this key."""
        return _open(self._key(), sealed, self.token.encode())

    def _key(self) -> bytes:
        return _derive(f"{self.secret}{self.number}", self.installation.encode(), b"openthads request draft")


def new_number() -> str:
    """A new draft's number: 80 bits, in letters that no address has to escape."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))


def new_secret() -> str:
    """A new secret for one browser."""
    return secrets.token_hex(32)


def is_number(text: str) -> bool:
    """Whether this can be a draft's number at all."""
    return bool(_NUMBER.fullmatch(text))


def is_secret(text: object) -> bool:
    """Whether this can be a secret of ours."""
    return isinstance(text, str) and bool(_SECRET.fullmatch(text))


def make_resume_file(installation: str, code: str, content: Any) -> bytes:
    """A file from which the content comes back with the code. Raises ValueError for a code that is none."""
    read = _code(code)
    salt = secrets.token_bytes(_SALT)
    sealed = _seal(_file_key(installation, read, salt), content, _FILE_HEAD.encode())
    return json.dumps({"format": _FILE_HEAD, "salt": salt.hex(), "sealed": sealed}, indent=1).encode()


def read_resume_file(installation: str, code: str, raw: bytes) -> Any:
    """The content of a file that `make_resume_file` made. Raises ResumeError."""
    try:
        outer = json.loads(raw.decode("ascii"))
        if outer["format"] != _FILE_HEAD:
            raise ResumeError
        key = _file_key(installation, _code(code), bytes.fromhex(outer["salt"]))
        return _open(key, outer["sealed"], _FILE_HEAD.encode())
    except (InvalidTag, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ResumeError from error


def new_resume_code() -> str:
    """A code to write down: 75 bits and a check character, in four groups."""
    return written(new_check_code())


def _code(typed: str) -> str:
    read = read_check_code(typed)
    if read is None:
        raise ValueError("not a code")
    return read


def _file_key(installation: str, code: str, salt: bytes) -> bytes:
    return _derive(code, salt + installation.encode(), b"openthads resume file")


def _derive(material: str, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(material.encode())


def _seal(key: bytes, content: Any, context: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE)
    plain = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, context)).decode("ascii")


def _open(key: bytes, sealed: str, context: bytes) -> Any:
    raw = base64.b64decode(sealed, validate=True)
    plain = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], context)
    return json.loads(plain.decode("utf-8", "surrogatepass"))
