"""The steps of papers, numbers and templates as buttons, and drafting papers for several rows of a list.

Not here: the other steps (`deeds`), what the services do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.models.states import OfficialDocumentKind
from backoffice.services import document_number, document_template, official_document
from backoffice.services.official_document import PaperOrder
from backoffice.views.attaching import vault
from backoffice.views.deed import Deed
from backoffice.workflow.paper_steps import DAY_IS, PLACES, REASON_IS, paper_step_name


def _by_another(template: Any) -> bool:
    return bool(template.prepared_by_id != current_actor().user_id)


def _redraft(actor: Actor, paper_id: int, **given: Any) -> Any:
    return official_document.redraft_paper(actor, paper_id, vault(), **given)


def _drafting(kind: OfficialDocumentKind) -> Deed:
    def draft(
        actor: Actor,
        row_id: int,
        *,
        expected_version: int,  # noqa: ARG001 - the row itself does not change
        reason: str | None = None,
        on: date | None = None,
    ) -> Any:
        given: dict[str, object] = {}
        if kind in REASON_IS and reason:
            given[REASON_IS[kind]] = reason
        if kind in DAY_IS and on is not None:
            given[DAY_IS[kind]] = on
        return official_document.prepare_paper(actor, PaperOrder(kind, PLACES[kind], row_id, given), vault())

    return Deed(draft, asks_day=kind in DAY_IS)


PAPER_DEEDS: Mapping[tuple[str, str], Deed] = {
    ("official_document", "issue"): Deed(official_document.issue_paper),
    ("official_document", "render_again"): Deed(official_document.render_again),
    ("official_document", "redraft"): Deed(_redraft),
    ("official_document", "discard"): Deed(official_document.discard_paper),
    ("official_document", "cancel"): Deed(official_document.cancel_paper),
    ("official_document", "withdraw"): Deed(official_document.withdraw_paper),
    ("document_number", "cancel"): Deed(document_number.cancel_number),
    ("document_template", "propose"): Deed(document_template.propose_template),
    ("document_template", "approve"): Deed(document_template.approve_template, offered=_by_another),
    ("document_template", "send_back"): Deed(document_template.send_back_template),
    ("document_template", "retire"): Deed(document_template.retire_template),
    ("document_template", "discard"): Deed(document_template.discard_template),
    **{(PLACES[kind], paper_step_name(kind)): _drafting(kind) for kind in PLACES},
}
