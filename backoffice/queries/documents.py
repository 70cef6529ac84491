"""Documents and the files behind them, as the services and screens need them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload, load_only

from backoffice.models import (
    Document,
    DocumentOpening,
    DocumentSignature,
    OfficialDocument,
    RequestDraftFile,
    SigningKey,
    StaffMember,
    StoredFile,
)
from backoffice.models.states import DocumentState

_BATCH = 500


def sums_of_subject(session: Session, subject_type: str, subject_id: int) -> set[str]:
    """The sums of the files that a subject has already; removed documents do not count."""
    statement = select(Document.sha256).where(
        Document.subject_type == subject_type,
        Document.subject_id == subject_id,
        Document.state != DocumentState.REMOVED,
    )
    return set(session.scalars(statement))


def insert_stored_file(session: Session, values: dict[str, Any]) -> StoredFile:
    """The row of the file with this sum: a new one, or the one that is there, held against being deleted."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(StoredFile).values(values).on_conflict_do_nothing(index_elements=["sha256"]))
    statement = select(StoredFile).where(StoredFile.sha256 == values["sha256"]).with_for_update(read=True)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def lock_stored_file(session: Session, file_id: int) -> StoredFile | None:
    """The row of a file, held alone until the transaction ends."""
    return session.scalars(select(StoredFile).where(StoredFile.id == file_id).with_for_update()).one_or_none()


def is_file_used(session: Session, file_id: int) -> bool:
    """Whether a document, a paper, a signature, a key of the present scope, or a draft still has the file."""
    bears = OfficialDocument.file_id == file_id, OfficialDocument.data_file_id == file_id
    users = (
        select(Document.id).where(Document.file_id == file_id),
        select(OfficialDocument.id).where(or_(*bears)),
        select(SigningKey.id).where(SigningKey.file_id == file_id),
        select(RequestDraftFile.id).where(RequestDraftFile.file_id == file_id),
        select(DocumentSignature.id).where(DocumentSignature.unsigned_file_id == file_id),
    )
    return any(session.scalars(user.limit(1)).first() is not None for user in users)


def has_address(session: Session, address: str) -> bool:
    """Whether any row names the address."""
    return session.scalar(select(StoredFile.id).where(StoredFile.address == address)) is not None


def known_addresses(session: Session) -> set[str]:
    """Every address that a row names."""
    return set(session.scalars(select(StoredFile.address)))


def stored_files(session: Session, after: int) -> Sequence[StoredFile]:
    """The next files in the order of their ids; none when there are no more."""
    statement = select(StoredFile).where(StoredFile.id > after).order_by(StoredFile.id).limit(_BATCH)
    return session.scalars(statement).all()


def count_files(session: Session) -> int:
    """How many files the store should hold."""
    return session.scalar(select(func.count(StoredFile.id))) or 0


def files_not_under(session: Session, key_id: str, after: int) -> Sequence[StoredFile]:
    """The next files whose key is under another master key, held until the transaction ends."""
    others = select(StoredFile).where(StoredFile.id > after, StoredFile.key_id != key_id)
    return session.scalars(others.order_by(StoredFile.id).limit(_BATCH).with_for_update()).all()


def quarantined_documents(session: Session) -> Sequence[Document]:
    """Documents that wait for the scanner."""
    statement = select(Document).where(Document.state == DocumentState.QUARANTINED).order_by(Document.id)
    return session.scalars(statement).all()


def openings_of(session: Session, document_id: int, limit: int = 50) -> Sequence[DocumentOpening]:
    """The newest openings of a document, with the names of the people."""
    needed = (StaffMember.first_name, StaffMember.last_name, StaffMember.agency_id)
    people = joinedload(DocumentOpening.actor).options(load_only(*needed), joinedload(StaffMember.agency))
    statement = (
        select(DocumentOpening)
        .where(DocumentOpening.document_id == document_id)
        .options(people)
        .order_by(DocumentOpening.id.desc())
        .limit(limit)
    )
    return session.scalars(statement).unique().all()
