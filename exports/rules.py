"""The rules of one column, applied to whole columns of text at a time.

Here: what each type and constraint of a Table Schema means for the published text, and the typed column made
from it. Stricter than frictionless on purpose: one spelling a value. Not here: rows, keys, files (`validate`).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from exports.schema import Field, SchemaError

# At most 18 digits: always inside 64 bits. No sign, blank, underscore or leading zero.
_INTEGER = r"^(?:0|-?[1-9][0-9]{0,17})$"
# The year 0000 is no date for Python's readers, so it is none for us.
_DATE = r"^(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}$"

_PUBLISHED_TYPES = {"string": pa.string(), "integer": pa.int64(), "date": pa.date32()}


def is_coded(field: Field, foreign: bool) -> bool:
    """Whether a column repeats few values, so that its rules need to look at each value only once."""
    return foreign or bool(field.enum) or field.type == "date"


def published_type(field: Field, coded: bool) -> Any:
    """The Arrow type in which a column is written to Parquet."""
    plain = _PUBLISHED_TYPES[field.type]
    return pa.dictionary(pa.int32(), plain) if coded and field.type == "string" else plain


def check_pattern(field: Field) -> None:
    """Refuse a pattern that the matcher does not understand. Raises SchemaError."""
    if field.pattern is not None:
        try:
            pc.match_substring_regex(pa.array([""]), _whole(field.pattern))
        except pa.ArrowInvalid as error:
            raise SchemaError(f"field {field.name}: pattern cannot be used ({error})") from error


def broken_rules(field: Field, values: Any) -> Iterator[tuple[str, Any]]:
    """The rules that some values break: the problem code and a mask of the values that break it.

    `values` is an Arrow array of text; missing values break no rule here (`required` is the caller's).
    """
    good = _of_type(field, values)
    if not _all(good):
        yield "type", pc.invert(good)
        values = pc.if_else(good, values, None)
    for code, good in _constraints(field, values):
        if not _all(good):
            yield code, pc.invert(good)


def typed(field: Field, column: Any) -> Any:
    """The column in its published type, once it has broken no rule."""
    if field.type == "string":
        return column
    target = _PUBLISHED_TYPES[field.type]
    if isinstance(column, pa.DictionaryArray):
        return pc.take(pc.cast(column.dictionary, target), column.indices)
    return pc.cast(column, target)


def _of_type(field: Field, values: Any) -> Any:
    if field.type == "integer":
        return pc.match_substring_regex(values, _INTEGER)
    if field.type == "date":
        spelled = pc.match_substring_regex(values, _DATE)
        try:
            pc.cast(pc.if_else(spelled, values, None), pa.date32())
        except pa.ArrowInvalid:
            return pa.array([_is_day(value) for value in values.to_pylist()], pa.bool_())
        return spelled
    return pa.scalar(True)


def _constraints(field: Field, values: Any) -> Iterator[tuple[str, Any]]:
    if field.enum:
        yield "enum", pc.or_kleene(pc.is_in(values, pa.array(field.enum)), pc.is_null(values))
    if field.pattern is not None:
        yield "pattern", pc.match_substring_regex(values, _whole(field.pattern))
    if field.minimum is not None:
        yield "minimum", pc.greater_equal(pc.cast(values, pa.int64()), field.minimum)
    if field.min_length is not None:
        yield "length", pc.greater_equal(pc.utf8_length(values), field.min_length)
    if field.max_length is not None:
        yield "length", pc.less_equal(pc.utf8_length(values), field.max_length)


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _all(good: Any) -> bool:
    if isinstance(good, pa.Scalar):
        return bool(good.as_py())
    return pc.all(good, skip_nulls=True, min_count=0).as_py() is not False


def _is_day(value: str | None) -> bool | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
