"""Forms that draft decisions."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l

from backoffice.forms.base import StaffForm
from backoffice.forms.fields import choice_field, day_field, text_field


class DecisionForm(StaffForm):
    """The number of a new enforcement decision; it bears the day of its signature."""

    columns: ClassVar[tuple[str, ...]] = ("decision_number",)
    decision_number = text_field(_l("Decision number"), 60, description=_l("For example 12/QĐ-CCTHADS."))


class NonEnforceableForm(StaffForm):
    """A decision that a debtor does not yet have the conditions: about which obligation, on which ground."""

    columns: ClassVar[tuple[str, ...]] = (
        "obligation_id",
        "decision_number",
        "ground_code",
        "ground_found_on",
    )
    obligation_id = choice_field(_l("Obligation"), coerce=int)
    decision_number = text_field(_l("Decision number"), 60, description=_l("For example 12/QĐ-CCTHADS."))
    ground_code = choice_field(_l("Ground"), description=_l("The grounds of the law in force today."))
    ground_found_on = day_field(
        _l("Ground found on"), description=_l("The time for deciding counts from this day.")
    )
