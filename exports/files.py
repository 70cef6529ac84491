"""Files that survive a crash: atomic replacement, flushing to disk, the pointer, one lock a package.

Here: what the operating system promises and how we ask for it. Not here: what a version or an index is.
"""

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_LOCK_POLL_SECONDS = 0.05


class PackageBusyError(Exception):
    """Another process is building or changing this package now; trying again later is safe."""


class DamagedIndexError(Exception):
    """A file that describes the kept versions is not what was written."""


@contextmanager
def exclusive(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of a package; the system lets go of it when the process dies. Raises PackageBusyError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait_seconds
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise PackageBusyError(f"{path.parent.name} is being built by another process") from None
                time.sleep(_LOCK_POLL_SECONDS)
        yield


def flush_tree(directory: Path) -> None:
    """Ask the disk to keep every file and folder below a directory, and the directory itself."""
    for path in sorted(directory.rglob("*")):
        flush(path)
    flush(directory)


def flush(path: Path) -> None:
    """Ask the disk to keep one file, or the names inside one folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Give a file new content at once: a reader sees the old or the new, whole."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    flush(temporary)
    temporary.replace(path)
    flush(path.parent)


def point(link: Path, target: str) -> None:
    """Let a symbolic link point elsewhere at once."""
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
    flush(link.parent)


def remove_tree(directory: Path) -> None:
    """Remove a folder if it is there."""
    if directory.exists():
        shutil.rmtree(directory)


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object with a digest of itself, so that a flipped bit is found when it is read."""
    sealed = {**content, "digest": _digest(content)}
    replace_file(path, (json.dumps(sealed, ensure_ascii=False, indent=2) + "\n").encode())


def read_sealed(path: Path) -> dict[str, Any] | None:
    """The object in a sealed file, None when there is no such file. Raises DamagedIndexError."""
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        digest = content.pop("digest")
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise DamagedIndexError(f"{path.name} cannot be read") from error
    if digest != _digest(content):
        raise DamagedIndexError(f"{path.name} does not match its own digest")
    return content


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
