"""Looking a party up by identity number: for those who may see it anyway, and never without a trace.

Not here: any other search (`queries.search`). The number itself is not written down: the history says who looked, and
whom they found.
"""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import NotPermittedError
from backoffice.models import EnforcementAgency, StaffMember
from backoffice.queries.search import parties_with_identity
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition_log import LogEntry, write_log
from backoffice.workflow.permissions import Permission

MOST_FOUND = 20
LOOK_UP = "look_up_identity"


@dataclass(frozen=True)
class FoundParty:
    """What the searcher is shown of a party."""

    id: int
    full_name: str
    address: str
    agency_id: int


def find_by_identity_number(actor: Actor, number: str) -> list[FoundParty]:
    """The parties in the actor's scope with this number, newest first; the look-up is written to the history.

    Raises NotPermittedError for people who may not see parties, and for machines.
    """
    require(actor, Permission.CASE_READ)
    if actor.user_id is None:
        raise NotPermittedError
    with unit_of_work(actor) as session:
        parties = parties_with_identity(number, MOST_FOUND)
        found = [FoundParty(party.id, party.full_name, party.address, party.agency_id) for party in parties]
        for party in parties:
            write_log(session, actor, party, LogEntry(LOOK_UP, "found"))
        if not parties:
            person = load_row(session, StaffMember, actor.user_id)
            owner = load_row(session, EnforcementAgency, person.agency_id or 0)
            write_log(session, actor, person, LogEntry(LOOK_UP, "not_found"), owner=owner)
        return found
