"""The form of the one-stop desk: what every dossier has, and the declared fields of one procedure on one day.

Belongs here: fields made from the book of procedures, their usual answers, reading what was typed as it was typed. Not
here: what a declared value may be (`services.declared`), the page (`views.desk`).

Declared fields check nothing by themselves: the service refuses them all at once, as it does for citizens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from backoffice.forms.base import StaffForm, at_most, clean
from backoffice.forms.fields import NEEDED, ChoiceField, day_field
from backoffice.forms.select import SelectField as RowSelectField
from backoffice.models.request_states import RequestChannel
from backoffice.workflow.procedures import FieldKind, FieldRule

# The desk says itself what is missing.
LEFT_OUT = frozenset({"papers_later"})
_USUAL = {
    "applicant_kind": "person",
    "debtor_kind": "person",
    "applicant_role": "creditor",
    "complaint_level": "first",
    "people_count": "1",
    "delivery": "desk",
}
_INPUT_MODES = {
    FieldKind.DATE: "numeric",
    FieldKind.PAST_DATE: "numeric",
    FieldKind.MONEY: "numeric",
    FieldKind.COUNT: "numeric",
    FieldKind.PHONE: "tel",
    FieldKind.EMAIL: "email",
}
_DAYS = frozenset({FieldKind.DATE, FieldKind.PAST_DATE})
_BARE_DAY = re.compile(r"\s*([0-9]{2})([0-9]{2})([0-9]{4})\s*")
# Nothing that a field may hold is longer, whatever was sent.
_LONGEST = 10_000


def with_slashes(value: str | None) -> str | None:
    """A day that was typed as eight digits, with the signs between; anything else as it is."""
    found = _BARE_DAY.fullmatch(value) if value else None
    return "/".join(found.groups()) if found else value


class DeclaredChoice(ChoiceField):
    """One of the answers that the book of procedures offers for a field."""

    def __init__(self, label: Any, *, answers: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(label, choices=[], **more)
        self.choices = list(answers)


class DeskForm(StaffForm):
    """What every dossier of the desk has; a class for each procedure adds what it declares (`desk_form_of`)."""

    columns: ClassVar[tuple[str, ...]] = (
        "procedure",
        "channel",
        "received_on",
        "agency_id",
        "originals",
        "missing",
        "until",
        "by_email",
    )
    # There is no row yet, and so no version that was seen.
    version = None  # type: ignore[assignment]
    declared: ClassVar[tuple[str, ...]] = ()
    pages: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    token = HiddenField()
    procedure = SelectField(_l("Procedure"), validators=[InputRequired(NEEDED)], render_kw={"accesskey": "p"})
    channel = SelectField(
        _l("How it came"), default=RequestChannel.DESK.value, validators=[InputRequired(NEEDED)]
    )
    received_on = day_field(_l("Received on"))
    agency_id = RowSelectField(
        _l("Enforcement agency"), source="agencies", validators=[InputRequired(NEEDED)]
    )
    originals = BooleanField(_l("Originals received and compared"), render_kw={"accesskey": "o"})
    missing = TextAreaField(
        _l("What is still missing"),
        validators=[Optional(), at_most(4000)],
        description=_l(
            "One thing a line; it stands on the guidance slip. Leave it empty for a complete dossier."
        ),
        render_kw={"rows": "2", "accesskey": "m"},
    )
    until = day_field(_l("To be completed by"), required=False)
    by_email = BooleanField(_l("Send what is missing by e-mail too, if an address was given"))

    def __init__(self, typed: Any = None, **values: Any) -> None:
        super().__init__(typed, **values)
        for day in (self.received_on, self.until):
            _read_bare_day(day)

    def answers(self) -> dict[str, str]:
        """What was typed into the declared fields, by name."""
        return {name: self[name].data or "" for name in self.declared}

    def problems(self) -> Sequence[Field]:
        """The fields with an error, in the order of the page."""
        names = (*self.columns[:4], *self.declared, *self.columns[4:])
        return [self[name] for name in names if self[name].errors]

    def add_error(self, field: str, message: str) -> None:
        """Show what the service refused at its field, or above the form when it has no such field."""
        if field in self and field != "token":
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors.append(message)


def desk_form_of(rules: Sequence[FieldRule], language: str) -> type[DeskForm]:
    """The class of the form with the declared fields of a procedure, their words in this language."""
    asked = [rule for rule in rules if rule.name not in LEFT_OUT]
    pages: dict[str, list[str]] = {}
    for rule in asked:
        pages.setdefault(rule.page, []).append(rule.name)
    fields: dict[str, Any] = {rule.name: _field(rule, language) for rule in asked}
    shape = {
        "declared": tuple(fields),
        "pages": tuple((page, tuple(names)) for page, names in pages.items()),
    }
    return type("DeskFormOfProcedure", (DeskForm,), fields | shape)


def kept_aside(form: DeskForm, typed: Mapping[str, str], known: frozenset[str]) -> list[tuple[str, str]]:
    """What was typed into fields of other procedures: it goes along unseen, and is there when one goes back."""
    return [
        (name, typed[name][:_LONGEST])
        for name in sorted(known & set(typed))
        if name not in form and typed[name].strip()
    ]


def _field(rule: FieldRule, language: str) -> Any:
    # What is said beside a field speaks to citizens; the desk has a line of room for each instead.
    label = rule.label.in_language(language)
    if rule.kind is FieldKind.CHOICE:
        answers = [(code, words.in_language(language)) for code, words in rule.choices]
        usual = _USUAL.get(rule.name)
        default = usual if usual in dict(answers) else None
        return DeclaredChoice(label, answers=answers, default=default)
    attributes = {"autocomplete": "off", "maxlength": str(max(rule.longest, 30))}
    if rule.is_required:
        attributes["aria-required"] = "true"
    if rule.kind is FieldKind.LONG_TEXT:
        checks = [Optional(), at_most(_LONGEST)]
        return TextAreaField(label, validators=checks, render_kw=attributes | {"rows": "3"})
    if rule.kind in _INPUT_MODES:
        attributes["inputmode"] = _INPUT_MODES[rule.kind]
    filters = [with_slashes] if rule.kind in _DAYS else [clean]
    if rule.kind in _DAYS:
        attributes["placeholder"] = _l("dd/mm/yyyy")
    if rule.name == "applicant_name":
        attributes["accesskey"] = "n"
    default = _USUAL.get(rule.name) if rule.kind is FieldKind.COUNT else None
    return StringField(label, filters=filters, default=default, render_kw=attributes)


def _read_bare_day(field: Any) -> None:
    """Read a day of the desk's own again, where it was typed without signs."""
    raw = field.raw_data[0] if field.raw_data else ""
    if (plain := with_slashes(raw)) != raw:
        field.process_errors = []
        field.raw_data = [plain]
        try:
            field.process_formdata([plain])
        except ValueError as error:
            field.process_errors = [str(error)]
