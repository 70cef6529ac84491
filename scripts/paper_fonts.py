"""Cut the fonts of the papers from Tinos: `python -m scripts.paper_fonts DIRECTORY_WITH_TINOS`.

The directory holds Tinos-Regular.ttf, -Bold, -Italic and -BoldItalic (Debian: package fonts-croscore). Each is cut to
the characters of `exports.papers.alphabet` and named “OpenTHADS Serif”, so that no font of the system can be taken for
it and the licence's rule on names of changed fonts is kept. Not here: the licence, which lies beside the fonts.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from exports.papers.alphabet import characters

FAMILY = "OpenTHADS Serif"
FACES = {"Regular": "Regular", "Bold": "Bold", "Italic": "Italic", "BoldItalic": "Bold Italic"}
TARGET = Path(__file__).resolve().parent.parent / "exports" / "papers" / "fonts"


def cut(source: Path, face: str) -> TTFont:
    """Return the font of one face with our characters and our name."""
    options = subset.Options(
        hinting=False, layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], name_IDs=["*"]
    )
    options.name_languages = [0x409]
    options.notdef_outline = True
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    names = font["name"]
    for number, text in (
        (1, FAMILY),
        (2, FACES[face]),
        (3, f"{FAMILY} {FACES[face]}, from Tinos {font['head'].fontRevision:.2f}"),
        (4, f"{FAMILY} {FACES[face]}"),
        (6, f"OpenTHADSSerif-{face}"),
    ):
        names.setName(text, number, 3, 1, 0x409)
    for number in (7, 16, 17, 18, 21, 22):
        names.removeNames(nameID=number)
    names.names = [record for record in names.names if record.platformID == 3]
    return font


def main(arguments: list[str]) -> int:
    """Write the four faces."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    for face in FACES:
        target = TARGET / f"OpenTHADSSerif-{face}.ttf"
        cut(Path(arguments[0]) / f"Tinos-{face}.ttf", face).save(target)
        print(target.name, target.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
