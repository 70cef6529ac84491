"""The site build as a job: MkDocs into a fresh folder, then one pointer is moved; the old site stays until then.

    build/site-versions/<id>/   one built site; the id follows from the packages and the sources
    build/site                  symbolic link to one of them

Not here: what the pages say (`exports.site_hook`, `site/`), when a build is asked for (`site_build` service).
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backoffice.errors import OpenThadsError
from backoffice.services.export_run import PACKAGES
from config import PREFIX, ROOT, Settings
from exports.catalog import NEEDED
from exports.files import exclusive, point
from exports.versions import current_version
from jobs.process import bound_command

log = logging.getLogger("openthads.site")

_LOCK_SECONDS = 1800.0
_SOURCES = ("mkdocs.yml", "site", "exports", "schemas", "backoffice/data")
_SHOWN_LINES = 20


class SiteBuildError(OpenThadsError):
    """The generator refused the pages or data; the site that was there is still there."""

    code = "site_build_failed"
    message = "The site could not be built. The previous site is still shown."


@dataclass(frozen=True)
class SiteResult:
    """The version that is shown now; `changed` is False when it was shown before or data are missing."""

    version: str | None
    changed: bool


def build_site(settings: Settings, *, purge: bool = False, sources: Path = ROOT) -> SiteResult:
    """Build the site from the published packages and show it.

    Nothing is built while a package is missing that every site needs, or when this very site is shown already. `purge`
    removes all older sites, because they hold what was taken down. Raises SiteBuildError, PackageBusyError.
    """
    shelf = settings.site_dir.parent / f"{settings.site_dir.name}-versions"
    with exclusive(shelf / ".lock", _LOCK_SECONDS):
        version = _version_id(settings, sources)
        if version is None:
            return SiteResult(None, changed=False)
        shown = _shown(settings.site_dir)
        changed = version != shown or not settings.site_dir.exists()
        if changed:
            _make(settings, sources, shelf, version)
            _show(settings.site_dir, shelf / version)
        _sweep(shelf, {version} if purge else {version, shown or version})
        return SiteResult(version, changed)


def _version_id(settings: Settings, sources: Path) -> str | None:
    """What the site would be made of, as one short hash; None while a package is missing that every site needs."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        current = current_version(settings.packages_dir, package)
        if current is None and package in NEEDED:
            return None
        digest.update(f"{package}={current.id if current else None}\n".encode())
    digest.update(f"filing={settings.filing_url}\n".encode())
    for path in _source_files(sources):
        digest.update(path.relative_to(sources).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _source_files(sources: Path) -> Iterator[Path]:
    for name in _SOURCES:
        place = sources / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in found:
            ignored = "_generated" in path.parts or "__pycache__" in path.parts
            if path.is_file() and not ignored:
                yield path


def _make(settings: Settings, sources: Path, shelf: Path, version: str) -> None:
    stage = shelf / ".stage"
    shutil.rmtree(stage, ignore_errors=True)
    environment = {
        **os.environ,
        f"{PREFIX}PACKAGES_DIR": str(settings.packages_dir),
        f"{PREFIX}FILING_URL": settings.filing_url,
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
    }
    configuration = str(sources / "mkdocs.yml")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    command += ["--config-file", configuration, "--site-dir", str(stage)]
    _run(command, sources, environment)
    target = shelf / version
    shutil.rmtree(target, ignore_errors=True)
    stage.rename(target)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        bound_command(command),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        output, _ = process.communicate()
    finally:
        # Also when the job's time is over: the generator must not go on by itself.
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode:
        log.error(
            "mkdocs ended with code %s\n%s",
            process.returncode,
            "\n".join(output.splitlines()[-_SHOWN_LINES:]),
        )
        raise SiteBuildError


def _shown(site_dir: Path) -> str | None:
    return site_dir.readlink().name if site_dir.is_symlink() else None


def _show(site_dir: Path, version: Path) -> None:
    if site_dir.is_dir() and not site_dir.is_symlink():
        # A site that was built by hand: the pointer takes its place.
        shutil.rmtree(site_dir)
    point(site_dir, os.path.relpath(version, site_dir.parent))


def _sweep(shelf: Path, kept: set[str]) -> None:
    """Remove stages of dead builds and the sites that are not kept."""
    for path in shelf.iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path)
