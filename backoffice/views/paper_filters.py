"""The filter of papers by their number. Not here: other filters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, false, select

from backoffice.models import DocumentNumber
from backoffice.views.filters import ListFilter
from exports.text import clean_text

_NUMBER = re.compile(r"0*([1-9][0-9]{0,8})(?:\s*/\s*(.+))?")


@dataclass(frozen=True)
class PaperNumberFilter(ListFilter):
    """Papers that bear a number, `57` or `57/QĐ-THADS`; anything else finds nothing."""

    columns: tuple[str, ...] = ("number_id",)
    control: str = field(default="search", init=False)

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The papers whose number is this one, and whose symbol begins so."""
        typed = _NUMBER.fullmatch(clean_text(value))
        if typed is None:
            return false()
        wanted = select(DocumentNumber.id).where(DocumentNumber.number == int(typed[1]))
        if typed[2]:
            wanted = wanted.where(DocumentNumber.symbol.startswith(typed[2], autoescape=True))
        found: ColumnElement[bool] = model.number_id.in_(wanted)
        return found
