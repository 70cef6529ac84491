"""How the public site writes numbers, money, dates and sizes: one way for every page of a language.

Not here: labels and sentences.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any


def number(value: int | None, language: str = "vi") -> str:
    """`1234567` → `1.234.567`, in English `1,234,567`; a withheld figure is an empty text."""
    if value is None:
        return ""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


def vnd(value: int | None, language: str = "vi") -> str:
    """Money with its sign: `1.234.567 đ`, in English `1,234,567 đ`."""
    return "" if value is None else f"{number(value, language)} đ"


def vi_date(iso: str) -> str:
    """`2026-07-01` or a time that starts so → `01/07/2026`; an empty text stays empty."""
    return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]}" if len(iso) >= 10 else iso


def month_label(period: str) -> str:
    """`2026-07` → `07/2026`."""
    return f"{period[5:7]}/{period[:4]}"


def size(count: int, language: str = "vi") -> str:
    """Bytes for people: `1,2 MB`, in English `1.2 MB`."""
    amount, units = float(count), ["B", "KB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    digits = 0 if units[0] == "B" else 1
    text = f"{amount:.{digits}f} {units[0]}"
    return text if language == "en" else text.replace(".", ",")


def json_block(value: Any) -> str:
    """JSON that is safe inside a script element: no text can end the element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def filters(language: str) -> dict[str, Callable[..., str]]:
    """These functions under the names by which templates reach them, for pages of one language."""
    return {
        "number": partial(number, language=language),
        "vnd": partial(vnd, language=language),
        "vi_date": vi_date,
        "month": month_label,
        "size": partial(size, language=language),
        "json_block": json_block,
    }
