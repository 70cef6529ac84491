"""The versions of a package on disk: publish by pointer, keep the newest, find damage, take down.

    <root>/<name>/versions/<id>/…    immutable; the id is the hash of the descriptor
    <root>/<name>/current            symbolic link to one of them, swapped at once
    <root>/<name>/versions.json      the kept versions, newest first
    <root>/<name>/retractions.json   the opaque ids that were taken down

A process killed at any moment leaves `current` whole; what it left over is swept by the next one. Not here:
how a version is made (`assembly`), the primitives of the disk (`files`).
"""

import errno
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exports.assembly import DATA_FOLDER, DESCRIPTOR, Stage, assemble, version_id
from exports.files import (
    DamagedIndexError,
    PackageBusyError,
    exclusive,
    flush,
    flush_tree,
    point,
    read_sealed,
    remove_tree,
    write_sealed,
)
from exports.schema import RECORD_KEYS, Package, package_from_descriptor
from exports.sources import Table
from exports.writer import file_facts

__all__ = ["PackageBusyError", "Shelf", "StorageError", "current_version", "take_down", "verify"]

KEPT_VERSIONS = 10
_SCAN_BYTES = 4 * 1024 * 1024

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time that goes into the index of versions, never into a version."""
    return datetime.now(UTC)


class StorageError(Exception):
    """The disk refused to keep the new version; the published one is as it was. `code` says why."""

    def __init__(self, error: OSError) -> None:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        self.code = "disk_full" if full else "disk_error"
        super().__init__(f"{self.code}: {error.strerror or error}")


@dataclass(frozen=True)
class Version:
    """One kept version: where its files are, when it was published, what it holds."""

    id: str
    directory: Path
    published_at: str
    row_counts: dict[str, int]


class Shelf:
    """The folder of one package. Everything that writes needs its lock: see `locked`."""

    def __init__(self, root: Path, name: str) -> None:
        self.name = name
        self.home = root / name
        self.versions = self.home / "versions"
        self.current = self.home / "current"
        self.stage = self.home / ".stage"
        self._trash = self.home / ".trash"
        self._index = self.home / "versions.json"
        self._retractions = self.home / "retractions.json"

    def entries(self) -> list[dict[str, Any]]:
        """The kept versions as the index lists them, newest first. Raises DamagedIndexError."""
        content = read_sealed(self._index)
        return list(content["versions"]) if content else []

    def current_id(self) -> str | None:
        """The id of the published version, None before the first."""
        return self.current.readlink().name if self.current.is_symlink() else None

    def retractions(self) -> dict[str, list[str]]:
        """The ids taken down: `retracted` for ever, `pending` while old versions still hold them."""
        content = read_sealed(self._retractions) or {}
        return {key: list(content.get(key, [])) for key in ("retracted", "pending")}

    def write_retractions(self, retracted: Collection[str], pending: Collection[str]) -> None:
        """Replace the list of ids taken down."""
        content = {"package": self.name, "retracted": sorted(retracted), "pending": sorted(pending)}
        write_sealed(self._retractions, content)

    def sweep(self) -> None:
        """Remove what a dead process left: its stage, and versions that no index lists."""
        for left_over in (self.stage, self._trash):
            remove_tree(left_over)
        if self.versions.is_dir():
            listed = {entry["id"] for entry in self.entries()} | {self.current_id()}
            for directory in self.versions.iterdir():
                if directory.name not in listed:
                    self._discard(directory)

    def shelve(self, stage: Stage) -> None:
        """Make a stage a version, flushed to disk, that nothing points to yet."""
        self.versions.mkdir(exist_ok=True)
        target = self.versions / stage.version_id
        if target.exists():
            remove_tree(stage.directory)
            return
        flush_tree(stage.directory)
        stage.directory.rename(target)
        flush(self.versions)

    def show(self, entries: list[dict[str, Any]], current: str) -> None:
        """List these versions, let `current` point to one of them, and drop all others."""
        listed = entries[:KEPT_VERSIONS]
        # An interrupted run must find both in the index, so that the sweep spares them.
        before = [entry for entry in self.entries() if entry["id"] == self.current_id()]
        self._write_index(_without_repeats([*listed, *before]))
        point(self.current, f"versions/{current}")
        self._write_index(listed)
        self.sweep()

    def entry(self, stage: Stage, published_at: str) -> dict[str, Any]:
        """What the index says of a version that is on the shelf."""
        descriptor = json.loads((self.versions / stage.version_id / DESCRIPTOR).read_bytes())
        files = list(_described_files(descriptor))
        return {
            "id": stage.version_id,
            "published_at": published_at,
            "row_counts": stage.row_counts,
            "bytes": sum(size for _, size, _ in files),
            "sha256": {path: digest for path, _, digest in files},
        }

    def _write_index(self, entries: list[dict[str, Any]]) -> None:
        write_sealed(self._index, {"package": self.name, "versions": entries})

    def _discard(self, directory: Path) -> None:
        # Renamed first: a folder under `versions` is whole or not there.
        remove_tree(self._trash)
        directory.rename(self._trash)
        remove_tree(self._trash)


@contextmanager
def locked(root: Path, name: str, wait_seconds: float = 0.0) -> Iterator[Shelf]:
    """Hold a package for writing; left-overs of dead processes are swept and unfinished take-downs ended.

    Raises PackageBusyError when another process holds it longer than `wait_seconds`, StorageError when the
    disk is full.
    """
    shelf = Shelf(root, name)
    try:
        with exclusive(shelf.home / ".lock", wait_seconds):
            shelf.sweep()
            _finish_take_downs(shelf)
            try:
                yield shelf
            finally:
                remove_tree(shelf.stage)
    except OSError as error:
        raise StorageError(error) from error


def publish(
    shelf: Shelf, stage: Stage, clock: Clock = utc_now, before_publish: Callable[[], None] | None = None
) -> bool:
    """Make a stage the published version. Returns False when it is the one published already.

    `before_publish` is called when a new version is about to be shown; what it raises leaves everything as it was.
    """
    known = shelf.entries()
    others = [entry for entry in known if entry["id"] != stage.version_id]
    if stage.version_id == shelf.current_id() and len(others) < len(known):
        return False
    if before_publish:
        before_publish()
    shelf.shelve(stage)
    entry = shelf.entry(stage, clock().isoformat(timespec="seconds"))
    shelf.show([entry, *others], stage.version_id)
    return True


def current_version(root: Path, name: str) -> Version | None:
    """The published version, None before the first. Its directory never changes: keep the path, not the link."""
    shelf = Shelf(root, name)
    current = shelf.current_id()
    for entry in shelf.entries():
        if entry["id"] == current:
            directory = shelf.versions / entry["id"]
            return Version(entry["id"], directory, entry["published_at"], entry["row_counts"])
    return None


def take_down(root: Path, name: str, public_id: str | Collection[str], wait_seconds: float = 900.0) -> int:
    """Remove records from every kept version, for good; only their opaque ids stay, as retracted.

    Versions that held a record get a new id. An interrupted take-down is ended by the next process that
    holds the package. A later export that still brings the record is refused. Returns the number of versions
    rebuilt. Raises PackageBusyError, StorageError.
    """
    ids = {public_id} if isinstance(public_id, str) else set(public_id)
    with locked(root, name, wait_seconds) as shelf:
        known = shelf.retractions()
        shelf.write_retractions({*known["retracted"], *ids}, ids)
        return _finish_take_downs(shelf)


def lift_retraction(root: Path, name: str, public_id: str, wait_seconds: float = 900.0) -> bool:
    """Allow an id again that was taken down by mistake; the record returns with the next export.

    False when it was not taken down. Raises PackageBusyError, StorageError.
    """
    with locked(root, name, wait_seconds) as shelf:
        retracted = set(shelf.retractions()["retracted"])
        if public_id in retracted:
            shelf.write_retractions(retracted - {public_id}, ())
        return public_id in retracted


def verify(root: Path, name: str) -> list[str]:
    """What is not as it was published, in plain sentences; an empty list when all is whole."""
    shelf = Shelf(root, name)
    try:
        entries, current = shelf.entries(), shelf.current_id()
        shelf.retractions()
    except DamagedIndexError as error:
        return [str(error)]
    problems = [problem for entry in entries for problem in _damage(shelf.versions / entry["id"], entry)]
    if current not in {entry["id"] for entry in entries}:
        problems.append("current does not point to a version of the index")
    return problems


def _damage(directory: Path, entry: dict[str, Any]) -> Iterator[str]:
    try:
        text = (directory / DESCRIPTOR).read_bytes()
    except OSError:
        yield f"{entry['id']}: {DESCRIPTOR} is missing"
        return
    if version_id(text) != entry["id"]:
        yield f"{entry['id']}: {DESCRIPTOR} has changed"
        return
    expected = {path: (size, digest) for path, size, digest in _described_files(json.loads(text))}
    found = {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}
    for path in sorted(found ^ {*expected, DESCRIPTOR}):
        yield f"{entry['id']}: {path} is missing or does not belong here"
    for path in sorted(found & set(expected)):
        facts = file_facts(directory / path, path)
        if (facts.byte_count, facts.sha256) != expected[path]:
            yield f"{entry['id']}: {path} has changed"


def _described_files(descriptor: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    for resource in descriptor["resources"]:
        for item in (resource, resource["parquet"]):
            yield item["path"], item["bytes"], item["hash"].removeprefix("sha256:")


def _finish_take_downs(shelf: Shelf) -> int:
    known = shelf.retractions()
    pending = frozenset(known["pending"])
    if not pending:
        return 0
    current = shelf.current_id()
    entries: list[dict[str, Any]] = []
    rebuilt: dict[str, str] = {}
    for entry in shelf.entries():
        directory = shelf.versions / entry["id"]
        package = package_from_descriptor(json.loads((directory / DESCRIPTOR).read_bytes()))
        if not _holds(directory, package, pending):
            entries.append(entry)
            continue
        remove_tree(shelf.stage)
        stage = assemble(package, _remaining_rows(directory, package, pending), shelf.stage, _no_progress)
        shelf.shelve(stage)
        rebuilt[entry["id"]] = stage.version_id
        entries.append(shelf.entry(stage, entry["published_at"]))
    if rebuilt and current:
        shelf.show(_without_repeats(entries), rebuilt.get(current, current))
    shelf.write_retractions(known["retracted"], ())
    return len(rebuilt)


def _holds(directory: Path, package: Package, ids: frozenset[str]) -> bool:
    """Whether a version still has a row of one of the ids."""
    for resource in package.resources:
        if resource.schema.primary_key not in RECORD_KEYS:
            continue
        with (directory / DATA_FOLDER / f"{resource.name}.csv").open("rb") as file:
            if any(_row_key(line) in ids for line in file):
                return True
    return False


def _remaining_rows(directory: Path, package: Package, ids: frozenset[str]) -> dict[str, Iterable[bytes]]:
    """The rows of a version as sources of a new one, without those of the ids."""
    return {
        resource.name: Table(
            resource.schema.columns,
            _rows_without(
                directory / DATA_FOLDER / f"{resource.name}.csv",
                ids if resource.schema.primary_key in RECORD_KEYS else frozenset(),
            ),
        )
        for resource in package.resources
    }


def _rows_without(path: Path, ids: frozenset[str]) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.readline()
        while lines := file.readlines(_SCAN_BYTES):
            yield b"".join(line for line in lines if _row_key(line) not in ids) if ids else b"".join(lines)


def _row_key(line: bytes) -> str:
    """The public id a row begins with: the first column, never quoted because of its pattern."""
    return line.split(b",", 1)[0].decode()


def _without_repeats(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries with one for each version: two may become the same without a record."""
    return list({entry["id"]: entry for entry in reversed(entries)}.values())[::-1]


def _no_progress(_rows: int, _label: str) -> None:
    return
