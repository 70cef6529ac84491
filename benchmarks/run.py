"""All benchmarks in turn, for `make bench`. A new benchmark module is added to `_ALL`."""

import os
from collections.abc import Callable

from benchmarks import export, flood, intake, papers
from benchmarks.measure import Figure
from benchmarks.staff import figures as staff

_SIZES = {"small": 100_000, "national": 1_000_000}
_ALL: tuple[Callable[[int], list[Figure]], ...] = (
    export.measure,
    staff.measure,
    papers.measure,
    intake.measure,
    flood.measure,
)


def size_asked(text: str) -> int:
    """Rows from the SIZE variable: `small`, `national` or a number. Raises SystemExit with a sentence."""
    if text in _SIZES:
        return _SIZES[text]
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise SystemExit(f"SIZE={text} is not known: use small, national or a number of records")


def main() -> int:
    """Run everything; exit with 1 when a goal is missed."""
    size = size_asked(os.environ.get("SIZE") or "small")
    found = [figure for measure in _ALL for figure in measure(size)]
    missed = [figure.name for figure in found if not figure.passed]
    print(f"# {len(found)} figures, goals missed: {', '.join(missed) or 'none'}")
    return int(bool(missed))
