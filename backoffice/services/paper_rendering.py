"""The file of a paper: made by a worker from what is frozen, put into the store, and named by the row when it is whole.

Belongs here: what happens before, after and instead of the file. Not here: the layout (`exports.papers`), the job's
frame (`jobs.papers`), the steps of people (`official_document`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.models import OfficialDocument
from backoffice.models.states import OfficialDocumentState
from backoffice.queries.official_documents import papers_in_rendering
from backoffice.queries.outbox import open_messages
from backoffice.services.document import file_row
from backoffice.services.document_number import issue_number
from backoffice.services.document_vault import Kept, Vault
from backoffice.services.paper_frozen import paper_of, read_frozen
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from exports.papers import Paper

SYSTEM = Actor.system("papers")
JOB = "paper.render"


@dataclass(frozen=True)
class RenderOrder:
    """One paper to be made: its row as it was read, and everything that stands on it."""

    paper_id: int
    version: int
    paper: Paper


def rendering_order(paper_id: int, vault: Vault, site_url: str) -> RenderOrder | None:
    """What is to be made; None when the paper does not wait for its file any more.

    Raises PaperError for a value that the heading needs, and what the vault raises.
    """
    with unit_of_work(SYSTEM) as session:
        row = session.get(OfficialDocument, paper_id, populate_existing=True)
        if row is None or row.state != OfficialDocumentState.RENDERING:
            return None
        frozen = read_frozen(vault, row)
        return RenderOrder(row.id, row.version, paper_of(row.template, frozen, row, site_url))


def finish_rendering(session: Session, order: RenderOrder, kept: Kept, vault: Vault) -> bool:
    """Name the file on the row and mark the number as borne, in the open transaction.

    False when the paper was cancelled or made meanwhile: then the file belongs to nobody and the store's sweep
    removes it.
    """
    row = _waiting(session, order)
    if row is None:
        return False
    row.file_id = file_row(session, kept, vault)
    changes = {"sha256": kept.sha256}
    apply_transition(
        session, SYSTEM, row, Step("finish_rendering", expected_version=order.version, changes=changes)
    )
    if row.number is not None:
        issue_number(session, SYSTEM, row.number)
    return True


def fail_rendering(session: Session, paper_id: int, code: str) -> None:
    """Mark that the file cannot be made; the number stays with the paper, to be used again or cancelled."""
    row = session.get(OfficialDocument, paper_id, populate_existing=True)
    if row is None or row.state != OfficialDocumentState.RENDERING:
        return
    changes = {"error_code": code[:40]}
    apply_transition(session, SYSTEM, row, Step("fail_rendering", reason=code, changes=changes))


def recover_stranded(actor: Actor = SYSTEM) -> int:
    """Fail the papers that wait for a file with no message left that would make it; returns how many."""
    with unit_of_work(actor) as session:
        # Read first: a message that ends in between leaves a paper that has its file.
        waiting = [row.id for row in papers_in_rendering(session)]
        coming = {message.arguments.get("paper_id") for message in open_messages(session, JOB)}
        lost = [paper_id for paper_id in waiting if paper_id not in coming]
        for paper_id in lost:
            fail_rendering(session, paper_id, "worker_lost")
        return len(lost)


def _waiting(session: Session, order: RenderOrder) -> OfficialDocument | None:
    row = session.get(OfficialDocument, order.paper_id, populate_existing=True, with_for_update=True)
    still = row is not None and row.state == OfficialDocumentState.RENDERING and row.version == order.version
    return row if still else None
