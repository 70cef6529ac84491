"""Legal rules as dated data: both sets side by side, edited by the national administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError
from backoffice.forms.base import StaffForm
from backoffice.forms.legal_rule import LegalRuleForm, SucceedForm
from backoffice.models import LegalRule
from backoffice.services.interface import ServiceInterface
from backoffice.services.legal_rule import RuleChange, edit_rule, succeed_rule
from backoffice.views.base import ScopedModelView
from backoffice.views.cells import Cell, cell
from backoffice.views.editing import EditMixin, RowFormMixin
from backoffice.views.filters import ChoiceFilter, TextFilter
from backoffice.views.formats import NOTHING, count, money
from backoffice.views.row_forms import RowForm
from backoffice.views.words import RULE_KINDS, RULE_SETS, RULE_UNITS
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission


def _change(actor: Actor, row: LegalRule, values: dict[str, Any], version: int) -> LegalRule:
    reason = values.pop("reason")
    return edit_rule(actor, row.id, _given(row, values), expected_version=version, reason=reason)


def _succeed(actor: Actor, row: LegalRule, values: dict[str, Any], version: int) -> LegalRule:
    from_day, reason = values.pop("valid_from"), values.pop("reason")
    change = _given(row, values)
    if change == RuleChange():
        raise InvalidInputError("value", N_("Nothing differs from the present rule."))
    return succeed_rule(actor, row.id, from_day, change, expected_version=version, reason=reason)


def _given(row: LegalRule, values: dict[str, Any]) -> RuleChange:
    """What differs from the row."""
    if values["value"] is None and row.value is not None:
        raise InvalidInputError("value", N_("This must not be empty."))
    return RuleChange(**{name: value for name, value in values.items() if value != getattr(row, name)})


def _ask_for_day(form: StaffForm, _row: LegalRule) -> None:
    # The day of the present rule would be refused, and looks as if it were meant.
    form["valid_from"].data = None


def _may_be_succeeded(row: LegalRule) -> bool:
    return row.valid_to is None or row.valid_to >= clock.today()


FORMS: Mapping[str, RowForm] = {
    "succeed": RowForm(
        _l("Let a changed rule take over"),
        SucceedForm,
        _succeed,
        (Permission.RULE_EDIT,),
        _may_be_succeeded,
        prepare=_ask_for_day,
        intro=_l(
            "For a new law: the present rule ends the day before, and what was counted under it stays true. "
            "A slip of the pen in the present rule is corrected instead."
        ),
        template="rule_succeed.html",
    )
}


class LegalRuleView(EditMixin, RowFormMixin, ScopedModelView):
    """One number, ground or public field of the law a row, with article and validity."""

    route_base = "/legal-rules"
    datamodel = ServiceInterface(LegalRule, change=_change)
    include_route_methods = frozenset({"list", "show", "edit", "row_form"})
    row_forms = FORMS
    list_title = _l("Legal rules")
    show_title = _l("Legal rule")
    edit_title = _l("Correct a legal rule")
    form = LegalRuleForm
    list_columns = ("title", "rule_set", "kind", "value", "article", "law", "valid_from")
    order_columns = ("code", "valid_from")
    sort_by: ClassVar[dict[str, str]] = {"title": "code"}
    base_order = ("code", "asc")
    list_filters = (
        TextFilter("q", _l("Title, article or code"), ("title_vi", "title_en", "article", "code")),
        ChoiceFilter("rule_set", _l("Rule set"), ("rule_set",), choices=RULE_SETS),
        ChoiceFilter("kind", _l("Kind"), ("kind",), choices=RULE_KINDS),
    )
    show_fieldsets = (
        (_l("Rule"), {"fields": ["title_vi", "title_en", "code", "kind", "value"]}),
        (_l("Legal basis"), {"fields": ["law", "article", "rule_set", "valid_from", "valid_to"]}),
    )
    has_history = True

    def title_of(self, row: LegalRule) -> str:
        """The rule's title in the language of the request."""
        return self.cell(row, "title").text

    def short_title(self, row: LegalRule) -> str:
        """The same, not the Vietnamese title alone."""
        return self.title_of(row)

    def cell(self, row: LegalRule, column: str) -> Cell:
        """The title in the language of the request, and the number with its unit."""
        if column == "title":
            return Cell(row.title_en if str(get_locale()) == "en" else row.title_vi, "long")
        if column == "rule_set":
            return Cell(row.rule_set)
        if column == "value":
            return _number(row)
        return cell(row, column)


def _number(row: LegalRule) -> Cell:
    if row.value is None:
        return Cell(str(RULE_UNITS["at_once"]) if row.unit == "at_once" else NOTHING)
    if row.unit == "vnd":
        return Cell(money(row.value))
    return Cell(f"{count(row.value)} {RULE_UNITS.get(row.unit or 'none', '')}".rstrip())
