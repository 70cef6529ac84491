"""What a person typed survives the end of a session: sealed to that person, encrypted, carried by the sign-in form.

A form carries a seal that names for whom and at which address it was made. When it comes back without a session, its
fields go, encrypted, into the sign-in form, and come back when the same person has signed in. Nothing is kept on the
server: nothing typed lies in a database without its owner's session, and a restart or a lost cache loses nothing.
Not here: showing the form again (`views.kept`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadData, URLSafeTimedSerializer

# A form may stand open over a weekend; what was typed waits for the sign-in of the same day.
SEAL_AGE = 7 * 24 * 3600
KEPT_AGE = 12 * 3600
LARGEST_TYPED = 100_000
LARGEST_KEPT = 250_000
_MOST_FIELDS = 300
# What belongs to the lost session and not to the person's text.
_NOT_TYPED = frozenset({"csrf_token", "seal", "kept", "password", "passphrase"})


@dataclass(frozen=True)
class KeptText:
    """What one person typed into the form at one address; `had_files` says that chosen files could not be kept."""

    user_id: int
    path: str
    fields: list[tuple[str, str]]
    had_files: bool


def seal(secret: str, user_id: int, path: str) -> str:
    """The seal of a form that is shown to this person at this address."""
    return _signer(secret).dumps([user_id, path])


def keep(
    secret: str, sealed: str, path: str, fields: Iterable[tuple[str, str]], *, had_files: bool
) -> str | None:
    """The typed fields, encrypted for the person whom the seal names.

    None when there is no seal of ours for this address, or more was typed than can be carried.
    """
    try:
        user_id, sealed_path = _signer(secret).loads(sealed, max_age=SEAL_AGE)
    except (BadData, ValueError, TypeError):
        return None
    typed = [(name, value) for name, value in fields if name not in _NOT_TYPED]
    size = sum(len(name) + len(value) for name, value in typed)
    if sealed_path != path or size > LARGEST_TYPED or len(typed) > _MOST_FIELDS:
        return None
    text = json.dumps([user_id, path, typed, had_files]).encode("ascii")
    return _cipher(secret).encrypt(text).decode("ascii")


def open_kept(secret: str, kept: str) -> KeptText | None:
    """What was kept; None for anything that we did not encrypt, or too long ago."""
    if not kept.isascii() or len(kept) > LARGEST_KEPT:
        return None
    try:
        text = _cipher(secret).decrypt(kept.encode("ascii"), ttl=KEPT_AGE)
    except InvalidToken:
        return None
    user_id, path, typed, had_files = json.loads(text)
    return KeptText(user_id, path, [(name, value) for name, value in typed], had_files)


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="openthads form")


def _cipher(secret: str) -> Fernet:
    key = hashlib.sha256(b"openthads kept text\0" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
