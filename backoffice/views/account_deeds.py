"""What the buttons of an account do: the table between the staff page and its services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backoffice.access.actor import Actor
from backoffice.services.staff_member import end_sessions_of, give_one_time_password, set_active
from backoffice.views.actions import Asked

Deed = Callable[[Actor, int, Asked], Any]


def _open(actor: Actor, pk: int, asked: Asked) -> Any:
    return set_active(actor, pk, active=True, expected_version=asked.version, opinion=asked.reason)


def _close(actor: Actor, pk: int, asked: Asked) -> Any:
    return set_active(actor, pk, active=False, expected_version=asked.version, opinion=asked.reason)


def _end_sessions(actor: Actor, pk: int, asked: Asked) -> Any:
    return end_sessions_of(actor, pk, expected_version=asked.version, opinion=asked.reason)


def _password(actor: Actor, pk: int, asked: Asked) -> Any:
    return give_one_time_password(actor, pk, expected_version=asked.version, opinion=asked.reason)


DEEDS: Mapping[str, Deed] = {
    "open": _open,
    "close": _close,
    "end-sessions": _end_sessions,
    "password": _password,
}
