"""What stands on each kind of paper, read from the rows it is about: the one place that knows it for every kind.

Belongs here: which rows fill which fields. Not here: fields that no row knows and a person fills in (the form asks
for them), freezing the values (`paper_frozen`), agencies and signers (`paper_heading`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from backoffice import clock
from backoffice.errors import StateError
from backoffice.models import (
    CaseParty,
    DebtorRecord,
    EnforcementCase,
    EnforcementDecision,
    EnforcementObligation,
    NonEnforceableDecision,
)
from backoffice.models.states import CaseOrigin, OfficialDocumentKind, PartyRole
from backoffice.queries.cases import obligations_of, parties_of
from backoffice.queries.decisions import signed_enforcement_decision
from config import ROOT
from exports.papers import FIELDS, Field, PaperError, check_values

Values = dict[str, object]
_COMMUNE = re.compile(r"(?:^|,\s*)((?:xã|phường|thị trấn|đặc khu)\s[^,(]+(?:,[^(]+)?)", re.IGNORECASE)


@dataclass(frozen=True)
class PaperSources:
    """The rows behind one paper. What is not there is None, and its fields are asked for."""

    agency_name: str
    case: EnforcementCase
    parties: Sequence[CaseParty]
    obligations: Sequence[EnforcementObligation]
    decision: EnforcementDecision | None
    non_enforceable: NonEnforceableDecision | None = None
    record: DebtorRecord | None = None

    def party(self, role: PartyRole) -> CaseParty | None:
        """The first party in this role; the debtor of a decision on not yet having conditions goes before."""
        if role is PartyRole.DEBTOR and self.non_enforceable is not None:
            chosen: CaseParty = self.non_enforceable.debtor
            return chosen
        return next((party for party in self.parties if party.role == role.value), None)


def sources_of(subject: Any, agency_name: str) -> PaperSources:
    """The rows behind a paper about this row, in the present scope."""
    record = subject if isinstance(subject, DebtorRecord) else None
    about = record.decision if record is not None else subject
    non_enforceable = about if isinstance(about, NonEnforceableDecision) else None
    case = about if isinstance(about, EnforcementCase) else about.case
    if isinstance(about, EnforcementDecision):
        decision: EnforcementDecision | None = about
    elif non_enforceable is not None:
        decision = non_enforceable.enforcement_decision
    else:
        decision = signed_enforcement_decision(case.id)
    owed = obligations_of(case.id)
    if non_enforceable is not None:
        owed = [item for item in owed if item.id == non_enforceable.obligation_id]
    return PaperSources(agency_name, case, parties_of(case.id), owed, decision, non_enforceable, record)


def gathered(kind: OfficialDocumentKind, sources: PaperSources) -> Values:
    """The values that rows give for the fields of a kind; a field that none of them knows is not among them."""
    found: Values = {}
    for part in _PARTS[kind]:
        found |= part(sources)
    names = {field.name for field in FIELDS[kind.value]}
    return {name: value for name, value in found.items() if name in names and value not in (None, "", [])}


def provided(kind: OfficialDocumentKind) -> frozenset[str]:
    """The names of the fields that rows give for a kind where they have them."""
    names = {name for part in _PARTS[kind] for name in _NAMES[part]}
    return frozenset(names & {field.name for field in FIELDS[kind.value]})


def missing(kind: OfficialDocumentKind, values: Mapping[str, object]) -> list[Field]:
    """The fields that must not be empty and are."""
    return [
        field for field in FIELDS[kind.value] if field.required and values.get(field.name) in (None, "", [])
    ]


def refuse_unprintable(kind: OfficialDocumentKind, values: Mapping[str, object]) -> None:
    """Refuse a value that no paper can print, before a number is taken for it. Raises StateError with its label."""
    try:
        check_values(kind.value, values)
    except PaperError as error:
        name, _dot, column = (error.field or "").partition(".")
        known = {field.name: field for field in FIELDS[kind.value]}
        field = known[name]
        parts = {part.name: part for part in field.columns}
        label = f"{field.label_vi}, {parts[column].label_vi}" if column else field.label_vi
        raise StateError(error.message, **{**error.parameters, "field": label}) from error


def _judgment(found: PaperSources) -> Values:
    case = found.case
    return {
        "judgment_number": case.judgment_number,
        "judgment_on": case.judgment_on,
        "court_name": case.court_name,
    }


def _decision(found: PaperSources) -> Values:
    decision = found.decision
    return {
        "decision_number": decision.decision_number if decision else None,
        "decision_on": decision.decided_on if decision else None,
    }


def _case(found: PaperSources) -> Values:
    case = found.case
    creditor = found.party(PartyRole.CREDITOR)
    on_request = case.origin == CaseOrigin.ON_REQUEST
    return {
        "case_number": case.case_number,
        "origin": "request" if on_request else "ex_officio",
        "requester_name": creditor.full_name if creditor and on_request else None,
        "unit_name": found.agency_name,
    }


def _officer(found: PaperSources) -> Values:
    officer = found.case.officer
    return {"officer_name": officer.get_full_name() if officer is not None else None}


def _agency(found: PaperSources) -> Values:
    return {"addressed_agency": found.agency_name}


def _parties(found: PaperSources) -> Values:
    creditor, debtor = found.party(PartyRole.CREDITOR), found.party(PartyRole.DEBTOR)
    return {
        "creditor_name": creditor.full_name if creditor else None,
        "creditor_address": creditor.address if creditor else None,
        "debtor_name": debtor.full_name if debtor else None,
        "debtor_address": debtor.address if debtor else None,
    }


def _party_lists(found: PaperSources) -> Values:
    return {
        "creditors": [_person(party) for party in found.parties if party.role == PartyRole.CREDITOR],
        "debtors": [_person(party) for party in found.parties if party.role == PartyRole.DEBTOR],
    }


def _obligations(found: PaperSources) -> Values:
    amounts = [item.amount_vnd for item in found.obligations if item.amount_vnd is not None]
    rest = [item.outstanding_amount_vnd for item in found.obligations if item.amount_vnd is not None]
    paid = sum(amounts) - sum(part or 0 for part in rest) if None not in rest else None
    return {
        "obligations": [
            {
                "description": item.description or label_of("obligation_code", item.obligation_code),
                "amount": item.amount_vnd,
            }
            for item in found.obligations
        ],
        "total_amount": sum(amounts) if amounts else None,
        "paid_amount": paid if amounts else None,
        "outstanding_amount": sum(part or 0 for part in rest) if amounts and None not in rest else None,
    }


def _non_enforceable(found: PaperSources) -> Values:
    decision = found.non_enforceable
    return {
        "non_enforceable_number": decision.decision_number if decision else None,
        "non_enforceable_on": decision.decided_on if decision else None,
        "ground_code": decision.ground_code if decision else None,
        "ground": label_of("reason_code", decision.ground_code) if decision else None,
    }


def _record(found: PaperSources) -> Values:
    record = found.record
    return {
        "record_code": record.public_id.upper() if record else None,
        "published_on": record.published_on if record else None,
        "withdrawn_on": record.withdrawn_on if record else None,
    }


def _commune(found: PaperSources) -> Values:
    debtor = found.party(PartyRole.DEBTOR)
    place = _COMMUNE.search(debtor.address) if debtor else None
    return {"commune_name": f"Ủy ban nhân dân {place[1].strip()}" if place else None}


def _today(_found: PaperSources) -> Values:
    return {"confirmed_until": clock.today()}


def _person(party: CaseParty) -> Values:
    return {
        "name": party.full_name,
        "birth_on": party.birth_on,
        "identity_number": party.identity_number,
        "address": party.address,
    }


def label_of(codes: str, code: str) -> str:
    """The published Vietnamese words of a code."""
    return _labels(codes).get(code, code)


@cache
def _labels(codes: str) -> Mapping[str, str]:
    text = (ROOT / "schemas" / "codes" / f"{codes}.json").read_text(encoding="utf-8")
    return {item["code"]: item["label"] for item in json.loads(text)["codes"]}


Part = Callable[[PaperSources], Values]
_NAMES: Mapping[Part, tuple[str, ...]] = {
    _judgment: ("judgment_number", "judgment_on", "court_name"),
    _decision: ("decision_number", "decision_on"),
    _case: ("case_number", "origin", "requester_name", "unit_name"),
    _officer: ("officer_name",),
    _agency: ("addressed_agency",),
    _parties: ("creditor_name", "creditor_address", "debtor_name", "debtor_address"),
    _party_lists: ("creditors", "debtors"),
    _obligations: ("obligations", "total_amount", "paid_amount", "outstanding_amount"),
    _non_enforceable: ("non_enforceable_number", "non_enforceable_on", "ground_code", "ground"),
    _record: ("record_code", "published_on", "withdrawn_on"),
    _commune: ("commune_name",),
    _today: ("confirmed_until",),
}
_Kind = OfficialDocumentKind
# A form of a citizen is handed out with what the file knows; the person adds the rest.
_FORM: tuple[Part, ...] = (_agency, _judgment, _decision, _officer, _party_lists)
_PARTS: Mapping[OfficialDocumentKind, tuple[Part, ...]] = {
    _Kind.ENFORCEMENT_REQUEST_FORM: (_agency, _judgment, _party_lists),
    _Kind.RESULT_CONFIRMATION_FORM: _FORM,
    _Kind.FEEDBACK_FORM: (_agency,),
    _Kind.COMPLAINT_FORM: (_agency,),
    _Kind.DENUNCIATION_FORM: (_agency,),
    _Kind.OFFICER_CHANGE_FORM: _FORM,
    _Kind.COERCION_COST_RELIEF_FORM: _FORM,
    _Kind.ENFORCEMENT_FEE_RELIEF_FORM: _FORM,
    _Kind.RECEIPT_SLIP: (),
    _Kind.APPOINTMENT_SLIP: (),
    _Kind.GUIDANCE_SLIP: (),
    _Kind.ACCEPTANCE_REPLY: (),
    _Kind.GUIDANCE_REPLY: (),
    _Kind.REFUSAL_REPLY: (),
    _Kind.RESULT_CONFIRMATION: (_judgment, _decision, _parties, _obligations, _today),
    _Kind.ENFORCEMENT_DECISION: (_judgment, _case, _parties, _obligations, _officer),
    _Kind.NON_ENFORCEABLE_DECISION: (
        _judgment,
        _decision,
        _parties,
        _obligations,
        _non_enforceable,
        _officer,
    ),
    _Kind.FEEDBACK_REPLY: (),
    _Kind.TRANSFER_LETTER: (),
    _Kind.COMMUNE_PUBLICATION_NOTICE: (
        _commune,
        _judgment,
        _decision,
        _non_enforceable,
        _parties,
        _obligations,
    ),
    _Kind.REMOVAL_PROOF: (_parties, _judgment, _decision, _non_enforceable, _record),
}
