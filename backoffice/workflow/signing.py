"""Who may sign which kind of paper, as one table. Not here: the step itself (`official_document`), keys (`signing_key`)."""

from collections.abc import Collection, Mapping

from backoffice.models.states import OfficialDocumentKind
from backoffice.workflow.permissions import Permission

_Kind = OfficialDocumentKind

# What a signer needs beside the permission to sign papers at all.
ALSO_NEEDED: Mapping[OfficialDocumentKind, Permission] = {
    _Kind.ENFORCEMENT_DECISION: Permission.DECISION_SIGN,
    _Kind.NON_ENFORCEABLE_DECISION: Permission.NON_ENFORCEABLE_SIGN,
}
# Whoever drafted these must not sign them: they bind people, and a second person answers for them.
BY_ANOTHER_PERSON = frozenset(ALSO_NEEDED)
# Forms that people fill in and sign themselves; an agency signs none of them.
SIGNED_BY_CITIZENS = frozenset(
    {
        _Kind.ENFORCEMENT_REQUEST_FORM,
        _Kind.RESULT_CONFIRMATION_FORM,
        _Kind.FEEDBACK_FORM,
        _Kind.COMPLAINT_FORM,
        _Kind.DENUNCIATION_FORM,
        _Kind.OFFICER_CHANGE_FORM,
        _Kind.COERCION_COST_RELIEF_FORM,
        _Kind.ENFORCEMENT_FEE_RELIEF_FORM,
    }
)


def may_sign(kind: str, permissions: Collection[str]) -> bool:
    """Return whether the permissions allow signing papers of this kind."""
    kind = _Kind(kind)
    needed = {Permission.OFFICIAL_DOCUMENT_SIGN, ALSO_NEEDED.get(kind, Permission.OFFICIAL_DOCUMENT_SIGN)}
    return kind not in SIGNED_BY_CITIZENS and needed <= set(permissions)


def must_be_another(kind: str) -> bool:
    """Return whether somebody else than the person who drafted the paper must sign it."""
    return _Kind(kind) in BY_ANOTHER_PERSON
