"""Papers of agencies and citizens: from a template text and values to a PDF that is right.

This is the door; it is light. WeasyPrint and Pango are loaded at the first `render_pdf`, in workers and commands.
Belongs here: the names that the rest of the project may use.
Does not belong here: storing templates and papers, numbers, signatures.
"""

import importlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from exports.papers.check import check_template
from exports.papers.expand import Expansion
from exports.papers.field_types import Field, FieldType
from exports.papers.fields import CITIZEN_KINDS, COMMON_FIELDS, FIELDS, fields_of, sample_data
from exports.papers.layout import Page, page
from exports.papers.markup import to_html
from exports.papers.model import N_, Heading, Paper, PaperError, Problem, RendererMissingError, SignatureBlock
from exports.papers.reading import Reader
from exports.papers.start_set import StartTemplate, fill_line, read_start_template
from exports.papers.syntax import LONGEST_TEMPLATE
from exports.papers.values import checked, visible

__all__ = [
    "CITIZEN_KINDS",
    "COMMON_FIELDS",
    "FIELDS",
    "Field",
    "FieldType",
    "Heading",
    "Paper",
    "PaperError",
    "Problem",
    "RendererMissingError",
    "SignatureBlock",
    "StartTemplate",
    "check_template",
    "check_values",
    "fill_line",
    "read_start_template",
    "render_pdf",
    "renderer_problem",
    "sample_data",
    "to_page_html",
    "warm_up",
]


# With its marks; what the renderer lays out within its time.
MOST_HTML = 400_000


def render_pdf(paper: Paper) -> bytes:
    """Return the paper as PDF/A-2a and PDF/UA-1; the same paper always gives the same bytes.

    PaperError: the template has a fault, a value is missing or cannot be printed, the paper grows too long.
    RendererMissingError: Pango is not installed here.
    """
    made = _page(paper)
    pdf: bytes = _engine().to_pdf(made)
    return pdf


def check_values(kind: str, data: Mapping[str, object]) -> None:
    """Refuse values that no paper of the kind could print; PaperError names the first and its field."""
    checked({field.name: field for field in FIELDS[kind]}, data)


def warm_up() -> None:
    """Load the renderer and make one paper, so that processes forked from this one begin with fonts and style sheet.

    RendererMissingError: Pango is not installed here.
    """
    kind = "receipt_slip"
    heading = Heading(
        "THI HÀNH ÁN", "Dân sự", 1, "GBN", "Hà Nội", date(2026, 1, 1), "GIẤY BIÊN NHẬN", "Về việc"
    )
    signer = SignatureBlock("TRƯỞNG", "Trưởng", "Nguyễn Văn A")
    render_pdf(
        Paper(kind, "**Văn bản** *thứ* nhất.", sample_data(kind), heading, ("Như trên",), signer, None, None)
    )


def to_page_html(paper: Paper) -> str:
    """Return the paper as HTML without its style sheet, in any process; PaperError as `render_pdf`."""
    return _page(paper).html


def renderer_problem() -> RendererMissingError | None:
    """Return why no PDF can be made here, or None when it can; loads the renderer."""
    try:
        _engine()
    except RendererMissingError as missing:
        return missing
    return None


def _page(paper: Paper) -> Page:
    fields = fields_of(paper.kind)
    if len(paper.body) > LONGEST_TEMPLATE:
        raise PaperError(N_("The template is longer than %(most)d characters."), most=LONGEST_TEMPLATE)
    reader = Reader(fields)
    nodes = reader.read(visible(paper.body, "body", LONGEST_TEMPLATE))
    if reader.problems:
        raise PaperError.of(reader.problems[0])
    heading, signer = paper.heading, paper.signature
    common: dict[str, object] = {
        "agency_name": heading.agency,
        "parent_agency_name": heading.parent_agency,
        "paper_number": heading.number,
        "paper_symbol": heading.symbol,
        "paper_place": heading.place,
        "issued_on": heading.issued_on,
        "issuer_position": signer.issuer_position,
        "signer_position": signer.position,
        "signer_name": signer.name,
    }
    expansion = Expansion(checked(fields, {**paper.data, **common}))
    body = to_html(expansion.lines(nodes), expansion.sealed, base=1 if heading.title else 0)
    if len(body) > MOST_HTML:
        raise PaperError(N_("The document is longer than %(most)d characters."), most=MOST_HTML)
    return page(paper, body, paper.kind in CITIZEN_KINDS)


def _engine() -> Any:
    try:
        return importlib.import_module("exports.papers.engine")
    except OSError as missing:
        raise RendererMissingError(
            N_("Documents cannot be made as PDF here: the Debian package %(package)s is missing."),
            package="libpangoft2-1.0-0",
        ) from missing
