"""Agencies with their share of all cases, and invented addresses and courts inside real provinces and districts.

From 1 July 2025 an address names the commune and the new province only, and a regional court judges. Not here:
people (`names`), the agency tree itself (`backoffice/data/agencies.csv`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from backoffice.sample import MARK
from backoffice.sample.pools import pick

# Cases of a province against the others, by old province code: what population and economy lead one to expect.
_PROVINCE_WEIGHTS = {
    **dict.fromkeys(("06", "04", "02", "12", "11", "10", "62", "08", "15", "17", "14", "20"), 0.5),
    **dict.fromkeys(("19", "26", "33", "35", "37", "44", "45", "46", "54", "58", "67", "93"), 0.9),
    **dict.fromkeys(("22", "24", "25", "27", "30", "34", "36", "42", "49", "51", "52", "70"), 1.3),
    **dict.fromkeys(("40", "56", "60", "64", "68", "83", "84", "86", "94", "95", "92", "77"), 1.7),
    **dict.fromkeys(("31", "38", "48", "66", "72", "80", "82", "87", "89", "91", "96"), 2.4),
    "74": 3.2,
    "75": 3.3,
    "01": 9.0,
    "79": 12.0,
}
_DISTRICT_WEIGHTS = {"quận": 2.2, "thành": 2.0, "thị": 1.3, "huyện": 1.0}
# The provincial agency keeps the large and difficult cases.
_PROVINCIAL_SHARE = 0.09
_CENTRAL_CITIES = frozenset({"01", "31", "46", "48", "79", "92"})

_FIRST = tuple(
    "Tân Phú Bình Long An Hòa Vĩnh Đông Yên Thanh Quang Minh Kim Xuân Hưng Đại Nam Bắc Phước Mỹ Định".split()  # noqa: SIM905
)
_SECOND = tuple(
    "Hòa Lộc Thành Phú An Sơn Khánh Phước Thạnh Hưng Lâm Thủy Trung Tiến Lợi Mỹ Giang Hải Thắng Đức".split()  # noqa: SIM905
)
_STREETS = (
    "Nguyễn Trãi",
    "Lê Lợi",
    "Trần Hưng Đạo",
    "Hai Bà Trưng",
    "Lý Thường Kiệt",
    "Quang Trung",
    "Hùng Vương",
    "Lê Duẩn",
    "Nguyễn Huệ",
    "Phan Đình Phùng",
    "Trần Phú",
    "Điện Biên Phủ",
    "Cách Mạng Tháng Tám",
    "Nguyễn Văn Cừ",
    "Bà Triệu",
    "Phan Bội Châu",
)
_HAMLETS = {"north": ("thôn", "xóm", "tổ dân phố"), "south": ("ấp", "khóm", "khu phố")}


class AgencyLike(Protocol):
    """What the sample needs of an agency."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def province_code(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """One agency with what its cases need: its office's suffix, district, province, communes and courts."""

    agency_id: int
    code: str
    path: str
    province_code: str
    is_provincial: bool
    weight: float
    old_area: str
    new_area: str
    communes: tuple[str, ...]
    old_court: str
    new_court: str
    appeal_court: str

    def address(self, rng: Random, *, after_reform: bool) -> str:
        """An invented address down to the house, with the mark of invented data."""
        commune = pick(rng, self.communes)
        if commune.startswith(("phường", "thị trấn")):
            house = f"số {rng.randint(1, 480)}, đường {pick(rng, _STREETS)}"
        else:
            side = "south" if self.province_code >= "46" else "north"
            house = f"{pick(rng, _HAMLETS[side])} {rng.randint(1, 14)}"
        area = self.new_area if after_reform else self.old_area
        return f"{house[0].upper()}{house[1:]}, {commune}, {area} {MARK}"

    def court(self, rng: Random, *, after_reform: bool) -> tuple[str, str]:
        """The court's name and the stage in its numbers: ST first instance, PT appeal."""
        if self.is_provincial or rng.random() < 0.1:
            return self.appeal_court, "PT"
        return (self.new_court if after_reform else self.old_court), "ST"

    def decision_suffix(self, *, after_reform: bool) -> str:
        """How the office signs its numbers."""
        if after_reform:
            return "QĐ-THADS"
        return "QĐ-CTHADS" if self.is_provincial else "QĐ-CCTHADS"


def places(agencies: Sequence[AgencyLike], succession: Sequence[Mapping[str, str]]) -> list[Place]:
    """Every provincial and district agency as a place, in the order of codes.

    `succession` says which province follows which on 1 July 2025 (old_code, new_code, new_name).
    """
    new_names = {row["old_code"]: _new_province(row["new_code"], row["new_name"]) for row in succession}
    provinces = {
        agency.province_code or "": _area(agency.name) for agency in agencies if agency.level == "provincial"
    }
    counts: dict[str, int] = {}
    found = []
    for agency in sorted(agencies, key=lambda agency: agency.code):
        code = agency.province_code or ""
        if agency.level not in ("provincial", "district") or code not in provinces:
            continue
        counts[code] = counts.get(code, 0) + 1
        found.append(_place(agency, provinces[code], new_names[code], region=counts[code] // 2 + 1))
    return _with_provincial_weights(found)


def _place(agency: AgencyLike, province: str, new_province: str, region: int) -> Place:
    # Seeded by the agency alone: the same communes whatever the seed of the people.
    rng = Random(f"place {agency.code}")  # noqa: S311 (invented data, not a secret)
    is_provincial = agency.level == "provincial"
    district = "" if is_provincial else _area(agency.name)
    kind = district.split(" ", 1)[0]
    old_area = f"{district}, {province}" if district else province
    short = new_province.removeprefix("thành phố ").removeprefix("tỉnh ")
    weight = _PROVINCE_WEIGHTS.get(agency.province_code or "", 1.0) * _DISTRICT_WEIGHTS.get(kind, 1.0)
    return Place(
        agency_id=agency.id,
        code=agency.code,
        path=agency.path,
        province_code=agency.province_code or "",
        is_provincial=is_provincial,
        weight=weight * rng.lognormvariate(0, 0.35),
        old_area=old_area,
        new_area=new_province,
        communes=_communes(rng, kind),
        old_court=f"Tòa án nhân dân {old_area}",
        new_court=f"Tòa án nhân dân khu vực {region} - {short}",
        appeal_court=f"Tòa án nhân dân {province}",
    )


def _with_provincial_weights(found: list[Place]) -> list[Place]:
    """District weights share out their province's weight, so that many districts do not make a large province."""
    district_sum: dict[str, float] = {}
    for place in found:
        if not place.is_provincial:
            district_sum[place.province_code] = district_sum.get(place.province_code, 0) + place.weight
    return [_reweighted(place, district_sum.get(place.province_code, 1.0)) for place in found]


def _reweighted(place: Place, district_sum: float) -> Place:
    province = _PROVINCE_WEIGHTS.get(place.province_code, 1.0)
    if place.is_provincial:
        share = province * _PROVINCIAL_SHARE
    else:
        share = province * (1 - _PROVINCIAL_SHARE) * place.weight / district_sum
    return Place(**{**{name: getattr(place, name) for name in Place.__slots__}, "weight": share})


def _communes(rng: Random, kind: str) -> tuple[str, ...]:
    urban_share = {"quận": 1.0, "thành": 0.75, "thị": 0.5, "huyện": 0.0}.get(kind, 0.6)
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND if first != second]
    chosen = rng.sample(names, rng.randint(8, 20))
    towns = [f"thị trấn {chosen[0]}"] if kind == "huyện" else []
    return (
        *towns,
        *(f"{'phường' if rng.random() < urban_share else 'xã'} {name}" for name in chosen[len(towns) :]),
    )


def _area(agency_name: str) -> str:
    """The district or province in an agency's name, its kind in lower case."""
    area = agency_name.split("Thi hành án dân sự ", 1)[-1]
    for kind in ("Thành phố", "Thành Phố", "Quận", "Huyện", "Thị xã", "Thị Xã", "Tỉnh"):
        area = area.replace(kind, kind.lower()) if area.startswith(kind) else area
    return area


def _new_province(code: str, name: str) -> str:
    plain = name.removeprefix("Thành phố ").removeprefix("Tỉnh ")
    return f"{'thành phố' if code in _CENTRAL_CITIES else 'tỉnh'} {plain}"
