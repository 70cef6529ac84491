"""The form of an absence: its days, who stands in, why in kind."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from backoffice.forms.base import StaffForm
from backoffice.forms.fields import choice_field, day_field


class AbsenceForm(StaffForm):
    """An absence of one person; who may stand in is filled in by the screen."""

    columns: ClassVar[tuple[str, ...]] = ("from_on", "to_on", "deputy_id", "passes_on", "reason_kind")
    from_on = day_field(_l("First day away"))
    to_on = day_field(_l("Last day away"))
    deputy_id = choice_field(
        _l("Who stands in"),
        description=_l("Colleagues of the same agency whose roles allow the same work."),
        coerce=int,
    )
    passes_on = BooleanField(_l("If the deputy is away too, the deputy's own deputy stands in"))
    reason_kind = choice_field(_l("Kind of absence"))


class EndForm(StaffForm):
    """Nothing to fill in: the person is back today."""
