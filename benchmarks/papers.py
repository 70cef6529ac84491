"""Figures of the papers: one process makes many, different each time; seconds a paper and whether memory stays flat.

Run as `python -m benchmarks.papers --documents 1000`. Not here: numbering, storing and signing of papers.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psutil

from benchmarks.measure import Figure
from exports.papers import (
    Heading,
    Paper,
    SignatureBlock,
    StartTemplate,
    read_start_template,
    render_pdf,
    sample_data,
)

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATES = REPOSITORY / "backoffice" / "data" / "document_templates"
NAMES = (
    "enforcement_decision.2026",
    "non_enforceable_decision.2026",
    "acceptance_reply.2026",
    "receipt_slip.2015",
)
DOCUMENTS = 1_000
# Fonts, layout caches and the first papers of each kind are paid before memory is expected to stay.
_WARM = 100
_GROWTH_GOAL_MB = 100.0
_HEADING = Heading(
    "Cục Quản lý thi hành án dân sự",
    "Thi hành án dân sự tỉnh Đồng Tháp",
    1,
    "THADS",
    "Đồng Tháp",
    None,
    "",
    None,
)


def measure(size: int) -> list[Figure]:
    """Print and return the figures for one paper to every hundred records, at most 1,000."""
    print(f"# papers: {min(size // 100, DOCUMENTS):,} in one process", flush=True)
    found = figures(max(1, min(size // 100, DOCUMENTS)))
    for figure in found:
        print(figure.line(), flush=True)
    return found


def figures(documents: int) -> list[Figure]:
    """Return the figures of one process of its own that makes so many papers."""
    command = [sys.executable, "-m", "benchmarks.papers", "--inside", "--documents", str(documents)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    cpu, wall, warm, peak, size = (float(word) for word in done.stdout.split())
    note = f"{documents:,} papers of {len(NAMES)} kinds, {size:,.0f} bytes each"
    return [
        Figure("papers.render.cpu", 1000 * cpu / documents, "ms", note=note),
        Figure("papers.render.rate", documents / wall, "1/s", note="one process; more workers, more papers"),
        Figure("papers.render.peak", peak, "MB"),
        Figure(
            "papers.render.growth",
            peak - warm,
            "MB",
            _GROWTH_GOAL_MB,
            note=f"peak less memory after {_WARM} papers",
        ),
    ]


def paper(template: StartTemplate, number: int) -> Paper:
    """Return a paper that differs from all others in number, date, name and length."""
    data = sample_data(template.kind)
    for name in ("debtor_name", "applicant_name"):
        if name in data:
            data[name] = f"Nguyễn Văn Ví Dụ {number}"
    for name in ("obligations", "received_items"):
        rows = data.get(name)
        if isinstance(rows, list):
            data[name] = rows * (1 + number % 9)
    day = date(2026, 7, 1) + timedelta(days=number % 90)
    heading = replace(_HEADING, number=number, issued_on=day, title=template.heading)
    signer = SignatureBlock("", "Trưởng Thi hành án dân sự", "Trần Thị Mẫu")
    code = f"{number:012d}"
    return Paper(
        template.kind,
        template.body,
        data,
        heading,
        template.recipients,
        signer,
        f"https://example.vn/#{code}",
        code,
    )


def _inside(documents: int) -> None:
    templates = [
        read_start_template((TEMPLATES / f"{name}.txt").read_text(encoding="utf-8")) for name in NAMES
    ]
    process, warm, peak, size = psutil.Process(), 0.0, 0.0, 0
    started, cpu = time.perf_counter(), time.process_time()
    for number in range(1, documents + 1):
        size += len(render_pdf(paper(templates[number % len(templates)], number)))
        resident = process.memory_info().rss / 1e6
        peak = max(peak, resident)
        warm = peak if number <= min(_WARM, documents) else warm
    print(time.process_time() - cpu, time.perf_counter() - started, warm, peak, size / documents)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when memory grew beyond the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.inside:
        _inside(given.documents)
        return 0
    found = figures(given.documents)
    for figure in found:
        print(figure.line())
    return 0 if all(figure.passed for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
