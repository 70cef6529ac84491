"""Keying in a dossier that was handed in at the one-stop desk or came by post (R40 to R42).

Belongs here: what the desk adds to an intake: the day of receipt, originals that were compared, what is missing. Not
here: registering (`intake`), the form (`forms.desk_entry`), printed slips (`desk_slips`).

Registering and the deeds that follow are two transactions: the second does nothing to a request that somebody has
taken up, so the same form sent again finishes what a broken line has left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError
from backoffice.models.request_states import RequestChannel, RequestState
from backoffice.models.states import PartyRole
from backoffice.services.declared import clean_lines
from backoffice.services.document_vault import Vault
from backoffice.services.intake import NewRequest, Receipt, register_request
from backoffice.services.online_request import Seen, ask_supplement
from backoffice.services.request_confidence import as_given
from backoffice.services.request_letters import TEXT_LENGTH, Reply
from backoffice.services.request_step import load_request, take_step
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

# A dossier that was received longer ago than this was mistyped.
LONGEST_AGO = timedelta(days=365)
_OF_APPLICANT = {"name": "applicant_name", "address": "address", "identity_number": "identity_number"}


@dataclass(frozen=True)
class DeskEntry:
    """A dossier as the officer keyed it in.

    `missing` says what the applicant must still bring, a line each, by the day `until`; empty for a complete one.
    `by_email` sends that also to the address that was given.
    """

    new: NewRequest
    originals_compared: bool = False
    missing: str = ""
    until: date | None = None
    by_email: bool = False


def key_in(actor: Actor, entry: DeskEntry, vault: Vault) -> Receipt:
    """Register the dossier, take it into support, note the originals, ask for what is missing; once a sending.

    Raises as `register_request`, and InvalidInputError for a day of receipt or a term that cannot be.
    """
    require(actor, Permission.ONLINE_REQUEST_ENTER)
    _check(entry)
    new = entry.new
    if new.received_on == clock.today():
        new = replace(new, received_on=None)
    receipt = register_request(replace(new, values=with_applicant(new.values)), vault, actor=actor)
    _take_up(as_given(actor, receipt.request_id), receipt.request_id, entry)
    return receipt


def with_applicant(values: Mapping[str, str]) -> dict[str, str]:
    """The answers, with the applicant's name and address where the applicant is a party and these were left empty."""
    found, role = dict(values), values.get("applicant_role")
    if role in (PartyRole.CREDITOR, PartyRole.DEBTOR) and not found.get(f"{role}_name", "").strip():
        for part, source in _OF_APPLICANT.items():
            name = f"{role}_{part}"
            if name in found and not found[name].strip():
                found[name] = found.get(source, "")
    return found


def _check(entry: DeskEntry) -> None:
    day, today = entry.new.day, clock.today()
    if entry.new.channel not in (RequestChannel.DESK, RequestChannel.POST):
        raise InvalidInputError("channel", N_("Choose how the dossier came: at the desk or by post."))
    if not today - LONGEST_AGO <= day <= today:
        raise InvalidInputError("received_on", N_("Choose today or an earlier day within a year."))
    if not entry.missing.strip():
        return
    if len(clean_lines(entry.missing)) > TEXT_LENGTH:
        raise InvalidInputError("missing", N_("Use at most %(limit)s characters."), limit=TEXT_LENGTH)
    if entry.until is None or entry.until <= today:
        raise InvalidInputError("until", N_("Choose a day that lies ahead."))


def _take_up(actor: Actor, request_id: int, entry: DeskEntry) -> None:
    with unit_of_work(actor) as session:
        request = load_request(session, request_id)
        if request.state != RequestState.SUBMITTED:
            return
        changes: dict[str, object] = {"handler_id": actor.user_id}
        if entry.originals_compared:
            changes["originals_received_on"] = clock.today()
        take_step(session, actor, request, Step("receive", changes=changes))
        if entry.missing.strip() and entry.until is not None:
            reply = Reply(entry.missing, by_email=entry.by_email)
            ask_supplement(actor, Seen(request.id, request.version), reply, entry.until)
