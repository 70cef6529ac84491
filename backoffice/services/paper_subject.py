"""The row that a paper is about: whether a paper of a kind fits it now, and the end of its papers with it.

Belongs here: what ties papers to the state of their row. Not here: drafting papers (`official_document`), signing
them (`document_signature`), the deeds on the row itself (the service of the noun).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import NotFoundError, StateError
from backoffice.models import EnforcementDecision, NonEnforceableDecision
from backoffice.models.states import OfficialDocumentKind, OfficialDocumentState
from backoffice.queries.official_documents import papers_about
from backoffice.services.document import SUBJECTS
from backoffice.services.document_number import end_number
from backoffice.services.rows import load_row
from backoffice.services.transition import Step, apply_transition
from backoffice.services.transition_log import REASON_LENGTH
from backoffice.workflow.messages import N_
from backoffice.workflow.official_document import FITTING_STATES, KINDS_OF, NUMBERED_BY_DECISION
from backoffice.workflow.permissions import Permission

_State = OfficialDocumentState
# How a paper ends when its decision does; papers in other states have ended already.
_ENDING = {
    _State.DRAFTED.value: "discard",
    _State.RENDERING.value: "cancel",
    _State.RENDER_FAILED.value: "cancel",
    _State.PREPARED.value: "cancel",
    _State.SIGNED.value: "withdraw",
}


def find_paper_subject(
    session: Session, actor: Actor, kind: OfficialDocumentKind, subject_type: str, subject_id: int
) -> Any:
    """The row that a paper of this kind is about. Raises NotFoundError, NotPermittedError, StateError."""
    if kind not in KINDS_OF.get(subject_type, ()):
        raise NotFoundError
    require(actor, SUBJECTS[subject_type].permission)
    row = load_row(session, SUBJECTS[subject_type].model, subject_id)
    if kind in FITTING_STATES and row.state not in FITTING_STATES[kind]:
        raise StateError(_why_not(kind))
    return row


def end_papers(
    session: Session, actor: Actor, decision: EnforcementDecision | NonEnforceableDecision, reason: str
) -> None:
    """End the papers of a decision that is no longer one: signed ones are withdrawn, the others cancelled.

    It follows from the deed on the decision, so it needs no right of its own; the history names whose deed it was.
    """
    following = replace(actor, permissions=frozenset({Permission.SYSTEM.value}))
    reason = reason[:REASON_LENGTH]
    papers = papers_about(session, decision.__tablename__, decision.id)
    for paper in papers:
        if paper.state in _ENDING:
            apply_transition(session, following, paper, Step(_ENDING[paper.state], reason=reason))
    for number in {paper.number for paper in papers if paper.number is not None}:
        end_number(session, following, number, reason)


def _why_not(kind: OfficialDocumentKind) -> str:
    if kind in NUMBERED_BY_DECISION:
        return N_("This decision is no longer in force, so no paper of it is made or signed.")
    if kind == OfficialDocumentKind.REMOVAL_PROOF:
        return N_("This record is not taken down, so there is no proof that its publication has ended.")
    return N_(
        "This record is to be taken down or is gone, so no notice of its publication is made or signed."
    )
