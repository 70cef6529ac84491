"""What a citizen declared or was written, encrypted at rest. Not here: keys (`document_crypto`), files (`document`)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from backoffice.models import OnlineRequest, RequestMessage, SurveyComment
from backoffice.services.document_crypto import Keyring, WrappedKey
from backoffice.services.notice_seal import keyring

Sealed = OnlineRequest | RequestMessage | SurveyComment


def seal(row: Sealed, values: Mapping[str, str], keys: Keyring | None = None) -> None:
    """Put the values on the row, bound to its key, so that they open on no other row."""
    raw = json.dumps(dict(values), ensure_ascii=False).encode()
    wrapped = (keys or keyring()).wrap(raw, _context(row))
    row.sealed, row.key_id = wrapped.wrapped, wrapped.key_id


def unseal(row: Sealed, keys: Keyring | None = None) -> dict[str, str]:
    """The values of a row. Raises KeyMissingError, FileDamagedError."""
    raw = (keys or keyring()).unwrap(WrappedKey(row.key_id, row.sealed), _context(row))
    found: dict[str, str] = json.loads(raw)
    return found


def reseal(row: Sealed, keys: Keyring) -> None:
    """Put a row under the newest master key. Raises as `unseal`."""
    seal(row, unseal(row, keys), keys)


def _context(row: Sealed) -> str:
    return f"{row.__tablename__} {row.public_key}"
