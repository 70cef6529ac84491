"""Which service carries out which step: the one table between buttons and services.

A step that is not named here has no button: it needs more than a reason and a day, and so a screen of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backoffice.access.actor import Actor
from backoffice.extensions import db
from backoffice.services import (
    debtor_record,
    document,
    enforcement_decision,
    non_enforceable_decision,
    notice,
)
from backoffice.services.enforcement_case import CASE_STEPS, take_case_step
from backoffice.services.public_fields import may_be_amended
from backoffice.views.deed import Deed
from backoffice.views.paper_deeds import PAPER_DEEDS
from backoffice.views.request_deeds import REQUEST_DEEDS


def _case_step(name: str) -> Deed:
    def take(actor: Actor, case_id: int, **given: Any) -> Any:
        return take_case_step(actor, case_id, name, **given)

    return Deed(take, asks_day=True)


def _has_changed(record: Any) -> bool:
    return may_be_amended(db.session(), record)


DEEDS: Mapping[tuple[str, str], Deed] = {
    **{("enforcement_case", name): _case_step(name) for name in sorted(CASE_STEPS)},
    ("enforcement_decision", "sign"): Deed(enforcement_decision.sign_enforcement_decision),
    ("enforcement_decision", "discard"): Deed(enforcement_decision.discard_enforcement_decision),
    ("enforcement_decision", "withdraw"): Deed(enforcement_decision.withdraw_enforcement_decision),
    ("non_enforceable_decision", "sign"): Deed(non_enforceable_decision.sign_non_enforceable_decision),
    ("non_enforceable_decision", "discard"): Deed(non_enforceable_decision.discard_non_enforceable_decision),
    ("non_enforceable_decision", "withdraw"): Deed(
        non_enforceable_decision.withdraw_non_enforceable_decision
    ),
    ("document", "remove"): Deed(document.remove_document),
    ("document", "erase"): Deed(document.erase_document),
    ("notice", "resend"): Deed(notice.resend_notice),
    ("notice", "cancel"): Deed(notice.cancel_notice),
    ("notice", "settle"): Deed(notice.settle_notice),
    **PAPER_DEEDS,
    **REQUEST_DEEDS,
    ("debtor_record", "approve"): Deed(debtor_record.approve_debtor_record, undone_by="return_to_draft"),
    ("debtor_record", "return_to_draft"): Deed(
        debtor_record.return_debtor_record_to_draft, undone_by="approve"
    ),
    ("debtor_record", "publish"): Deed(debtor_record.publish_debtor_record),
    ("debtor_record", "cancel"): Deed(debtor_record.cancel_debtor_record),
    ("debtor_record", "note_change"): Deed(debtor_record.note_change, asks_day=True),
    ("debtor_record", "amend"): Deed(debtor_record.amend_debtor_record, offered=_has_changed),
    ("debtor_record", "order_withdrawal"): Deed(
        debtor_record.order_withdrawal, asks_day=True, undone_by="keep_published"
    ),
    ("debtor_record", "keep_published"): Deed(debtor_record.keep_debtor_record_published),
    ("debtor_record", "withdraw"): Deed(debtor_record.withdraw_debtor_record),
}
