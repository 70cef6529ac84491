"""Messages to people: what was sent, what is under way, what did not arrive; sending again.

Not here: words of templates (`notice_template`), the mailbox of the demonstration (`mailbox`), sending (services).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from backoffice.access.identity import current_actor
from backoffice.extensions import db
from backoffice.models import Notice
from backoffice.queries.notices import attempts_of
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.interface import ServiceInterface
from backoffice.services.notice import open_notice
from backoffice.services.notice_content import said_by
from backoffice.views import formats
from backoffice.views.actions import StepMixin
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.errors import sentence
from backoffice.views.filters import ChoiceFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import (
    ATTEMPT_OUTCOMES,
    CHANNELS,
    LOCALES,
    NOTICE_EVENTS,
    NOTICE_STATES,
    PROCEDURE_WORDS,
    reason,
)
from backoffice.views.queue_filters import NamedFilter
from backoffice.views.work_filters import AgencyFilter, IdFilter
from backoffice.workflow.notice import TROUBLE
from backoffice.workflow.permissions import Permission

_WORDS = {"event": NOTICE_EVENTS, "channel": CHANNELS, "locale": LOCALES, "procedure": PROCEDURE_WORDS}
_YES = {"yes": _l("Yes")}


def in_trouble() -> ColumnElement[bool]:
    """Messages that somebody must look at."""
    return Notice.state.in_([state.value for state in TROUBLE])


class NoticeView(StepMixin, ScopedModelView):
    """One message a row; those in trouble first."""

    route_base = "/notices"
    datamodel = ServiceInterface(Notice)
    include_route_methods = frozenset({"list", "show", "step", "message"})
    has_history = True
    list_title = _l("Messages")
    show_title = _l("Message")
    intro = _l(
        "Messages that left this agency or are about to. Addresses are hidden; opening a message is recorded."
    )
    empty_text = _l(
        "No message has been left yet. Messages are made by the steps that people take in the files."
    )
    show_template = "notice.html"
    list_columns = ("event", "channel", "address_masked", "state", "error_code", "created_at", "agency")
    order_columns = ("attention", "id")
    sort_by: ClassVar[dict[str, str]] = {"created_at": "id", "state": "attention"}
    base_order = ("attention", "desc")
    list_filters = (
        NamedFilter("trouble", _l("Did not arrive"), ("state",), choices=_YES, rule=in_trouble),
        ChoiceFilter("state", _l("State"), ("state",), choices=NOTICE_STATES),
        ChoiceFilter("event", _l("What it tells"), ("event",), choices=NOTICE_EVENTS),
        ChoiceFilter("channel", _l("Channel"), ("channel",), choices=CHANNELS),
        AgencyFilter("agency", _l("Agency code, with those below"), ("agency_path",)),
        IdFilter("at", "", ("agency_id",)),
    )
    show_fieldsets = (
        (
            _l("Message"),
            {"fields": ["event", "procedure", "channel", "locale", "address_masked", "member", "agency"]},
        ),
        (
            _l("Sending"),
            {
                "fields": [
                    "state",
                    "error_code",
                    "attempts",
                    "created_at",
                    "next_try_at",
                    "sent_at",
                    "expires_at",
                ]
            },
        ),
    )

    def title_of(self, row: Notice) -> str:
        """Its number and what it tells."""
        return f"{self.show_title} {row.id}: {NOTICE_EVENTS.get(row.event, row.event)}"

    def cell(self, row: Notice, column: str) -> Cell:
        """Codes in words."""
        if column in _WORDS:
            value = getattr(row, column)
            return Cell(str(_WORDS[column].get(value, value)), "long")
        if column == "error_code":
            return Cell(reason(row.error_code) or formats.NOTHING, "long")
        return cell(row, column)

    @expose("/message/<int:pk>")
    @has_access
    @permission_name("open")
    def message(self, pk: int) -> Any:
        """The whole message with its address; the opening is recorded first."""
        refuse_unknown(request.args, set())
        problem = ""
        try:
            row, content = open_notice(current_actor(), pk)
        except (KeyMissingError, FileDamagedError) as error:
            row, content, problem = self.datamodel.find(pk), None, sentence(error)
        said = said_by(db.session(), row, content) if content is not None else None
        return self.render_template(
            "notice_message.html",
            title=self.title_of(row),
            view=self,
            row=row,
            content=content,
            said=said,
            problem=problem,
        )

    def _shown(self, row: Notice, **more: Any) -> str:
        """One message with its attempts."""
        page: str = super()._shown(
            row,
            attempts=_attempt_lines(row.id),
            may_open=current_actor().may(Permission.NOTICE_OPEN),
            **more,
        )
        return page


def _attempt_lines(notice_id: int) -> Sequence[dict[str, Any]]:
    """The attempts, ready to show."""
    return [
        {
            "number": row.attempt,
            "outcome": ATTEMPT_OUTCOMES.get(row.outcome, _("Unknown")),
            "reason": reason(row.error_code),
            "started_at": row.started_at,
            "finished_at": row.finished_at,
        }
        for row in attempts_of(db.session(), notice_id)
    ]
