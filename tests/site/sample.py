"""Small packages in the published format, for tests of the site.

Here: writing CSV files and descriptors by hand, so that the site is tested on its own. Not here: the export,
which has its own tests and makes the same files from a database.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from exports.lookup import PUBLIC_FIELDS

REPOSITORY = Path(__file__).resolve().parents[2]
AGENCIES_SOURCE = REPOSITORY / "backoffice" / "data" / "agencies.csv"
AGENCY_FIELDS = (
    "code",
    "name",
    "level",
    "parent_code",
    "province_code",
    "valid_from",
    "valid_to",
    "successor_code",
)
INDICATORS = (
    ("accepted", "Thụ lý mới", "Newly accepted"),
    ("completed", "Thi hành xong", "Completed"),
    ("terminated", "Đình chỉ", "Terminated"),
    ("non_enforceable", "Chưa có điều kiện thi hành", "Not yet having conditions"),
    ("published", "Công khai trong tháng", "Published in the month"),
    ("withdrawn_publication", "Chấm dứt công khai", "Publication ended"),
    ("open_at_end", "Chuyển kỳ sau", "Open at month end"),
)
OBLIGATIONS = ("court_fee", "fine", "compensation", "loan_repayment", "maintenance", "other_payment")
REASONS = ("2015_a", "2015_c", "2026_a", "2026_b", "2026_dd", "2026_h")
FAMILY_NAMES = ("Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Vũ", "Võ")
MIDDLE_NAMES = ("Văn", "Thị", "Hữu", "Đức", "Ngọc", "Minh", "Thị Thu", "Quốc")
GIVEN_NAMES = ("An", "Hòa", "Hoà", "Thủy", "Thuỷ", "Dũng", "Đạt", "Hương", "Quý", "Thanh", "Sơn", "Ánh")
SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"


def agencies() -> list[dict[str, str]]:
    """The real agency tree in the published columns."""
    with AGENCIES_SOURCE.open(encoding="utf-8", newline="") as file:
        rows = [{key: row.get(key) or "" for key in AGENCY_FIELDS} for row in csv.DictReader(file)]
    return sorted(rows, key=lambda row: row["code"])


def record(number: int, **changes: object) -> dict[str, str]:
    """One invented record; `number` makes its id and its document numbers."""
    public_id = "".join(SIGNS[(number >> shift) & 31] for shift in range(75, -1, -5))
    plain: dict[str, object] = {
        "public_id": public_id,
        "full_name": f"Nguyễn Văn Mẫu {number}",
        "address": f"Số {number}, xã Ví Dụ (dữ liệu mẫu)",
        "judgment_number": f"{number}/2024/DS-ST",
        "judgment_on": "2024-03-15",
        "court_name": "Tòa án nhân dân quận Ba Đình",
        "enforcement_decision_number": f"{number + 1000}/QĐ-CCTHADS",
        "enforcement_decision_on": "2024-06-03",
        "obligation_code": "loan_repayment",
        "obligation_amount_vnd": "1234567",
        "reason_code": "2015_a",
        "agency_code": "CC001",
        "published_on": "2025-02-10",
        "updated_on": "2025-02-10",
    }
    return {field: str({**plain, **changes}[field]) for field in PUBLIC_FIELDS}


def many_records(count: int, seed: int = 7) -> list[dict[str, str]]:
    """Seeded records with common names, spread over the real agencies."""
    rng = random.Random(seed)
    codes = [row["code"] for row in agencies() if row["level"] == "district"]
    rows = []
    for number in range(count):
        name = " ".join(map(rng.choice, (FAMILY_NAMES, MIDDLE_NAMES, GIVEN_NAMES)))
        rows.append(
            record(
                number,
                full_name=name,
                agency_code=rng.choice(codes),
                obligation_code=rng.choice(OBLIGATIONS),
                obligation_amount_vnd=rng.choice(("", rng.randrange(200_000, 2_000_000_000))),
                reason_code=rng.choice(REASONS),
                judgment_number=f"{rng.randrange(1, 400)}/{rng.randrange(2015, 2026)}/DS-ST",
            )
        )
    return rows


def write_debtors(root: Path, records: Iterable[dict[str, str]], *, sample: bool = True) -> Path:
    """Publish a `debtors` package below `root` and return its folder."""
    rows = sorted(records, key=lambda row: row["public_id"])
    tables = {
        "debtor_records": (PUBLIC_FIELDS, rows),
        "agencies": (AGENCY_FIELDS, agencies()),
    }
    return _write_package(root, "debtors", tables, sample)


def write_statistics(root: Path, *, months: int = 12, sample: bool = True) -> Path:
    """Publish a `statistics` package below `root` with figures for every agency and month."""
    rng = random.Random(11)
    periods = [f"{2024 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    weights = {"national": 63 * 40, "provincial": 40, "district": 4}
    figures = [
        {
            "period": period,
            "agency_code": agency["code"],
            "indicator_code": code,
            "case_count": str(cases := weights[agency["level"]] * rng.randrange(1, 9)),
            "amount_vnd": "" if cases < 5 else str(cases * rng.randrange(1_000_000, 90_000_000)),
        }
        for period in periods
        for agency in agencies()
        for code in sorted(item[0] for item in INDICATORS)
    ]
    indicators = [
        {
            "code": code,
            "title_vi": vi,
            "title_en": en,
            "unit": "cases_and_vnd",
            "definition_vi": f"{vi}: số việc và số tiền trong tháng.",
            "definition_en": f"{en}: cases and money in the month.",
            "position": str(position),
        }
        for position, (code, vi, en) in enumerate(INDICATORS, 1)
    ]
    tables = {
        "period_figures": (tuple(figures[0]), figures),
        "indicators": (tuple(indicators[0]), indicators),
        "agencies": (AGENCY_FIELDS, agencies()),
    }
    return _write_package(root, "statistics", tables, sample)


def _write_package(
    root: Path, name: str, tables: dict[str, tuple[Sequence[str], list[dict[str, str]]]], sample: bool
) -> Path:
    stage = root / name / "versions" / "stage"
    (stage / "data").mkdir(parents=True)
    resources = [_write_table(stage, table, *content) for table, content in tables.items()]
    descriptor = {
        "name": name,
        "title": f"Gói {name}",
        "title_en": f"Package {name}",
        "description": "Dữ liệu mẫu để kiểm thử.",
        "description_en": "Sample data for tests.",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "sample": sample,
        "resources": resources,
    }
    text = json.dumps(descriptor, ensure_ascii=False, indent=1)
    (stage / "datapackage.json").write_text(text, encoding="utf-8")
    version = hashlib.sha256(text.encode()).hexdigest()[:16]
    home = stage.rename(stage.parent / version)
    current = root / name / "current"
    current.unlink(missing_ok=True)
    current.symlink_to(Path("versions") / version)
    listed = [{"id": version, "published_at": "2026-11-20T22:00:00+07:00"}]
    (root / name / "versions.json").write_text(json.dumps(listed), encoding="utf-8")
    return home


def _write_table(
    stage: Path, name: str, fields: Sequence[str], rows: list[dict[str, str]]
) -> dict[str, object]:
    path = stage / "data" / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    data = path.read_bytes()
    columns = [
        {"name": field, "type": "string", "title": field, "title_en": field, "description": "Mô tả."}
        for field in fields
    ]
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "title": name,
        "title_en": name,
        "format": "csv",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "rows": len(rows),
        "schema": {"fields": columns, "primaryKey": [fields[0]]},
    }
