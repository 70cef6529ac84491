"""Processes killed at any moment and full disks: the published version is whole, always, and work goes on."""

import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exports.package import build_package
from exports.versions import StorageError, current_version, take_down, verify
from exports.writer import file_facts
from tests.exports.export_victim import tables
from tests.exports.samples import debtors, public_id, sources

REPOSITORY = Path(__file__).resolve().parents[2]
KILLS = 40


class Reader(threading.Thread):
    """Reads the published package all the time, as a site build would, and notes whatever is not whole."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self._home, self._ended = home, threading.Event()
        self.reads, self.problems = 0, []

    def run(self) -> None:
        while not self._ended.is_set():
            self._read()
            time.sleep(0.002)

    def end(self) -> None:
        self._ended.set()
        self.join(20)

    def _read(self) -> None:
        try:
            directory = (self._home / "current").resolve(strict=True)
        except FileNotFoundError:
            if self.reads:
                self.problems.append("no current version")
            return
        try:
            descriptor = json.loads((directory / "datapackage.json").read_bytes())
            for item in descriptor["resources"]:
                facts = file_facts(directory / item["path"], "")
                if f"sha256:{facts.sha256}" != item["hash"]:
                    self.problems.append(f"{directory.name}: {item['path']} is torn")
        except FileNotFoundError:
            # A version that was current a moment ago may be gone; the one that is current may not.
            if directory == (self._home / "current").resolve():
                self.problems.append(f"{directory.name} is not whole")
            return
        self.reads += 1


@pytest.fixture
def nursery() -> Iterator[subprocess.Popen[str]]:
    """The process that makes victims."""
    command = [sys.executable, "-m", "tests.exports.export_victim"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=REPOSITORY, text=True, **pipes) as process:
        yield process
        process.stdin.close()


def kill_one(nursery: subprocess.Popen[str], line: str, after: float) -> int:
    """Start a victim, kill it after some seconds, and return the signal that ended it."""
    nursery.stdin.write(line + "\n")
    nursery.stdin.flush()
    pid = int(nursery.stdout.readline())
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    return int(nursery.stdout.readline())


@pytest.mark.parametrize(("deed", "builds"), [("build", 3), ("take_down", 6)])
def test_published_version_is_whole_when_the_process_is_killed_at_any_moment(deed, builds, nursery, tmp_path):
    moments = random.Random(20260701)
    started = time.monotonic()
    build_package("debtors", tables(0), root=tmp_path)
    # Victims live for about as long as some builds take on this machine now.
    longest = builds * (time.monotonic() - started)
    reader = Reader(tmp_path / "debtors")
    reader.start()
    published = set()
    for kill in range(1, KILLS + 1):
        after = moments.uniform(0, longest)
        assert kill_one(nursery, f"{tmp_path}\t{kill * 100}\t{deed}", after) == signal.SIGKILL
        version = current_version(tmp_path, "debtors")
        assert version is not None
        published.add(version.id)
    reader.end()
    assert reader.problems == []
    assert reader.reads > KILLS
    assert len(published) > 5
    assert build_package("debtors", sources("debtors", debtor_records=[]), root=tmp_path).changed
    assert verify(tmp_path, "debtors") == []
    left = {path.name for path in (tmp_path / "debtors").iterdir()}
    assert left <= {".lock", "current", "retractions.json", "versions", "versions.json"}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [0, 100, 900, 20_000, 200_000, 1_500_000, 4_000_000])
def test_published_version_stays_when_no_file_may_grow(size, tmp_path):
    build_package("debtors", sources("debtors"), root=tmp_path)
    before = snapshot(tmp_path)
    larger = sources("debtors", debtor_records=debtors(30_000))
    with largest_file(size), pytest.raises(StorageError) as failure:
        build_package("debtors", larger, root=tmp_path)
    assert failure.value.code == "disk_full"
    assert snapshot(tmp_path) == before
    assert build_package("debtors", sources("debtors", debtor_records=debtors(20)), root=tmp_path).changed


def test_take_down_is_made_good_later_when_no_file_may_grow(tmp_path):
    build_package("debtors", sources("debtors", debtor_records=debtors(3_000)), root=tmp_path)
    with largest_file(50_000), pytest.raises(StorageError):
        take_down(tmp_path, "debtors", public_id(7))
    assert verify(tmp_path, "debtors") == []
    result = build_package("debtors", sources("debtors", debtor_records=debtors(5)), root=tmp_path)
    assert result.changed
    assert current_version(tmp_path, "debtors").row_counts["debtor_records"] == 5
    rows = [entry["row_counts"]["debtor_records"] for entry in versions(tmp_path)]
    assert rows == [5, 2_999]


def versions(root: Path) -> list[dict]:
    return json.loads((root / "debtors" / "versions.json").read_bytes())["versions"]


@contextmanager
def disk_failing_at(step: int) -> Iterator[list[str]]:
    """Let the numbered call that changes or flushes the disk fail; 0 fails none. Yields the calls made."""
    made: list[str] = []

    def counted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            made.append(name)
            if len(made) == step:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "rename", "replace", "symlink", "unlink", "rmdir"):
            patch.setattr(os, name, counted(name, getattr(os, name)))
        yield made


def test_published_version_is_whole_when_the_disk_fails_at_each_step(tmp_path):
    build_package("debtors", sources("debtors"), root=tmp_path / "old")
    shutil.copytree(tmp_path / "old", tmp_path / "0", symlinks=True)
    new = sources("debtors", debtor_records=debtors(3))
    with disk_failing_at(0) as steps:
        build_package("debtors", new, root=tmp_path / "0")
    assert len(steps) > 15
    for step in range(1, len(steps) + 1):
        root = tmp_path / str(step)
        shutil.copytree(tmp_path / "old", root, symlinks=True)
        with disk_failing_at(step), pytest.raises(StorageError):
            build_package("debtors", sources("debtors", debtor_records=debtors(3)), root=root)
        assert current_version(root, "debtors").row_counts["debtor_records"] in (3, 8)
        assert build_package("debtors", sources("debtors", debtor_records=[]), root=root).changed
        assert verify(root, "debtors") == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path | None]:
    """A file system of 3 MB when this user may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    yield folder if mounted else None
    if mounted:
        subprocess.run(["umount", str(folder)], check=True)


def test_published_version_stays_when_the_disk_is_full(small_disk, tmp_path):
    # Without the right to mount, a limit on the size of files stands in for the full disk.
    root = small_disk or tmp_path / "limited"
    build_package("debtors", sources("debtors"), root=root)
    before = snapshot(root)
    limit = resource.RLIM_INFINITY if small_disk else 3_000_000
    with largest_file(limit), pytest.raises(StorageError) as failure:
        build_package("debtors", sources("debtors", debtor_records=debtors(60_000)), root=root)
    assert failure.value.code == "disk_full"
    assert snapshot(root) == before
    assert build_package("debtors", sources("debtors", debtor_records=debtors(20)), root=root).changed
