"""After a dossier was keyed in: its code, both slips to be printed at once, the next dossier (R41).

Not here: what stands on a slip (`services.desk_slips`), papers with a number and a file (`official_document`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, session
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError, NotFoundError
from backoffice.models import OnlineRequest
from backoffice.services.desk_slips import SLIPS, SlipOrder, code_of, slip_of
from backoffice.services.intake import LOOK_UP_PATH
from backoffice.services.interface import ServiceInterface
from backoffice.services.notice import notice_settings
from backoffice.services.procedures import procedure_book
from backoffice.views.bad_query import BadQueryError
from backoffice.views.days import read_day
from backoffice.views.formats import language
from backoffice.views.listing import refuse_unknown
from backoffice.views.paper_preview import preview_or_refusal
from backoffice.views.paper_words import PAPER_KINDS
from backoffice.views.row_forms import offered_forms
from backoffice.views.visit_forms import visit_facts
from backoffice.workflow.online_request import OPEN_STATES
from backoffice.workflow.permissions import Permission

_SHOWN = ("agency", "handler")
# Taking the dossier over into the professional unit and, for a request for enforcement, into case management (R42).
_FORWARDING = ("accept-with-originals", "accept", "accept-with-appointment", "classify")


class DeskSlipsMixin:
    """Adds the page after saving and the slips."""

    appbuilder: Any
    render_template: Any
    list_title: Any
    endpoint: str

    @expose("/saved/<int:pk>")
    @has_access
    @permission_name("index")
    def saved(self, pk: int) -> Any:
        """What was keyed in, its code while it is known, and what to do next by one key each."""
        refuse_unknown(request.args, set())
        row = _requests().find(pk, _SHOWN)
        title = procedure_book().procedure(row.procedure, row.received_on).title
        return self.render_template(
            "desk_saved.html",
            title=_("Dossier %(number)s is saved", number=row.request_number),
            view=self,
            row=row,
            procedure=title.in_language(language()),
            code=_code(row),
            is_open=row.state in OPEN_STATES,
            may_attach=current_actor().may(Permission.DOCUMENT_ADD),
            forwarding=self._forwarding(row),
        )

    @expose("/slip/<int:pk>/<string:kind>")
    @has_access
    @permission_name("index")
    def slip(self, pk: int, kind: str) -> Any:
        """A slip, ready to be printed; `on` is the day of the result for a request that has none."""
        refuse_unknown(request.args, {"on"})
        if kind not in SLIPS:
            raise NotFoundError
        row = _requests().find(pk, _SHOWN)
        code, title = _code(row), PAPER_KINDS[SLIPS[kind].value]
        order = SlipOrder(
            SLIPS[kind], pk, current_user.get_full_name(), code, _day(request.args.get("on", ""))
        )
        needs_day = False
        try:
            preview = preview_or_refusal(lambda: slip_of(current_actor(), order))
        except InvalidInputError:
            preview, needs_day = Markup(""), True
        return self.render_template(
            "desk_slip.html",
            title=f"{title}: {row.request_number}",
            view=self,
            row=row,
            kind=kind,
            preview=preview,
            needs_day=needs_day,
            look_up=f"{notice_settings().base_url}{LOOK_UP_PATH}" if code else "",
        )

    def _forwarding(self, row: OnlineRequest) -> list[tuple[Any, str]]:
        """The forms that take the dossier further."""
        screen = next(view for view in self.appbuilder.baseviews if view.endpoint == "OnlineRequestView")
        return [(form.label, form.url) for form in offered_forms(screen, row) if form.name in _FORWARDING]


def _requests() -> ServiceInterface:
    # With what the forms ask of a row, or none could be offered here.
    return ServiceInterface(OnlineRequest, facts=visit_facts)


def _code(row: OnlineRequest) -> str:
    """The code, in the session in which the dossier was keyed in; nobody else can read one."""
    for request_id, token in session.get("desk", {}).get("sent", []):
        if request_id == row.id:
            return code_of(row, token)
    return ""


def _day(text: str) -> date | None:
    if not text:
        return None
    day = read_day(text)
    if day is None:
        raise BadQueryError("on")
    return day
