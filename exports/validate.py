"""Checks the published bytes of one table, block by block, against its Table Schema.

Here: reading the CSV bytes back as a stranger would, cells, keys, references, and the place of each problem.
Never laxer than frictionless; stricter where a value could be spelled in two ways. Not here: the meaning of
a column's constraints (`rules`), words and counts (`report`), files (`assembly`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from exports.report import Problem, Report, ValidationFailed
from exports.rules import broken_rules, check_pattern, is_coded, published_type, typed
from exports.schema import RECORD_KEYS, Field, Resource

__all__ = ["TableValidator", "ValidationFailed"]

# One pass over the raw bytes: control characters, a lone quote inside text, zero-width and direction marks
# and the byte order mark (the two and three byte sequences of UTF-8).
_FORBIDDEN = (
    r'[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|[^,\n"]"[^,\n"]'
    r"|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf"
)


class TableValidator:
    """One table on its way to publication: fed with blocks in order, finished once.

    `keys` holds the keys of tables already checked; `wanted` names the columns other tables refer to;
    `retracted` the public identifiers that must never appear again.
    """

    def __init__(
        self,
        resource: Resource,
        report: Report,
        *,
        keys: Mapping[str, Any],
        wanted: Iterable[str] = (),
        retracted: Iterable[str] = (),
    ) -> None:
        self._name, self._schema, self._report = resource.name, resource.schema, report
        self._keys = keys
        self._collected: dict[str, list[Any]] = {name: [] for name in wanted}
        self._retracted = pa.array(sorted(retracted), pa.string())
        self._foreign = {key.field: key for key in resource.schema.foreign_keys}
        self._own_references: dict[str, dict[str, int]] = {}
        self._last_key: list[str] | None = None
        self._lines = 0
        self._coded = {f.name for f in resource.schema.fields if is_coded(f, f.name in self._foreign)}
        for field in resource.schema.fields:
            check_pattern(field)

    @property
    def arrow_schema(self) -> Any:
        """The columns as they are written to Parquet."""
        return pa.schema(
            [
                pa.field(f.name, published_type(f, f.name in self._coded), nullable=not f.required)
                for f in self._schema.fields
            ]
        )

    @property
    def plain_columns(self) -> tuple[str, ...]:
        """Columns in which hardly a value repeats."""
        return self._schema.primary_key if len(self._schema.primary_key) == 1 else ()

    def check(self, block: bytes) -> Any:
        """Check one block of whole rows. Returns it as a typed table, or None when it breaks a rule."""
        first = self._lines
        lines = block.count(b"\n")
        self._lines += lines
        self._report.rows[self._name] = self._lines
        skipped: list[int] = []
        table = self._parsed(block, first, skipped)
        if table is None:
            return None
        sound = self._check_bytes(block, first) and not skipped
        if table.num_rows + len(skipped) != lines:
            self._problem(first + _first_broken_row(table) + 1, "", "line_break")
            return None
        rows = _Rows(first, lines, skipped, self._key_column(table))
        columns = [self._checked(field, table[field.name].chunk(0), rows) for field in self._schema.fields]
        self._check_keys(table, rows)
        if not sound or any(column is None for column in columns):
            return None
        return pa.table(columns, schema=self.arrow_schema)

    def finish(self) -> dict[str, Any]:
        """Check what needs the whole table. Returns the keys other tables may refer to, by column."""
        self._report.rows.setdefault(self._name, 0)
        keys = {
            name: pa.concat_arrays(parts) if parts else pa.array([], pa.string())
            for name, parts in self._collected.items()
        }
        for name, seen in self._own_references.items():
            known = set(keys[self._foreign[name].reference_field].to_pylist())
            for value, row in sorted(seen.items(), key=lambda item: item[1]):
                if value not in known:
                    self._problem(row, name, "foreign_key", value)
        return keys

    def _parsed(self, block: bytes, first: int, skipped: list[int]) -> Any:
        """The block as a table of text columns; rows with a wrong number of cells are left out and told."""

        def leave_out(row: csv.InvalidRow) -> str:
            skipped.append(row.number)
            self._problem(first + row.number, "", "cell_count")
            return "skip"

        types = {
            name: pa.dictionary(pa.int32(), pa.string()) if name in self._coded else pa.string()
            for name in self._schema.columns
        }
        try:
            table = csv.read_csv(
                pa.py_buffer(block),
                csv.ReadOptions(
                    use_threads=False, block_size=len(block) + 1, column_names=self._schema.columns
                ),
                csv.ParseOptions(
                    newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=leave_out
                ),
                csv.ConvertOptions(
                    column_types=types,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
        except pa.ArrowInvalid:
            self._unreadable(block, first)
            return None
        return table if table.num_rows else None

    def _unreadable(self, block: bytes, first: int) -> None:
        try:
            block.decode()
        except UnicodeDecodeError as error:
            self._problem(first + 1 + block.count(b"\n", 0, error.start), "", "encoding")
        else:
            self._problem(first + 1, "", "syntax")

    def _check_bytes(self, block: bytes, first: int) -> bool:
        whole = pa.Array.from_buffers(
            pa.binary(),
            1,
            [None, pa.array([0, len(block)], pa.int32()).buffers()[1], pa.py_buffer(block)],
        )
        if not pc.match_substring_regex(whole, _FORBIDDEN)[0].as_py():
            return True
        for number, line in enumerate(block.split(b"\n"), first + 1):
            # The line ends count for the lone quote, so keep them around the line.
            if pc.match_substring_regex(pa.array([b"\n" + line + b"\n"]), _FORBIDDEN)[0].as_py():
                self._problem(number, "", "forbidden_character")
        return False

    def _checked(self, field: Field, column: Any, rows: "_Rows") -> Any:
        """The column in its published type, or None once its problems are in the report."""
        sound = True
        if field.required and column.null_count:
            self._tell(rows, field.name, "required", pc.is_null(column), column)
            sound = False
        coded = isinstance(column, pa.DictionaryArray)
        values = column.dictionary if coded else column
        for code, bad in broken_rules(field, values):
            self._tell(rows, field.name, code, pc.take(bad, column.indices) if coded else bad, column)
            sound = False
        if field.name in self._foreign:
            sound = self._check_references(field.name, column, rows) and sound
        return typed(field, column) if sound else None

    def _check_references(self, name: str, column: Any, rows: "_Rows") -> bool:
        key = self._foreign[name]
        if key.resource in ("", self._name):
            seen = self._own_references.setdefault(name, {})
            for value in column.dictionary.to_pylist():
                if value not in seen:
                    seen[value] = rows.number(
                        pc.index(column.indices, column.dictionary.index(value)).as_py()
                    )
            return True
        known = pc.is_in(column.dictionary, self._keys[f"{key.resource}.{key.reference_field}"])
        if pc.all(known, min_count=0).as_py():
            return True
        self._tell(rows, name, "foreign_key", pc.take(pc.invert(known), column.indices), column)
        return False

    def _check_keys(self, table: Any, rows: "_Rows") -> None:
        names = self._schema.primary_key
        columns = [pc.cast(table[name].chunk(0), pa.string()) for name in names]
        greater, equal = _compared_with_row_before(columns, self._last_key)
        if pc.all(greater, skip_nulls=True, min_count=0).as_py() is False:
            same = pc.fill_null(pc.and_(pc.invert(greater), equal), False)
            less = pc.fill_null(pc.and_(pc.invert(greater), pc.invert(equal)), False)
            self._tell(rows, names[0], "duplicate_key", same, columns[0])
            self._tell(rows, names[0], "key_order", less, columns[0])
        last = [column[-1].as_py() for column in columns]
        self._last_key = last if None not in last else self._last_key
        for name, parts in self._collected.items():
            parts.append(pc.cast(table[name].chunk(0), pa.string()))
        if len(self._retracted) and names in RECORD_KEYS:
            gone = pc.is_in(columns[0], self._retracted)
            self._tell(rows, names[0], "retracted", gone, columns[0])

    def _key_column(self, table: Any) -> Any:
        """The key that may be shown so that staff find the record: single, opaque, held to a pattern."""
        names = self._schema.primary_key
        field = next(f for f in self._schema.fields if f.name == names[0])
        return (field, table[field.name].chunk(0)) if len(names) == 1 and field.pattern else None

    def _tell(self, rows: "_Rows", field: str, code: str, bad: Any, column: Any) -> None:
        """Report the rows under a mask: the first ones with their place, the others as a number."""
        places = pc.indices_nonzero(pc.fill_null(bad, False)).to_pylist()
        for done, index in enumerate(places):
            if not self._report.wants_details:
                self._report.count(self._name, field, code, len(places) - done)
                return
            value = column[index].as_py()
            self._problem(rows.number(index), field, code, value, rows.key(index))

    def _problem(self, row: int, field: str, code: str, value: str | None = None, key: str = "") -> None:
        self._report.add(Problem(self._name, row, field, code, value, key))


class _Rows:
    """The rows of one block: which number each has in the table, and the key that may be shown."""

    def __init__(self, first: int, lines: int, skipped: list[int], key: Any) -> None:
        self._first, self._lines, self._skipped = first, lines, frozenset(skipped)
        self._numbers: list[int] | None = None
        self._key = key

    def number(self, index: int) -> int:
        """The number in the whole table, from 1, of the row at `index` of the block."""
        if not self._skipped:
            return self._first + index + 1
        if self._numbers is None:
            self._numbers = [n for n in range(1, self._lines + 1) if n not in self._skipped]
        return self._first + self._numbers[index]

    def key(self, index: int) -> str:
        """The opaque key of a row, or nothing when there is none fit to be shown."""
        if self._key is None:
            return ""
        field, column = self._key
        value = column[index : index + 1]
        if value.null_count or any(broken_rules(field, value)):
            return ""
        return str(value[0].as_py())


def _first_broken_row(table: Any) -> int:
    """The first row of a table of text that holds a line break inside a cell."""
    found = [
        pc.index(pc.match_substring(pc.cast(column.chunk(0), pa.string()), "\n"), True).as_py()
        for column in table.columns
    ]
    return min((index for index in found if index >= 0), default=0)


def _compared_with_row_before(columns: list[Any], last: list[str] | None) -> tuple[Any, Any]:
    """For each row, whether its key is greater than, and whether it equals, the key of the row before."""
    greater, equal = pa.scalar(False), pa.scalar(True)
    for position, column in enumerate(columns):
        # The first row of all has no row before it: nothing to compare gives null, which is no problem.
        before = pa.array([last[position] if last else None], pa.string())
        earlier = pa.concat_arrays([before, column[:-1]])
        greater = pc.or_kleene(greater, pc.and_kleene(equal, pc.greater(column, earlier)))
        equal = pc.and_kleene(equal, pc.equal(column, earlier))
    return greater, equal
