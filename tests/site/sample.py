"""Small packages of invented people, published by the real export engine, for tests of the site.

Here: rows, and the packages made of them. Not here: the export's own tests, and assertions.
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from exports.check_code import ALPHABET, check_character, check_key
from exports.lookup import PUBLIC_FIELDS
from exports.package import BuildResult, build_package
from exports.request_statistics import REQUEST_COLUMNS
from exports.sources import Table
from exports.survey import FIGURE_COLUMNS, OPTION_COLUMNS
from exports.writer import csv_row

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
WEIGHTS = {"national": 63 * 40, "provincial": 40, "district": 4}

NAMED = (
    {"full_name": "Nguyễn Văn Hòa", "agency_code": "CC001"},
    {"full_name": "Nguyễn Văn Hoà", "agency_code": "CC002"},
    {"full_name": "Nguyễn Văn Hóa", "agency_code": "CC001"},
    {"full_name": "Nguyễn Văn Hoa", "agency_code": "CC001"},
    {"full_name": "Đặng Quý Đạt", "agency_code": "CC250"},
    {"full_name": "Trần <b>Thị</b> & Ánh", "agency_code": "CC001"},
    {"full_name": "Công ty TNHH Thương mại Sao Khuê", "agency_code": "CC001"},
    {
        "full_name": "Phùng Thị Độc Nhất",
        "judgment_number": "05/2023/HNGĐ-ST",
        "enforcement_decision_number": "7777/QĐ-CCTHADS",
        "updated_on": "2025-03-01",
        "agency_code": "CC001",
    },
)


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


def write_debtors(root: Path, records: Iterable[dict[str, str]], *, sample: bool = True) -> BuildResult:
    """Publish a `debtors` package below `root`."""
    rows = sorted(records, key=lambda row: row["public_id"])
    sources = {"debtor_records": _table(PUBLIC_FIELDS, rows), "agencies": _table(AGENCY_FIELDS, agencies())}
    return build_package("debtors", sources, root=root, sample=sample, clock=_fixed_clock)


def code_of(number: int) -> str:
    """The check code of an invented document; it follows from the number."""
    body = "".join(ALPHABET[(number * 7919 + 31 * place) % 32] for place in range(11))
    body += "".join(ALPHABET[(number >> shift) & 31] for shift in (15, 10, 5, 0))
    return body + check_character(body)


def file_of(number: int) -> bytes:
    """The file of an invented document."""
    return b"%%PDF-1.7\n%% invented document %d\n" % number + bytes(range(256)) * (number % 5)


def issued(number: int, **changes: str) -> dict[str, str]:
    """One invented document of the register."""
    plain = {
        "check_key": check_key(code_of(number)),
        "document_kind": "enforcement_decision",
        "document_number": str(number),
        "document_symbol": "QĐ-CCTHADS",
        "issued_on": "2026-09-15",
        "agency_code": "CC001",
        "file_sha256": hashlib.sha256(file_of(number)).hexdigest(),
        "document_state": "valid",
        "replaced_by_key": "",
    }
    return {**plain, **changes}


VALID, REPLACED, REPLACEMENT, WITHDRAWN, UNNUMBERED = 7, 8, 9, 10, 11


def issued_documents() -> list[dict[str, str]]:
    """A register with a document in every state."""
    successor = check_key(code_of(REPLACEMENT))
    return [
        issued(VALID, document_symbol="QĐ-<b>CCTHADS</b>"),
        issued(REPLACED, document_state="replaced", replaced_by_key=successor),
        issued(REPLACEMENT, issued_on="2026-10-01"),
        issued(WITHDRAWN, document_state="withdrawn", document_kind="acceptance_reply"),
        issued(UNNUMBERED, document_kind="complaint_form", document_number="", document_symbol=""),
    ]


def write_documents(
    root: Path, documents: Iterable[dict[str, str]] = (), *, sample: bool = True
) -> BuildResult:
    """Publish a `documents` package below `root`."""
    rows = sorted(documents, key=lambda row: row["check_key"])
    columns = tuple(issued(0))
    sources = {"issued_documents": _table(columns, rows), "agencies": _table(AGENCY_FIELDS, agencies())}
    return build_package("documents", sources, root=root, sample=sample, clock=_fixed_clock)


def write_statistics(root: Path, *, months: int = 12, sample: bool = True) -> BuildResult:
    """Publish a `statistics` package below `root` with figures for every agency and month."""
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
    indicators.sort(key=lambda row: row["code"])
    figures = _figures([f"{2024 + month // 12}-{month % 12 + 1:02d}" for month in range(months)])
    sources = {
        "period_figures": _table(tuple(figures[0]), figures),
        "request_figures": Table(REQUEST_COLUMNS, []),
        "survey_figures": Table(FIGURE_COLUMNS, []),
        "survey_options": Table(OPTION_COLUMNS, []),
        "indicators": _table(tuple(indicators[0]), indicators),
        "agencies": _table(AGENCY_FIELDS, agencies()),
    }
    return build_package("statistics", sources, root=root, sample=sample, clock=_fixed_clock)


def _figures(periods: list[str]) -> list[dict[str, str]]:
    rng = random.Random(11)
    rows = []
    for period in periods:
        for agency in agencies():
            for code in sorted(item[0] for item in INDICATORS):
                cases = WEIGHTS[agency["level"]] * rng.randrange(1, 9)
                amount = (
                    ""
                    if cases < 5 or code == "open_at_end"
                    else str(cases * rng.randrange(1_000_000, 90_000_000))
                )
                keys = {"period": period, "agency_code": agency["code"], "indicator_code": code}
                rows.append({**keys, "case_count": str(cases), "amount_vnd": amount})
    return rows


def _table(columns: Sequence[str], rows: list[dict[str, str]]) -> Table:
    return Table(tuple(columns), [csv_row(row[column] for column in columns) for row in rows])


def _fixed_clock() -> datetime:
    return datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def build_site(packages: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Run the real `mkdocs build --strict` on the packages below a folder."""
    environment = {**os.environ, "OPENTHADS_PACKAGES_DIR": str(packages), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(target)]
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )


def named_records() -> list[dict[str, str]]:
    """Records that tests look for by name, after many others."""
    return [record(900_000 + index, **changes) for index, changes in enumerate(NAMED)]
