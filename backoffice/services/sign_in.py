"""Ending the sessions of a person. Not here: making accounts, checking passwords, the sign-in screen."""

from __future__ import annotations

from backoffice.access.actor import Actor
from backoffice.models import StaffMember
from backoffice.services.transaction import unit_of_work


def end_sessions(actor: Actor) -> None:
    """End every session of the acting person at once, also in other browsers and in copied cookies."""
    if actor.user_id is None:
        return
    with unit_of_work(actor) as session:
        person = session.get(StaffMember, actor.user_id, with_for_update=True, populate_existing=True)
        if person is not None:
            person.session_epoch += 1
