"""A signed paper that another takes the place of: which one may, promising the place, giving it up at the signature.

Belongs here: the rules of replacing. Not here: drafting the new paper (`official_document`), withdrawing.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.errors import StateError
from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentState
from backoffice.queries.official_documents import replaced_by
from backoffice.services.rows import load_row
from backoffice.services.transition import Step, apply_transition
from backoffice.workflow.messages import N_
from backoffice.workflow.official_document import NUMBERED_BY_DECISION


def refuse_replacing(old: OfficialDocument) -> None:
    """Say why no other paper can take the place of this one. Raises StateError.

    The paper of a decision has the decision's number: another decision changes it, not another paper.
    """
    if old.kind in NUMBERED_BY_DECISION:
        raise StateError(
            N_("The paper of a decision is not replaced: withdraw it, or make another decision.")
        )
    if old.state != OfficialDocumentState.SIGNED:
        raise StateError(N_("Only a signed paper of the same kind about the same record can be replaced."))
    if old.replaced_by is not None and old.replaced_by.state != OfficialDocumentState.CANCELLED:
        raise StateError(N_("A paper that is to replace this one is already being prepared."))


def can_be_replaced(old: OfficialDocument) -> bool:
    """Whether another paper can take the place of this one."""
    try:
        refuse_replacing(old)
    except StateError:
        return False
    return True


def take_place(session: Session, paper: OfficialDocument, old_id: int) -> None:
    """Promise the new paper the place of an old one; it is taken when the new one is signed. Raises StateError."""
    old = load_row(session, OfficialDocument, old_id)
    if (old.kind, old.subject_type, old.subject_id) != (paper.kind, paper.subject_type, paper.subject_id):
        raise StateError(N_("Only a signed paper of the same kind about the same record can be replaced."))
    refuse_replacing(old)
    old.replaced_by_id = paper.id


def finish_replacement(session: Session, actor: Actor, paper: OfficialDocument) -> None:
    """When a paper is signed: the signed paper whose place it takes is replaced, in the same transaction."""
    for old in replaced_by(session, paper.id):
        if old.state == OfficialDocumentState.SIGNED:
            apply_transition(session, actor, old, Step("replace"))
