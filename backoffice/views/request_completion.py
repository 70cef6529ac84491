"""The form that takes in what an applicant brings, posts or tells the desk instead of answering online.

Not here: asking for it (`request_forms`), the service (`services.request_completion`).
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.forms.base import StaffForm
from backoffice.forms.online_request import TakeInForm
from backoffice.models import OnlineRequest
from backoffice.services.online_request import Seen
from backoffice.services.request_completion import WAYS, Brought, take_in
from backoffice.services.transition import available_steps
from backoffice.views.request_words import WAYS_OF_COMPLETION
from backoffice.views.row_forms import RowForm
from backoffice.workflow.permissions import Permission


def _is_offered(row: Any) -> bool:
    return any(step.name == "answer_supplement" for step in available_steps(current_actor(), row))


def _offer_ways(form: StaffForm, _row: Any) -> None:
    form["way"].choices = [(way, str(WAYS_OF_COMPLETION[way])) for way in WAYS]
    if form["on"].data is None and form["on"].raw_data is None:
        form["on"].data = clock.today()


def _save(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    brought = Brought(values["way"], values["on"], values["text"] or "")
    return take_in(actor, Seen(row.id, version), brought)


COMPLETION_FORMS = {
    "take-in": RowForm(
        _l("Take in what was missing"),
        TakeInForm,
        _save,
        (Permission.ONLINE_REQUEST_ENTER,),
        offered=_is_offered,
        prepare=_offer_ways,
        intro=_l("The days go on from the day on which it came. Attach scans under “Documents” afterwards."),
        template="request_take_in.html",
    ),
}
