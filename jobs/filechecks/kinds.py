"""Which kind of file this is, by its first bytes; and which kinds and media types belong to a name's extension.

Not here: looking inside (one module a family).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.filechecks.verdict import RefusedError

HEAD_SIZE = 4096


@dataclass(frozen=True)
class Kind:
    """A type of file by extension: `family` names the module that reads it."""

    family: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: Mapping[str, Kind] = {
    "pdf": Kind("pdf", "application/pdf"),
    "jpg": Kind("jpeg", "image/jpeg"),
    "jpeg": Kind("jpeg", "image/jpeg"),
    "png": Kind("png", "image/png"),
    "doc": Kind("ole", "application/msword"),
    "xls": Kind("ole", "application/vnd.ms-excel"),
    "docx": Kind("zip", f"{_OFFICE}.wordprocessingml.document"),
    "xlsx": Kind("zip", f"{_OFFICE}.spreadsheetml.sheet"),
    "zip": Kind("zip", "application/zip"),
    "rar": Kind("rar", "application/vnd.rar"),
}
ARCHIVES = frozenset({"zip", "rar"})
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"Rar!\x1a\x07\x00", "rar"),
    (b"Rar!\x1a\x07\x01\x00", "rar"),
)
_PAGE_MARKS = (b"<html", b"<!doctype html", b"<script", b"<svg", b"<body", b"<iframe")


def extension_of(name: str) -> str:
    """The last extension of a name, in small letters; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def family_of(head: bytes) -> str:
    """The family of the content, or an empty word."""
    return next((family for mark, family in _SIGNATURES if head.startswith(mark)), "")


def require_kind(extension: str, head: bytes) -> Kind:
    """The kind that both name and content say. Raises RefusedError when they differ, or say nothing known."""
    kind = KINDS.get(extension)
    if kind is None:
        raise RefusedError("type_not_accepted")
    if not head:
        raise RefusedError("empty")
    if family_of(head) == kind.family:
        return kind
    if kind.family == "pdf" and b"%PDF-" in head:
        raise RefusedError("two_in_one")
    if has_page_marks(head):
        raise RefusedError("web_page")
    if family_of(head) == "ole" and kind.family == "zip":
        # An Office file with a password is wrapped into the old format, whatever its name.
        raise RefusedError("encrypted")
    raise RefusedError("content_differs", extension=f".{extension}")


def has_page_marks(data: bytes) -> bool:
    """Whether a browser that guesses types might take this for a page or a drawing with scripts."""
    small = data.lower()
    return any(mark in small for mark in _PAGE_MARKS)
