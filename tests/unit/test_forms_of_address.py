"""One form of address for each reader: the rule of CONTRIBUTING.md, held for every text in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from config import ROOT
from scripts.check_catalogs import KEYWORDS, _is_ours

COLLEAGUE, YOU, CITIZEN = r"\bđồng chí\b", r"\bbạn\b", r"\bông ?(?:,|/|\() ?bà\b"
# What citizens read, and what the services answer to them.
OF_CITIZENS = re.compile(
    r"^backoffice/((views|templates)/public|services/(draft_seal|request_draft|request_sending)|workflow/request_values)"
)
LETTERS = ROOT / "backoffice" / "data" / "notice_templates"


def screen_texts() -> Iterator[str]:
    """Every Vietnamese sentence of the staff screens; those that only citizens read stand in the same catalog."""
    with (ROOT / "translations" / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    places: dict[str, set[str]] = {}
    for file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT), methods, options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        for text in [message] if isinstance(message, str) else message:
            places.setdefault(text, set()).add(file)
    with (ROOT / "translations/vi/LC_MESSAGES/messages.po").open("rb") as stream:
        for entry in read_po(stream):
            found_in = places.get(str(entry.id), set())
            if not (found_in and all(OF_CITIZENS.search(file) for file in found_in)):
                yield str(entry.string)


def found(pattern: str, texts: Iterator[str]) -> list[str]:
    return [text for text in texts if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("pattern", [COLLEAGUE, CITIZEN])
def test_staff_screens_address_nobody_otherwise_when_they_say_you(pattern: str) -> None:
    assert found(pattern, screen_texts()) == []


@pytest.mark.parametrize("pattern", [COLLEAGUE, YOU, r"\bông, bà\b", r"\bông \(bà\)"])
def test_public_site_addresses_nobody_otherwise_when_citizens_read(pattern: str) -> None:
    pages = [*sorted((ROOT / "site" / "vi").rglob("*.md")), ROOT / "site" / "strings.json"]
    assert found(pattern, (path.read_text(encoding="utf-8") for path in pages)) == []


def test_letters_name_colleague_or_citizen_and_never_both_when_they_are_sent() -> None:
    texts: dict[Path, str] = {path: path.read_text(encoding="utf-8") for path in LETTERS.glob("*.vi.txt")}
    assert texts
    for path, text in texts.items():
        assert not (found(COLLEAGUE, iter([text])) and found(CITIZEN, iter([text]))), path.name
        assert not found(YOU, iter([text])), path.name
