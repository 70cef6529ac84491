"""Drawings of the staff screens: made once for the same figures, one at a time, kept for a while.

Not here: how a chart is drawn (`exports.charts`), what it shows (the screens). The drawing engine takes a tenth of a second
and one drawing at a time, so a page that is opened again costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

from markupsafe import Markup

from backoffice.views.formats import language
from exports.charts import Series, bar_chart, line_chart

_KEPT = 128
_engine = Lock()

Line = tuple[str, tuple[int, ...]]


def lines(title: str, sentence: str, months: Sequence[str], found: Sequence[Line]) -> Markup:
    """One or two lines over months."""
    return _lines(language(), title, sentence, tuple(months), tuple(found))


def bars(title: str, sentence: str, found: Sequence[tuple[str, int]]) -> Markup:
    """Bars in the order given."""
    return _bars(language(), title, sentence, tuple(found))


@lru_cache(maxsize=_KEPT)
def _lines(
    language: str, title: str, sentence: str, months: tuple[str, ...], found: tuple[Line, ...]
) -> Markup:
    series = [Series(label, values) for label, values in found]
    with _engine:
        return Markup(line_chart(title, sentence, months, series, language=language))  # noqa: S704 (our own drawing)


@lru_cache(maxsize=_KEPT)
def _bars(language: str, title: str, sentence: str, found: tuple[tuple[str, int], ...]) -> Markup:
    with _engine:
        return Markup(bar_chart(title, sentence, found, language=language))  # noqa: S704 (our own drawing)
