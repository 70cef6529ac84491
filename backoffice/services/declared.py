"""Reading what somebody declares under a procedure: each field checked, all refusals at once, values made alike.

Belongs here: the forms of values. Not here: which fields there are (`workflow.procedures`), keeping them (`intake`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date

from backoffice.errors import InvalidInputError, OpenThadsError
from backoffice.models.states import PartyKind
from backoffice.queries.rules import rule_book
from backoffice.services.case_intake import checked_amount
from backoffice.services.notice import check_email
from backoffice.services.procedures import procedure_book
from backoffice.workflow.identifiers import read_identity_card, read_personal_id, read_tax_code
from backoffice.workflow.messages import N_
from backoffice.workflow.procedures import FieldKind, FieldRule
from backoffice.workflow.request_values import NAME_ALONE, is_more_than_a_name
from exports.text import clean_text

_SEPARATORS = re.compile(r"[\s.\-]")
_PASSPORT = re.compile(r"(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,20}")
_PHONE = re.compile(r"\+?[0-9]{9,15}")
_WRITTEN_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
# Nobody who files was born, and no judgment that can be enforced was given, before this year.
_FIRST_YEAR = 1900
_GROUP = "feedback.representatives_small"


class FieldsRefusedError(OpenThadsError):
    """Some fields cannot be accepted; `refusals` has the refusal of each by its name."""

    code = "fields_refused"
    message = N_("Some answers cannot be accepted. Correct those that are marked.")

    def __init__(self, refusals: Mapping[str, InvalidInputError]) -> None:
        super().__init__()
        self.refusals = refusals


def check_declared(
    procedure: str, on: date, values: Mapping[str, str], only: Collection[str] | None = None
) -> dict[str, str]:
    """The values in one form: clean texts, ISO days, amounts and numbers as digits; empty fields are left out.

    `only` names the fields to check, those of one page for example. Raises FieldsRefusedError with every refusal,
    also for a field that the procedure does not have that day; RuleNotFoundError for no such procedure.
    """
    rules = procedure_book().fields(procedure, on)
    wanted = [rule for rule in rules if only is None or rule.name in only]
    refusals: dict[str, InvalidInputError] = {}
    found: dict[str, str] = {}
    for name in sorted(set(values) - {rule.name for rule in rules}):
        refusals[name] = InvalidInputError(name, N_("This procedure has no such field."))
    for rule in wanted:
        try:
            value = _read(rule, values.get(rule.name, ""), on)
        except InvalidInputError as error:
            refusals[rule.name] = error
        else:
            found |= {rule.name: value} if value else {}
    if not refusals:
        refusals = _together({rule.name for rule in wanted}, found, on)
    if refusals:
        raise FieldsRefusedError(refusals)
    return found


def read_identity(text: str, field: str = "identity_number") -> str:
    """The number as it is compared: an identity card, a personal ID, a tax code or a passport, in capitals.

    Raises InvalidInputError with what is wrong.
    """
    number = identity_form(text)
    if not number.isdigit():
        if _PASSPORT.fullmatch(number):
            return number
        raise InvalidInputError(
            field,
            N_("Write the number of your identity paper: 9 or 12 digits, a tax code, or a passport number."),
        )
    read = {9: read_identity_card, 12: read_personal_id}.get(len(number), read_tax_code)
    result = read(number)
    if result.errors:
        line = result.errors[0].line
        raise InvalidInputError(field, line.message, **dict(line.params))
    return number


def identity_form(text: str) -> str:
    """The number without separators and in capitals, whether it can be one or not."""
    return _SEPARATORS.sub("", clean_text(text)).upper()


def clean_lines(text: str) -> str:
    """A long text keeps its lines, and at most one empty line between two."""
    lines = [clean_text(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _read(rule: FieldRule, text: str, on: date) -> str:
    value = clean_lines(text) if rule.kind is FieldKind.LONG_TEXT else clean_text(text)
    if not value:
        if rule.is_required:
            raise InvalidInputError(rule.name, N_("This must not be empty."))
        return ""
    if len(value) > rule.longest:
        raise InvalidInputError(rule.name, N_("Use at most %(limit)s characters."), limit=rule.longest)
    reader = _READERS.get(rule.kind)
    return reader(rule, value, on) if reader else value


def _name(rule: FieldRule, value: str, _on: date) -> str:
    if not any(character.isalpha() for character in value):
        raise InvalidInputError(rule.name, N_("Write a name."))
    if is_more_than_a_name(value):
        raise InvalidInputError(rule.name, NAME_ALONE)
    return value


def _day(rule: FieldRule, value: str, on: date) -> str:
    written = _WRITTEN_DAY.fullmatch(value)
    try:
        day = (
            date(*(int(part) for part in reversed(written.groups())))
            if written
            else date.fromisoformat(value)
        )
    except ValueError:
        raise InvalidInputError(
            rule.name, N_("Write a day as day/month/year, for example 15/09/2026.")
        ) from None
    if not _FIRST_YEAR <= day.year <= on.year + 100:
        raise InvalidInputError(rule.name, N_("Check the year."))
    if rule.kind is FieldKind.PAST_DATE and day > on:
        raise InvalidInputError(rule.name, N_("This day lies in the future."))
    return day.isoformat()


def _identity(rule: FieldRule, value: str, _on: date) -> str:
    return read_identity(value, rule.name)


def _phone(rule: FieldRule, value: str, _on: date) -> str:
    number = re.sub(r"[\s.()\-]", "", value)
    if not _PHONE.fullmatch(number):
        raise InvalidInputError(rule.name, N_("Write a telephone number of 9 to 15 digits."))
    return number


def _email(rule: FieldRule, value: str, _on: date) -> str:
    return check_email(value, rule.name)


def _money(rule: FieldRule, value: str, _on: date) -> str:
    digits = re.sub(r"[\s.,]|đ(ồng)?$", "", value.lower())
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidInputError(rule.name, N_("Write an amount in đồng with digits only."))
    return str(checked_amount(rule.name, int(digits)))


def _count(rule: FieldRule, value: str, _on: date) -> str:
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise InvalidInputError(rule.name, N_("Write a number above zero."))
    return str(int(value))


def _choice(rule: FieldRule, value: str, _on: date) -> str:
    if value not in {code for code, _words in rule.choices}:
        raise InvalidInputError(rule.name, N_("Choose one of the answers."))
    return value


_READERS: Mapping[FieldKind, Callable[[FieldRule, str, date], str]] = {
    FieldKind.NAME: _name,
    FieldKind.DATE: _day,
    FieldKind.PAST_DATE: _day,
    FieldKind.IDENTITY: _identity,
    FieldKind.PHONE: _phone,
    FieldKind.EMAIL: _email,
    FieldKind.MONEY: _money,
    FieldKind.COUNT: _count,
    FieldKind.CHOICE: _choice,
}


def _together(asked: set[str], values: Mapping[str, str], on: date) -> dict[str, InvalidInputError]:
    """What single fields cannot know."""
    found: dict[str, InvalidInputError] = {}
    is_person = values.get("applicant_kind") == PartyKind.PERSON
    if {"birth_on", "applicant_kind"} <= asked and is_person and "birth_on" not in values:
        found["birth_on"] = InvalidInputError("birth_on", N_("A person gives the date of birth."))
    is_asked = {"people_count", "representatives"} <= asked and "representatives" not in values
    if is_asked and _is_crowd(int(values["people_count"]), on):
        found["representatives"] = InvalidInputError(
            "representatives", N_("So many people name who speaks for them.")
        )
    if {"judgment_on", "birth_on"} <= values.keys() and values["birth_on"] > values["judgment_on"]:
        found["judgment_on"] = InvalidInputError("judgment_on", N_("This day lies before the date of birth."))
    return found


def _is_crowd(count: int, on: date) -> bool:
    """Whether so many people must name representatives, by the law of the day."""
    rule = rule_book(_GROUP).find(_GROUP, on)
    return rule is not None and count >= int(rule.parameters["persons_min"])
