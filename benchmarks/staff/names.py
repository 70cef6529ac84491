"""Invented names with a long tail: a few that many people bear, and thousands that hardly anybody bears."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from exports.text import fold_ascii, given_name_sort_key

SLOTS = 65_536
# One slot of SLOTS each, so about 15 bearers in a million; nobody else bears these syllables together.
RARE = "Quách Bích Yến"
COMMON = "Nguyễn Văn"


def _words(text: str) -> list[str]:
    return text.split()


_FAMILIES = _words(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Trương Đinh Đoàn Lâm"
)
_MIDDLES = ("Văn", "Thị", "Thị Ngọc", "Hữu", "Đức", "Minh", "Thanh", "Kim", "Quang", "Thu")
_GIVEN = _words(
    "Hòa Hương Dũng Tuấn Hạnh Phượng Nghĩa Thủy Quyết Ánh Đạt Lan Sơn Hải Bình Long Cường Nam Trung Tiến Khánh "
    "Phúc Tâm Lợi Mai Hoa Hằng Nga Thảo Trang"
)
_FEW = _words("Quách Kiều Vương Tăng La Từ Tạ Tô Châu Thái")
_FEW_MIDDLES = ("Bích", "Gia", "Bá", "Như", "Trọng", "Công", "Xuân", "Đình")
_FEW_GIVEN = _words("Yến Khuê Diễm Quyên Vịnh Thạch Nhân Lộc Khải Uyên")


class Name(NamedTuple):
    """One full name with what the search and the sort order keep of it."""

    full_name: str
    name_fold: str
    name_sort: str


def names() -> Iterator[Name]:
    """Exactly SLOTS names, common ones many times over."""
    common = [" ".join(parts) for parts in product(_FAMILIES, _MIDDLES, _GIVEN)]
    few = [" ".join(parts) for parts in product(_FEW, _FEW_MIDDLES, _FEW_GIVEN)]
    made = {text: Name(text, fold_ascii(text), given_name_sort_key(text)) for text in (*common, *few)}
    tail = [made[text] for text in few]
    yield from tail
    # Every fourth person bears the first family name, as nearly in life.
    first = [text for text in common if text.startswith(_FAMILIES[0])]
    for number in range(SLOTS - len(tail)):
        pool = first if number % 3 == 0 else common
        yield made[pool[(number * 7919) % len(pool)]]
