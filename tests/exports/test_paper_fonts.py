"""The fonts that are shipped: every character of the alphabet in all four, the right names, the licence beside them."""

import pytest
from fontTools.ttLib import TTFont

from exports.papers.alphabet import characters
from tests.exports.paper_samples import ROOT

FOLDER = ROOT / "exports" / "papers" / "fonts"
FACES = ("Regular", "Bold", "Italic", "BoldItalic")


@pytest.mark.parametrize("face", FACES)
def test_font_has_every_character_of_the_alphabet_and_may_be_embedded(face):
    with TTFont(FOLDER / f"OpenTHADSSerif-{face}.ttf") as font:
        assert characters() <= set(font.getBestCmap())
        assert font["name"].getDebugName(1) == "OpenTHADS Serif"
        assert font["OS/2"].fsType == 0


def test_fonts_are_small_and_their_licence_lies_beside_them():
    assert sum(path.stat().st_size for path in FOLDER.glob("*.ttf")) < 400_000
    licence = (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Tinos" in licence.splitlines()[0]
