"""The forms after the decision on a request: giving its result out, and answering who wants it reopened.

Not here: the other forms (`request_forms`), what they mean (`services.request_return`, `services.online_request`).
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.access.actor import Actor
from backoffice.forms.online_request import HandOutForm, ReplyForm, ReturnForm
from backoffice.models import OnlineRequest
from backoffice.models.request_states import HandoverWay
from backoffice.services import online_request
from backoffice.services.online_request import Seen
from backoffice.services.request_return import Fee, Handover, hand_out, return_result
from backoffice.views.request_answers import DESK, answer_form, reply_of
from backoffice.views.request_offers import may_take
from backoffice.views.row_forms import RowForm, always


def _return(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    handover = Handover(
        _fee(values),
        HandoverWay(values["handed_over_way"]),
        values["handed_over_to"] or "",
        values["slot_id"],
        reply_of(values),
    )
    return return_result(actor, Seen(row.id, version), handover)


def _hand_out(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return hand_out(actor, Seen(row.id, version), values["handed_over_to"], _fee(values))


def _keep_closed(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return online_request.keep_closed(actor, Seen(row.id, version), reply_of(values))


def _fee(values: dict[str, Any]) -> Fee:
    return Fee(values["fee_vnd"], values["fee_receipt_number"])


REQUEST_ENDS = {
    "return": answer_form(_l("Return the result"), ReturnForm, _return, "return_result", usual=always),
    "hand-out": RowForm(
        _l("Note who took the result"),
        HandOutForm,
        _hand_out,
        DESK,
        offered=may_take("hand_out"),
        usual=always,
    ),
    "keep-closed": answer_form(_l("Keep it closed, with an answer"), ReplyForm, _keep_closed, "keep_closed"),
}
