"""Papers for tests: the start set with sample data, and what a reader gets out of the PDF.

Here: making them and reading them back with the programs of poppler. Not here: assertions.
"""

from __future__ import annotations

import subprocess
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bs4 import BeautifulSoup

from exports.papers import (
    CITIZEN_KINDS,
    Heading,
    Paper,
    SignatureBlock,
    StartTemplate,
    fill_line,
    read_start_template,
    sample_data,
    to_page_html,
)

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "backoffice" / "data" / "document_templates").glob("*.txt"))
CODE = "K7M2-P9QX-4TZW-1"
HEADING = Heading(
    "Cục Quản lý thi hành án dân sự",
    "Thi hành án dân sự tỉnh Đồng Tháp",
    5,
    "QĐ-THADS",
    "Đồng Tháp",
    date(2026, 7, 5),
    "QUYẾT ĐỊNH",
    "Về việc thi hành án",
)
SIGNATURE = SignatureBlock(
    "KT. Trưởng thi hành án dân sự", "Phó Trưởng thi hành án dân sự", "Nguyễn Văn Ví Dụ"
)


def start_template(name: str) -> StartTemplate:
    """One file of the start set by its name without ending."""
    return read_start_template((FILES[0].parent / f"{name}.txt").read_text(encoding="utf-8"))


def paper_of(template: StartTemplate, data: Mapping[str, object] | None = None) -> Paper:
    """The template with data, or with the sample data of its kind."""
    values = sample_data(template.kind) if data is None else dict(data)
    form = template.kind in CITIZEN_KINDS
    abstract = fill_line(template.kind, template.abstract, values) or None
    heading = replace(HEADING, title=template.heading, abstract=abstract)
    if form:
        heading = replace(heading, parent_agency=None, agency="", number=None, symbol="")
    signature = SignatureBlock("", template.position, "") if form else SIGNATURE
    url = None if form else f"https://example.vn/kiem-tra/#{CODE}"
    names = tuple(fill_line(template.kind, line, values) for line in template.recipients)
    return Paper(template.kind, template.body, values, heading, names, signature, url, None if form else CODE)


def decision(body: str, **data: object) -> Paper:
    """An enforcement decision with a body of its own."""
    values = {**sample_data("enforcement_decision"), **data}
    return Paper("enforcement_decision", body, values, HEADING, ("Như trên",), SIGNATURE, None, None)


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader copies out of the file."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def words_lost(paper: Paper, text: str) -> Counter[str]:
    """Words of the paper that cannot be copied out as they were put in; composed letters only."""
    page = BeautifulSoup(to_page_html(paper), "html.parser")
    for hidden in page.select("title, svg"):
        hidden.decompose()
    for block in page.select("p, li, td, th, div, br, h1, h2, h3, h4"):
        block.insert_after(" ")
    wanted = Counter(unicodedata.normalize("NFC", page.get_text()).split())
    lost = wanted - Counter(text.split())
    # Numbers such as 33/2020/NĐ-CP may go on in the next line.
    flowing = "".join(text.split()).replace("-", "")
    return Counter({word: times for word, times in lost.items() if word.replace("-", "") not in flowing})
