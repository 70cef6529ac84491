"""The rules for what an archive lists: sizes, numbers, names, types. Nothing is ever unpacked here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.filechecks.kinds import ARCHIVES, KINDS, extension_of
from jobs.filechecks.verdict import MEBIBYTE, Limits, RefusedError

# A small entry may pack well by nature; a ratio says something of larger ones only.
_SMALL = MEBIBYTE
_SHOWN = 80
_DRIVE = re.compile(r"^[A-Za-z]:")
_OTHER_ARCHIVES = frozenset({"7z", "gz", "tgz", "bz2", "xz", "tar", "iso", "cab", "arj", "lzh", "jar", "zst"})


@dataclass(frozen=True)
class Entry:
    """One listed file; `is_plain` is false for links and devices."""

    name: str
    size: int
    packed_size: int
    is_plain: bool = True


def check_sizes(entries: Sequence[Entry], limits: Limits) -> None:
    """Raise RefusedError for an archive that is empty, of too many entries, or grows too much when unpacked."""
    if not entries:
        raise RefusedError("archive_empty")
    if len(entries) > limits.archive_entries:
        raise RefusedError("archive_entries", limit=limits.archive_entries)
    if sum(entry.size for entry in entries) > limits.archive_bytes:
        raise RefusedError("archive_size", limit=limits.archive_bytes // MEBIBYTE)
    if any(_ratio(entry) > limits.archive_ratio for entry in entries):
        raise RefusedError("archive_ratio", limit=limits.archive_ratio)


def check_names(entries: Sequence[Entry]) -> None:
    """Raise RefusedError for a name that leaves the folder, a link, an archive in the archive, a type not accepted."""
    for entry in entries:
        name = entry.name.replace("\\", "/")
        if not entry.is_plain or _leaves_folder(name):
            raise RefusedError("archive_path")
        extension = extension_of(name.rsplit("/", 1)[-1])
        if extension in ARCHIVES | _OTHER_ARCHIVES:
            raise RefusedError("archive_nested")
        if extension not in KINDS:
            raise RefusedError("archive_type", name=_shown(name))


def _ratio(entry: Entry) -> float:
    if entry.size <= _SMALL:
        return 0
    return entry.size / max(entry.packed_size, 1)


def _leaves_folder(name: str) -> bool:
    return (
        name.startswith("/")
        or bool(_DRIVE.match(name))
        or ".." in name.split("/")
        or any(ord(sign) < 32 or ord(sign) == 127 for sign in name)
    )


def _shown(name: str) -> str:
    last = name.rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:_SHOWN]
