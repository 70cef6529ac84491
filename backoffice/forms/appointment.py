"""Forms about appointments: planning times, closing a day, a time for a request. Not here: what they mean (services)."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from backoffice.forms.base import StaffForm, WholeNumberField
from backoffice.forms.fields import NEEDED, choice_field, day_field, reason_field, text_field
from backoffice.forms.select import SelectField
from backoffice.forms.staff_member import ChecksField

_LONGEST_DESK = 60


class TimeOfDayField(StringField):  # type: ignore[misc]
    """A time of day as people write it: 8:00, 08h00, 8h or 13:30."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time. Raises ValueError for anything else."""
        text = valuelist[0].strip().lower().replace("h", ":").replace("g", ":") if valuelist else ""
        self.data = None
        if not text:
            return
        hour, _sign, minute = text.partition(":")
        is_plain = all(
            part.isascii() and part.isdecimal() and len(part) <= 2 for part in (hour, minute or "0")
        )
        if not is_plain or int(hour) > 23 or int(minute or "0") > 59:
            raise ValueError(self.gettext("Write the time as hh:mm."))
        self.data = time(int(hour), int(minute or "0"))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if self.data is not None else ""


def time_field(label: Any, *, required: bool = True, description: Any = "") -> TimeOfDayField:
    """A time of day."""
    return TimeOfDayField(
        label,
        validators=[InputRequired(NEEDED) if required else Optional()],
        description=description,
        render_kw={
            "placeholder": _l("hh:mm"),
            "inputmode": "numeric",
            "autocomplete": "off",
            "maxlength": "5",
        },
    )


class SlotPlanForm(StaffForm):
    """Times of one desk over a span of days."""

    columns: ClassVar[tuple[str, ...]] = (
        "agency_id",
        "desk",
        "first_on",
        "last_on",
        "weekdays",
        "opens_at",
        "closes_at",
        "break_from",
        "break_to",
        "minutes",
    )
    # There is no row yet, and so no version that was seen.
    version = None  # type: ignore[assignment]

    agency_id = SelectField(_l("Enforcement agency"), source="agencies", validators=[InputRequired(NEEDED)])
    desk = text_field(
        _l("Desk"), _LONGEST_DESK, description=_l("As people find it, for example “Desk 1, floor 1”.")
    )
    first_on = day_field(_l("From day"))
    last_on = day_field(_l("To day"))
    weekdays = ChecksField(_l("Days on which the desk receives people"), coerce=int)
    opens_at = time_field(_l("Opens at"))
    closes_at = time_field(_l("Closes at"))
    break_from = time_field(
        _l("Break from"), required=False, description=_l("Leave both empty for no break.")
    )
    break_to = time_field(_l("Break to"), required=False)
    minutes = WholeNumberField(
        _l("Minutes for each person"),
        validators=[InputRequired(NEEDED), NumberRange(5, 240, _l("Choose from 5 to 240 minutes."))],
        render_kw={"inputmode": "numeric"},
    )


class VisitForm(StaffForm):
    """A time for the applicant of a request."""

    columns: ClassVar[tuple[str, ...]] = ("slot_id",)
    slot_id = choice_field(_l("Appointment"), coerce=int)


class CancelVisitForm(StaffForm):
    """Why a time is given back; the applicant reads it."""

    columns: ClassVar[tuple[str, ...]] = ("reason",)
    reason = reason_field(_l("Reason, which the applicant reads"))


class DayDeedForm(StaffForm):
    """What shall become of a day: closed, closed with its appointments cancelled, or open again."""

    columns: ClassVar[tuple[str, ...]] = ("deed", "reason")
    deed = choice_field(_l("What shall happen"))
    reason = reason_field(_l("Reason"), required=False)
