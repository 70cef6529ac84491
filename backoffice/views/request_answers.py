"""The shape of every form that writes to an applicant: what was typed, and to whom it is offered.

Not here: which forms there are (`request_forms`, `request_ends`), choices (`request_offers`).
"""

from __future__ import annotations

from typing import Any

from backoffice.forms.base import StaffForm
from backoffice.services.request_letters import Reply
from backoffice.views.request_offers import BY_EMAIL, may_take, offer_sending
from backoffice.views.row_forms import RowForm
from backoffice.workflow.permissions import Permission

DESK = (Permission.ONLINE_REQUEST_SUPPORT,)


def reply_of(values: dict[str, Any]) -> Reply:
    """The words, and whether they go by e-mail too: which button was pressed."""
    return Reply(values["text"] or "", by_email=values["sending"] == BY_EMAIL)


def answer_form(
    label: Any, form: type[StaffForm], save: Any, *steps: str, prepare: Any = offer_sending, **more: Any
) -> RowForm:
    """A form that the desk is offered while one of the steps may be taken."""
    return RowForm(
        label,
        form,
        save,
        DESK,
        offered=may_take(*steps),
        prepare=prepare,
        template="request_answer.html",
        **more,
    )
