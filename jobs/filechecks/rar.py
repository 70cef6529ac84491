"""RAR archives: listed, never unpacked."""

from __future__ import annotations

from typing import BinaryIO

import rarfile

from jobs.filechecks.listing import Entry, check_names, check_sizes
from jobs.filechecks.verdict import Limits, RefusedError


def check(stream: BinaryIO, _extension: str, limits: Limits) -> None:
    """Raise RefusedError for an archive that is encrypted, in several volumes, a bomb, a trick or broken."""
    try:
        with rarfile.RarFile(stream) as archive:
            if archive.needs_password():
                raise RefusedError("encrypted")
            if len(archive.volumelist()) > 1:
                raise RefusedError("archive_volumes")
            items = [item for item in archive.infolist() if not item.is_dir()]
    except (rarfile.NeedFirstVolume, rarfile.NoCrypto) as error:
        code = "encrypted" if isinstance(error, rarfile.NoCrypto) else "archive_volumes"
        raise RefusedError(code) from error
    except rarfile.Error as error:
        raise RefusedError("broken") from error
    size = stream.seek(0, 2)
    if any(item.data_offset + item.compress_size > size for item in items):
        raise RefusedError("broken")
    entries = [_entry(item) for item in items]
    check_sizes(entries, limits)
    check_names(entries)


def _entry(item: rarfile.RarInfo) -> Entry:
    return Entry(item.filename, item.file_size, item.compress_size, item.is_file())
