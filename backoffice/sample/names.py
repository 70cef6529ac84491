"""Invented people and organisations with the frequencies of Vietnamese names.

Surnames: Nguyễn about 37 %, seven surnames about 80 % (domain 6.3); Huỳnh and Võ in the South where the North
has Hoàng and Vũ. Middle and given names follow sex and age. Not here: addresses (`places`).
"""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import NamedTuple

from backoffice.sample.pools import pick, weighted_pool
from exports.text import SORT_KEY_LENGTH, fold_ascii, text_sort_key

_COMMON = {"Nguyễn": 37.5, "Trần": 11.8, "Lê": 9.4, "Phạm": 6.9, "Phan": 4.3}
_NORTH = {"Hoàng": 4.7, "Huỳnh": 0.2, "Vũ": 4.3, "Võ": 0.5}
_SOUTH = {"Hoàng": 0.6, "Huỳnh": 4.4, "Vũ": 0.8, "Võ": 4.0}
_OTHERS = (
    "Đặng 2.2,Bùi 2.1,Đỗ 1.9,Trương 1.5,Ngô 1.4,Hồ 1.3,Dương 1.2,Đinh 0.9,Đoàn 0.8,Lâm 0.7,Trịnh 0.7,Đào 0.7,"
    "Mai 0.6,Lương 0.6,Cao 0.5,Lý 0.5,Hà 0.5,Tạ 0.4,Tô 0.3,Châu 0.3,Thái 0.3,Phùng 0.3,Quách 0.2,Kiều 0.2,"
    "Vương 0.2,Tăng 0.2,La 0.1,Từ 0.1"
)
_HIGHLAND = "Lò 12,Quàng 6,Giàng 8,Vàng 6,Thào 6,Sùng 5,Nông 12,Ma 8,Triệu 8,Lường 6,Cầm 3,Bế 4,Đàm 5,Hứa 4"
_HIGHLAND_SHARE = 0.22
# Provinces (old codes) where many people bear surnames of the highland peoples; from 46 on the South begins.
_HIGHLANDS = frozenset(["02", "04", "06", "08", "10", "11", "12", "14", "15", "17", "19", "20"])
_SOUTH_BEGINS = "46"

# (sex, older): middle names, then given names. Both ways of placing the tone (hòa, hoà) occur, as in life.
_MIDDLE = {
    (
        "m",
        True,
    ): "Văn 40,Đình 8,Hữu 7,Xuân 6,Đức 6,Quang 5,Công 5,Thanh 5,Ngọc 4,Minh 4,Bá 2,Trọng 2,Hồng 2,Thế 2",
    (
        "m",
        False,
    ): "Văn 20,Đức 11,Minh 9,Hoàng 7,Quốc 7,Quang 7,Thanh 6,Hữu 6,Tuấn 5,Ngọc 5,Đình 4,Anh 4,Trung 3,"
    "Mạnh 3,Gia 2,Thành 2",
    ("f", True): "Thị 72,Kim 6,Ngọc 5,Thị Kim 3,Thị Thanh 3,Thị Hồng 3,Thị Minh 2,Bích 2,Thanh 2",
    (
        "f",
        False,
    ): "Thị 36,Ngọc 7,Thanh 6,Thị Thu 5,Thị Thanh 5,Thị Ngọc 5,Kim 5,Thị Hồng 4,Thùy 4,Phương 4,Minh 4,"
    "Thị Kim 3,Bích 3,Hồng 3,Mỹ 3,Thuỳ 1",
}
_GIVEN = {
    (
        "m",
        True,
    ): "Hùng 9,Dũng 7,Sơn 7,Thắng 5,Hải 6,Minh 6,Bình 5,Long 4,Tuấn 6,Thành 6,Đức 4,Cường 5,Hòa 3,Hoà 1,"
    "Phúc 3,Tâm 3,Lợi 2,Thanh 4,Hoàng 3,Nam 4,Trung 3,Tiến 3,Khánh 2,Quang 3,Chiến 2,Nghĩa 2,Toàn 2,Bảy 1,Tư 1,Năm 1,"
    "Sáu 1,Ba 1,Út 1,Phước 2,Lộc 2,Hiền 1,Mạnh 1,Quý 1",
    (
        "m",
        False,
    ): "Anh 5,Huy 5,Tuấn 6,Đạt 5,Hoàng 4,Nam 5,Long 4,Duy 4,Kiên 3,Phong 4,Tú 2,Hiếu 4,Bảo 3,Khang 2,Thịnh 3,"
    "Vũ 3,Linh 2,Tùng 3,Hùng 4,Dũng 4,Khoa 3,Nhật 2,Trường 2,Thành 4,Tài 3,Phúc 3,Nghĩa 2,Quân 3,Việt 3,Hải 3,Thái 2,Tiến 3",
    (
        "f",
        True,
    ): "Lan 7,Hoa 6,Hồng 5,Hương 6,Mai 5,Nga 4,Thủy 4,Thuỷ 1,Hà 5,Bình 2,Yến 3,Loan 3,Nhung 2,Phương 4,Dung 3,"
    "Hạnh 4,Liên 3,Tuyết 3,Xuân 3,Thu 4,Cúc 2,Đào 2,Huệ 2,Sen 1,Lý 1,Bé 1,Oanh 2,Minh 2,Thanh 3,Vân 3,Khánh 1,Quý 1",
    (
        "f",
        False,
    ): "Anh 6,Linh 6,Trang 6,Ngọc 4,Thảo 5,Hiền 4,Vy 3,Uyên 3,Quỳnh 3,My 3,Nhi 3,Ngân 3,Hằng 3,Huyền 4,Trâm 2,"
    "Trinh 2,Thương 2,Diễm 2,Duyên 2,Hà 3,Phương 4,Mai 3,Yến 3,Giang 2,Hoài 1,Thúy 2,Thuý 1,Như 2,Vân 2,Oanh 2,Hòa 1",
}

_ORGANISATION_KINDS = (
    "Công ty TNHH",
    "Công ty TNHH Một thành viên",
    "Công ty Cổ phần",
    "Doanh nghiệp tư nhân",
    "Hợp tác xã",
)
_TRADES = (
    "Xây dựng",
    "Thương mại và Dịch vụ",
    "Vận tải",
    "Sản xuất Bao bì",
    "Chế biến Thủy sản",
    "May mặc",
    "Vật liệu Xây dựng",
    "Nông sản",
    "Cơ khí",
    "Đầu tư Phát triển",
)
_PROPER = (
    "An Phát",
    "Hưng Thịnh",
    "Đại Lộc",
    "Minh Tâm",
    "Phú Quý",
    "Thành Công",
    "Tân Tiến",
    "Sao Mai",
    "Hòa Bình",
    "Trường Sơn",
    "Bình Minh",
    "Đông Á",
)
_BANKS = ("Phương Nam", "Đồng Tâm", "Cửu Long", "Trường Sơn", "Việt Hưng", "Biển Đông")


class Name(NamedTuple):
    """A clean name with its two search keys, as the models would make them."""

    text: str
    fold: str
    sort: str


def _pool(weights: str) -> tuple[str, ...]:
    pairs = (entry.rsplit(" ", 1) for entry in weights.split(","))
    return weighted_pool({name: float(weight) for name, weight in pairs})


_OTHER_SURNAMES = {name: float(weight) for name, weight in (e.rsplit(" ", 1) for e in _OTHERS.split(","))}
_NORTH_POOL = weighted_pool({**_COMMON, **_NORTH, **_OTHER_SURNAMES})
_SOUTH_POOL = weighted_pool({**_COMMON, **_SOUTH, **_OTHER_SURNAMES})
_HIGHLAND_POOL = _pool(_HIGHLAND)
_MIDDLE_POOLS = {key: _pool(weights) for key, weights in _MIDDLE.items()}
_GIVEN_POOLS = {key: _pool(weights) for key, weights in _GIVEN.items()}


def person_name(rng: Random, province_code: str, *, female: bool, older: bool) -> Name:
    """A person of this province, sex and age group."""
    if province_code in _HIGHLANDS and rng.random() < _HIGHLAND_SHARE:
        surnames = _HIGHLAND_POOL
    else:
        surnames = _SOUTH_POOL if province_code >= _SOUTH_BEGINS else _NORTH_POOL
    group = ("f" if female else "m", older)
    return _joined(f"{pick(rng, surnames)} {pick(rng, _MIDDLE_POOLS[group])}", pick(rng, _GIVEN_POOLS[group]))


def organisation_name(rng: Random) -> Name:
    """An enterprise. The word Mẫu and a number keep it apart from every real one."""
    kind, trade, proper = pick(rng, _ORGANISATION_KINDS), pick(rng, _TRADES), pick(rng, _PROPER)
    return _joined(f"{kind} {trade} {proper} Mẫu", str(rng.randint(1, 999)))


def bank_name(rng: Random) -> Name:
    """A credit institution that does not exist."""
    return _joined(f"Ngân hàng TMCP {pick(rng, _BANKS)}", "Mẫu")


def _joined(rest: str, given: str) -> Name:
    """The keys from those of both parts: a few thousand parts make a million names."""
    rest_fold, rest_sort = _keys(rest)
    given_fold, given_sort = _keys(given)
    return Name(f"{rest} {given}", f"{rest_fold} {given_fold}", (given_sort + rest_sort)[:SORT_KEY_LENGTH])


@lru_cache(maxsize=50_000)
def _keys(part: str) -> tuple[str, str]:
    return fold_ascii(part), text_sort_key(part)
