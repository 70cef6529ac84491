"""A few papers of a demonstration: drafted and numbered as people would, made by the worker, one of them signed.

Not here: keys and their authority (`demo_signing`), what stands on a paper (services).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select

from backoffice.access.actor import Actor
from backoffice.access.identity import actor_of
from backoffice.access.scope import system_scope
from backoffice.errors import OpenThadsError
from backoffice.extensions import db
from backoffice.models import (
    DebtorRecord,
    EnforcementCase,
    EnforcementDecision,
    OfficialDocument,
    OnlineRequest,
)
from backoffice.models.states import (
    DebtorRecordState,
    DecisionState,
    OfficialDocumentKind,
    OfficialDocumentState,
)
from backoffice.queries.staff import staff_named
from backoffice.sample.demo_signing import KEY_PASSPHRASE
from backoffice.sample.users import LOGINS, read_logins
from backoffice.services.document_signature import finish_signing, make_signed, read_unsigned
from backoffice.services.document_vault import Vault
from backoffice.services.official_document import PaperOrder, issue_paper, outline_paper, prepare_paper
from backoffice.services.signing_key import opened_key, own_keys
from config import Settings

_OFFICER, _CLERK, _HEAD = "chv.badinh", "vanthu.badinh", "truong.badinh"
_DESK = "hotro.badinh"
_RESULT = "đã thi hành xong khoản tiền theo bản án nêu trên"
_OF_A_KIND = 2
_WAITING = (OfficialDocumentState.DRAFTED, OfficialDocumentState.RENDERING)


def make_papers(settings: Settings) -> int:
    """Draft and number papers of cases and records of one agency; nothing when there are some. Returns how many."""
    with system_scope("set_up"):
        if db.session.scalar(select(OfficialDocument.id).limit(1)) is not None:
            return 0
    officer, clerk = _person(_OFFICER), _person(_CLERK)
    if officer is None or clerk is None:
        return 0
    vault = Vault.of(settings.documents)
    return sum(_make(officer, clerk, order, vault) for order in _orders(officer))


def make_result(settings: Settings, request_id: int) -> bool:
    """Draft and number the confirmation that answers a request, unless it has a paper; whether one was made."""
    desk, kind = _person(_DESK), OfficialDocumentKind.RESULT_CONFIRMATION
    table = OnlineRequest.__tablename__
    about = (OfficialDocument.subject_type == table) & (OfficialDocument.subject_id == request_id)
    with system_scope("set_up"):
        if desk is None or db.session.scalar(select(OfficialDocument.id).where(about).limit(1)) is not None:
            return False
    # What no row knows is as invented as the rest.
    lacking = outline_paper(desk, kind, table, request_id).missing
    given = {field.name: field.sample for field in lacking} | {"result": _RESULT}
    return _make(desk, desk, PaperOrder(kind, table, request_id, given), Vault.of(settings.documents))


def papers_under_way() -> int:
    """How many papers wait for the worker."""
    with system_scope("set_up"):
        states = [state.value for state in _WAITING]
        found = db.session.scalars(
            select(OfficialDocument.id).where(OfficialDocument.state.in_(states))
        ).all()
        db.session.remove()
        return len(found)


def sign_a_paper(settings: Settings) -> bool:
    """Sign the oldest paper that waits, and the oldest about a request, by their head with the key of the demonstration.

    False when none can be signed.
    """
    head = _person(_HEAD)
    passphrase = read_logins(settings.var_dir / LOGINS).get(_HEAD, {}).get(KEY_PASSPHRASE)
    waiting = _to_sign()
    if head is None or passphrase is None or not waiting:
        return False
    vault = Vault.of(settings.documents)
    for key in own_keys(head)[:1]:
        opened = opened_key(head, key.id, passphrase, vault, settings.signing)
        for paper_id, version in waiting:
            unsigned = read_unsigned(head, paper_id, version, vault)
            finish_signing(head, make_signed(unsigned, opened, vault, settings.signing), vault)
        return True
    return False


def _person(username: str) -> Actor | None:
    with system_scope("set_up"):
        person = staff_named(db.session(), username)
        return None if person is None else actor_of(person)


def _orders(officer: Actor) -> list[PaperOrder]:
    """Papers of decisions whose case has an officer, and of records that the public sees."""
    path = officer.scope.prefixes[0]
    kinds = OfficialDocumentKind
    with system_scope("set_up"):
        decisions = _newest(
            EnforcementDecision,
            EnforcementDecision.agency_path == path,
            EnforcementDecision.state == DecisionState.SIGNED.value,
            EnforcementDecision.case.has(EnforcementCase.officer_id.is_not(None)),
        )
        records = _newest(
            DebtorRecord,
            DebtorRecord.agency_path == path,
            DebtorRecord.state == DebtorRecordState.PUBLISHED.value,
        )
    return [
        *(PaperOrder(kinds.ENFORCEMENT_DECISION, "enforcement_decision", key, {}) for key in decisions),
        *(PaperOrder(kinds.COMMUNE_PUBLICATION_NOTICE, "debtor_record", key, {}) for key in records),
    ]


def _newest(model: type[Any], *conditions: ColumnElement[bool]) -> list[int]:
    keys = select(model.id).where(*conditions).order_by(model.id.desc()).limit(_OF_A_KIND)
    return list(db.session.scalars(keys))


def _make(officer: Actor, clerk: Actor, order: PaperOrder, vault: Vault) -> bool:
    """False for a row that lacks a value: the next one may have it."""
    try:
        paper = prepare_paper(officer, order, vault)
        issue_paper(clerk, paper.id)
    except OpenThadsError:
        return False
    return True


def _to_sign() -> list[tuple[int, int]]:
    paper, is_of_citizen = OfficialDocument, OfficialDocument.subject_type == OnlineRequest.__tablename__
    prepared = select(paper.id, paper.version).where(paper.state == OfficialDocumentState.PREPARED.value)
    with system_scope("set_up"):
        found = [
            db.session.execute(prepared.where(kind).order_by(paper.id).limit(1)).first()
            for kind in (~is_of_citizen, is_of_citizen)
        ]
    return [(row[0], row[1]) for row in found if row is not None]
