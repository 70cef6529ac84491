"""Documents of a file: attaching, opening, removing. Files are judged and stored before any row names them.

Belongs here: who may do it, what is written, in which order. Not here: reading foreign formats (`document_check`),
bytes and keys (`document_vault`), upkeep of the store (`document_upkeep`).

The order keeps rows and files together whatever dies when: the file is whole in the store before its row commits,
and it leaves the store after its last row is gone. What remains of a deed cut short is a file without a row, which
the sweep removes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import in_file_of, require
from backoffice.access.scope import system_scope
from backoffice.errors import InvalidInputError, NotFoundError, StateError
from backoffice.models import (
    DebtorRecord,
    Document,
    DocumentOpening,
    EnforcementCase,
    EnforcementDecision,
    NonEnforceableDecision,
    OnlineRequest,
)
from backoffice.models.document import TITLE_LENGTH
from backoffice.models.states import DocumentKind, DocumentState, RemovalRule
from backoffice.queries.documents import insert_stored_file, is_file_used, lock_stored_file, sums_of_subject
from backoffice.services.document_intake import Accepted, Upload, take_in
from backoffice.services.document_vault import Kept, Vault
from backoffice.services.rows import load_row
from backoffice.services.transaction import send, unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from exports.text import clean_text

MOST_FILES = 20


@dataclass(frozen=True)
class SubjectKind:
    """A kind of row that may have documents: who may read it, and whether archives may be attached (R57).

    Any of `sensitive` opens what is sensitive among them.
    """

    model: type[Any]
    permission: Permission
    archives: bool = False
    sensitive: tuple[Permission, ...] = (Permission.DOCUMENT_OPEN_SENSITIVE,)


SUBJECTS: Mapping[str, SubjectKind] = {
    "enforcement_case": SubjectKind(EnforcementCase, Permission.CASE_READ),
    "enforcement_decision": SubjectKind(EnforcementDecision, Permission.DECISION_READ),
    "non_enforceable_decision": SubjectKind(NonEnforceableDecision, Permission.DECISION_READ),
    "debtor_record": SubjectKind(DebtorRecord, Permission.DEBTOR_RECORD_READ, archives=True),
    # The desk compares the papers of requests with their originals (R23), and opens no others.
    "online_request": SubjectKind(
        OnlineRequest,
        Permission.ONLINE_REQUEST_READ,
        sensitive=(Permission.DOCUMENT_OPEN_SENSITIVE, Permission.ONLINE_REQUEST_SUPPORT),
    ),
}


class DocumentHeldError(StateError):
    """The document cannot be opened: it was removed, or waits for the scanner."""

    code = "document_held"
    message = N_("This document cannot be opened: it was removed, or it still waits for the virus scan.")


@dataclass(frozen=True)
class Details:
    """What a person says of the files; an empty title means the name of the file."""

    title: str
    kind: str
    is_sensitive: bool


@dataclass(frozen=True)
class HeldFile:
    """A file that was judged and lies in the store with its row, before it belongs to anything."""

    file_id: int
    name: str
    media_type: str
    size: int
    sha256: str
    is_scanned: bool


@dataclass(frozen=True)
class Opened:
    """A document on its way out."""

    name: str
    media_type: str
    size: int
    chunks: Iterator[bytes]


def find_subject(actor: Actor, subject_type: str, subject_id: int) -> Any:
    """The row that documents belong to. Raises NotFoundError, NotPermittedError."""
    kind = SUBJECTS.get(subject_type)
    if kind is None:
        raise NotFoundError
    require(actor, kind.permission)
    with unit_of_work(actor) as session:
        return load_row(session, kind.model, subject_id)


def add_documents(
    actor: Actor, subject: tuple[str, int], uploads: Sequence[Upload], details: Details, vault: Vault
) -> list[int]:
    """Attach the files, all or none, and return the ids of the new documents.

    Raises NotPermittedError, NotFoundError for a row that is hidden, InvalidInputError for a field,
    FilesRefusedError with a reason for each bad file, StoreFullError.
    """
    require(in_file_of(actor, subject[0]), Permission.DOCUMENT_ADD)
    details = _checked(details)
    if not 0 < len(uploads) <= MOST_FILES:
        raise InvalidInputError("files", N_("Choose from 1 to %(limit)s files."), limit=MOST_FILES)
    find_subject(actor, *subject)
    with unit_of_work(actor) as session:
        known = sums_of_subject(session, *subject)
    taken = take_in(uploads, known, vault, archives=SUBJECTS[subject[0]].archives)
    with unit_of_work(actor) as session:
        row = load_row(session, SUBJECTS[subject[0]].model, subject[1])
        made = []
        for number, one in enumerate(taken, 1):
            title = _title(details.title, one[0].name, number if len(taken) > 1 else 0)
            said = Details(title, details.kind, details.is_sensitive)
            made.append(attach_file(session, actor, row, one, said, vault).id)
    return made


def attach_file(
    session: Session, actor: Actor, row: Any, taken: tuple[Accepted, Kept], details: Details, vault: Vault
) -> Document:
    """Write a file that was judged and stored to the row it belongs to, in the open transaction.

    What kind of paper it is decides whether it is sensitive, whatever was said.
    """
    file, stored = taken
    facts = (file.name, file.media_type, file.size, file.sha256, file.is_scanned)
    return attach_held(session, actor, row, HeldFile(file_row(session, stored, vault), *facts), details)


def attach_held(session: Session, actor: Actor, row: Any, file: HeldFile, details: Details) -> Document:
    """The same for a file whose row is there already."""
    said = _checked(details)
    subject = (row.__tablename__, row.id)
    document = _document(row, subject, file, said, said.title or _title("", file.name, 0))
    document.uploaded_by_id = actor.user_id
    document.file_id = file.file_id
    return _written(session, actor, document, is_scanned=file.is_scanned)


def open_document(actor: Actor, document_id: int, client_address: str, vault: Vault) -> Opened:
    """The bytes of a document; that it was opened is written before the first of them goes out.

    Raises NotFoundError, NotPermittedError, DocumentHeldError, and FileMissingError, FileDamagedError or
    KeyMissingError when the store cannot give the file as it was.
    """
    require(actor, Permission.DOCUMENT_READ)
    with unit_of_work(actor) as session:
        document = load_row(session, Document, document_id)
        require(actor, SUBJECTS[document.subject_type].permission)
        if document.is_sensitive:
            require(actor, *SUBJECTS[document.subject_type].sensitive)
        file = document.file
        if document.state != DocumentState.STORED or file is None:
            raise DocumentHeldError
        session.add(
            DocumentOpening(
                agency_id=document.agency_id,
                agency_path=document.agency_path,
                document_id=document.id,
                actor_id=actor.user_id,
                at=clock.now(),
                client_address=client_address[:45],
            )
        )
        found = document.file_name, document.media_type, document.size_bytes
        session.flush()
        session.expunge(file)
    return Opened(*found, vault.open(file))


def remove_document(
    actor: Actor, document_id: int, *, expected_version: int | None = None, reason: str | None = None
) -> None:
    """Take a document out of its file and keep the bytes under lock. Raises as `apply_transition`."""
    with unit_of_work(actor) as session:
        document = load_row(session, Document, document_id)
        changes = {"removal_rule": RemovalRule.KEPT.value}
        apply_transition(
            session, actor, document, Step("remove", None, reason, expected_version, changes=changes)
        )


def erase_document(
    actor: Actor, document_id: int, *, expected_version: int | None = None, reason: str | None = None
) -> None:
    """Take a document out of its file and erase the bytes, unless another document has the same file.

    The bytes go when the deed has committed. Raises as `apply_transition`.
    """
    with unit_of_work(actor) as session:
        document = load_row(session, Document, document_id)
        file_id = document.file_id
        changes = {"removal_rule": RemovalRule.ERASED.value, "file_id": None}
        step = Step("erase", None, reason, expected_version, changes=changes)
        apply_transition(session, actor, document, step)
        if file_id is not None:
            let_file_go(session, file_id)


def let_file_go(session: Session, file_id: int) -> None:
    """Delete the row of a file that nothing names any more, and leave its bytes to the job that erases."""
    file = lock_stored_file(session, file_id)
    # Other agencies may have the same file; that nobody learns here.
    with system_scope("documents"):
        if file is None or is_file_used(session, file_id):
            return
    send(session, "document.erase", address=file.address)
    session.delete(file)
    session.flush()


def _checked(details: Details) -> Details:
    title = clean_text(details.title)
    if len(title) > TITLE_LENGTH:
        raise InvalidInputError("title", N_("Use at most %(limit)s characters."), limit=TITLE_LENGTH)
    if details.kind not in set(DocumentKind):
        raise InvalidInputError("kind", N_("Choose what kind of document it is."))
    # Papers that prove who somebody is are sensitive, whatever was ticked.
    return Details(title, details.kind, details.is_sensitive or details.kind == DocumentKind.IDENTITY)


def file_row(session: Session, kept: Kept, vault: Vault) -> int:
    """The id of the row of a stored file. When the same file is there already its bytes serve, unless they are damaged."""
    fresh = {"address": kept.address, "key_id": kept.key.key_id, "wrapped_key": kept.key.wrapped}
    values = {"sha256": kept.sha256, "size_bytes": kept.size, "stored_at": clock.now(), **fresh}
    row = insert_stored_file(session, values)
    if row.address != kept.address:
        if vault.is_whole(row):
            send(session, "document.erase", address=kept.address)
        else:
            row.address, row.key_id, row.wrapped_key = kept.address, kept.key.key_id, kept.key.wrapped
    return row.id


def _document(row: Any, subject: tuple[str, int], file: HeldFile, details: Details, title: str) -> Document:
    return Document(
        agency_id=row.agency_id,
        agency_path=row.agency_path,
        subject_type=subject[0],
        subject_id=subject[1],
        title=title,
        kind=details.kind,
        file_name=file.name,
        media_type=file.media_type,
        size_bytes=file.size,
        sha256=file.sha256,
        is_sensitive=details.is_sensitive,
    )


def _written(session: Session, actor: Actor, document: Document, *, is_scanned: bool) -> Document:
    open_subject(session, actor, document)
    if not is_scanned:
        apply_transition(session, actor, document, Step("quarantine"))
    return document


def _title(typed: str, name: str, number: int) -> str:
    """The typed title, numbered when there are several files; else the name of the file without its extension."""
    if typed:
        return f"{typed[: TITLE_LENGTH - 5]} ({number})" if number else typed
    return name.rpartition(".")[0][:TITLE_LENGTH] or name[:TITLE_LENGTH]
