"""The pictures of the README and the guides: there, small, and refused when they are not small."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from config import ROOT
from scripts.take_screenshots import FOLDER, LANGUAGES, LARGEST, LEAFLET, SHOTS, save


@pytest.mark.parametrize("name", [shot.name for shot in SHOTS])
def test_picture_is_there_and_small_and_shown(name: str) -> None:
    path = FOLDER / f"{name}.png"
    assert path.stat().st_size <= LARGEST
    for language, readme in (("vi", "README.md"), ("en", "README.en.md")):
        pages = [ROOT / readme, *(ROOT / "docs" / "guides" / language).glob("*.md")]
        assert any(f"images/{name}.png" in page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_of_the_leaflet_are_there_and_small_and_shown(language: str) -> None:
    text = (ROOT / "site" / language / "thu-tuc" / "nop-truc-tuyen.md").read_text(encoding="utf-8")
    for number in (1, 2):
        path = LEAFLET / f"nop-{number}-{language}.png"
        assert path.stat().st_size <= LARGEST
        assert f"assets/images/{path.name}" in text


def test_picture_is_refused_when_it_is_too_large(tmp_path: Path) -> None:
    noise = Image.frombytes("RGB", (800, 800), random.Random(1).randbytes(800 * 800 * 3))
    stream = io.BytesIO()
    noise.save(stream, "PNG")
    with pytest.raises(ValueError, match=r"large\.png has \d+ bytes"):
        save(stream.getvalue(), tmp_path / "large.png")
