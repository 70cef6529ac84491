"""The form that opens a case: the judgment, and rows of parties and obligations, of which there may be more.

Belongs here: fields, rows, reading them, what may be left empty. Not here: the page and its buttons
(`views.case_opening`), what opening a case means (`services.case_intake`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from backoffice.forms.base import OwnTranslations, StaffForm, clean
from backoffice.forms.fields import NEEDED, ChoiceField, MoneyField, day_field, text_field
from backoffice.forms.select import SelectField as RowSelectField
from backoffice.models.states import CaseOrigin, PartyKind, PartyRole

MOST_ROWS = 20
PARTY, OBLIGATION = "party", "obligation"
_ROW = re.compile(rf"({PARTY}|{OBLIGATION})-([0-9]{{1,2}})-[a-z_]+")
_SEPARATORS = re.compile(r"[\s.\-]")
_IDENTITY = re.compile(r"[0-9]{9}|[0-9]{12}")

Words = Mapping[str, Any]


def _digits(value: str | None) -> str | None:
    """An identity number without what sets its digits apart; anything else as it was typed."""
    bare = _SEPARATORS.sub("", value) if value else ""
    return bare if bare.isascii() and bare.isdecimal() else clean(value)


class IntakeRow(Form):  # type: ignore[misc]
    """One row of parties or obligations; a row in which nothing was typed does not count."""

    class Meta:
        """How the form library speaks."""

        def get_translations(self, _form: Any) -> OwnTranslations:
            """Our catalog instead of the library's."""
            return OwnTranslations()

    typed: ClassVar[tuple[str, ...]] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(str(raw).strip() for name in self.typed for raw in self[name].raw_data or ())


class PartyRow(IntakeRow):
    """One party. What is never published may stay empty."""

    typed: ClassVar[tuple[str, ...]] = ("full_name", "address", "identity_number", "birth_on", "phone")
    role = SelectField(_l("Role"))
    kind = SelectField(_l("Person or organisation"), default=PartyKind.PERSON.value)
    full_name = text_field(_l("Full name"), 200)
    address = text_field(_l("Address"), 500)
    identity_number = text_field(_l("Identity number"), 20, required=False)
    birth_on = day_field(_l("Date of birth"), required=False)
    phone = text_field(_l("Telephone"), 20, required=False)

    def validate_identity_number(self, field: Field) -> None:
        """Nine or twelve digits for a person. Raises ValidationError."""
        field.data = _digits(field.data)
        if field.data and self.kind.data == PartyKind.PERSON.value and not _IDENTITY.fullmatch(field.data):
            raise ValidationError(_l("An identity number has 9 or 12 digits."))


class ObligationRow(IntakeRow):
    """What one of the debtors must do or pay."""

    typed: ClassVar[tuple[str, ...]] = ("obligation_code", "amount_vnd", "description")
    debtor = SelectField(_l("Who has to fulfil it"))
    obligation_code = ChoiceField(_l("Obligation"), validators=[InputRequired(NEEDED)], choices=[])
    amount_vnd = MoneyField(
        _l("Amount"),
        validators=[Optional(), NumberRange(0, 10**15, _l("Write a whole number, zero or more."))],
        description=_l("In đồng; leave empty when it is not money."),
    )
    description = TextAreaField(
        _l("Description"), validators=[Optional(), Length(max=2000)], filters=[clean], render_kw={"rows": "1"}
    )


class CaseIntakeForm(StaffForm):
    """The case itself in `columns`; its parties and obligations in rows, the first of each always needed."""

    columns: ClassVar[tuple[str, ...]] = (
        "agency_id",
        "case_number",
        "accepted_on",
        "origin",
        "judgment_number",
        "judgment_on",
        "court_name",
    )
    # There is no row yet, and so no version that was seen.
    version = None  # type: ignore[assignment]

    agency_id = RowSelectField(
        _l("Enforcement agency"), source="agencies", validators=[InputRequired(NEEDED)]
    )
    case_number = text_field(_l("Case number"), 40, description=_l("As in the book of acceptance."))
    accepted_on = day_field(_l("Accepted on"))
    origin = SelectField(_l("Origin"), default=CaseOrigin.ON_REQUEST.value)
    judgment_number = text_field(_l("Judgment number"), 60)
    judgment_on = day_field(_l("Judgment date"))
    court_name = text_field(_l("Court"), 200)

    def __init__(self, typed: MultiDict[str, str] | None = None, **values: Any) -> None:
        super().__init__(typed, **values)
        counts = _counts(typed or ())
        roles = (PartyRole.DEBTOR.value, PartyRole.CREDITOR.value)
        self.parties = [
            PartyRow(typed, prefix=f"{PARTY}-{number}-", data={"role": roles[min(number, 1)]})
            for number in range(max(counts[PARTY], 2))
        ]
        self.obligations = [
            ObligationRow(typed, prefix=f"{OBLIGATION}-{number}-")
            for number in range(max(counts[OBLIGATION], 1))
        ]

    def offer(self, origins: Words, roles: Words, kinds: Words, obligations: Words) -> None:
        """Fill in the choices, and read what was chosen."""
        self.origin.choices = list(origins.items())
        for party in self.parties:
            party.role.choices, party.kind.choices = list(roles.items()), list(kinds.items())
        for obligation in self.obligations:
            obligation.obligation_code.choices = list(obligations.items())
            obligation.debtor.choices = self._debtor_choices()
            _read_again(obligation.obligation_code)

    def add_row(self, kind: str) -> IntakeRow | None:
        """One empty row more, its choices not yet offered; None when there are as many as a case may have."""
        rows: list[Any] = self.parties if kind == PARTY else self.obligations
        if len(rows) >= MOST_ROWS:
            return None
        row = (PartyRow if kind == PARTY else ObligationRow)(None, prefix=f"{kind}-{len(rows)}-")
        rows.append(row)
        return row

    def counted(self) -> list[tuple[str, IntakeRow]]:
        """The rows that count, each with what it is called: the first ones, and those in which something stands."""
        named = [(_("Party %(number)s", number=place), row) for place, row in enumerate(self.parties, 1)]
        named += [
            (_("Obligation %(number)s", number=place), row) for place, row in enumerate(self.obligations, 1)
        ]
        firsts = (self.parties[0], self.obligations[0])
        return [(str(name), row) for name, row in named if row in firsts or not row.is_blank]

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields and all rows that count; each obligation names a debtor among the parties."""
        is_good: bool = super().validate(extra_validators)
        rows = [row for _name, row in self.counted()]
        # Every row is looked at, so that all errors are told at once.
        is_good = all([row.validate() for row in rows]) and is_good
        for row in rows:
            if isinstance(row, ObligationRow) and self.debtor_of(row) is None:
                row.debtor.errors = [*row.debtor.errors, _("Choose a judgment debtor of this case.")]
                is_good = False
        return is_good

    def debtor_of(self, row: ObligationRow) -> int | None:
        """The place of the obligation's debtor among the parties that count."""
        counted = [party for _name, party in self.counted() if isinstance(party, PartyRow)]
        chosen = str(row.debtor.data or "")
        if not chosen.isdecimal() or int(chosen) >= len(self.parties):
            return None
        party = self.parties[int(chosen)]
        is_debtor = party in counted and party.role.data == PartyRole.DEBTOR.value
        return counted.index(party) if is_debtor else None

    def problems(self) -> list[tuple[str, Field]]:
        """Every field with an error, with what it is called in the summary."""
        own = [(str(field.label.text), field) for field in self.shown_fields() if field.errors]
        rows = [
            (f"{name}: {field.label.text}", field)
            for name, row in self.counted()
            for field in row
            if field.errors
        ]
        return own + rows

    def _debtor_choices(self) -> list[tuple[str, str]]:
        return [
            (str(place), _("Party %(number)s", number=place + 1) + _said(party))
            for place, party in enumerate(self.parties)
            if party.role.data == PartyRole.DEBTOR.value or place == 0
        ]


def _said(party: PartyRow) -> str:
    return f" – {party.full_name.data}" if party.full_name.data else ""


def _read_again(field: Field) -> None:
    """Choices are known only now: read what was typed once more."""
    if field.raw_data is not None:
        field.process_errors = []
        try:
            field.process_formdata(field.raw_data)
        except ValueError as error:
            field.process_errors = [str(error)]


def _counts(names: Iterable[str]) -> dict[str, int]:
    """How many rows of each kind the names of fields speak of, no more than a case may have."""
    counts = {PARTY: 0, OBLIGATION: 0}
    for name in names:
        found = _ROW.fullmatch(name)
        if found:
            counts[found[1]] = min(max(counts[found[1]], int(found[2]) + 1), MOST_ROWS)
    return counts
