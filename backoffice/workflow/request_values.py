"""Reading what a citizen typed into a field: a value that can be kept, or a sentence that says what to do.

Belongs here: one reader for each type of field, the answers of a whole form, and what may be odd but is accepted. Not
here: the shape of forms (`request_form`), showing or keeping them. What was typed is never changed here, so that it
can be shown again as it was.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backoffice.workflow.identifiers import (
    IdentifierResult,
    read_identity_card,
    read_personal_id,
    read_tax_code,
)
from backoffice.workflow.messages import N_, Line
from backoffice.workflow.request_form import FieldType, FormField, FormPage, RequestForm
from exports.text import clean_text

Typed = Mapping[str, str]
# More than this no form of ours can mean: it is refused before it is looked at closely.
LONGEST_TYPED = 20_000
LARGEST_AMOUNT = 10**15
FIRST_YEAR = 1900
_MOST_MARKS = 2
_DAY = re.compile(
    r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})|(\d{2})(\d{2})(\d{4})|(\d{4})-(\d{2})-(\d{2})", re.ASCII
)
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(\+?[0-9]{9,15})", re.ASCII)
_AMOUNT = re.compile(r"[0-9]+|[0-9]{1,3}([\s.,][0-9]{3})+", re.ASCII)
_NOT_IN_NAMES = re.compile(r"://|\bwww\.|[<>@{}=\\|]", re.IGNORECASE)
NAME_ALONE = N_(
    "Write the name alone, without the address of a page or a mailbox and without signs such as < or @."
)
_PASSPORT = re.compile(r"(?=[A-Z0-9]*[0-9])(?=[A-Z0-9]*[A-Z])[A-Z0-9]{5,20}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a field holds: the value as it is kept (text, whole number, ISO date), or what is wrong with it."""

    value: str | int | None = None
    error: Line | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """The values of a page by field, and the errors by field."""

    values: Mapping[str, str | int | None]
    errors: Mapping[str, Line]


def is_more_than_a_name(text: str) -> bool:
    """Whether a name holds an address or signs that no name has: it would stand in letters that the agency sends."""
    return _NOT_IN_NAMES.search(text) is not None


def read_page(fields: Sequence[FormField], typed: Typed, today: date) -> PageReading:
    """Read every field of a page; what was not typed counts as empty."""
    found = {field.name: read_field(field, typed.get(field.name, ""), today) for field in fields}
    values = {name: reading.value for name, reading in found.items()}
    return PageReading(values, {name: reading.error for name, reading in found.items() if reading.error})


def read_field(field: FormField, typed: str, today: date) -> Reading:
    """Read one field."""
    if len(typed) > LONGEST_TYPED:
        return _wrong(N_("Use at most %(limit)s characters."), limit=field.most)
    text = clean_lines(typed) if field.type is FieldType.TEXT else clean_text(typed)
    if not text:
        return _missing(field) if field.is_required else Reading()
    if "\ufffd" in text or "\x00" in typed:
        return _wrong(N_("This contains signs that cannot be read. Type it anew."))
    if _is_overloaded(text):
        return _wrong(N_("There are too many marks on one letter. Type it anew."))
    return _READERS[field.type](field, text, today)


def answers_of(
    form: RequestForm, pages: Mapping[str, Typed], people: Mapping[str, Sequence[Typed]], today: date
) -> dict[str, object]:
    """What the form holds so far, by field: values of the pages that are asked, lists of people; no empty ones.

    Pages are asked in order, because a later one may hang on the answer of an earlier one.
    """
    answers: dict[str, object] = {}
    for page in form.pages:
        if page not in form.pages_for(answers):
            continue
        if page.people:
            rows = [read_page(page.fields, row, today).values for row in people.get(page.name, ())]
            answers[page.answer] = [_filled(row) for row in rows]
        elif page.name in pages:
            answers.update(_filled(read_page(page.fields, pages[page.name], today).values))
    return answers


def page_errors(
    page: FormPage, pages: Mapping[str, Typed], people: Mapping[str, Sequence[Typed]], today: date
) -> bool:
    """Whether a page still has something wrong: a field, no person at all, or it was never filled in."""
    if page.people:
        rows = people.get(page.name, ())
        return not rows or any(read_page(page.fields, row, today).errors for row in rows)
    return page.name not in pages or bool(read_page(page.fields, pages[page.name], today).errors)


def doubts(answers: Mapping[str, object]) -> list[Line]:
    """What looks odd in the answers but is accepted: a register may be wrong, and so may a person."""
    number, born = answers.get("identity_number"), answers.get("birth_on")
    if not isinstance(number, str) or not isinstance(born, str) or len(number) != 12:
        return []
    read = read_personal_id(number, declared_birth_year=date.fromisoformat(born).year)
    return [notice.line for notice in read.warnings]


def clean_lines(text: str) -> str:
    """Text of several lines, each in its clean form, without empty lines at the ends and more than one in between."""
    lines = [clean_text(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _filled(values: Mapping[str, str | int | None]) -> dict[str, str | int]:
    return {name: value for name, value in values.items() if value is not None}


def _missing(field: FormField) -> Reading:
    if field.type is FieldType.CHOICE:
        return _wrong(N_("Choose one of the answers."))
    return _wrong(N_("This must be filled in."))


def _wrong(message: str, **params: object) -> Reading:
    return Reading(None, Line(message, params))


def _is_overloaded(text: str) -> bool:
    """Whether a letter carries more marks than any language puts on it: such text cannot be printed."""
    run = 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run > _MOST_MARKS:
            return True
    return False


def _text(field: FormField, text: str, _today: date) -> Reading:
    if len(text) > field.most:
        return _wrong(
            N_("Use at most %(limit)s characters; there are %(count)s now."),
            limit=field.most,
            count=len(text),
        )
    return Reading(text)


def _person_name(field: FormField, text: str, today: date) -> Reading:
    if not any(sign.isalpha() for sign in text):
        return _wrong(N_("Write the name in letters."))
    if is_more_than_a_name(text):
        return _wrong(NAME_ALONE)
    return _text(field, text, today)


def _day(field: FormField, text: str, today: date) -> Reading:
    found = _DAY.fullmatch(text)
    groups = [int(part) for part in found.groups() if part is not None] if found else []
    if not found or len(groups) != 3:
        return _wrong(N_("Write the day as day/month/year, for example 05/12/2024."))
    year, month, number = groups if found[7] else groups[::-1]
    try:
        value = date(year, month, number)
    except ValueError:
        return _wrong(N_("There is no such day. Look at the day and the month again."))
    if value.year < FIRST_YEAR:
        return _wrong(N_("The year must be %(year)s or later."), year=str(FIRST_YEAR))
    if value > today and not field.may_be_future:
        return _wrong(N_("This day is still to come. Look at the year again."))
    return Reading(value.isoformat())


def _personal_id(field: FormField, text: str, today: date) -> Reading:  # noqa: ARG001
    digits = re.sub(r"[\s.\-]", "", text)
    if len(digits) == 9:
        return _identifier(read_identity_card(digits))
    if len(digits) == 12:
        return _identifier(read_personal_id(digits))
    if _PASSPORT.fullmatch(digits.upper()):
        return Reading(digits.upper())
    return _wrong(
        N_(
            "A personal ID number has 12 digits, that of an old identity card 9; a passport number has letters too."
        )
    )


def _body_id(_field: FormField, text: str, _today: date) -> Reading:
    read = read_tax_code(text)
    if read.is_valid:
        return Reading(read.value)
    bare = re.sub(r"[\s.\-]", "", text).upper()
    # Bodies abroad have numbers with letters; a number of digits alone must be a tax code.
    return Reading(bare) if _PASSPORT.fullmatch(bare) else Reading(None, read.errors[0].line)


def _any_id(field: FormField, text: str, today: date) -> Reading:
    bare = re.sub(r"[\s.\-]", "", text)
    reader = _personal_id if bare.isdigit() and len(bare) in (9, 12) else _body_id
    return reader(field, text, today)


def _identifier(read: IdentifierResult) -> Reading:
    return Reading(read.value) if read.is_valid else Reading(None, read.errors[0].line)


def _phone(_field: FormField, text: str, _today: date) -> Reading:
    bare = re.sub(r"[\s.()\-]", "", text)
    if not _PHONE.fullmatch(bare):
        return _wrong(N_("Write the telephone number in digits, for example 0912 345 678."))
    return Reading(bare)


def _email(field: FormField, text: str, _today: date) -> Reading:
    if len(text) > field.most or not _EMAIL.fullmatch(text) or ".." in text:
        return _wrong(N_("Write the whole e-mail address, for example ten@example.vn."))
    return Reading(text)


def _money(_field: FormField, text: str, _today: date) -> Reading:
    bare = re.sub(r"(đồng|vnđ|vnd|đ|₫)", "", text.lower()).strip()
    if not _AMOUNT.fullmatch(bare):
        return _wrong(N_("Write the amount in whole đồng, in digits, for example 25.000.000."))
    digits = re.sub(r"[\s.,]", "", bare)
    if len(digits) > 15 or not 0 < int(digits) <= LARGEST_AMOUNT:
        return _wrong(N_("This amount cannot be right. Write it in whole đồng."))
    return Reading(int(digits))


def _number(field: FormField, text: str, _today: date) -> Reading:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= field.most):
        return _wrong(N_("Write a whole number from 1 to %(limit)s."), limit=field.most)
    return Reading(int(text))


def _choice(field: FormField, text: str, _today: date) -> Reading:
    if text not in {choice.value for choice in field.choices}:
        return _wrong(N_("Choose one of the answers."))
    return Reading(text)


_READERS: Mapping[FieldType, Callable[[FormField, str, date], Reading]] = {
    FieldType.LINE: _text,
    FieldType.TEXT: _text,
    FieldType.NAME: _person_name,
    FieldType.DAY: _day,
    FieldType.PERSONAL_ID: _personal_id,
    FieldType.BODY_ID: _body_id,
    FieldType.ANY_ID: _any_id,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.MONEY: _money,
    FieldType.NUMBER: _number,
    FieldType.CHOICE: _choice,
}
