"""Table Schemas and package templates, read into plain frozen values.

Here: loading `schemas/*.json` and refusing what the validator could not check. Not here: checking data
(`validate`), choosing columns (`projection`), writing descriptors (`assembly`).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMAS_DIRECTORY = Path(__file__).resolve().parent.parent / "schemas"

_FIELD_TYPES = frozenset({"string", "integer", "date"})
_CONSTRAINTS = frozenset({"required", "enum", "pattern", "minimum", "minLength", "maxLength"})
# Opaque keys that tell nobody anything: a row is taken down by one, and only the key is kept.
RECORD_KEYS = frozenset({("public_id",), ("check_key",)})

_SAFE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class SchemaError(Exception):
    """A schema or template says something that the export could not keep."""


@dataclass(frozen=True)
class Field:
    """One column: its type and every constraint the validator holds it to."""

    name: str
    type: str
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: int | None = None
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True)
class ForeignKey:
    """One column whose values must be keys of `resource` (empty: the same resource)."""

    field: str
    resource: str
    reference_field: str


@dataclass(frozen=True)
class TableSchema:
    """The columns of one resource in published order, with its keys and the JSON they came from."""

    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    raw: Mapping[str, Any]

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in published order."""
        return tuple(field.name for field in self.fields)


@dataclass(frozen=True)
class Resource:
    """One table of a package: its name, its schema and the words that describe it."""

    name: str
    schema: TableSchema
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class Package:
    """A package as it is meant to be, before any data: template words and resources."""

    name: str
    raw: Mapping[str, Any]
    resources: tuple[Resource, ...]

    def in_build_order(self) -> tuple[Resource, ...]:
        """Resources so ordered that a referenced table comes before the tables that refer to it."""
        waiting = list(self.resources)
        ordered: list[Resource] = []
        while waiting:
            known = {resource.name for resource in ordered}
            ready = [r for r in waiting if _references(r) <= known]
            if not ready:
                raise SchemaError(f"package {self.name}: resources refer to each other in a circle")
            ordered += ready
            waiting = [r for r in waiting if r not in ready]
        return tuple(ordered)

    def referenced_fields(self, resource: str) -> frozenset[str]:
        """Columns of `resource` that some foreign key of the package points to."""
        return frozenset(
            key.reference_field
            for owner in self.resources
            for key in owner.schema.foreign_keys
            if (key.resource or owner.name) == resource
        )


def load_package(name: str, directory: Path = SCHEMAS_DIRECTORY) -> Package:
    """The package template `name` with its Table Schemas. Raises SchemaError."""
    raw = _read(directory / "packages" / f"{_safe(name)}.json")
    resources = []
    for words in raw["resources"]:
        table = _read(directory / f"{_safe(words['name'])}.json")
        table = {**table, "fields": [_with_labels(field, directory) for field in table["fields"]]}
        texts = {key: table.pop(key) for key in ("title", "title_en", "description", "description_en")}
        table.pop("name", None)
        resources.append(Resource(words["name"], parse_schema(table), {"name": words["name"], **texts}))
    return _checked(Package(name, {k: v for k, v in raw.items() if k != "resources"}, tuple(resources)))


def package_from_descriptor(descriptor: Mapping[str, Any]) -> Package:
    """The template a published descriptor was built from, with the schemas it carries. Raises SchemaError."""
    words = ("title", "title_en", "description", "description_en")
    resources = tuple(
        Resource(
            _safe(item["name"]),
            parse_schema(item["schema"]),
            {key: item[key] for key in ("name", *words) if key in item},
        )
        for item in descriptor["resources"]
    )
    raw = {key: value for key, value in descriptor.items() if key != "resources"}
    return _checked(Package(_safe(descriptor["name"]), raw, resources))


def parse_schema(raw: Mapping[str, Any]) -> TableSchema:
    """A Table Schema from its JSON form. Raises SchemaError on anything the validator does not know."""
    unknown = set(raw) - {"fields", "primaryKey", "foreignKeys", "missingValues"}
    if unknown:
        raise SchemaError(f"unknown schema properties: {sorted(unknown)}")
    if raw.get("missingValues", [""]) != [""]:
        raise SchemaError("only the empty cell may mean a missing value")
    fields = tuple(_field(item) for item in raw["fields"])
    names = [field.name for field in fields]
    if len(set(names)) != len(names):
        raise SchemaError("a column name occurs twice")
    schema = TableSchema(
        fields,
        tuple(raw.get("primaryKey", ())),
        tuple(_foreign_key(item) for item in raw.get("foreignKeys", ())),
        raw,
    )
    _check_keys(schema)
    return schema


def load_codes(name: str, directory: Path = SCHEMAS_DIRECTORY) -> list[dict[str, str]]:
    """The coded values of a field with their Vietnamese and English words, in order of presentation."""
    codes: list[dict[str, str]] = _read(directory / "codes" / f"{_safe(name)}.json")["codes"]
    return codes


def _field(raw: Mapping[str, Any]) -> Field:
    if raw["type"] not in _FIELD_TYPES or "format" in raw:
        raise SchemaError(f"field {raw['name']}: type {raw['type']!r} or its format is not supported")
    rules = raw.get("constraints", {})
    unknown = set(rules) - _CONSTRAINTS
    if unknown:
        raise SchemaError(f"field {raw['name']}: unknown constraints {sorted(unknown)}")
    if "minimum" in rules and raw["type"] != "integer":
        raise SchemaError(f"field {raw['name']}: a minimum needs an integer")
    if raw["type"] != "string" and set(rules) & {"pattern", "enum", "minLength", "maxLength"}:
        raise SchemaError(f"field {raw['name']}: this constraint needs a string")
    return Field(
        _safe(raw["name"]),
        raw["type"],
        required=rules.get("required", False),
        enum=tuple(rules.get("enum", ())),
        pattern=rules.get("pattern"),
        minimum=rules.get("minimum"),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
    )


def _foreign_key(raw: Mapping[str, Any]) -> ForeignKey:
    fields, reference = raw["fields"], raw["reference"]
    if len(fields) != 1 or len(reference["fields"]) != 1:
        raise SchemaError("a foreign key must have one column")
    return ForeignKey(fields[0], reference.get("resource", ""), reference["fields"][0])


def _check_keys(schema: TableSchema) -> None:
    fields = {field.name: field for field in schema.fields}
    if not schema.primary_key:
        raise SchemaError("a published table needs a primary key")
    for name in schema.primary_key:
        if name not in fields or not fields[name].required or fields[name].type == "integer":
            raise SchemaError(f"key column {name!r} must be a required string or date")
    for key in schema.foreign_keys:
        if key.field not in fields or fields[key.field].type != "string":
            raise SchemaError(f"foreign key column {key.field!r} must be a string of the table")


def _checked(package: Package) -> Package:
    """The package itself, once its foreign keys point to single-column keys that exist."""
    keys = {resource.name: resource.schema.primary_key for resource in package.resources}
    if len(keys) != len(package.resources):
        raise SchemaError(f"package {package.name}: a resource name occurs twice")
    for resource in package.resources:
        for key in resource.schema.foreign_keys:
            if keys.get(key.resource or resource.name) != (key.reference_field,):
                raise SchemaError(f"{resource.name}.{key.field} does not point to a key of the package")
    package.in_build_order()
    return package


def _references(resource: Resource) -> set[str]:
    return {key.resource for key in resource.schema.foreign_keys if key.resource not in ("", resource.name)}


def _with_labels(field: Mapping[str, Any], directory: Path) -> dict[str, Any]:
    """The field with `categories`: the words for each of its codes travel inside the package."""
    if "enum" not in field.get("constraints", {}):
        return dict(field)
    words = {code["code"]: code for code in load_codes(field["name"], directory)}
    if list(words) != list(field["constraints"]["enum"]):
        raise SchemaError(f"field {field['name']}: the codes and their words differ")
    categories = [
        {"value": code, "label": item["label"], "label_en": item["label_en"]} for code, item in words.items()
    ]
    return {**field, "categories": categories}


def _safe(name: str) -> str:
    """A name that may become part of a path or of a query."""
    if not _SAFE_NAME.fullmatch(name):
        raise SchemaError(f"not a usable name: {name!r}")
    return name


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path.name}: cannot be read ({error})") from error
