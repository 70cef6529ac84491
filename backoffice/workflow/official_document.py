"""A paper of an agency: drafted, numbered and rendered, signed, and one day replaced or withdrawn.

Belongs here: its states, which register counts which kind, and about which rows a kind can be made. Not here: what
stands on it (`services.paper_data`), the course of a number (`document_number`).
"""

from collections.abc import Collection, Mapping
from datetime import date

from backoffice.models.states import (
    DebtorRecordState,
    DecisionState,
    DocumentSeries,
    OfficialDocumentKind,
    OfficialDocumentState,
)
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "official_document"

_Kind, _State, _Series = OfficialDocumentKind, OfficialDocumentState, DocumentSeries

# Forms that people fill in themselves bear no number of the agency.
SERIES: Mapping[OfficialDocumentKind, DocumentSeries] = {
    _Kind.RECEIPT_SLIP: _Series.SLIP,
    _Kind.APPOINTMENT_SLIP: _Series.SLIP,
    _Kind.GUIDANCE_SLIP: _Series.SLIP,
    _Kind.ACCEPTANCE_REPLY: _Series.LETTER,
    _Kind.GUIDANCE_REPLY: _Series.LETTER,
    _Kind.REFUSAL_REPLY: _Series.LETTER,
    _Kind.RESULT_CONFIRMATION: _Series.CONFIRMATION,
    _Kind.ENFORCEMENT_DECISION: _Series.ENFORCEMENT_DECISION,
    _Kind.NON_ENFORCEABLE_DECISION: _Series.NON_ENFORCEABLE_DECISION,
    _Kind.FEEDBACK_REPLY: _Series.LETTER,
    _Kind.TRANSFER_LETTER: _Series.LETTER,
    _Kind.COMMUNE_PUBLICATION_NOTICE: _Series.NOTICE,
    _Kind.REMOVAL_PROOF: _Series.CONFIRMATION,
}

# Their number is that of the decision, which bears one before its paper is made.
NUMBERED_BY_DECISION = frozenset({_Kind.ENFORCEMENT_DECISION, _Kind.NON_ENFORCEABLE_DECISION})

_ON_CASE = tuple(
    kind
    for kind in _Kind
    if kind not in NUMBERED_BY_DECISION | {_Kind.COMMUNE_PUBLICATION_NOTICE, _Kind.REMOVAL_PROOF}
)
# The kinds of paper that fit a row of each table.
KINDS_OF: Mapping[str, tuple[OfficialDocumentKind, ...]] = {
    "enforcement_case": _ON_CASE,
    "enforcement_decision": (_Kind.ENFORCEMENT_DECISION,),
    "non_enforceable_decision": (_Kind.NON_ENFORCEABLE_DECISION,),
    "online_request": (
        _Kind.RECEIPT_SLIP,
        _Kind.APPOINTMENT_SLIP,
        _Kind.GUIDANCE_SLIP,
        _Kind.ACCEPTANCE_REPLY,
        _Kind.GUIDANCE_REPLY,
        _Kind.REFUSAL_REPLY,
        _Kind.RESULT_CONFIRMATION,
        _Kind.FEEDBACK_REPLY,
        _Kind.TRANSFER_LETTER,
    ),
    "debtor_record": (_Kind.COMMUNE_PUBLICATION_NOTICE, _Kind.REMOVAL_PROOF),
}

# The paper of a decision is made before the decision is signed, and signed with it, or afterwards.
_WITH_PAPER = (DecisionState.DRAFTED.value, DecisionState.SIGNED.value)
# The states of a row in which a paper of the kind is made and signed; kinds that are not named fit every state.
FITTING_STATES: Mapping[OfficialDocumentKind, Collection[str]] = {
    _Kind.ENFORCEMENT_DECISION: _WITH_PAPER,
    _Kind.NON_ENFORCEABLE_DECISION: _WITH_PAPER,
    _Kind.COMMUNE_PUBLICATION_NOTICE: (
        DebtorRecordState.DRAFT.value,
        DebtorRecordState.APPROVED.value,
        DebtorRecordState.PUBLISHED.value,
    ),
    _Kind.REMOVAL_PROOF: (DebtorRecordState.WITHDRAWN.value,),
}

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    OfficialDocumentState,
    Transition("prepare", N_("Draft the paper"), (), _State.DRAFTED, Permission.OFFICIAL_DOCUMENT_PREPARE),
    (
        Transition(
            "issue",
            N_("Give number and date"),
            (_State.DRAFTED,),
            _State.RENDERING,
            Permission.OFFICIAL_DOCUMENT_ISSUE,
        ),
        Transition(
            "finish_rendering",
            N_("Finish the file"),
            (_State.RENDERING,),
            _State.PREPARED,
            Permission.SYSTEM,
        ),
        Transition(
            "fail_rendering",
            N_("Mark as failed"),
            (_State.RENDERING,),
            _State.RENDER_FAILED,
            Permission.SYSTEM,
            reason_required=True,
        ),
        Transition(
            "render_again",
            N_("Make the file again"),
            (_State.RENDER_FAILED,),
            _State.RENDERING,
            Permission.OFFICIAL_DOCUMENT_PREPARE,
        ),
        Transition(
            "redraft",
            N_("Take back to draft, keep the number"),
            (_State.RENDER_FAILED,),
            _State.DRAFTED,
            Permission.OFFICIAL_DOCUMENT_PREPARE,
        ),
        Transition(
            "sign",
            N_("Sign"),
            (_State.PREPARED,),
            _State.SIGNED,
            Permission.OFFICIAL_DOCUMENT_SIGN,
            notifies=("official_document.signed",),
        ),
        Transition(
            "discard",
            N_("Discard the draft"),
            (_State.DRAFTED,),
            _State.CANCELLED,
            Permission.OFFICIAL_DOCUMENT_PREPARE,
            reason_required=True,
            by_system=True,
        ),
        Transition(
            "cancel",
            N_("Cancel the paper and its number"),
            (_State.RENDERING, _State.RENDER_FAILED, _State.PREPARED),
            _State.CANCELLED,
            Permission.OFFICIAL_DOCUMENT_ISSUE,
            reason_required=True,
            by_system=True,
        ),
        Transition(
            "replace",
            N_("Replace by the new paper"),
            (_State.SIGNED,),
            _State.REPLACED,
            Permission.OFFICIAL_DOCUMENT_SIGN,
            notifies=("official_document.replaced",),
        ),
        Transition(
            "withdraw",
            N_("Withdraw the paper"),
            (_State.SIGNED,),
            _State.WITHDRAWN,
            Permission.OFFICIAL_DOCUMENT_SIGN,
            notifies=("official_document.withdrawn",),
            reason_required=True,
            by_system=True,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)
