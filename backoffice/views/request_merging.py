"""The form by which a request is treated together with another one. Not here: the deed (`services.request_merge`)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.forms.online_request import MergeForm
from backoffice.models import OnlineRequest
from backoffice.services import request_merge
from backoffice.services.online_request import Seen
from backoffice.services.same_matter import find_alike, sought_of
from backoffice.services.transition import available_steps
from backoffice.views.row_forms import RowForm
from backoffice.views.same_matter import hints_of
from backoffice.workflow.permissions import Permission


def _merge(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return request_merge.merge(actor, Seen(row.id, version), values["number"], values["reason"])


def _offer_hints(form: Any, row: Any) -> None:
    form.hints = hints_of(find_alike(current_actor(), sought_of(row)))


def _can_be_merged(row: Any) -> bool:
    return any(step.name == "merge" for step in available_steps(current_actor(), row))


MERGE_FORMS = {
    "merge": RowForm(
        _l("Treat together with another request"),
        MergeForm,
        _merge,
        (Permission.ONLINE_REQUEST_SUPPORT,),
        offered=_can_be_merged,
        prepare=_offer_hints,
        template="request_merge.html",
    ),
}
