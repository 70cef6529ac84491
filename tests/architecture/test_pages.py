"""The pages for people who read the project: every setting explained, every link leading somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from config import PREFIX
from tests.architecture.sources import ROOT

PAGES = [
    *ROOT.glob("*.md"),
    *[
        path
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if "data" not in path.relative_to(ROOT / "docs").parts
    ],
]
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


def test_every_setting_is_explained_in_the_page_of_installation() -> None:
    code = (ROOT / "config.py").read_text(encoding="utf-8")
    names = set(
        re.findall(
            r'_(?:text|path|optional_path|flag|seconds|whole|hours|web_address|database_url)\(env, "([A-Z_]+)"',
            code,
        )
    )
    names |= set(re.findall(r'PREFIX \+ "([A-Z_]+)"', code))
    page = (ROOT / "docs/operations/install.md").read_text(encoding="utf-8")
    explained = set(re.findall(rf"^\| `{PREFIX}([A-Z_]+)`", page, re.MULTILINE))
    assert explained == names


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_decisions_are_numbered_without_holes() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_guides_exist_in_both_languages() -> None:
    guides = {folder.name: sorted(path.name for path in folder.glob("*.md")) for folder in _guides()}
    assert set(guides) == {"vi", "en"}
    assert len(guides["vi"]) == len(guides["en"]) >= 2


def test_licence_is_the_whole_apache_text() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "APPENDIX: How to apply" in text


def _guides() -> list[Path]:
    return [path for path in (ROOT / "docs/guides").iterdir() if path.is_dir()]
