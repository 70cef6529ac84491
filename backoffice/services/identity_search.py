"""Looking a party up by identity number: for those who may see it anyway, and never without a trace.

Not here: any other search (`queries.search`). The number itself is not written down: the history says who looked,
whom they found, and who wanted to look more often than an hour allows.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import OpenThadsError
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.queries.search import LOOK_UP, looked_up_since, parties_with_identity
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.services.turns import take_turn
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

MOST_FOUND = 20
AN_HOUR = timedelta(hours=1)
log = logging.getLogger(__name__)


class TooManyLookUpsError(OpenThadsError):
    """The person has looked up as many numbers as an hour allows; `seconds` is when the next one may follow."""

    code = "too_many_look_ups"
    message = N_(
        "You have looked up %(limit)s identity numbers within an hour, as many as one person may. You can go on in "
        "%(minutes)s minutes; the search by name stays open."
    )

    def __init__(self, limit: int, left: timedelta) -> None:
        self.seconds = max(1, math.ceil(left.total_seconds()))
        super().__init__(limit=limit, minutes=math.ceil(self.seconds / 60))


@dataclass(frozen=True)
class FoundParty:
    """What the searcher is shown of a party."""

    id: int
    full_name: str
    address: str
    agency_id: int


def find_by_identity_number(actor: Actor, number: str) -> list[FoundParty]:
    """The parties in the actor's scope with this number, newest first; the look-up is written to the history.

    Raises NotPermittedError for people who may not see parties, and for machines; TooManyLookUpsError for who has
    looked as often as a person may in an hour.
    """
    require(actor, Permission.CASE_READ)
    most = int(current_app.config["OPENTHADS"].identity_look_ups)
    with unit_of_work(actor) as session:
        # Many look-ups at once are counted one after the other.
        take_turn(session, actor.user_id)
        earlier = looked_up_since(session, actor.user_id or 0, clock.now() - AN_HOUR)
        if len(earlier) < most:
            return _look_up(session, actor, number)
        _note(session, actor, "refused")
    log.warning("look-ups by identity number: person %s asked for more than %d an hour", actor.user_id, most)
    raise TooManyLookUpsError(most, earlier[-most] + AN_HOUR - clock.now())


def _look_up(session: Session, actor: Actor, number: str) -> list[FoundParty]:
    parties = parties_with_identity(number, MOST_FOUND)
    found = [FoundParty(party.id, party.full_name, party.address, party.agency_id) for party in parties]
    for party in parties:
        write_log(session, actor, party, LogEntry(LOOK_UP, "found"))
    _note(session, actor, "found" if parties else "not_found")
    return found


def _note(session: Session, actor: Actor, outcome: str) -> None:
    """One row a look-up in the history of the person who looked: what the limit counts."""
    person = load_row(session, StaffMember, actor.user_id or 0)
    owner = load_row(session, EnforcementAgency, person.agency_id or 0)
    write_log(session, actor, person, LogEntry(LOOK_UP, outcome), owner=owner)
