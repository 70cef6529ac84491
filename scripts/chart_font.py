"""Join the pieces of our typeface into one font for the charts: `python -m scripts.chart_font`.

Browsers load Be Vietnam Pro in pieces by script (`site/assets/fonts`); the program that draws the charts knows neither
woff2 nor pieces, and would measure and draw with a font of the machine. Not here: the drawing (`exports.charts`).
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from config import ROOT
from exports.charts import FONTS

PIECES = ("latin", "latin-ext", "vietnamese")
SOURCE = ROOT / "site" / "assets" / "fonts"
TARGET = FONTS / "BeVietnamPro-Regular.ttf"
# What decides where letters stand; the finer features of a text face are not worth their bytes here.
_KEPT = ("GPOS", "GSUB", "GDEF")


def joined(folder: Path) -> TTFont:
    """The regular face with the letters of all pieces; `folder` takes the pieces as the merger wants them."""
    paths = []
    for piece in PIECES:
        font = TTFont(SOURCE / f"be-vietnam-pro-{piece}-400-normal.woff2", recalcTimestamp=False)
        font.flavor = None
        for table in _KEPT:
            if table in font:
                del font[table]
        paths.append(str(folder / f"{piece}.ttf"))
        font.save(paths[-1])
    font = Merger().merge(paths)
    font.recalcTimestamp = False
    return font


def main() -> int:
    """Write the font."""
    TARGET.parent.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        font = joined(Path(folder))
        # The merger writes the present time; the same pieces are to give the same bytes.
        font["head"].modified = TTFont(Path(folder) / "latin.ttf")["head"].modified
        font.save(TARGET)
    print(TARGET.name, TARGET.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
