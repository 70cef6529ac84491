"""What the editor of a template shows: its faults in words, the fields it may name, a preview on invented data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from flask_babel import get_locale
from markupsafe import Markup

from backoffice import clock
from backoffice.models import DocumentTemplate
from backoffice.services.document_template import TemplateText, faults_of
from backoffice.services.paper_frozen import Frozen, paper_of
from backoffice.services.paper_heading import Office, Signer, symbol_of
from backoffice.views.errors import sentence
from backoffice.views.paper_preview import preview_or_refusal
from backoffice.workflow.messages import Line
from exports.papers import COMMON_FIELDS, FIELDS, sample_data

# Invented, as all data of previews.
_OFFICE = Office("Cục Quản lý Thi hành án dân sự", "Thi hành án dân sự tỉnh Đồng Tháp", "Đồng Tháp")
_SIGNER = Signer("", "TRƯỞNG THI HÀNH ÁN DÂN SỰ", "Nguyễn Văn Mẫu")


def text_from(row: DocumentTemplate, values: Mapping[str, Any] | None = None) -> TemplateText:
    """The text of an edition, with what was typed in its place where something was."""
    given = values or {}
    found = {item.name: given.get(item.name, getattr(row, item.name)) for item in fields(TemplateText)}
    return TemplateText(**{name: _whole(name, value) for name, value in found.items()})


def faults_shown(text: TemplateText | DocumentTemplate) -> list[tuple[str, int, str]]:
    """Field, line and sentence of every fault, in the language of the request."""
    return [
        (fault.field, fault.problem.line, sentence(Line(fault.problem.message, fault.problem.parameters)))
        for fault in faults_of(text)
    ]


def fields_shown(kind: str) -> list[tuple[str, str, str]]:
    """Name and meaning of every field of a kind, and the columns of lists."""
    english = str(get_locale()) == "en"
    return [
        (
            field.name,
            field.label_en if english else field.label_vi,
            ", ".join(f"item.{column.name}" for column in field.columns),
        )
        for field in (*FIELDS[kind], *COMMON_FIELDS)
    ]


def sample_preview(text: TemplateText | DocumentTemplate) -> Markup:
    """The template on invented data; a sentence in its place when it cannot be laid out."""
    return preview_or_refusal(
        lambda: paper_of(text, Frozen(sample_data(text.kind), _OFFICE, _SIGNER), _Sample(text), "")
    )


class _Sample:
    """Stands for the row of a paper that was never made: number, symbol and day of the preview."""

    check_code = ""

    def __init__(self, text: TemplateText | DocumentTemplate) -> None:
        self.symbol = symbol_of(text.symbol_pattern, _OFFICE.name)
        self.issued_on: date = clock.today()
        self.number = _SampleNumber()


class _SampleNumber:
    number = 128


def _whole(name: str, value: Any) -> Any:
    """Empty texts of a form are empty and not missing; a missing day stays missing."""
    return value if name in {"valid_from", "valid_to"} else value or ""
