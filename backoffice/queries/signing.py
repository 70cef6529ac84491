"""Keys of people, signatures of papers, and papers that wait to be signed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backoffice.models import DocumentSignature, OfficialDocument, SigningKey
from backoffice.models.signing_states import SigningKeyState
from backoffice.models.states import OfficialDocumentState

# What the review shows of a paper; its frozen values name the signer who is printed on it.
_REVIEWED = (OfficialDocument.number, OfficialDocument.prepared_by, OfficialDocument.data_file)


def active_keys_of(session: Session, owner_id: int) -> Sequence[SigningKey]:
    """The keys in use of a person, the newest first."""
    statement = select(SigningKey).where(
        SigningKey.owner_id == owner_id, SigningKey.state == SigningKeyState.ACTIVE
    )
    return session.scalars(statement.order_by(SigningKey.id.desc())).all()


def signature_of(session: Session, document_id: int) -> DocumentSignature | None:
    """The signature of a paper with the person who signed."""
    statement = select(DocumentSignature).where(DocumentSignature.official_document_id == document_id)
    return session.scalars(statement.options(joinedload(DocumentSignature.signer))).one_or_none()


def papers_to_sign(
    session: Session, kinds: Sequence[str], limit: int, only: int | None = None
) -> Sequence[OfficialDocument]:
    """Papers of these kinds that wait to be signed, the oldest first; `only` asks for one of them."""
    statement = (
        select(OfficialDocument)
        .where(OfficialDocument.state == OfficialDocumentState.PREPARED, OfficialDocument.kind.in_(kinds))
        .options(*(joinedload(name) for name in _REVIEWED))
        .order_by(OfficialDocument.id)
        .limit(limit)
    )
    if only is not None:
        statement = statement.where(OfficialDocument.id == only)
    return session.scalars(statement).unique().all()


def waiting_decision_paper(session: Session, kind: str, decision_id: int) -> int | None:
    """The id of a paper of the decision that is being made or waits to be signed."""
    open_states = [
        OfficialDocumentState.DRAFTED,
        OfficialDocumentState.RENDERING,
        OfficialDocumentState.RENDER_FAILED,
        OfficialDocumentState.PREPARED,
    ]
    statement = select(OfficialDocument.id).where(
        OfficialDocument.subject_type == kind,
        OfficialDocument.subject_id == decision_id,
        OfficialDocument.kind == kind,
        OfficialDocument.state.in_(open_states),
    )
    return session.scalars(statement.limit(1)).first()
