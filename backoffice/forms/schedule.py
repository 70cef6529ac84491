"""The form for the schedule of an export."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired

from backoffice.forms.base import StaffForm, at_most


class ScheduleForm(StaffForm):
    """When an export runs by itself, as five fields in Viet Nam's time, and whether it does."""

    columns: ClassVar[tuple[str, ...]] = ("cron", "is_enabled")
    cron = StringField(
        _l("When it runs"),
        validators=[DataRequired(_l("This field must be filled in.")), at_most(60)],
        description=_l(
            "Five fields: minute, hour, day of the month, month, day of the week. "
            "“0 2 * * *” means every day at 02:00, Viet Nam's time."
        ),
    )
    is_enabled = BooleanField(_l("Run by itself"))
