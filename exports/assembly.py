"""Puts a whole package together in a stage directory: tables, hashes, descriptor.

Here: the order of the tables, the descriptor, the version id. Not here: where versions live and how one
becomes the current one (`versions`), reading databases (`sources`).
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.projection import ProjectionError, require_columns
from exports.report import Report, ValidationFailed
from exports.schema import Package, Resource
from exports.validate import TableValidator
from exports.writer import Progress, TableFacts, write_table

DESCRIPTOR = "datapackage.json"
DATA_FOLDER = "data"
# Of what any build computes anew, so that a published descriptor can serve as the template of the next one.
_DIALECT = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}


@dataclass(frozen=True)
class Stage:
    """A complete, valid package that nobody can see yet."""

    directory: Path
    version_id: str
    row_counts: dict[str, int]
    report: dict[str, Any]


def assemble(
    package: Package,
    sources: Mapping[str, Iterable[bytes]],
    directory: Path,
    progress: Progress,
    retracted: Collection[str] = (),
) -> Stage:
    """Build the package into an empty directory.

    The version id is the hash of the descriptor, which holds every schema and the hash of every file: the
    same data give the same id. Raises ProjectionError before anything is written, ValidationFailed, OSError.
    """
    _require_sources(package, sources)
    data = directory / DATA_FOLDER
    data.mkdir(parents=True)
    report = Report(package.name)
    keys: dict[str, Any] = {}
    facts: dict[str, TableFacts] = {}
    for resource in package.in_build_order():
        validator = TableValidator(
            resource,
            report,
            keys=keys,
            wanted=package.referenced_fields(resource.name),
            retracted=retracted,
        )
        facts[resource.name] = write_table(data, resource.name, sources[resource.name], validator, progress)
        found = validator.finish()
        keys.update({f"{resource.name}.{column}": values for column, values in found.items()})
    if not report.is_clean:
        raise ValidationFailed(report.as_dict())
    text = descriptor_text(package, facts)
    (directory / DESCRIPTOR).write_bytes(text)
    counts = {resource.name: facts[resource.name].row_count for resource in package.resources}
    return Stage(directory, version_id(text), counts, report.as_dict())


def version_id(descriptor: bytes) -> str:
    """The name of a version: the first 32 hexadecimal digits of the hash of its descriptor."""
    return hashlib.sha256(descriptor).hexdigest()[:32]


def descriptor_text(package: Package, facts: Mapping[str, TableFacts]) -> bytes:
    """The datapackage.json of a package, in bytes that depend on the data and the schemas alone."""
    descriptor = {
        **package.raw,
        "resources": [_resource_entry(resource, facts[resource.name]) for resource in package.resources],
    }
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()


def _resource_entry(resource: Resource, facts: TableFacts) -> dict[str, Any]:
    return {
        **resource.raw,
        "type": "table",
        "path": facts.csv.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": facts.csv.byte_count,
        "hash": f"sha256:{facts.csv.sha256}",
        "rows": facts.row_count,
        "dialect": _DIALECT,
        "schema": resource.schema.raw,
        # The same rows once more, for programs; not a resource of its own, so that no row counts twice.
        "parquet": {
            "path": facts.parquet.path,
            "mediatype": "application/vnd.apache.parquet",
            "bytes": facts.parquet.byte_count,
            "hash": f"sha256:{facts.parquet.sha256}",
        },
    }


def _require_sources(package: Package, sources: Mapping[str, Iterable[bytes]]) -> None:
    names = {resource.name for resource in package.resources}
    if set(sources) != names:
        raise ProjectionError(f"{package.name}: sources {sorted(sources)} for resources {sorted(names)}")
    for resource in package.resources:
        require_columns(resource, getattr(sources[resource.name], "columns", None))
