"""PDF files: readable, not encrypted, nothing in them that acts by itself or carries other files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf

from jobs.filechecks.kinds import has_page_marks
from jobs.filechecks.tail import hides_archive
from jobs.filechecks.verdict import Limits, RefusedError

_HEAD, _TAIL = 1024, 2048
_DEEPEST = 60
# Keys and action names that run, start or carry something.
_SCRIPT_KEYS = frozenset({"/JS", "/JavaScript"})
_SCRIPT_ACTIONS = frozenset({"/JavaScript", "/Rendition"})
_STARTING_ACTIONS = frozenset({"/Launch", "/ImportData", "/GoToE"})
_CARRYING_KEYS = frozenset({"/EmbeddedFiles", "/EF", "/RichMedia", "/RichMediaContent"})
_CARRYING_TYPES = frozenset({"/EmbeddedFile", "/FileAttachment", "/RichMedia"})


def _load_ciphers() -> None:
    """Let the library open its source of random numbers now: later the process may open no file."""
    document = pikepdf.new()
    document.save(io.BytesIO(), encryption=pikepdf.Encryption(owner="a", user="b"))


_load_ciphers()


def check(stream: BinaryIO, _extension: str, limits: Limits) -> None:
    """Raise RefusedError for a PDF that is encrypted, active, stuffed, cut off or endless."""
    _check_edges(stream)
    try:
        document = pikepdf.open(stream)
    except pikepdf.PasswordError as error:
        raise RefusedError("encrypted") from error
    except pikepdf.PdfError as error:
        raise RefusedError("broken") from error
    with document:
        if document.is_encrypted:
            raise RefusedError("encrypted")
        _check_pages(document, limits)
        for thing in document.objects:
            _check_object(thing)


def _check_edges(stream: BinaryIO) -> None:
    """The header must stand at the very start, the end mark at the very end, and neither may be another file's."""
    if has_page_marks(stream.read(_HEAD)):
        raise RefusedError("two_in_one")
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _TAIL))
    _before, mark, after = stream.read().rpartition(b"%%EOF")
    if not mark:
        raise RefusedError("broken")
    if after.strip(b"\r\n\t \0") or hides_archive(stream):
        raise RefusedError("two_in_one")
    stream.seek(0)


def _check_pages(document: Any, limits: Limits) -> None:
    count = len(document.pages)
    if count == 0:
        raise RefusedError("no_pages")
    if count > limits.pdf_pages:
        raise RefusedError("too_many_pages", count=count, limit=limits.pdf_pages)


def _check_object(thing: Any) -> None:
    for keys, action, kind in _dictionaries(thing, 0):
        if keys & _SCRIPT_KEYS or action in _SCRIPT_ACTIONS:
            raise RefusedError("pdf_script")
        if action in _STARTING_ACTIONS:
            raise RefusedError("pdf_launch")
        if keys & _CARRYING_KEYS or kind & _CARRYING_TYPES:
            raise RefusedError("carries_files")
        if "/XFA" in keys:
            raise RefusedError("pdf_form")


def _dictionaries(thing: Any, depth: int) -> Iterator[tuple[set[str], str, set[str]]]:
    """Every dictionary that stands directly in an object: its keys, its action and its type and subtype."""
    if depth > _DEEPEST:
        raise RefusedError("broken")
    if isinstance(thing, pikepdf.Array):
        parts = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        keys = set(thing.keys())
        yield keys, _name(thing, "/S"), {_name(thing, "/Type"), _name(thing, "/Subtype")}
        parts = [thing[key] for key in keys if key != "/Parent"]
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _dictionaries(part, depth + 1)


def _name(thing: Any, key: str) -> str:
    value = thing.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""
