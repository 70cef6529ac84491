"""Builds and publishes one data package: the door to this folder for the publication job.

Here: the one deed, from sources to published version. Not here: where the rows come from (`sources` and the
caller's SQL), how tables are written (`writer`), where versions live (`versions`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from exports.assembly import assemble
from exports.schema import SCHEMAS_DIRECTORY, load_package
from exports.versions import Clock, locked, publish, utc_now
from exports.writer import Progress


@dataclass(frozen=True)
class BuildResult:
    """A published version: its id, whether it is new, the rows of each resource, the validation report."""

    version_id: str
    changed: bool
    row_counts: dict[str, int]
    report: dict[str, Any]
    directory: Path


def build_package(  # noqa: PLR0913 (everything after the star has a default)
    name: str,
    sources: Mapping[str, Iterable[bytes]],
    *,
    root: Path,
    progress: Progress | None = None,
    sample: bool = False,
    schemas: Path = SCHEMAS_DIRECTORY,
    clock: Clock = utc_now,
    before_publish: Callable[[], None] | None = None,
) -> BuildResult:
    """Build package `name` below `root`, validate the bytes as written, publish them if they are new.

    Each source is a `sources.Table`: columns and blocks of CSV rows without a header. `progress` is told
    (rows done, resource) after each block. `sample` marks invented data in the descriptor. `before_publish` is
    called once a new version is valid and about to be shown, and may still raise. On any error the published
    version stays as it was. Raises ProjectionError, ValidationFailed (with the report),
    StorageError, PackageBusyError.
    """
    package = load_package(name, schemas)
    if sample:
        package = replace(package, raw={**package.raw, "sample": True})
    with locked(root, name) as shelf:
        retracted = shelf.retractions()["retracted"]
        stage = assemble(package, sources, shelf.stage, progress or _silent, retracted)
        changed = publish(shelf, stage, clock, before_publish)
        directory = shelf.versions / stage.version_id
    return BuildResult(stage.version_id, changed, stage.row_counts, stage.report, directory)


def _silent(_rows: int, _label: str) -> None:
    return
