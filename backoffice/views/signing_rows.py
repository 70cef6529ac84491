"""What the screens of signing show of each paper: who is printed as its signer, and why it may not be signed.

Not here: the screens (`signing`), the rules (`services.document_signature`, `services.paper_signer`).
"""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.access.identity import current_actor
from backoffice.errors import OpenThadsError
from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentKind, OfficialDocumentState
from backoffice.services.agency_directory import agency_directory
from backoffice.services.document_signature import refuse_signing
from backoffice.services.paper_frozen import read_frozen
from backoffice.services.paper_heading import Signer
from backoffice.services.paper_signer import refuse_other_name, usual_position_beside
from backoffice.views.attaching import vault
from backoffice.views.errors import sentence
from backoffice.workflow.signing import may_sign


@dataclass(frozen=True)
class Reviewed:
    """A paper before it is signed: `usual` is the head's position where the paper prints another one."""

    paper: OfficialDocument
    refusal: str | None
    printed: Signer | None = None
    usual: str | None = None


def reviewed(paper: OfficialDocument) -> Reviewed:
    """The paper with its printed signer, and why the person may not sign it, in words."""
    if paper.state != OfficialDocumentState.PREPARED:
        return Reviewed(paper, _refusal(paper, None))
    try:
        printed = read_frozen(vault(), paper).signer
    except OpenThadsError as error:
        return Reviewed(paper, sentence(error))
    usual = usual_position_beside(printed, agency_directory().by_id[paper.agency_id].name)
    return Reviewed(paper, _refusal(paper, printed), printed, usual)


def own_kinds() -> list[str]:
    """The kinds of paper that the person may sign."""
    permissions = current_actor().permissions
    return [kind.value for kind in OfficialDocumentKind if may_sign(kind, permissions)]


def _refusal(paper: OfficialDocument, printed: Signer | None) -> str | None:
    actor = current_actor()
    try:
        refuse_signing(actor, paper)
        if printed is not None:
            refuse_other_name(printed, actor.name)
    except OpenThadsError as error:
        return sentence(error)
    return None
