"""Forms of a case that runs: its officer, and corrections of its parties and obligations."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired, NumberRange

from backoffice.forms.base import StaffForm
from backoffice.forms.fields import NEEDED, MoneyField, reason_field, text_field
from backoffice.forms.select import SelectField


class PartyForm(StaffForm):
    """Name and address of a party, with the reason for the correction."""

    columns: ClassVar[tuple[str, ...]] = ("full_name", "address", "reason")
    full_name = text_field(_l("Full name"), 200)
    address = text_field(_l("Address"), 500)
    reason = reason_field(_l("Reason for the correction"))


class ObligationForm(StaffForm):
    """What is still to be paid, with the reason for the correction."""

    columns: ClassVar[tuple[str, ...]] = ("outstanding_amount_vnd", "reason")
    outstanding_amount_vnd = MoneyField(
        _l("Outstanding amount"),
        validators=[InputRequired(NEEDED), NumberRange(0, 10**15, _l("Write a whole number, zero or more."))],
        description=_l("In đồng, for example 12.500.000."),
    )
    reason = reason_field(_l("Reason for the correction"))


class OfficerForm(StaffForm):
    """The enforcement officer who gets an accepted case."""

    columns: ClassVar[tuple[str, ...]] = ("officer_id", "reason")
    officer_id = SelectField(_l("Enforcement officer"), source="officers", validators=[InputRequired(NEEDED)])
    reason = reason_field(_l("Reason, if there is one"), required=False)


class OtherOfficerForm(OfficerForm):
    """The enforcement officer who takes a running case over; why is kept."""

    reason = reason_field(_l("Reason"))
