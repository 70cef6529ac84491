"""The schemas and templates: one field dictionary, words in two languages, refusals of what cannot be checked."""

import json
from pathlib import Path

import pytest
from frictionless import Schema

from exports.schema import (
    SCHEMAS_DIRECTORY,
    SchemaError,
    load_codes,
    load_package,
    package_from_descriptor,
    parse_schema,
)

TABLES = ("debtor_records", "agencies", "period_figures", "indicators", "issued_documents")
PACKAGES = ("debtors", "statistics", "documents")
CODES = (
    "reason_code",
    "obligation_code",
    "level",
    "unit",
    "indicator_code",
    "document_kind",
    "document_state",
)
WORDS = ("title", "title_en", "description", "description_en")


def read(relative: str) -> dict:
    return json.loads((SCHEMAS_DIRECTORY / relative).read_text(encoding="utf-8"))


def schema(**changes: object) -> dict:
    return {"fields": [{"name": "code", "type": "string", "constraints": {"required": True}}]} | {
        "primaryKey": ["code"],
        **changes,
    }


def test_field_dictionary_agrees_when_a_name_occurs_in_several_tables():
    meanings: dict[str, set[tuple[str, ...]]] = {}
    for table in TABLES:
        for field in read(f"{table}.json")["fields"]:
            meanings.setdefault(field["name"], set()).add(
                (field["type"], *(field[word] for word in WORDS), json.dumps(field.get("constraints", {})))
            )
    different = {name for name, found in meanings.items() if len({entry[:5] for entry in found}) > 1}
    assert different == set()


@pytest.mark.parametrize("table", TABLES)
def test_table_schema_is_valid_for_frictionless_when_read_as_it_is(table):
    descriptor = read(f"{table}.json")
    assert all(descriptor[word].strip() for word in WORDS)
    assert all(field[word].strip() for field in descriptor["fields"] for word in WORDS)
    assert Schema.from_descriptor(descriptor).field_names == [f["name"] for f in descriptor["fields"]]


def test_debtor_columns_are_the_public_groups_and_nothing_else():
    package = load_package("debtors")
    records = next(r for r in package.resources if r.name == "debtor_records")
    assert records.schema.columns == (
        "public_id",
        "full_name",
        "address",
        "judgment_number",
        "judgment_on",
        "court_name",
        "enforcement_decision_number",
        "enforcement_decision_on",
        "obligation_code",
        "obligation_amount_vnd",
        "reason_code",
        "agency_code",
        "published_on",
        "updated_on",
    )


def test_document_columns_are_what_anyone_may_know_and_nothing_else():
    package = load_package("documents")
    register = next(r for r in package.resources if r.name == "issued_documents")
    assert register.schema.columns == (
        "check_key",
        "document_kind",
        "document_number",
        "document_symbol",
        "issued_on",
        "agency_code",
        "file_sha256",
        "document_state",
        "replaced_by_key",
    )


@pytest.mark.parametrize("name", CODES)
def test_codes_have_words_in_both_languages(name):
    for code in load_codes(name):
        assert code["label"].strip()
        assert code["label_en"].strip()
    assert all(code.get("legal_basis") for code in load_codes("reason_code"))


@pytest.mark.parametrize("name", PACKAGES)
def test_package_reads_back_equal_when_it_was_a_descriptor(name):
    package = load_package(name)
    descriptor = {**package.raw, "resources": [{**r.raw, "schema": r.schema.raw} for r in package.resources]}
    assert package_from_descriptor(json.loads(json.dumps(descriptor))) == package


@pytest.mark.parametrize("name", PACKAGES)
def test_build_order_puts_referenced_tables_first(name):
    package = load_package(name)
    order = [resource.name for resource in package.in_build_order()]
    for resource in package.resources:
        for key in resource.schema.foreign_keys:
            if key.resource:
                assert order.index(key.resource) < order.index(resource.name)


@pytest.mark.parametrize(
    "changes",
    [
        {"uniqueKeys": [["code"]]},
        {"missingValues": ["", "-"]},
        {"primaryKey": []},
        {"primaryKey": ["other"]},
        {"fields": [{"name": "code", "type": "string"}]},
        {"fields": [{"name": "code", "type": "string", "constraints": {"required": True, "unique": True}}]},
        {"fields": [{"name": "code", "type": "number", "constraints": {"required": True}}]},
        {"fields": [{"name": "code", "type": "date", "format": "any", "constraints": {"required": True}}]},
        {"fields": [{"name": "code", "type": "date", "constraints": {"required": True, "pattern": "."}}]},
        {"fields": [{"name": "code", "type": "string", "constraints": {"required": True, "minimum": 1}}]},
        {"fields": [{"name": "code", "type": "integer", "constraints": {"required": True}}]},
        {"fields": [{"name": "../x", "type": "string", "constraints": {"required": True}}]},
        {"fields": schema()["fields"] * 2},
        {"foreignKeys": [{"fields": ["a", "b"], "reference": {"resource": "x", "fields": ["c", "d"]}}]},
        {"foreignKeys": [{"fields": ["other"], "reference": {"resource": "", "fields": ["code"]}}]},
    ],
)
def test_schema_is_refused_when_the_validator_could_not_hold_it(changes):
    with pytest.raises(SchemaError):
        parse_schema(schema(**changes))


def test_package_is_refused_when_a_foreign_key_points_to_no_key():
    key = {"fields": ["code"], "reference": {"resource": "other", "fields": ["code"]}}
    descriptor = {"name": "x", "resources": [{"name": "one", "schema": schema(foreignKeys=[key])}]}
    with pytest.raises(SchemaError, match="does not point to a key"):
        package_from_descriptor(descriptor)


def test_package_is_refused_when_tables_refer_to_each_other_in_a_circle():
    resources = [
        {
            "name": name,
            "schema": schema(
                foreignKeys=[{"fields": ["code"], "reference": {"resource": other, "fields": ["code"]}}]
            ),
        }
        for name, other in (("one", "two"), ("two", "one"))
    ]
    with pytest.raises(SchemaError, match="circle"):
        package_from_descriptor({"name": "x", "resources": resources})


def test_package_is_refused_when_codes_and_their_words_differ(tmp_path: Path):
    for path in SCHEMAS_DIRECTORY.rglob("*.json"):
        copy = tmp_path / path.relative_to(SCHEMAS_DIRECTORY)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    levels = tmp_path / "codes" / "level.json"
    levels.write_text(levels.read_text(encoding="utf-8").replace('"district"', '"ward"'), encoding="utf-8")
    with pytest.raises(SchemaError, match="level"):
        load_package("debtors", tmp_path)


@pytest.mark.parametrize("name", ["../debtors", "Debtors", "", "nothing"])
def test_package_is_refused_when_its_name_is_not_a_known_one(name):
    with pytest.raises(SchemaError):
        load_package(name)
