"""Compare the message catalogs with the messages of the program: `python -m scripts.check_catalogs [--update]`.

The check fails when a message is missing, untranslated, fuzzy or no longer used, or when a translation has other
places to fill than its message. `--update` adds new messages, empty, and drops unused ones. Not here: compiling.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from backoffice import errors
from backoffice.errors import OpenThadsError

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def program_messages() -> list[str]:
    """Every message id of the program: marked texts of code and templates, and the sentences of all errors."""
    with (ROOT / "translations" / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    found = set(_error_messages())
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT), methods, options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        found.update([message] if isinstance(message, str) else message)
    return sorted(message for message in found if message)


def problems(catalog: Catalog, wanted: list[str]) -> Iterator[str]:
    """What is wrong with one catalog."""
    for message in wanted:
        entry = catalog.get(message)
        if entry is None or not entry.string:
            yield f"not translated: {message!r}"
        elif entry.fuzzy:
            yield f"fuzzy: {message!r}"
        elif set(PLACE.findall(message)) != set(PLACE.findall(str(entry.string))):
            yield f"other places to fill: {message!r}"
    known = set(wanted)
    for entry in catalog:
        if entry.id and entry.id not in known:
            yield f"no longer used: {entry.id!r}"


def update(path: Path, wanted: list[str]) -> None:
    """Write the catalog with exactly the wanted messages, keeping the translations there are."""
    old = _read(path)
    new = Catalog(locale=path.parts[-3], project="OpenTHADS", charset="utf-8", fuzzy=False)
    for message in wanted:
        entry = old.get(message)
        new.add(message, entry.string if entry else "")
    with path.open("wb") as stream:
        write_po(stream, new, width=0, omit_header=False)
    _without_dates(path)


def main(arguments: list[str]) -> int:
    """Check all catalogs, or bring them in line first."""
    wanted = program_messages()
    found = 0
    for path in CATALOGS:
        if "--update" in arguments:
            update(path, wanted)
        for problem in problems(_read(path), wanted):
            print(f"{path.relative_to(ROOT)}: {problem}")
            found += 1
    print(f"{len(wanted)} messages, {len(CATALOGS)} catalogs, {found} problems")
    return 1 if found or not CATALOGS else 0


def _error_messages() -> Iterator[str]:
    classes = [OpenThadsError]
    while classes:
        cls = classes.pop()
        classes += cls.__subclasses__()
        if cls.__module__ == errors.__name__:
            yield cls.message


def _is_ours(folder: str | Path) -> bool:
    return Path(folder).name not in {".venv", "build", "var", "node_modules", "__pycache__", ".git", "tests"}


def _read(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parts[-3])


def _without_dates(path: Path) -> None:
    """Drop the lines that say when and by whom: the same messages must give the same file."""
    dated = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Generated-By", "Language-Team")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("#", *(f'"{name}' for name in dated)))]
    path.write_text("".join(kept).lstrip("\n"), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
