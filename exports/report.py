"""What a validation found, in words that staff can read and without any personal value.

Here: the list of problem codes with their messages, masking, counting, the cap on details. Not here: the
rules themselves (`rules`, `validate`).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHOWN_PROBLEMS = 100
_MASKED_LENGTH = 24

MESSAGES: Mapping[str, tuple[str, str]] = {
    "syntax": ("Dòng không đúng định dạng CSV", "The row is not proper CSV"),
    "encoding": ("Dữ liệu không phải là UTF-8 hợp lệ", "The data are not valid UTF-8"),
    "forbidden_character": (
        "Có ký tự điều khiển, ký tự ẩn hoặc dấu ngoặc kép đặt sai chỗ",
        "There is a control character, an invisible character or a misplaced quote",
    ),
    "line_break": ("Ô có ký tự xuống dòng", "A cell contains a line break"),
    "cell_count": ("Dòng thừa ô hoặc thiếu ô", "The row has too many or too few cells"),
    "required": ("Thiếu giá trị bắt buộc", "A required value is missing"),
    "type": ("Giá trị không đúng kiểu dữ liệu", "The value is not of the right type"),
    "enum": ("Mã không có trong danh mục", "The code is not in the list of codes"),
    "pattern": ("Giá trị không đúng mẫu quy định", "The value does not match the required pattern"),
    "minimum": ("Giá trị nhỏ hơn mức tối thiểu", "The value is below the minimum"),
    "length": ("Giá trị quá dài hoặc quá ngắn", "The value is too long or too short"),
    "duplicate_key": ("Khóa bị trùng với dòng trước", "The key repeats the one of the row before"),
    "key_order": ("Khóa không theo thứ tự tăng dần", "The keys are not in increasing order"),
    "foreign_key": ("Mã không có trong bảng được tham chiếu", "The code is not in the table it refers to"),
    "retracted": (
        "Thông tin đã được gỡ bỏ nhưng vẫn còn trong nguồn",
        "The entry has been taken down but is still in the source",
    ),
}


class ValidationFailed(Exception):  # noqa: N818 (the name is part of the agreed interface)
    """The data break their schema; nothing was published. `report` says where, without personal values."""

    def __init__(self, report: dict[str, Any]) -> None:
        super().__init__(f"{report['problem_count']} problems in package {report['package']}")
        self.report = report


@dataclass(frozen=True)
class Problem:
    """One place where the data break the schema. `row` counts data rows from 1; 0 means the whole table."""

    resource: str
    row: int
    field: str
    code: str
    value: str | None = None
    key: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The problem with its messages; the value only as a masked shape."""
        message_vi, message_en = MESSAGES[self.code]
        return {
            "resource": self.resource,
            "row": self.row,
            "key": self.key,
            "field": self.field,
            "code": self.code,
            "message_vi": message_vi,
            "message_en": message_en,
            "value_shown": masked(self.value),
        }


class Report:
    """All problems of one package: every one counted, the first hundred kept with their place."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.rows: dict[str, int] = {}
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._problems: list[Problem] = []

    @property
    def is_clean(self) -> bool:
        """Whether nothing has been found so far."""
        return not self._counts

    @property
    def wants_details(self) -> bool:
        """Whether another problem would still be kept with its place."""
        return len(self._problems) < SHOWN_PROBLEMS

    def add(self, problem: Problem) -> None:
        """Count one problem and keep it if there is room."""
        self.count(problem.resource, problem.field, problem.code, 1)
        if self.wants_details:
            self._problems.append(problem)

    def count(self, resource: str, field: str, code: str, number: int) -> None:
        """Count problems whose places are not kept."""
        self._counts[resource, field, code] += number

    def as_dict(self) -> dict[str, Any]:
        """The report as stored with the run and shown to staff; the same data give the same report."""
        return {
            "package": self.package,
            "valid": self.is_clean,
            "rows": dict(self.rows),
            "problem_count": sum(self._counts.values()),
            "counts": [
                {"resource": resource, "field": field, "code": code, "count": number}
                for (resource, field, code), number in sorted(self._counts.items())
            ],
            "problems": [problem.as_dict() for problem in self._problems],
        }


def masked(value: str | None) -> str:
    """The shape of a value: `x` for each letter, `9` for each digit, never the value itself.

    >>> masked("Đỗ Văn 12")
    'xx xxx 99'
    """
    if value is None:
        return ""
    shape = "".join(_shape(character) for character in value[:_MASKED_LENGTH])
    return shape + ("…" if len(value) > _MASKED_LENGTH else "")


def _shape(character: str) -> str:
    if character.isalpha():
        return "x"
    if character.isdigit():
        return "9"
    return character if character.isascii() and character.isprintable() else "?"
