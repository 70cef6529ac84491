"""Word and Excel files of the old format (.doc, .xls): streams in a compound file, without macros or objects."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import olefile

from jobs.filechecks.tail import hides_archive
from jobs.filechecks.verdict import Limits, RefusedError

_MACROS = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur", "vba_project"})
_CARRIED = frozenset({"objectpool", "\x01ole10native", "package", "contents"})
_ENCRYPTED = frozenset({"encryptedpackage", "encryptioninfo"})
_FIB_ENCRYPTED = 0x0100
_FILE_PASS, _BOUND_SHEET, _SUP_BOOK = 0x002F, 0x0085, 0x01AE
_MACRO_SHEET = 0x01


def check(stream: BinaryIO, extension: str, _limits: Limits) -> None:
    """Raise RefusedError for an old Office file that is another one, encrypted, active or stuffed."""
    if hides_archive(stream):
        raise RefusedError("two_in_one")
    stream.seek(0)
    with olefile.OleFileIO(stream) as document:
        names = {part.lower() for path in document.listdir(streams=True, storages=True) for part in path}
        if names & _ENCRYPTED:
            raise RefusedError("encrypted")
        if names & _MACROS:
            raise RefusedError("macros")
        if names & _CARRIED or any(name.startswith("mbd") for name in names):
            raise RefusedError("carries_files")
        _check_whole(document)
        if extension == "doc":
            _check_word(document, names)
        else:
            _check_excel(document, names)


def _check_whole(document: Any) -> None:
    """Every stream must be as long as the directory says."""
    for path in document.listdir():
        if len(document.openstream(path).read()) != document.get_size(path):
            raise RefusedError("broken")


def _check_word(document: Any, names: set[str]) -> None:
    if "worddocument" not in names:
        raise RefusedError("content_differs", extension=".doc")
    head = document.openstream("WordDocument").read(12)
    if len(head) < 12:
        raise RefusedError("broken")
    if struct.unpack_from("<H", head, 10)[0] & _FIB_ENCRYPTED:
        raise RefusedError("encrypted")


def _check_excel(document: Any, names: set[str]) -> None:
    name = next((found for found in ("workbook", "book") if found in names), None)
    if name is None:
        raise RefusedError("content_differs", extension=".xls")
    for kind, body in _records(document.openstream(name).read()):
        if kind == _FILE_PASS:
            raise RefusedError("encrypted")
        if kind == _BOUND_SHEET and len(body) > 5 and body[5] == _MACRO_SHEET:
            raise RefusedError("macros")
        # A book that gets values from another file names it; the books of its own sheets are four bytes long.
        if kind == _SUP_BOOK and len(body) > 4:
            raise RefusedError("outside_links")


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a workbook: kind and body."""
    place = 0
    while place + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, place)
        if kind == 0 and size == 0:
            return
        yield kind, data[place + 4 : place + 4 + size]
        place += 4 + size
