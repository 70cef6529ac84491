"""Signing papers and looking at their signatures.

A paper is signed outside of any transaction; its signed file lies whole in the store before one transaction names it,
moves the paper to signed, signs the decision that it is about and replaces the paper before it. So a death at any
moment leaves a paper unsigned or signed; what remains of a deed cut short is a file without a row, which the sweep
removes. Not here: keys (`signing_key`), many papers at once (`signing_batch`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import in_file_of, require
from backoffice.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.models import DocumentSignature, OfficialDocument
from backoffice.models.signing_states import SignatureWay
from backoffice.models.states import DecisionState, OfficialDocumentKind, OfficialDocumentState
from backoffice.queries.agencies import agency_name_on
from backoffice.queries.signing import signature_of
from backoffice.services.document import SUBJECTS, file_row
from backoffice.services.document_intake import Upload, take_in
from backoffice.services.document_vault import Kept, Vault
from backoffice.services.enforcement_decision import sign_enforcement_decision
from backoffice.services.non_enforceable_decision import sign_non_enforceable_decision
from backoffice.services.paper_frozen import keep_bytes, read_frozen
from backoffice.services.paper_heading import position_of
from backoffice.services.paper_replacement import finish_replacement
from backoffice.services.paper_signer import refuse_other_name
from backoffice.services.paper_subject import find_paper_subject
from backoffice.services.rows import load_row
from backoffice.services.signing_words import as_refusal
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.workflow.messages import N_
from backoffice.workflow.official_document import NUMBERED_BY_DECISION
from backoffice.workflow.permissions import Permission
from backoffice.workflow.signing import may_sign, must_be_another
from config import SigningSettings
from exports.signatures import (
    Block,
    CertificateFacts,
    HttpTimeStamps,
    Key,
    Level,
    Options,
    SignatureReport,
    SigningError,
    load_trust,
    sign,
    validate,
)

_PDF = "application/pdf"


@dataclass(frozen=True)
class Unsigned:
    """A paper as it was read to be signed."""

    paper_id: int
    version: int
    pdf: bytes
    block: Block


@dataclass(frozen=True)
class SignedPaper:
    """A signed file that lies in the store and is not named by any row yet."""

    unsigned: Unsigned
    kept: Kept
    signed_at: datetime
    level: Level | None = None
    certificate: CertificateFacts | None = None


def refuse_signing(actor: Actor, paper: OfficialDocument) -> None:
    """Whether the person may sign this paper now. Raises NotPermittedError, StateError with the reason."""
    if not may_sign(paper.kind, actor.permissions):
        raise NotPermittedError
    if must_be_another(paper.kind) and paper.prepared_by_id == actor.user_id:
        raise StateError(N_("You drafted this paper yourself. Another person must sign it."))
    if paper.state != OfficialDocumentState.PREPARED:
        raise StateError(N_("This paper does not wait to be signed."))


def read_unsigned(actor: Actor, paper_id: int, version: int, vault: Vault) -> Unsigned:
    """The paper with its file. Raises NotFoundError, NotPermittedError, StateError, ConflictError, vault's errors."""
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        refuse_signing(actor, paper)
        _refuse_subject(session, actor, paper)
        if paper.version != version:
            raise ConflictError
        agency = agency_name_on(paper.agency, clock.today())
        printed = read_frozen(vault, paper).signer
        refuse_other_name(printed, actor.name)
        block = Block(actor.name, (printed.position or position_of(agency)).capitalize(), agency)
        return Unsigned(paper.id, paper.version, b"".join(vault.open(paper.file)), block)


def make_signed(unsigned: Unsigned, key: Key, vault: Vault, settings: SigningSettings) -> SignedPaper:
    """Sign the bytes and keep them in the store; needs no transaction. Raises SigningRefusedError, StoreFullError."""
    now = clock.now()
    stamps = HttpTimeStamps(settings.time_stamp_url) if settings.time_stamp_url else None
    options = Options(now, unsigned.block, load_trust(settings.trust_dir), stamps)
    try:
        signed = sign(unsigned.pdf, key, options)
    except SigningError as error:
        raise as_refusal(error) from error
    kept = keep_bytes(vault, signed.pdf)
    return SignedPaper(unsigned, kept, now, signed.level, signed.certificate)


def finish_signing(actor: Actor, signed: SignedPaper, vault: Vault) -> OfficialDocument:
    """Make the paper signed, with everything that follows, in one transaction.

    Raises NotPermittedError, StateError when it was signed or cancelled meanwhile, ConflictError; what signing the
    decision raises.
    """
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, signed.unsigned.paper_id)
        refuse_signing(actor, paper)
        _refuse_subject(session, actor, paper)
        before, unsigned_file_id = paper.sha256 or "", paper.file_id or 0
        changes = {
            "file_id": file_row(session, signed.kept, vault),
            "sha256": signed.kept.sha256,
            "signed_by_id": actor.user_id,
        }
        step = Step("sign", None, None, signed.unsigned.version, changes=changes)
        apply_transition(session, actor, paper, step)
        session.add(_signature(actor, paper, signed, (before, unsigned_file_id)))
        _sign_decision(session, actor, paper)
        finish_replacement(session, actor, paper)
        session.flush()
        return paper


def attach_scan(
    actor: Actor, paper_id: int, upload: Upload, vault: Vault, *, expected_version: int
) -> OfficialDocument:
    """Take the scan of a paper that was signed by hand: the paper becomes signed, and the scan is its file.

    Raises as `finish_signing`, InvalidInputError for a file that is no PDF, FilesRefusedError, StoreFullError,
    StateError while the virus scanner does not answer: the paper goes on waiting, for its file is handed out at once.
    """
    unsigned = read_unsigned(actor, paper_id, expected_version, vault)
    known = {hashlib.sha256(unsigned.pdf).hexdigest()}
    ((file, kept),) = take_in([upload], known, vault, archives=False)
    if not file.is_scanned or file.media_type != _PDF:
        vault.store.remove(kept.address)
    if not file.is_scanned:
        raise StateError(
            N_(
                "The virus scanner does not answer, so the scan was not taken and the paper still waits. "
                "Try again later."
            )
        )
    if file.media_type != _PDF:
        raise InvalidInputError("scan", N_("Choose the scan as one PDF file."))
    return finish_signing(actor, SignedPaper(unsigned, kept, clock.now()), vault)


def check_signature(
    actor: Actor, paper_id: int, vault: Vault, settings: SigningSettings
) -> SignatureReport | None:
    """Look at the signature of a paper now, and note what was found; None for one signed by hand.

    Raises NotFoundError, NotPermittedError, and what the vault raises.
    """
    require(actor, Permission.OFFICIAL_DOCUMENT_PREPARE)
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        require(actor, SUBJECTS[paper.subject_type].permission)
        require(in_file_of(actor, paper.subject_type), Permission.OFFICIAL_DOCUMENT_PREPARE)
        signature = signature_of(session, paper.id)
        way, file = signature.way if signature else "", paper.file
        if signature is None or file is None:
            raise NotFoundError
        session.expunge(file)
    if way == SignatureWay.PAPER:
        return None
    report = report_of(b"".join(vault.open(file)), settings)
    with unit_of_work(actor) as session:
        signature = signature_of(session, paper_id)
        if signature is None:
            raise NotFoundError
        signature.checked_at = clock.now()
        signature.findings = [[found.check.value, found.code] for found in report.findings]
    return report


def report_of(pdf: bytes, settings: SigningSettings) -> SignatureReport:
    """The report of the first signature of a file. Raises NotFoundError when it bears none."""
    reports = validate(pdf, load_trust(settings.trust_dir), clock.now())
    if not reports:
        raise NotFoundError
    return reports[0]


def _signature(
    actor: Actor, paper: OfficialDocument, signed: SignedPaper, before: tuple[str, int]
) -> DocumentSignature:
    facts = signed.certificate
    return DocumentSignature(
        agency_id=paper.agency_id,
        agency_path=paper.agency_path,
        official_document_id=paper.id,
        signer_id=actor.user_id,
        way=(SignatureWay.ELECTRONIC if facts else SignatureWay.PAPER).value,
        level=signed.level.value if signed.level else None,
        signed_at=signed.signed_at,
        sha256_before=before[0],
        sha256_after=signed.kept.sha256,
        unsigned_file_id=before[1],
        certificate_subject=facts.subject if facts else None,
        certificate_issuer=facts.issuer if facts else None,
        certificate_serial=facts.serial if facts else None,
        certificate_not_after=facts.not_after.astimezone(clock.VIETNAM) if facts else None,
    )


def _refuse_subject(session: Session, actor: Actor, paper: OfficialDocument) -> None:
    """A paper says what its row says: what was withdrawn since the paper was drafted is not signed any more."""
    find_paper_subject(session, actor, OfficialDocumentKind(paper.kind), paper.subject_type, paper.subject_id)


_DECISIONS: dict[str, Callable[..., Any]] = {
    "enforcement_decision": sign_enforcement_decision,
    "non_enforceable_decision": sign_non_enforceable_decision,
}


def _sign_decision(session: Session, actor: Actor, paper: OfficialDocument) -> None:
    """A decision is signed with its paper, under the day that the paper bears."""
    if paper.kind not in NUMBERED_BY_DECISION:
        return
    decision = load_row(session, SUBJECTS[paper.subject_type].model, paper.subject_id)
    if decision.state == DecisionState.DRAFTED:
        _DECISIONS[paper.kind](
            actor, decision.id, expected_version=decision.version, paper_day=paper.issued_on
        )
