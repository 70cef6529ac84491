"""The archived file of an ended case, for the confirmation that a citizen asks for (R36).

Belongs here: asking for it, and the head's answer (Circular 04/2023/TT-BTP Art. 32.3). Not here: the draft
(`request_examination`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import OnlineRequest
from backoffice.services.online_request import Seen
from backoffice.services.request_step import load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step


def ask_archive(actor: Actor, seen: Seen, reason: str) -> OnlineRequest:
    """Ask the head for the file, saying which; until the answer no draft is submitted. Raises as `take_step`."""
    changes = {"archive_asked_on": clock.today(), "archive_released_on": None}
    return _taken(actor, seen, "ask_archive", reason, changes)


def release_archive(actor: Actor, seen: Seen) -> OnlineRequest:
    """Let the file out. Raises as `take_step`."""
    return _taken(actor, seen, "release_archive", None, {"archive_released_on": clock.today()})


def keep_archive(actor: Actor, seen: Seen, reason: str) -> OnlineRequest:
    """Leave the file where it is, saying why; it may be asked for again. Raises as `take_step`."""
    return _taken(actor, seen, "keep_archive", reason, {"archive_asked_on": None})


def _taken(
    actor: Actor, seen: Seen, name: str, reason: str | None, changes: Mapping[str, date | None]
) -> OnlineRequest:
    with unit_of_work(actor) as session:
        request = load_request(session, seen.request_id)
        take_step(session, actor, request, Step(name, None, reason, seen.version, changes=changes))
        return request
