"""What the generated parts of the public site show: key figures, charts with tables, agencies, downloads.

Here: plain values for templates, in one language, made from a `Catalog`. Not here: HTML (templates under
`site/overrides`), drawing (`exports.charts`), MkDocs (`exports.site_hook`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.catalog import Agency, Catalog, Package, localized
from exports.charts import Series, bar_chart, line_chart
from exports.site_format import month_label, number

MONTHS_SHOWN = 24
PROVINCES_DRAWN = 15
FLOWS = ("accepted", "completed")

_WORDS = {
    "vi": {
        "flow_title": "Thụ lý mới và thi hành xong theo tháng, toàn quốc",
        "flow": "Trong tháng {month}, cả nước thụ lý mới {accepted} việc và thi hành xong {completed} việc.",
        "open_title": "Số việc chuyển kỳ sau theo tháng, toàn quốc",
        "open": "Cuối tháng {month}, cả nước còn {open} việc chuyển kỳ sau, {change}.",
        "more": "tăng {n} việc so với tháng trước",
        "less": "giảm {n} việc so với tháng trước",
        "same": "bằng tháng trước",
        "indicator_title": "Các chỉ tiêu trong tháng {month}, toàn quốc",
        "indicator": "Trong tháng {month}, có {published} bản ghi được công khai và {withdrawn} bản ghi "
        "chấm dứt công khai.",
        "province_title": "Số việc thi hành xong trong tháng {month} theo tỉnh, thành phố",
        "province_part": "{shown} trong {all} tỉnh, thành phố có nhiều việc thi hành xong nhất, tháng {month}",
        "province": "{first} có nhiều việc thi hành xong nhất trong tháng {month}: {count} việc.",
        "none": "Chưa có số liệu.",
    },
    "en": {
        "flow_title": "Newly accepted and completed cases by month, nationwide",
        "flow": "In {month}, {accepted} cases were newly accepted and {completed} were completed nationwide.",
        "open_title": "Cases open at month end, nationwide",
        "open": "At the end of {month}, {open} cases were open nationwide, {change}.",
        "more": "{n} more than the month before",
        "less": "{n} fewer than the month before",
        "same": "as many as the month before",
        "indicator_title": "Indicators for {month}, nationwide",
        "indicator": "In {month}, {published} records were published and {withdrawn} were taken down.",
        "province_title": "Cases completed in {month}, by province",
        "province_part": "The {shown} of {all} provinces with the most cases completed in {month}",
        "province": "{first} completed the most cases in {month}: {count}.",
        "none": "No figures yet.",
    },
}


@dataclass(frozen=True)
class Table:
    """A data table: caption, column heads, and rows whose first cell is a row head (text, link or None)."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, str | None, Sequence[int | None]]]


@dataclass(frozen=True)
class Chart:
    """A drawing with its title, the sentence that says what it shows, and the same figures as a table."""

    title: str
    sentence: str
    svg: str
    table: Table


def key_figures(catalog: Catalog) -> Mapping[str, int]:
    """Numbers of the home page: published records, agencies, open and completed cases."""
    national = catalog.national.code if catalog.national else ""
    year = catalog.figures.periods[-12:]
    return {
        "records": catalog.debtors.rows("debtor_records"),
        "agencies": len(catalog.agencies),
        "open": catalog.figures.last(national, "open_at_end")[0],
        "completed_year": sum(catalog.figures.at(month, national, "completed")[0] for month in year),
    }


def national_charts(catalog: Catalog, language: str) -> list[Chart]:
    """The charts of the statistics page, empty when there are no figures."""
    if not catalog.figures.periods or catalog.national is None:
        return []
    return [
        _flow_chart(catalog, language),
        _open_chart(catalog, language),
        _indicator_chart(catalog, language),
        _province_chart(catalog, language),
    ]


def _months(catalog: Catalog) -> tuple[str, ...]:
    return catalog.figures.periods[-MONTHS_SHOWN:]


def _national(catalog: Catalog, indicator: str) -> list[int]:
    code = catalog.national.code if catalog.national else ""
    return [catalog.figures.at(month, code, indicator)[0] for month in _months(catalog)]


def _title(catalog: Catalog, code: str, language: str) -> str:
    found = next((item for item in catalog.indicators if item.code == code), None)
    return found.titles[language] if found else code


def _flow_chart(catalog: Catalog, language: str) -> Chart:
    words, months = _WORDS[language], _months(catalog)
    accepted, completed = (_national(catalog, code) for code in FLOWS)
    labels = [_title(catalog, code, language) for code in FLOWS]
    sentence = words["flow"].format(
        month=month_label(months[-1]),
        accepted=number(accepted[-1], language),
        completed=number(completed[-1], language),
    )
    lines = [Series(label, values) for label, values in zip(labels, (accepted, completed), strict=True)]
    rows = [
        (month_label(month), None, (opened, done))
        for month, opened, done in zip(months, accepted, completed, strict=True)
    ]
    return Chart(
        words["flow_title"],
        sentence,
        line_chart(words["flow_title"], sentence, months, lines, language=language),
        Table(words["flow_title"], labels, rows[::-1]),
    )


def _open_chart(catalog: Catalog, language: str) -> Chart:
    words, months = _WORDS[language], _months(catalog)
    values = _national(catalog, "open_at_end")
    label = _title(catalog, "open_at_end", language)
    sentence = words["open"].format(
        month=month_label(months[-1]), open=number(values[-1], language), change=_change(values, language)
    )
    rows = [(month_label(month), None, (value,)) for month, value in zip(months, values, strict=True)]
    return Chart(
        words["open_title"],
        sentence,
        line_chart(words["open_title"], sentence, months, [Series(label, values)], language=language),
        Table(words["open_title"], [label], rows[::-1]),
    )


def _change(values: Sequence[int], language: str) -> str:
    step = values[-1] - values[-2] if len(values) > 1 else 0
    kind = "more" if step > 0 else "less" if step < 0 else "same"
    return _WORDS[language][kind].format(n=number(abs(step), language))


def _indicator_chart(catalog: Catalog, language: str) -> Chart:
    words, national = _WORDS[language], catalog.national.code if catalog.national else ""
    month = month_label(catalog.figures.last_period)
    figures = [(item, catalog.figures.last(national, item.code)) for item in catalog.indicators]
    title = words["indicator_title"].format(month=month)
    sentence = words["indicator"].format(
        month=month,
        published=number(catalog.figures.last(national, "published")[0], language),
        withdrawn=number(catalog.figures.last(national, "withdrawn_publication")[0], language),
    )
    flows = [(item.titles[language], figure[0]) for item, figure in figures if item.code != "open_at_end"]
    rows = [(item.titles[language], None, figure) for item, figure in figures]
    return Chart(
        title,
        sentence,
        bar_chart(title, sentence, flows, language=language),
        Table(title, _unit_heads(language), rows),
    )


def _province_chart(catalog: Catalog, language: str) -> Chart:
    words, figures = _WORDS[language], catalog.figures
    month = month_label(figures.last_period)
    title = words["province_title"].format(month=month)
    ranked = sorted(catalog.provinces, key=lambda agency: -figures.last(agency.code, "completed")[0])
    sentence = words["none"]
    if ranked:
        most = number(figures.last(ranked[0].code, "completed")[0], language)
        sentence = words["province"].format(first=ranked[0].short_name, month=month, count=most)
    shown = ranked[:PROVINCES_DRAWN]
    bars = [(agency.short_name, figures.last(agency.code, "completed")[0]) for agency in shown]
    heading = title
    if len(shown) < len(ranked):
        heading = words["province_part"].format(month=month, shown=len(shown), all=len(ranked))
    codes = ("accepted", "completed", "non_enforceable", "open_at_end")
    rows = [
        (agency.short_name, page_of(agency), [figures.last(agency.code, code)[0] for code in codes])
        for agency in catalog.provinces
    ]
    heads = [_title(catalog, code, language) for code in codes]
    drawing = bar_chart(heading, sentence, bars, language=language)
    return Chart(heading, sentence, drawing, Table(title, heads, rows))


def _unit_heads(language: str) -> list[str]:
    return ["Số việc", "Số tiền (đồng)"] if language == "vi" else ["Cases", "Money (đồng)"]


def page_of(agency: Agency) -> str:
    """Page of a provincial agency, from the root of its language."""
    return f"co-quan/{agency.code.lower()}/"


def province_tables(catalog: Catalog, province: str, language: str) -> dict[str, Any]:
    """A province's page: its agencies with the last month's figures, and its own last 12 months."""
    agencies = [catalog.agencies[province], *catalog.members(province)]
    figures = catalog.figures
    shown = [item for item in catalog.indicators if item.code != "withdrawn_publication"]
    codes = [item.code for item in shown]
    months = figures.periods[-12:][::-1]
    return {
        "agency": catalog.agencies[province],
        "agencies": agencies,
        "indicators": shown,
        "figures": {agency.code: [figures.last(agency.code, code) for code in codes] for agency in agencies},
        "months": [
            (month_label(month), [figures.at(month, province, code) for code in codes]) for month in months
        ],
        "title": catalog.agencies[province].name,
        "language": language,
    }


def downloads(catalog: Catalog, language: str) -> list[dict[str, Any]]:
    """The packages with their resources, schemas, files and kept versions."""
    return [_package_view(package, language) for package in catalog.packages]


def _package_view(package: Package, language: str) -> dict[str, Any]:
    return {
        "name": package.name,
        "title": localized(package.descriptor, "title", language),
        "description": localized(package.descriptor, "description", language),
        "version": package.version_id,
        "published_at": package.published_at,
        "licence": _licence(package.descriptor),
        "resources": [_resource_view(item, language) for item in package.resources],
        "versions": package.versions,
    }


def _licence(descriptor: Mapping[str, Any]) -> Mapping[str, str]:
    found = descriptor.get("licenses") or [{}]
    return dict(found[0])


def _resource_view(resource: Mapping[str, Any], language: str) -> dict[str, Any]:
    files = [
        {"format": "CSV", "path": resource["path"], "bytes": resource["bytes"], "hash": resource["hash"]}
    ]
    columnar = resource.get("parquet")
    if isinstance(columnar, dict):
        files.append({"format": "Parquet", **{key: columnar[key] for key in ("path", "bytes", "hash")}})
    schema = resource["schema"]
    key = schema.get("primaryKey", [])
    return {
        "name": resource["name"],
        "title": localized(resource, "title", language),
        "description": localized(resource, "description", language),
        "rows": resource.get("rows", resource.get("row_count", 0)),
        "files": files,
        "primary_key": [key] if isinstance(key, str) else list(key),
        "fields": [_field_view(field, language) for field in schema["fields"]],
    }


def _file_view(kind: str, file: Mapping[str, Any]) -> dict[str, Any]:
    return {"format": kind, **{key: file[key] for key in ("path", "bytes", "hash")}}


def _field_view(field: Mapping[str, Any], language: str) -> dict[str, Any]:
    rules = field.get("constraints", {})
    return {
        "name": field["name"],
        "type": field.get("type", "string"),
        "title": localized(field, "title", language),
        "description": localized(field, "description", language) if "description" in field else "",
        "required": bool(rules.get("required")),
        "values": list(rules.get("enum", [])),
    }
