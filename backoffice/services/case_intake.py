"""Opening a case with its parties and obligations. Not here: what happens to a case later (`enforcement_case`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError
from backoffice.models import CaseParty, EnforcementAgency, EnforcementCase, EnforcementObligation
from backoffice.models.states import CaseOrigin, ObligationCode, PartyKind, PartyRole
from backoffice.queries.cases import case_by_number
from backoffice.services.public_fields import LENGTHS, checked_text
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import open_subject
from backoffice.workflow.messages import N_

# More than any judgment ever awarded; a longer number is a slip of the keyboard.
LARGEST_AMOUNT_VND = 10**15


@dataclass(frozen=True)
class NewParty:
    """A person or organisation of the case. Identity number, birth date and phone are never published."""

    role: PartyRole
    kind: PartyKind
    full_name: str
    address: str
    identity_number: str | None = None
    birth_on: date | None = None
    phone: str | None = None


@dataclass(frozen=True)
class NewObligation:
    """What the debtor at `debtor_index` among the parties must do or pay, in đồng; no amount if not money."""

    debtor_index: int
    obligation_code: ObligationCode
    amount_vnd: int | None = None
    description: str | None = None


@dataclass(frozen=True)
class NewCase:
    """A case as it is accepted."""

    agency_id: int
    case_number: str
    origin: CaseOrigin
    judgment_number: str
    judgment_on: date
    court_name: str
    accepted_on: date
    parties: Sequence[NewParty]
    obligations: Sequence[NewObligation]


def open_case(actor: Actor, new: NewCase) -> EnforcementCase:
    """Accept a case in an agency that exists on the day of acceptance and today.

    Raises NotPermittedError, NotFoundError for an agency out of scope, InvalidInputError with the field at
    fault (number taken, day in the future, no debtor, …).
    """
    with unit_of_work(actor) as session:
        agency = load_row(session, EnforcementAgency, new.agency_id)
        _check(new, agency)
        case = EnforcementCase(
            agency_id=agency.id,
            agency_path=agency.path,
            case_number=checked_text("case_number", new.case_number, 40),
            origin=new.origin.value,
            judgment_number=checked_text("judgment_number", new.judgment_number, LENGTHS["judgment_number"]),
            judgment_on=new.judgment_on,
            court_name=checked_text("court_name", new.court_name, LENGTHS["court_name"]),
            accepted_on=new.accepted_on,
        )
        _open(session, actor, case)
        parties = [_party(case, party) for party in new.parties]
        session.add_all(parties)
        session.flush()
        session.add_all(_obligation(case, parties, obligation) for obligation in new.obligations)
        return case


def _open(session: Session, actor: Actor, case: EnforcementCase) -> None:
    taken = InvalidInputError("case_number", N_("Another case of this agency has this number."))
    if case_by_number(case.agency_id, case.case_number) is not None:
        raise taken
    try:
        open_subject(session, actor, case, on=case.accepted_on)
    except IntegrityError as error:
        # Somebody took the number between the look and the insert.
        raise taken from error


def _check(new: NewCase, agency: EnforcementAgency) -> None:
    if new.accepted_on > clock.today():
        raise InvalidInputError("accepted_on", N_("This day lies in the future."))
    if new.judgment_on > new.accepted_on:
        raise InvalidInputError("judgment_on", N_("The judgment cannot be later than the acceptance."))
    if not (agency.is_valid_on(new.accepted_on) and agency.is_valid_on(clock.today())):
        raise InvalidInputError("agency_id", N_("This agency is closed: choose the one that succeeded it."))
    _check_parties(new)


def _check_parties(new: NewCase) -> None:
    roles = [party.role for party in new.parties]
    if PartyRole.DEBTOR not in roles:
        raise InvalidInputError("parties", N_("A case needs a judgment debtor."))
    if new.origin is CaseOrigin.ON_REQUEST and PartyRole.CREDITOR not in roles:
        raise InvalidInputError("parties", N_("A case on request needs a judgment creditor."))
    if not new.obligations:
        raise InvalidInputError("obligations", N_("A case needs an obligation."))
    for obligation in new.obligations:
        if (
            not 0 <= obligation.debtor_index < len(roles)
            or roles[obligation.debtor_index] != PartyRole.DEBTOR
        ):
            raise InvalidInputError("obligations", N_("An obligation must name a debtor of the case."))


def _party(case: EnforcementCase, new: NewParty) -> CaseParty:
    for field, value in (("identity_number", new.identity_number), ("phone", new.phone)):
        if value is not None:
            checked_text(field, value, 20)
    return CaseParty(
        case_id=case.id,
        agency_id=case.agency_id,
        agency_path=case.agency_path,
        role=new.role.value,
        kind=new.kind.value,
        full_name=checked_text("full_name", new.full_name, LENGTHS["full_name"]),
        address=checked_text("address", new.address, LENGTHS["address"]),
        identity_number=new.identity_number,
        birth_on=new.birth_on,
        phone=new.phone,
    )


def _obligation(
    case: EnforcementCase, parties: Sequence[CaseParty], new: NewObligation
) -> EnforcementObligation:
    return EnforcementObligation(
        case_id=case.id,
        agency_id=case.agency_id,
        agency_path=case.agency_path,
        debtor_id=parties[new.debtor_index].id,
        obligation_code=new.obligation_code.value,
        description=new.description,
        amount_vnd=checked_amount("amount_vnd", new.amount_vnd),
        outstanding_amount_vnd=new.amount_vnd,
    )


def checked_amount(field: str, amount_vnd: int | None) -> int | None:
    """The amount in đồng; raises InvalidInputError for the field when it is negative or impossibly large."""
    if amount_vnd is not None and not 0 <= amount_vnd <= LARGEST_AMOUNT_VND:
        raise InvalidInputError(
            field, N_("Write an amount in đồng from 0 to %(limit)s."), limit=LARGEST_AMOUNT_VND
        )
    return amount_vnd
