"""Numbers that identify people and organisations: old identity cards, personal IDs and tax codes.

Belongs here: reading, checking and normalising the numbers; errors mean unusable, warnings mean look again.
Does not belong here: storing them (they are never published), and passports, whose format is free.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from backoffice.workflow.messages import N_, Line
from exports.text import clean_text

_SEPARATORS = re.compile(r"[\s.\-]")
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# Birth-registration codes of the 63 provinces before the merger of 2025; numbers keep them for life.
_PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 "
    "034 035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 "
    "067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 094 095 096"
)
PROVINCE_CODES = frozenset(_PROVINCES.split())
_FIRST_COUNTRY_CODE = 100


class IdentifierKind(StrEnum):
    """What a number is."""

    IDENTITY_CARD = "identity_card"
    PERSONAL_ID = "personal_id"
    TAX_CODE = "tax_code"


class Sex(StrEnum):
    """Sex as encoded in a personal ID."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class Notice:
    """One finding about a number: a machine code and the sentence for people."""

    code: str
    line: Line


@dataclass(frozen=True, slots=True)
class IdentifierResult:
    """A number as read. `value` is normalised, or the cleaned input when there are errors.

    `province_code`, `birth_year` and `sex` are read from a personal ID and empty for other kinds. A foreign
    country of birth gives its three-digit code as `province_code`.
    """

    kind: IdentifierKind
    value: str
    errors: tuple[Notice, ...] = ()
    warnings: tuple[Notice, ...] = ()
    province_code: str | None = None
    birth_year: int | None = None
    sex: Sex | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the number can be kept; warnings do not forbid it."""
        return not self.errors


def read_identity_card(text: str) -> IdentifierResult:
    """Read an old identity card number (CMND, nine digits; cards of twelve digits are personal IDs)."""
    digits = _compact(text)
    return IdentifierResult(IdentifierKind.IDENTITY_CARD, digits, _digit_errors(digits, 9))


def read_personal_id(
    text: str, *, declared_sex: Sex | None = None, declared_birth_year: int | None = None
) -> IdentifierResult:
    """Read a personal ID (CCCD, căn cước, twelve digits) and compare it with what the person declares.

    There is no check digit. An unknown province or a contradiction with sex or birth year is a warning only:
    registers contain mistakes, and people born abroad have other prefixes (Decree 137/2015 article 13).
    """
    digits = _compact(text)
    errors = _digit_errors(digits, 12)
    if errors:
        return IdentifierResult(IdentifierKind.PERSONAL_ID, digits, errors)
    century, sex_digit = divmod(int(digits[3]), 2)
    province, sex = digits[:3], Sex.FEMALE if sex_digit else Sex.MALE
    birth_year = 1900 + 100 * century + int(digits[4:6])
    findings = (
        _notice("unknown_province", N_("The first three digits are no known place of birth registration."))
        if province not in PROVINCE_CODES and int(province) < _FIRST_COUNTRY_CODE
        else None,
        _notice("sex_differs", N_("The number and the declared sex do not agree."))
        if declared_sex not in (None, sex)
        else None,
        _notice("birth_year_differs", N_("The number and the declared year of birth do not agree."))
        if declared_birth_year not in (None, birth_year)
        else None,
    )
    return IdentifierResult(
        IdentifierKind.PERSONAL_ID,
        digits,
        warnings=tuple(finding for finding in findings if finding),
        province_code=province,
        birth_year=birth_year,
        sex=sex,
    )


def read_tax_code(text: str) -> IdentifierResult:
    """Read a tax code (MST): ten digits with a check digit, a branch of ten and three, or a personal ID.

    A branch is normalised to `0123456789-001`. Twelve digits are the code of a person or household since
    1 July 2025 and are read as a personal ID.
    """
    digits = _compact(text)
    if len(digits) == 12 and "-" not in text:
        return read_personal_id(digits)
    if not (digits.isascii() and digits.isdigit() and len(digits) in (10, 13)):
        return _tax_code(digits, "tax_code_length", N_("A tax code has 10, 12 or 13 digits."))
    if check_digit(digits[:9]) != digits[9]:
        return _tax_code(
            digits, "tax_code_check", N_("The tax code contains a mistake: its check digit is wrong.")
        )
    if len(digits) == 10:
        return IdentifierResult(IdentifierKind.TAX_CODE, digits)
    if digits[10:] == "000":
        return _tax_code(
            digits, "tax_code_branch", N_("The branch number of a tax code runs from 001 to 999.")
        )
    return IdentifierResult(IdentifierKind.TAX_CODE, f"{digits[:10]}-{digits[10:]}")


def check_digit(base: str) -> str | None:
    """Return the tenth digit of a tax code from its first nine, or None when no valid code begins so."""
    remainder = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, base, strict=True)) % 11
    return str(10 - remainder) if remainder else None


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", clean_text(text))


def _digit_errors(digits: str, length: int) -> tuple[Notice, ...]:
    if digits.isascii() and digits.isdigit() and len(digits) == length:
        return ()
    return (_notice("digit_count", N_("The number must have exactly %(length)s digits."), length=length),)


def _tax_code(digits: str, code: str, message: str) -> IdentifierResult:
    return IdentifierResult(IdentifierKind.TAX_CODE, digits, (_notice(code, message),))


def _notice(code: str, message: str, **params: object) -> Notice:
    return Notice(code, Line(message, params))
