"""Forms of the outcomes of a citizen's request: what is written to the applicant and what goes with it.

Not here: which request offers which form (`views.request_forms`), what an outcome means (services).
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField as PlainChoice
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from backoffice.forms.base import StaffForm, WholeNumberField, at_most
from backoffice.forms.fields import (
    NEEDED,
    ChoiceField,
    MoneyField,
    choice_field,
    day_field,
    reason_field,
    text_field,
)
from backoffice.forms.select import SelectField

LONGEST = 4000


def words_field(label: Any, *, required: bool = True) -> TextAreaField:
    """What the applicant will read."""
    needed = [DataRequired(NEEDED)] if required else [Optional()]
    return TextAreaField(
        label,
        validators=[*needed, at_most(LONGEST)],
        description=_l("The applicant reads this. Write in whole sentences."),
        render_kw={"rows": "6"},
    )


def optional_choice(label: Any, description: Any = "") -> PlainChoice:
    """One of a list, or none."""
    return ChoiceField(label, validators=[Optional()], description=description, coerce=int, choices=[])


def fee_field() -> MoneyField:
    """What was collected in cash or by transfer, in đồng."""
    return MoneyField(
        _l("Fee collected"),
        validators=[Optional(), NumberRange(0, 10**12)],
        description=_l("In đồng, for example 50.000. Leave it empty if nothing was collected."),
    )


class ReplyForm(StaffForm):
    """Words to the applicant, sent in the software alone or by e-mail too (R29)."""

    columns: ClassVar[tuple[str, ...]] = ("text", "sending")
    text = words_field(_l("Message to the applicant"))
    sending = choice_field(_l("How it is sent"))
    # Where a letter would go; empty where the applicant gave no address.
    email = ""

    def shown_fields(self) -> list[Any]:
        """All but the way of sending, which the buttons say."""
        return [field for field in super().shown_fields() if field.name != "sending"]

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields; without one of the buttons nobody knows how it shall be sent."""
        is_good: bool = super().validate(extra_validators)
        if self.sending.errors:
            self.form_errors.append(_("Choose one of the buttons: how the message is sent."))
        return is_good


class SupplementForm(ReplyForm):
    """What is missing, and by when."""

    columns: ClassVar[tuple[str, ...]] = ("text", "until", "sending")
    until = day_field(_l("To be completed by"))


class TakeInForm(StaffForm):
    """What came another way than by the pages of citizens: how, when, what."""

    columns: ClassVar[tuple[str, ...]] = ("way", "on", "text")
    way = choice_field(_l("How it came"))
    on = day_field(_l("Came on"))
    text = words_field(_l("What was brought"))


class AcceptForm(ReplyForm):
    """Acceptance, with a time at the desk where one is due."""

    columns: ClassVar[tuple[str, ...]] = ("text", "slot_id", "sending")
    slot_id = optional_choice(_l("Appointment"), _l("Leave it empty if the originals come by post."))
    # Where no originals are to be shown nobody has to come.
    asks_time = True

    def shown_fields(self) -> list[Any]:
        """All but the time where nobody has to come."""
        return [field for field in super().shown_fields() if self.asks_time or field.name != "slot_id"]


class RefusalForm(ReplyForm):
    """Refusal on a ground of the law."""

    columns: ClassVar[tuple[str, ...]] = ("ground_code", "text", "sending")
    ground_code = choice_field(_l("Ground of the refusal"))


class ClassifyForm(StaffForm):
    """The four questions about a petition (R30)."""

    columns: ClassVar[tuple[str, ...]] = ("kind", "is_eligible", "competence", "people_count")
    kind = choice_field(_l("Kind of petition"))
    is_eligible = choice_field(_l("Fit to be handled"))
    competence = choice_field(_l("Whose competence"))
    people_count = WholeNumberField(
        _l("How many people"),
        validators=[InputRequired(NEEDED), NumberRange(1, 999_999, _l("Write a number above zero."))],
        render_kw={"inputmode": "numeric"},
    )


class MergeForm(StaffForm):
    """With which request, and why."""

    columns: ClassVar[tuple[str, ...]] = ("number", "reason")
    number = text_field(
        _l("Number of the other request"), 30, description=_l("As on its page, for example 12/2026.")
    )
    reason = reason_field(_l("Reason"))


class ExaminerForm(StaffForm):
    """Who examines a request."""

    columns: ClassVar[tuple[str, ...]] = ("officer_id",)
    officer_id = SelectField(_l("Examining officer"), source="examiners", validators=[InputRequired(NEEDED)])


class HandlerForm(StaffForm):
    """Who takes the support of a request over."""

    columns: ClassVar[tuple[str, ...]] = ("officer_id",)
    officer_id = SelectField(_l("Officer in charge"), source="desk", validators=[InputRequired(NEEDED)])


class BarForm(StaffForm):
    """Who shall see nothing of a confidential request."""

    columns: ClassVar[tuple[str, ...]] = ("officer_id",)
    officer_id = SelectField(
        _l("Officer whom the request is about"),
        source="colleagues",
        description=_l("This officer will not find the request on any screen."),
        validators=[InputRequired(NEEDED)],
    )


class AdmitForm(StaffForm):
    """Who was barred from a confidential request for another one's name."""

    columns: ClassVar[tuple[str, ...]] = ("officer_id",)
    officer_id = SelectField(
        _l("Officer whom the request is not about"), source="colleagues", validators=[InputRequired(NEEDED)]
    )


class ReturnForm(ReplyForm):
    """How a result is given out, who took it, fee, receipt, a time to come for it, words."""

    columns: ClassVar[tuple[str, ...]] = (
        "handed_over_way",
        "handed_over_to",
        "slot_id",
        "fee_vnd",
        "fee_receipt_number",
        "text",
        "sending",
    )
    handed_over_way = choice_field(_l("How the result is given out"))
    handed_over_to = text_field(
        _l("Who took it"),
        200,
        required=False,
        description=_l(
            "At the desk: name and identity paper of whoever takes it now; empty if it is collected later. "
            "By post: the number of the posting."
        ),
    )
    fee_vnd = fee_field()
    fee_receipt_number = text_field(_l("Number of the fee receipt"), 40, required=False)
    slot_id = optional_choice(
        _l("Appointment"),
        _l("The result is then collected at the desk. Leave it empty if nobody has to come."),
    )
    text = words_field(_l("Message to the applicant"), required=False)


class HandOutForm(StaffForm):
    """Who collected a result that lay at the desk, and the fee that was paid for it."""

    columns: ClassVar[tuple[str, ...]] = ("handed_over_to", "fee_vnd", "fee_receipt_number")
    handed_over_to = text_field(
        _l("Who took it"), 200, description=_l("Name and identity paper of whoever came for it.")
    )
    fee_vnd = fee_field()
    fee_receipt_number = text_field(_l("Number of the fee receipt"), 40, required=False)
