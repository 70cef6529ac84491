"""The figures of citizens' requests over any days (R15, R64 to R66, R68), each of which opens its requests.

Not here: counting (`queries.request_figures`), lines and links (`request_figure_table`), the days
(`request_figure_period`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.access.scope import Scope
from backoffice.errors import NotFoundError
from backoffice.models import EnforcementAgency
from backoffice.models.request_states import RequestFamily
from backoffice.models.states import TaskKind
from backoffice.queries.agencies import agency_by_code
from backoffice.queries.work_counts import agencies_at
from backoffice.services.agency_directory import agency_name_today
from backoffice.services.background_task import TaskOrder, request_task
from backoffice.services.figure_file import FIGURE_FORMATS
from backoffice.views.bad_query import BadQueryError
from backoffice.views.formats import day, language
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import PROCEDURE_WORDS
from backoffice.views.request_figure_groups import AGENCY_FILTER, Asked
from backoffice.views.request_figure_period import presets, read_span
from backoffice.views.request_figure_table import table_of
from backoffice.views.request_figure_words import GROUP_WORDS
from backoffice.views.request_words import REQUEST_CHANNELS
from backoffice.workflow.permissions import Permission
from exports.papers.report import Report

FAMILY_WORDS = {
    "": _l("All requests"),
    RequestFamily.FEEDBACK.value: _l("Petitions, complaints, denunciations"),
}
_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "procedure": PROCEDURE_WORDS,
    "channel": {"": _l("Every channel"), **REQUEST_CHANNELS},
    "family": FAMILY_WORDS,
}
_CHOICE_LABELS = {"procedure": _l("Procedure"), "channel": _l("Channel"), "family": _l("Requests")}
_PARAMETERS = frozenset({"from", "to", "group", "agency", *_CHOICES})
_WITHOUT_DAYS = ("group", "agency", *_CHOICES)


class RequestStatisticsView(BaseView):
    """What became of the requests to the person's agencies, or to one of them, over any days."""

    route_base = "/request-statistics"
    default_view = "index"
    list_title = _l("Statistics of online support")
    # The group of the menu says already what the figures are about.
    menu_title = _l("Statistics")

    @expose("/")
    @has_access
    def index(self) -> Any:
        """The figures of the days, by what they are grouped by."""
        refuse_unknown(request.args, _PARAMETERS)
        asked = read_asked(request.args)
        kept = {name: value for name in _WITHOUT_DAYS if (value := request.args.get(name, ""))}
        return self.render_template(
            "request_statistics.html",
            title=self.list_title,
            asked=asked,
            table=table_of(asked),
            groups=GROUP_WORDS,
            choices=_CHOICES,
            presets=presets(),
            kept=kept,
            days={"from": asked.span.first.isoformat(), "to": asked.span.last.isoformat()},
        )

    @expose("/file", methods=["POST"])
    @has_access
    @permission_name("run")
    def file(self) -> Any:
        """Ask for the figures as a file."""
        refuse_unknown(request.form, _PARAMETERS | {"csrf_token", "format"})
        suffix = request.form.get("format", "")
        if suffix not in FIGURE_FORMATS:
            raise BadQueryError("format")
        asked = read_asked(request.form)
        address = {name: value for name in _WITHOUT_DAYS if (value := request.form.get(name, ""))}
        address |= {"from": asked.span.first.isoformat(), "to": asked.span.last.isoformat()}
        parameters = {"address": address, "format": suffix, "language": str(get_locale())}
        task = request_task(current_actor(), TaskOrder(TaskKind.EXPORT, type(self).__name__, parameters))
        flash(_("The file is being made. You may go on with other work."), "good")
        return redirect(url_for("TaskView.show", pk=task.id))

    def report_of(self, address: Mapping[str, str]) -> Report:
        """The figures of an address as a file holds them, counted now for the person of this task."""
        asked = read_asked(MultiDict(address))
        table = table_of(asked, whole_tree=True)
        lines = [*table.lines, table.total]
        top = asked.agency or next(iter(agencies_at(asked.scope.prefixes[:1])), None)
        words = [f"{label}: {text}" for label, text in self.words_of(address)]
        return Report(
            agency=agency_name_today(top) if top else "",
            title=str(self.list_title),
            subtitle="; ".join(words),
            notes=(
                _("Made on %(day)s.", day=day(clock.today())),
                _(
                    "Working days are counted after the day of receipt, without the time in which the applicant "
                    "completed the request."
                ),
            ),
            heads=[str(head) for head in table.heads],
            rows=[[line.head, *(number.value for number in line.numbers)] for line in lines],
            sums=frozenset({len(lines) - 1}),
            made_on=clock.today(),
            language=language(),
        )

    def words_of(self, address: Mapping[str, str]) -> list[tuple[str, str]]:
        """What an address asks for, with labels, for people."""
        asked = read_asked(MultiDict(address))
        found = [
            (_("From"), day(asked.span.first)),
            (_("Up to and with the day"), day(asked.span.last)),
            (_("By"), str(GROUP_WORDS[asked.group])),
        ]
        if asked.agency is not None:
            found.append((_("Enforcement agency"), agency_name_today(asked.agency)))
        return found + [
            (str(_CHOICE_LABELS[name]), str(_CHOICES[name][value])) for name, value in asked.choices.items()
        ]


def read_asked(args: MultiDict[str, str]) -> Asked:
    """What an address asks for. Raises BadQueryError, NotFoundError for an agency that may not be seen."""
    group = args.get("group") or "agency"
    if group not in GROUP_WORDS:
        raise BadQueryError("group")
    choices: dict[str, str] = {}
    for name, words in _CHOICES.items():
        value = args.get(name, "")
        if value not in words:
            raise BadQueryError(name)
        choices |= {name: value} if value else {}
    actor, agency = current_actor(), _agency(args.get("agency", ""))
    # What single officers do is seen by those who lead them, and by each of themselves (R65).
    sees_officers = group != "officer" or actor.may(Permission.OFFICER_STATISTICS_READ)
    return Asked(
        read_span(args),
        group,
        Scope((agency.path,)) if agency else actor.scope,
        agency,
        choices,
        None if sees_officers else actor.user_id,
    )


def _agency(text: str) -> EnforcementAgency | None:
    """The agency that the address names; a foreign one is a missing one. Raises NotFoundError."""
    if not text.strip():
        return None
    found = agency_by_code(AGENCY_FILTER.read(text))
    if found is None:
        raise NotFoundError
    return found
