"""Everything in the ZIP format: plain archives are only listed, Word and Excel files are read part by part.

Not here: what the parts of Office files may hold (`new_office`).
"""

from __future__ import annotations

import stat
import zipfile
from typing import BinaryIO

from jobs.filechecks import new_office
from jobs.filechecks.listing import Entry, check_names, check_sizes
from jobs.filechecks.verdict import Limits, RefusedError

_ENCRYPTED = 0x1


def check(stream: BinaryIO, extension: str, limits: Limits) -> None:
    """Raise RefusedError for an archive that is a bomb, a trick or broken, and for an active Office file."""
    try:
        with zipfile.ZipFile(stream) as archive:
            items = archive.infolist()
            _check_frame(items)
            entries = [_entry(item) for item in items if not item.is_dir()]
            check_sizes(entries, limits)
            if extension == "zip":
                check_names(entries)
            else:
                new_office.check(archive, extension)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, EOFError, OSError) as error:
        raise RefusedError("broken") from error


def _check_frame(items: list[zipfile.ZipInfo]) -> None:
    """The archive must begin with its first entry, or another file stands before it."""
    if items and min(item.header_offset for item in items) != 0:
        raise RefusedError("two_in_one")
    if any(item.flag_bits & _ENCRYPTED for item in items):
        raise RefusedError("encrypted")
    if len({item.filename for item in items}) != len(items):
        raise RefusedError("broken")


def _entry(item: zipfile.ZipInfo) -> Entry:
    mode = item.external_attr >> 16
    is_plain = mode == 0 or stat.S_IFMT(mode) in (0, stat.S_IFREG)
    return Entry(item.orig_filename, item.file_size, item.compress_size, is_plain)
