"""Compile the message catalogs: `python -m scripts.compile_translations`. Nothing is done when they are up to date.

Not here: checking that the catalogs are complete (`check_catalogs`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def compile_all(folder: Path = TRANSLATIONS) -> list[Path]:
    """Write the compiled catalog beside every catalog that is newer; returns those that were written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as stream:
            catalog = read_po(stream, locale=source.parts[-3])
        # Another process may compile at the same time: a half-written catalog must never be read.
        stage = target.with_suffix(f".mo.{os.getpid()}")
        with stage.open("wb") as stream:
            write_mo(stream, catalog)
        stage.replace(target)
        written.append(target)
    return written


def main() -> int:
    """Compile and say what was done."""
    written = compile_all()
    for path in written:
        print(f"compiled {path.relative_to(TRANSLATIONS.parent)}")
    if not written:
        print("the catalogs are up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
