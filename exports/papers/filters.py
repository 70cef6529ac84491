"""How a template may show a value: dates and money in Vietnamese, capitals, a stand-in for what is missing.

Belongs here: the filters, each a pure function of a value, and what types they take.
Does not belong here: reading them from a template (`syntax`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from exports.papers.field_types import FieldType

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY})
_ANY = frozenset(FieldType) - {FieldType.LIST}
BLANK_LENGTH, LONGEST_BLANK = 30, 120


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to show a value: the types it takes and whether it takes a text or a number in brackets."""

    takes: frozenset[FieldType]
    argument: type[str] | type[int] | None
    argument_needed: bool
    apply: Callable[[object, str | int | None], object]


def date_digits(value: date) -> str:
    """Return a date as 05/03/2026."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def date_words(value: date) -> str:
    """Return `ngày 05 tháng 3 năm 2026`: days below 10 and the months 1 and 2 have a zero (Decree 30/2020)."""
    month = f"{value.month:02d}" if value.month <= 2 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year:04d}"


def dotted(value: int) -> str:
    """Return a number with dots between thousands: 1.234.567."""
    return f"{value:,}".replace(",", ".")


def in_words(value: int) -> str:
    """Return a whole number in Vietnamese words, in small letters: 1205 is `một nghìn hai trăm linh năm`."""
    if value < 0:
        return "âm " + in_words(-value)
    if value == 0:
        return _DIGITS[0]
    return _billions(value, leading=True)


def dong_words(value: int) -> str:
    """Return an amount in words with a capital: `Hai trăm năm mươi triệu đồng`."""
    return capital(in_words(value) + " đồng")


def capital(value: str) -> str:
    """Return the text with its first letter in upper case, the rest untouched."""
    return value[:1].upper() + value[1:]


def shown(value: object) -> str:
    """Return a value in its usual form: dates 05/03/2026, numbers with dots, text as it is, None empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_digits(value.date())
    if isinstance(value, date):
        return date_digits(value)
    return dotted(value) if isinstance(value, int) else str(value)


def _billions(value: int, leading: bool) -> str:
    """Say the number in steps of a billion: `tỷ` is repeated for each, as in `một triệu tỷ`."""
    high, low = divmod(value, 10**9)
    words = [_billions(high, leading) + " tỷ"] if high else []
    if low:
        words.append(_below_billion(low, leading=leading and not high))
    return " ".join(words)


def _below_billion(value: int, leading: bool) -> str:
    words: list[str] = []
    for power in (2, 1, 0):
        group = value // 1000**power % 1000
        if group:
            words.append(f"{_group(group, leading and not words)} {_SCALES[power]}".strip())
    return " ".join(words)


def _group(value: int, leading: bool) -> str:
    """Say a number below 1,000; in the middle of a number its zeros are said too (`không trăm linh năm`)."""
    hundreds, rest = divmod(value, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or not leading else []
    if rest:
        words.append(_tens(rest, bool(words)))
    return " ".join(words)


def _tens(value: int, after_hundreds: bool) -> str:
    tens, ones = divmod(value, 10)
    if tens == 0:
        return f"linh {_DIGITS[ones]}" if after_hundreds else _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        return head
    if ones == 5:
        return f"{head} lăm"
    if ones == 1 and tens > 1:
        return f"{head} mốt"
    return f"{head} {_DIGITS[ones]}"


def _on(kind: type, apply: Callable[..., str]) -> Callable[[object, str | int | None], object]:
    """Return the filter for values of the type; anything else, above all what is missing, stays as it is."""
    return lambda value, _argument: apply(value) if isinstance(value, kind) else value


def _upper(value: object, _argument: str | int | None) -> object:
    return None if value is None else shown(value).upper()


def _capital(value: object, _argument: str | int | None) -> object:
    return None if value is None else capital(shown(value))


def _default(value: object, argument: str | int | None) -> object:
    return argument if value is None else value


def _blank(value: object, argument: str | int | None) -> object:
    length = argument if isinstance(argument, int) else BLANK_LENGTH
    return "…" * max(1, min(length, LONGEST_BLANK)) if value is None else value


FILTERS: dict[str, Filter] = {
    "date": Filter(frozenset({FieldType.DATE}), None, False, _on(date, date_digits)),
    "date_words": Filter(frozenset({FieldType.DATE}), None, False, _on(date, date_words)),
    "number": Filter(_NUMBERS, None, False, _on(int, dotted)),
    "words": Filter(_NUMBERS, None, False, _on(int, in_words)),
    "dong": Filter(_NUMBERS, None, False, _on(int, lambda value: f"{dotted(value)} đồng")),
    "dong_words": Filter(_NUMBERS, None, False, _on(int, dong_words)),
    "upper": Filter(_ANY, None, False, _upper),
    "capital": Filter(_ANY, None, False, _capital),
    "default": Filter(_ANY, str, True, _default),
    "blank": Filter(_ANY, int, False, _blank),
}
# What these give is still missing when the value was; what they give otherwise keeps the type of the value.
KEEPS_TYPE = frozenset({"default", "blank"})
