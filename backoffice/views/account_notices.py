"""What a person wants to be told, and the calendar file of the own deadlines.

Not here: the account itself (`account`), what may be chosen (`services.notice_preference`).
"""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.services.deadline_calendar import OwnDeadline, own_deadlines
from backoffice.services.notice_preference import own_wishes, set_own_wishes
from backoffice.views.bad_query import BadQueryError
from backoffice.views.download import disposition
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import CHANNELS, NOTICE_EVENTS
from exports.calendar_files import DueDay, due_days_file

_TITLES = {
    "request": _l("Request %(number)s"),
    "verification": _l("Verification of case %(number)s"),
    "publish": _l("Publication, decision %(number)s"),
    "amend": _l("Amendment of a publication, decision %(number)s"),
    "withdraw": _l("End of a publication, decision %(number)s"),
}


class AccountNoticesView(BaseView):
    """The choice of messages of the signed-in person, and the own deadlines as a file."""

    route_base = "/account/notices"
    default_view = "index"

    @expose("/", methods=["GET", "POST"])
    @has_access
    def index(self) -> Any:
        """Show which messages come; on POST keep what was ticked."""
        refuse_unknown(request.args, set())
        if request.method == "POST":
            set_own_wishes(current_actor(), _ticked())
            flash(_("Saved."), "good")
            return redirect(url_for("AccountNoticesView.index"))
        return self.render_template(
            "account_notices.html",
            title=_l("Messages to me"),
            lines=own_wishes(current_actor()),
            events=NOTICE_EVENTS,
            channels=CHANNELS,
        )

    @expose("/deadlines.ics")
    @has_access
    @permission_name("index")
    def deadlines(self) -> Any:
        """The days by which the own work is due, for a calendar program."""
        refuse_unknown(request.args, set())
        days = [
            DueDay(work.uid, work.due_on, _title(work), work.url) for work in own_deadlines(current_actor())
        ]
        response = Response(
            due_days_file(days, str(_("My deadlines")), clock.now()), mimetype="text/calendar"
        )
        response.headers["Content-Disposition"] = disposition("han-cong-viec.ics")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _title(work: OwnDeadline) -> str:
    """What is to be done, and whose work it is when it is not the own."""
    title = str(_TITLES[work.kind] % {"number": work.number})
    if not work.absent:
        return title
    whose = _("in place of %(name)s", name=work.absent)
    return f"{title} ({whose})"


def _ticked() -> set[str]:
    """The boxes that were ticked. Raises BadQueryError for one that there is not."""
    names = set(request.form.getlist("wanted"))
    known = {wish.name for line in own_wishes(current_actor()) for wish in line}
    if not names <= known:
        raise BadQueryError("wanted")
    return names
