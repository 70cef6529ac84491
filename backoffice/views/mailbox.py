"""The mailbox of the demonstration: what would have been sent by e-mail, as it would look.

Only where the data are invented and no mail server is set up; elsewhere this screen is not there. Not here: messages
of a real installation (`notice`).
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement

from backoffice.errors import NotFoundError
from backoffice.extensions import db
from backoffice.models import Notice
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.interface import ServiceInterface
from backoffice.services.notice_content import said_by
from backoffice.services.notice_seal import Content, open_content
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.download import disposition
from backoffice.views.filters import ChoiceFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import LOCALES, NOTICE_EVENTS
from config import Settings

ROUTE = "mailbox"


class MailboxView(ScopedModelView):
    """One e-mail a row, the newest first."""

    route_base = "/mailbox"
    datamodel = ServiceInterface(Notice)
    include_route_methods = frozenset({"list", "show", "file"})
    list_title = _l("Mailbox of the demonstration")
    show_title = _l("E-mail")
    intro = _l("No mail server is set up, so nothing leaves. This is what people would have received.")
    empty_text = _l("Nothing was sent yet. Give a case to an officer, or replace a password, and look again.")
    show_template = "mailbox_message.html"
    list_columns = ("event", "address_masked", "locale", "sent_at", "agency")
    show_columns = ("event", "locale", "sent_at", "agency")
    order_columns = ("id",)
    base_order = ("id", "desc")
    list_filters = (ChoiceFilter("event", _l("What it tells"), ("event",), choices=NOTICE_EVENTS),)

    @classmethod
    def is_offered(cls) -> bool:
        """Where the data are invented and no mail server is set up."""
        settings: Settings = current_app.config["OPENTHADS"]
        return settings.sample and not settings.notices.smtp_host

    def base_conditions(self) -> list[ColumnElement[bool]]:
        """What the mailbox took. Raises NotFoundError where there is no mailbox."""
        if not self.is_offered():
            raise NotFoundError
        return [Notice.route == ROUTE]

    def title_of(self, row: Notice) -> str:
        """What it tells."""
        return str(NOTICE_EVENTS.get(row.event, row.event))

    def cell(self, row: Notice, column: str) -> Cell:
        """Codes in words."""
        words = {"event": NOTICE_EVENTS, "locale": LOCALES}.get(column)
        return cell(row, column) if words is None else Cell(str(words.get(getattr(row, column), "")), "long")

    @expose("/file/<int:pk>/<string:number>")
    @has_access
    @permission_name("show")
    def file(self, pk: int, number: str) -> Any:
        """One attached file, to be saved."""
        refuse_unknown(request.args, set())
        content = self._content(self.datamodel.find(pk, self.show_columns))
        files = {str(place): file for place, file in enumerate(content.files, 1)} if content else {}
        if number not in files:
            raise NotFoundError
        name, _kind, text = files[number]
        response = Response(text.encode(), content_type="application/octet-stream")
        response.headers["Content-Disposition"] = disposition(name)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _shown(self, row: Notice, **more: Any) -> str:
        content = self._content(row)
        said = said_by(db.session(), row, content) if content is not None else None
        page: str = super()._shown(row, content=content, said=said, **more)
        return page

    def _content(self, row: Notice) -> Content | None:
        """What the message holds. Raises NotFoundError for one that did not go into the mailbox."""
        self.base_conditions()
        if row.route != ROUTE:
            raise NotFoundError
        try:
            return open_content(row)
        except (KeyMissingError, FileDamagedError):
            return None
