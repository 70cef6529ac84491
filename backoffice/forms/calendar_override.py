"""The form for a day that works, or does not, against the general calendar."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import TextInput

from backoffice.forms.base import StaffForm, at_most, clean

_NEEDED = _l("This field must be filled in.")


class CalendarOverrideForm(StaffForm):
    """The day, whether it works, its name, and the act or announcement it rests on."""

    columns: ClassVar[tuple[str, ...]] = ("day", "is_working", "name", "source")
    day = DateField(
        _l("Day"),
        format=["%d/%m/%Y", "%Y-%m-%d"],
        validators=[InputRequired(_NEEDED)],
        # Browsers would show their own order of day and month.
        widget=TextInput(),
        render_kw={"placeholder": _l("dd/mm/yyyy"), "inputmode": "numeric", "autocomplete": "off"},
    )
    is_working = BooleanField(_l("This day is a working day"))
    name = StringField(
        _l("Name of the day"), validators=[DataRequired(_NEEDED), at_most(200)], filters=[clean]
    )
    source = StringField(
        _l("Act or announcement"), validators=[DataRequired(_NEEDED), at_most(300)], filters=[clean]
    )
