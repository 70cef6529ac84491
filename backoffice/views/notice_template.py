"""The words of messages: every version, a preview with invented values, the form that makes the next version."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import request, url_for
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice.access.actor import Actor
from backoffice.forms.base import StaffForm
from backoffice.forms.notice_template import NoticeTemplateForm
from backoffice.models import NoticeTemplate
from backoffice.services.interface import ServiceInterface
from backoffice.services.notice_content import Words
from backoffice.services.notice_template import clean_lines, preview, revise_template
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.editing import EditMixin
from backoffice.views.filters import ChoiceFilter
from backoffice.views.listing import refuse_unknown
from backoffice.views.notice_words import CHANNELS, LOCALES, NOTICE_EVENTS, PROCEDURE_WORDS
from backoffice.views.row_forms import Page, RowForm, form_page, take_form
from backoffice.workflow.notice_events import EVENTS, PLACES, NoticeEvent

_WORDS = {"event": NOTICE_EVENTS, "channel": CHANNELS, "locale": LOCALES, "procedure": PROCEDURE_WORDS}
_IN_USE = {"1": _l("Yes"), "0": _l("No")}
_PROCEDURE_CHOICES = {name: word for name, word in PROCEDURE_WORDS.items() if name}


class InUseFilter(ChoiceFilter):
    """Versions that are used now, or those that were."""

    def condition(self, model: type[Any], value: str) -> Any:
        """The flag itself."""
        return model.is_in_use.is_(value == "1")


def _change(actor: Actor, row: NoticeTemplate, values: dict[str, Any], version: int) -> NoticeTemplate:
    return revise_template(actor, row.id, values["subject"] or "", values["body"], expected_version=version)


class NoticeTemplateView(EditMixin, ScopedModelView):
    """One version of the words of an event on a channel in a language."""

    route_base = "/notice-templates"
    datamodel = ServiceInterface(NoticeTemplate, change=_change)
    include_route_methods = frozenset({"list", "show", "edit"})
    form = NoticeTemplateForm
    list_title = _l("Message templates")
    show_title = _l("Message template")
    edit_title = _l("Make the next version")
    intro = _l("The words of each message. A change makes a new version, which is used from then on.")
    show_template = "notice_template.html"
    list_columns = ("event", "procedure", "channel", "locale", "subject_text", "revision", "is_in_use")
    show_columns = ("event", "procedure", "channel", "locale", "revision", "is_in_use", "created_at")
    order_columns = ("id",)
    base_order = ("id", "asc")
    has_history = True
    list_filters = (
        ChoiceFilter("event", _l("What it tells"), ("event",), choices=NOTICE_EVENTS),
        ChoiceFilter("procedure", _l("Procedure"), ("procedure",), choices=_PROCEDURE_CHOICES),
        ChoiceFilter("channel", _l("Channel"), ("channel",), choices=CHANNELS),
        ChoiceFilter("locale", _l("Language"), ("locale",), choices=LOCALES),
        InUseFilter("in_use", _l("In use"), ("is_in_use",), choices=_IN_USE),
    )
    sort_by: ClassVar[dict[str, str]] = {}

    def title_of(self, row: NoticeTemplate) -> str:
        """What it tells, on which channel, in which language."""
        words = [str(_WORDS[name].get(getattr(row, name), "")) for name in ("event", "channel", "locale")]
        # Marked outside the text: a message inside a formatted string is not found for the catalog.
        edition = _("version %(number)s", number=row.revision)
        return f"{' · '.join(words)} ({edition})"

    def short_title(self, row: NoticeTemplate) -> str:
        """The same: the table has codes only."""
        return self.title_of(row)

    def cell(self, row: NoticeTemplate, column: str) -> Cell:
        """Codes in words."""
        if column in _WORDS:
            value = getattr(row, column)
            return Cell(str(_WORDS[column].get(value, value)), "long")
        return Cell(row.subject, "long") if column == "subject_text" else cell(row, column)

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: int) -> Any:
        """The form with a preview of what is in it; saving makes the next version."""
        refuse_unknown(request.args, set())
        row = self.datamodel.find(pk, self.show_columns)
        spec, address = self._edit_form(), url_for(f"{self.endpoint}.edit", pk=pk)
        if request.method == "POST" and "preview" in request.form:
            form = spec.filled(row, request.form)
            form.validate()
            return form_page(self, row, spec, form, Page(address, 400 if form.errors else 200))
        return take_form(self, row, spec, address)

    def beside(self, row: NoticeTemplate, form: StaffForm) -> dict[str, Any]:
        """What the form's page shows beside the form: the places, and the words with invented values."""
        words = Words(form.subject.data or "", clean_lines(form.body.data or ""))
        return {"said": preview(row.event, row.channel, row.locale, words), "places": places_of(row)}

    def _edit_form(self) -> RowForm:
        return RowForm(
            self.edit_title, self.form, self.datamodel.change, template="notice_template_edit.html"
        )

    def _shown(self, row: NoticeTemplate, **more: Any) -> str:
        said = preview(row.event, row.channel, row.locale, Words(row.subject, row.body))
        page: str = super()._shown(row, said=said, places=places_of(row), **more)
        return page


def places_of(row: NoticeTemplate) -> list[dict[str, Any]]:
    """The places that the words may have: name, meaning, and whether a subject may have it."""
    rule = EVENTS[NoticeEvent(row.event)]
    return [
        {"name": name, "label": _(PLACES[name].label), "in_subject": name in rule.subject_places}
        for name in sorted(rule.places)
    ]
