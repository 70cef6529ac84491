"""Reads the published packages for the public site: descriptors, agencies, figures, versions.

Here: one immutable `Catalog` of everything small that pages show. Not here: debtor records, which only the
look-up reads (`exports.lookup`), the register of documents (`exports.check_shards`), nor how anything is drawn.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exports.lookup import province_name, provincial_agencies, read_rows
from exports.text import text_sort_key

NEEDED = ("debtors", "statistics")
# An installation that is older than this package has none until its first export; the site says so and is built.
DOCUMENTS = "documents"
CODE_LISTS = Path(__file__).resolve().parent.parent / "schemas" / "codes"


class PackageMissingError(Exception):
    """A package that the site is built from has never been published."""


@dataclass(frozen=True)
class Agency:
    """One enforcement agency; `province` is the code of the provincial agency above it or itself."""

    code: str
    name: str
    level: str
    parent_code: str
    province: str
    valid_from: str
    valid_to: str
    successor_code: str

    @property
    def short_name(self) -> str:
        """Name of the place: `Thành phố Hà Nội` for `Cục Thi hành án dân sự thành phố Hà Nội`."""
        return province_name(self.name)


@dataclass(frozen=True)
class Package:
    """One published package: its folder, its descriptor and the versions that are kept, newest first."""

    name: str
    directory: Path
    descriptor: Mapping[str, Any]
    versions: tuple[Mapping[str, Any], ...]

    @property
    def version_id(self) -> str:
        return self.directory.name

    @property
    def published_at(self) -> str:
        """Time of publication in ISO form, empty when the index of versions does not know it."""
        known = (version for version in self.versions if version.get("id") == self.version_id)
        return str(next(known, {}).get("published_at") or "")

    @property
    def is_sample(self) -> bool:
        return bool(self.descriptor.get("sample"))

    @property
    def resources(self) -> list[Mapping[str, Any]]:
        return list(self.descriptor["resources"])

    def rows(self, resource: str) -> int:
        """Row count of a resource as its descriptor states it."""
        found = next(item for item in self.resources if item["name"] == resource)
        return int(found.get("rows", found.get("row_count", 0)))


@dataclass(frozen=True)
class Indicator:
    """One indicator of the statistics, in both languages."""

    code: str
    titles: Mapping[str, str]
    definitions: Mapping[str, str]


Figure = tuple[int, int | None]
"""Cases, and money in đồng or None where it is withheld."""


@dataclass(frozen=True)
class Figures:
    """Figures of the nation and the provincial agencies by month, and of every agency in the last month."""

    periods: tuple[str, ...]
    by_month: Mapping[tuple[str, str, str], Figure] = field(repr=False)
    latest: Mapping[tuple[str, str], Figure] = field(repr=False)

    @property
    def last_period(self) -> str:
        return self.periods[-1] if self.periods else ""

    def at(self, period: str, agency: str, indicator: str) -> Figure:
        return self.by_month.get((period, agency, indicator), (0, None))

    def last(self, agency: str, indicator: str) -> Figure:
        return self.latest.get((agency, indicator), (0, None))


@dataclass(frozen=True)
class Catalog:
    """What the pages of the site are made from."""

    debtors: Package
    statistics: Package
    documents: Package | None
    agencies: Mapping[str, Agency]
    indicators: tuple[Indicator, ...]
    figures: Figures
    codes: Mapping[str, Mapping[str, Mapping[str, str]]]

    @property
    def packages(self) -> tuple[Package, ...]:
        return tuple(package for package in (self.debtors, self.statistics, self.documents) if package)

    @property
    def is_sample(self) -> bool:
        return any(package.is_sample for package in self.packages)

    @property
    def national(self) -> Agency | None:
        """The agency at the top; of several in a row of successors, one that has not ended."""
        found = (agency for agency in self.agencies.values() if agency.level == "national")
        return min(found, key=lambda agency: (bool(agency.valid_to), agency.code), default=None)

    @property
    def provinces(self) -> list[Agency]:
        """Provincial agencies in Vietnamese order of the place, without the word for its kind."""
        found = (agency for agency in self.agencies.values() if agency.level == "provincial")
        return sorted(found, key=lambda agency: (_place_key(agency.short_name), agency.code))

    def members(self, province: str) -> list[Agency]:
        """Agencies below a provincial one, in code order."""
        found = (agency for agency in self.agencies.values() if agency.province == province)
        return sorted((a for a in found if a.code != province), key=lambda agency: agency.code)


def load_catalog(root: Path, code_lists: Path = CODE_LISTS) -> Catalog:
    """Read the current version of every package below `root`; that of documents may not be there yet.

    Raises `PackageMissingError` naming the packages that are not there.
    """
    missing = [name for name in NEEDED if not _is_published(root / name)]
    if missing:
        raise PackageMissingError(", ".join(missing))
    debtors, statistics = (_load_package(root / name) for name in NEEDED)
    documents = root / DOCUMENTS
    agencies = _load_agencies(debtors.directory)
    return Catalog(
        debtors=debtors,
        statistics=statistics,
        documents=_load_package(documents) if _is_published(documents) else None,
        agencies=agencies,
        indicators=_load_indicators(statistics.directory),
        figures=load_figures(statistics.directory, agencies),
        codes=load_codes(code_lists),
    )


def publish_downloads(catalog: Catalog, folder: Path) -> None:
    """Put the current version of every package below `folder`, replacing what was there."""
    for package in catalog.packages:
        target = folder / package.name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(package.directory, target, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    """Share the bytes of a published file where the file system can; they never change."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _is_published(home: Path) -> bool:
    return (home / "current" / "datapackage.json").is_file()


def _load_package(home: Path) -> Package:
    directory = (home / "current").resolve()
    descriptor = json.loads((directory / "datapackage.json").read_text(encoding="utf-8"))
    index = home / "versions.json"
    listed = json.loads(index.read_text(encoding="utf-8")) if index.is_file() else []
    versions = listed.get("versions", []) if isinstance(listed, dict) else listed
    newest_first = sorted(versions, key=lambda version: str(version.get("published_at")), reverse=True)
    return Package(home.name, directory, descriptor, tuple(newest_first))


def _load_agencies(directory: Path) -> dict[str, Agency]:
    rows = list(read_rows(directory, "agencies"))
    province_of = provincial_agencies(rows)
    return {
        row["code"]: Agency(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent_code=row["parent_code"],
            province=province_of[row["code"]],
            valid_from=row.get("valid_from", ""),
            valid_to=row.get("valid_to", ""),
            successor_code=row.get("successor_code", ""),
        )
        for row in rows
    }


def _load_indicators(directory: Path) -> tuple[Indicator, ...]:
    rows = sorted(read_rows(directory, "indicators"), key=lambda row: int(row["position"]))
    return tuple(
        Indicator(
            code=row["code"],
            titles={"vi": row["title_vi"], "en": row["title_en"]},
            definitions={"vi": row["definition_vi"], "en": row["definition_en"]},
        )
        for row in rows
    )


def load_figures(directory: Path, agencies: Mapping[str, Agency]) -> Figures:
    """Read the figures once, keeping every month for the upper levels and the last month for all."""
    by_month: dict[tuple[str, str, str], Figure] = {}
    latest: dict[tuple[str, str], Figure] = {}
    periods: list[str] = []
    for row in read_rows(directory, "period_figures"):
        period, agency, indicator = row["period"], row["agency_code"], row["indicator_code"]
        if not periods or period != periods[-1]:
            periods.append(period)
            latest.clear()
        amount = int(row["amount_vnd"]) if row["amount_vnd"] else None
        figure = (int(row["case_count"]), amount)
        latest[agency, indicator] = figure
        if agency in agencies and agencies[agency].level in {"national", "provincial"}:
            by_month[period, agency, indicator] = figure
    return Figures(tuple(periods), by_month, latest)


def load_codes(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Labels of coded values: language → list name → code → label."""
    labels: dict[str, dict[str, dict[str, str]]] = {"vi": {}, "en": {}}
    for path in sorted(folder.glob("*.json")):
        entries = json.loads(path.read_text(encoding="utf-8"))["codes"]
        for language, by_list in labels.items():
            by_list[path.stem] = {entry["code"]: localized(entry, "label", language) for entry in entries}
    return labels


def localized(item: Mapping[str, Any], key: str, language: str) -> str:
    """A title, label or description in the language asked for, else in Vietnamese, the main language."""
    return str(item.get(f"{key}_{language}") or item.get(key) or "")


def _place_key(place: str) -> str:
    for kind in ("Tỉnh ", "Thành phố "):
        place = place.removeprefix(kind)
    return text_sort_key(place)
