"""Files that are two at once: an archive behind a picture or a document, a page inside a picture."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from jobs.filechecks.kinds import has_page_marks

_CHUNK = 1024 * 1024
_OVERLAP = 32
_FOREIGN = (b"%PDF-", b"Rar!\x1a\x07", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<?php")


def hides_archive(stream: BinaryIO) -> bool:
    """Whether a ZIP reader, which looks at the end first, would take this for an archive."""
    return zipfile.is_zipfile(stream)


def carries_foreign_marks(stream: BinaryIO) -> bool:
    """Whether the start of another kind of file, or of a page, stands anywhere in the bytes."""
    stream.seek(0)
    kept = b""
    while chunk := stream.read(_CHUNK):
        window = kept + chunk
        if has_page_marks(window) or any(mark in window for mark in _FOREIGN):
            return True
        kept = window[-_OVERLAP:]
    return False
