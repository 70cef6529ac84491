"""Drafting a paper for each of several rows, shaped like steps so that lists offer and preview it like those.

Belongs here: which kinds, on rows of which table, in which states. Not here: carrying it out (the service).
"""

from collections.abc import Mapping

from backoffice.models.states import DebtorRecordState, DecisionState, OfficialDocumentKind
from backoffice.workflow.engine import Transition
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

_Kind = OfficialDocumentKind

# A paper for each of several rows: only kinds of which rows know all but a reason or a day.
_LABELS = {
    _Kind.ENFORCEMENT_DECISION: N_("Draft papers: enforcement decision"),
    _Kind.NON_ENFORCEABLE_DECISION: N_("Draft papers: decision on not yet having conditions"),
    _Kind.COMMUNE_PUBLICATION_NOTICE: N_("Draft papers: notice of publication to the commune"),
    _Kind.REMOVAL_PROOF: N_("Draft papers: proof that a publication has ended"),
}
PLACES = {
    _Kind.ENFORCEMENT_DECISION: "enforcement_decision",
    _Kind.NON_ENFORCEABLE_DECISION: "non_enforceable_decision",
    _Kind.COMMUNE_PUBLICATION_NOTICE: "debtor_record",
    _Kind.REMOVAL_PROOF: "debtor_record",
}
# The values that the reason and the day of a step become on the paper.
REASON_IS = {_Kind.REMOVAL_PROOF: "cause"}
DAY_IS = {_Kind.NON_ENFORCEABLE_DECISION: "verified_on"}
_STATES = {
    _Kind.ENFORCEMENT_DECISION: (DecisionState.SIGNED,),
    _Kind.NON_ENFORCEABLE_DECISION: (DecisionState.SIGNED,),
    _Kind.COMMUNE_PUBLICATION_NOTICE: (
        DebtorRecordState.DRAFT,
        DebtorRecordState.APPROVED,
        DebtorRecordState.PUBLISHED,
    ),
    _Kind.REMOVAL_PROOF: (DebtorRecordState.WITHDRAWN,),
}


def paper_step_name(kind: OfficialDocumentKind) -> str:
    """The name of the step that drafts a paper of a kind for each chosen row."""
    return f"paper-{kind.value}"[:40]


# Shaped like steps of a workflow, so that lists offer, preview and carry them out like those; rows do not change.
PAPER_STEPS: Mapping[str, tuple[Transition, ...]] = {
    place: tuple(
        Transition(
            paper_step_name(kind),
            label,
            _STATES.get(kind, ()),
            None,
            Permission.OFFICIAL_DOCUMENT_PREPARE,
            reason_required=kind in REASON_IS,
        )
        for kind, label in _LABELS.items()
        if PLACES[kind] == place
    )
    for place in sorted(set(PLACES.values()))
}
