"""Deeds on papers: drafted with frozen values, numbered, cancelled, withdrawn, opened.

Belongs here: who may do it, and what is written together. Not here: what stands on a paper (`paper_data`,
`paper_heading`), making its file (`paper_rendering`), numbers (`document_number`), signing, the rules of replacing
(`paper_replacement`).

The values lie whole in the store before the row that names them commits; the number is taken in the transaction of
the paper's step. So a death at any moment leaves a paper as it was before, or as it is after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import in_file_of, require
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import DocumentNumber, DocumentTemplate, EnforcementAgency, OfficialDocument
from backoffice.models.confidence import path_at
from backoffice.models.states import DecisionState, OfficialDocumentKind
from backoffice.queries.agencies import agency_in_force, agency_name_on
from backoffice.queries.document_templates import template_in_force
from backoffice.queries.official_documents import replaced_by
from backoffice.services.document import SUBJECTS, Opened, file_row
from backoffice.services.document_number import (
    NumberPlace,
    give_up_number,
    reserve_number,
    take_over_number,
)
from backoffice.services.document_vault import Vault
from backoffice.services.paper_data import Values, gathered, missing, refuse_unprintable, sources_of
from backoffice.services.paper_frozen import Frozen, keep_frozen
from backoffice.services.paper_heading import Signer, office_of, symbol_of, usual_signer
from backoffice.services.paper_replacement import take_place
from backoffice.services.paper_subject import find_paper_subject
from backoffice.services.request_papers import request_values
from backoffice.services.rows import load_row
from backoffice.services.transaction import send, unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.services.transition_log import LogEntry, clean_reason, write_log
from backoffice.workflow.messages import N_
from backoffice.workflow.official_document import NUMBERED_BY_DECISION, SERIES
from backoffice.workflow.permissions import Permission
from exports.papers import Field
from exports.text import clean_text

RENDER_QUEUE = "papers"
LONGEST_SIGNER = 120


class NoTemplateError(StateError):
    """No approved template of the kind is in force on the day for this level of agencies."""

    code = "no_template"
    message = N_("No approved template of this kind of paper is in force on %(day)s. Ask an administrator.")


@dataclass(frozen=True)
class PaperOrder:
    """What a person wants: a kind of paper about a row, the values that no row knows, and who will sign.

    `signer` None means the head of the agency. `replaces_id` is a signed paper whose place the new one takes.
    """

    kind: OfficialDocumentKind
    subject_type: str
    subject_id: int
    given: Mapping[str, object]
    signer: Signer | None = None
    replaces_id: int | None = None


@dataclass(frozen=True)
class Outline:
    """What is known before a paper is drafted: the template, the values that rows give, what is left to fill in."""

    template: DocumentTemplate
    values: Mapping[str, object]
    missing: tuple[Field, ...]
    signer: Signer
    agency: EnforcementAgency


def outline_paper(actor: Actor, kind: OfficialDocumentKind, subject_type: str, subject_id: int) -> Outline:
    """What a paper of this kind about the row would say. Raises NotFoundError, NotPermittedError, StateError."""
    require(in_file_of(actor, subject_type), Permission.OFFICIAL_DOCUMENT_PREPARE)
    with unit_of_work(actor) as session:
        subject = find_paper_subject(session, actor, kind, subject_type, subject_id)
        day, agency = _day_and_agency(subject)
        template = _template(session, kind, agency, day)
        values = _known(kind, subject, agency, day)
        return Outline(template, values, tuple(missing(kind, values)), _signer(subject, agency, day), agency)


def prepare_paper(actor: Actor, order: PaperOrder, vault: Vault) -> OfficialDocument:
    """Draft a paper: its values are frozen, its template is chosen, and it has no number yet.

    Raises NotPermittedError, NotFoundError, NoTemplateError, StateError for a row that does not fit or a value
    that is missing or cannot be printed, InvalidInputError for the signer, StoreFullError.
    """
    require(in_file_of(actor, order.subject_type), Permission.OFFICIAL_DOCUMENT_PREPARE)
    with unit_of_work(actor) as session:
        subject = find_paper_subject(session, actor, order.kind, order.subject_type, order.subject_id)
        day, agency = _day_and_agency(subject)
        template = _template(session, order.kind, agency, day)
        known = _known(order.kind, subject, agency, day)
        values = {**order.given, **known}
        _refuse_missing(order.kind, values)
        refuse_unprintable(order.kind, values)
        signer = _checked_signer(order.signer or _signer(subject, agency, day))
        kept = keep_frozen(vault, Frozen(values, office_of(agency, day), signer))
        paper = OfficialDocument(
            agency_id=agency.id,
            agency_path=path_at(subject.agency_path, agency.path),
            kind=order.kind.value,
            subject_type=order.subject_type,
            subject_id=order.subject_id,
            template_id=template.id,
            title=template.title_vi[:200],
            data_file_id=file_row(session, kept, vault),
            prepared_by_id=actor.user_id,
        )
        open_subject(session, actor, paper)
        if order.replaces_id is not None:
            take_place(session, paper, order.replaces_id)
        return paper


def issue_paper(
    actor: Actor, paper_id: int, *, expected_version: int | None = None, reason: str | None = None
) -> OfficialDocument:
    """Give the paper its number, symbol and date, and have its file made by a worker.

    Raises NotPermittedError, StateError, ConflictError, NumberTakenError, NoTemplateError when another edition of
    the template has come into force since the paper was drafted.
    """
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        require(in_file_of(actor, paper.subject_type), Permission.OFFICIAL_DOCUMENT_ISSUE)
        kind = OfficialDocumentKind(paper.kind)
        subject = find_paper_subject(session, actor, kind, paper.subject_type, paper.subject_id)
        day, agency = _day_and_agency(subject)
        if agency.id != paper.agency_id or _template(session, kind, agency, day).id != paper.template_id:
            raise StateError(
                N_("The template or the agency has changed since this paper was drafted. Draft it anew.")
            )
        symbol = None
        if kind in SERIES:
            number = _number(session, actor, paper, NumberPlace(agency, SERIES[kind], day), subject)
            paper.number_id, symbol = number.id, number.symbol
        changes = {"symbol": symbol, "issued_on": day, "error_code": None}
        apply_transition(
            session, actor, paper, Step("issue", None, reason, expected_version, changes=changes)
        )
        send(session, "paper.render", queue=RENDER_QUEUE, paper_id=paper.id)
        return paper


def render_again(
    actor: Actor, paper_id: int, *, expected_version: int | None = None, reason: str | None = None
) -> OfficialDocument:
    """Have the file made once more, under the number that the paper has. Raises as `apply_transition`."""
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        changes = {"error_code": None}
        step = Step("render_again", None, reason, expected_version, changes=changes)
        apply_transition(session, actor, paper, step)
        send(session, "paper.render", queue=RENDER_QUEUE, paper_id=paper.id)
        return paper


def redraft_paper(
    actor: Actor,
    paper_id: int,
    vault: Vault,
    *,
    expected_version: int | None = None,
    reason: str | None = None,
) -> OfficialDocument:
    """Take a paper whose file could not be made back to draft, with the values of today and the number it has."""
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        kind = OfficialDocumentKind(paper.kind)
        subject = find_paper_subject(session, actor, kind, paper.subject_type, paper.subject_id)
        day, agency = _day_and_agency(subject)
        before = Frozen.from_bytes(b"".join(vault.open(paper.data_file)))
        values = {**before.data, **_known(kind, subject, agency, day)}
        refuse_unprintable(kind, values)
        kept = keep_frozen(vault, Frozen(values, office_of(agency, day), before.signer))
        changes = {
            "data_file_id": file_row(session, kept, vault),
            "template_id": _template(session, kind, agency, day).id,
            "error_code": None,
        }
        step = Step("redraft", None, reason, expected_version, changes=changes)
        apply_transition(session, actor, paper, step)
        return paper


def discard_paper(
    actor: Actor, paper_id: int, *, expected_version: int | None = None, reason: str | None = None
) -> OfficialDocument:
    """Throw a draft away; a number that it already had is cancelled with the same reason."""
    return _cancelled(actor, paper_id, "discard", expected_version, reason)


def cancel_paper(
    actor: Actor, paper_id: int, *, expected_version: int | None = None, reason: str | None = None
) -> OfficialDocument:
    """Cancel a paper that nobody has signed; its number is kept, cancelled, with the reason."""
    return _cancelled(actor, paper_id, "cancel", expected_version, reason)


def withdraw_paper(
    actor: Actor, paper_id: int, *, expected_version: int | None = None, reason: str | None = None
) -> OfficialDocument:
    """Withdraw a signed paper for a reason; file and number stay, and whoever checks it learns of it."""
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        apply_transition(session, actor, paper, Step("withdraw", None, reason, expected_version))
        return paper


def open_paper(actor: Actor, paper_id: int, vault: Vault) -> Opened:
    """The file of a paper; that it was taken is written before the first byte goes out.

    Raises NotFoundError, NotPermittedError, StateError while there is no file, and what the vault raises.
    """
    require(actor, Permission.OFFICIAL_DOCUMENT_READ)
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        require(actor, SUBJECTS[paper.subject_type].permission)
        file = paper.file
        if file is None:
            raise StateError(N_("This paper has no file yet."))
        write_log(session, actor, paper, LogEntry("download", paper.state, paper.state))
        name = f"{paper.kind}-{paper.number or paper.id}".replace("/", "-") + ".pdf"
        session.flush()
        session.expunge(file)
    return Opened(name, "application/pdf", file.size_bytes, vault.open(file))


def _day_and_agency(subject: Any) -> tuple[date, EnforcementAgency]:
    """The day a paper bears, and the agency that makes it: a signed decision has its own, everything else is of today.

    The decision of a paper that is not signed yet gets the paper's day when that is signed.
    """
    today = clock.today()
    if subject.__tablename__ in ("enforcement_decision", "non_enforceable_decision"):
        return (subject.decided_on if subject.state == DecisionState.SIGNED else today), subject.agency
    return today, agency_in_force(subject.agency_id, today)


def _known(kind: OfficialDocumentKind, subject: Any, agency: EnforcementAgency, day: date) -> Values:
    """What rows give for a paper of the kind about this one."""
    if subject.__tablename__ == "online_request":
        return request_values(kind, subject)
    return gathered(kind, sources_of(subject, agency_name_on(agency, day)))


def _signer(subject: Any, agency: EnforcementAgency, day: date) -> Signer:
    usual = usual_signer(agency, day)
    signed_by = getattr(subject, "signed_by", None)
    return Signer("", usual.position, signed_by.get_full_name()) if signed_by is not None else usual


def _checked_signer(signer: Signer) -> Signer:
    kept = Signer(clean_text(signer.authority), clean_text(signer.position), clean_text(signer.name))
    for name in ("authority", "position", "name"):
        if len(getattr(kept, name)) > LONGEST_SIGNER:
            raise InvalidInputError(
                f"signer_{name}", N_("Use at most %(limit)s characters."), limit=LONGEST_SIGNER
            )
    return kept


def _template(
    session: Session, kind: OfficialDocumentKind, agency: EnforcementAgency, day: date
) -> DocumentTemplate:
    template = template_in_force(session, kind, agency.level, day)
    if template is None:
        raise NoTemplateError(day=f"{day:%d/%m/%Y}")
    return template


def _refuse_missing(kind: OfficialDocumentKind, values: Mapping[str, object]) -> None:
    lacking = missing(kind, values)
    if lacking:
        names = ", ".join(field.label_vi for field in lacking)
        raise StateError(N_("These values are missing: %(names)s."), names=names)


def _number(
    session: Session, actor: Actor, paper: OfficialDocument, place: NumberPlace, subject: Any
) -> DocumentNumber:
    """The number of the paper: the decision's own, the one it kept from a failed try, or the next one."""
    if paper.kind in NUMBERED_BY_DECISION:
        return paper.number or take_over_number(session, actor, place, subject.decision_number)
    held = paper.number
    if held is not None and held.year == place.on.year and held.state == "reserved":
        return held
    if held is not None:
        give_up_number(session, actor, held, f"Văn bản được cấp số trong sổ năm {place.on.year}.")
    return reserve_number(session, actor, place, symbol_of(paper.template.symbol_pattern, paper.agency.name))


def _cancelled(
    actor: Actor, paper_id: int, step: str, expected_version: int | None, reason: str | None
) -> OfficialDocument:
    with unit_of_work(actor) as session:
        paper = load_row(session, OfficialDocument, paper_id)
        apply_transition(session, actor, paper, Step(step, None, reason, expected_version))
        if paper.number is not None:
            give_up_number(session, actor, paper.number, clean_reason(reason) or "")
        for old in replaced_by(session, paper.id):
            old.replaced_by_id = None
        return paper
