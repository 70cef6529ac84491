"""The data dictionary in the documentation is the one the schemas say. `python -m` this module writes it."""

from pathlib import Path

from exports.schema import TableSchema, load_package

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data" / "dictionary.md"
PACKAGES = ("debtors", "statistics", "documents")
_HEAD = """# Data dictionary

Made from `schemas/` by `python -m tests.exports.test_export_dictionary`; a test keeps both equal.
"""


def dictionary() -> str:
    """The page, from the schemas."""
    resources = {r.name: r for name in PACKAGES for r in load_package(name).resources}
    parts = [_HEAD]
    for name, resource in resources.items():
        parts.append(f"\n## {name}\n\n{resource.raw['title']} · {resource.raw['title_en']}\n")
        parts.append(f"\n{resource.raw['description']}\n\n{resource.raw['description_en']}\n")
        parts.append(f"\nKey: {', '.join(f'`{column}`' for column in resource.schema.primary_key)}\n\n")
        parts.append("| field | type | rules | tên | name | meaning |\n|---|---|---|---|---|---|\n")
        parts += [_row(field, resource.schema) for field in resource.schema.raw["fields"]]
    return "".join(parts)


def _row(field: dict, schema: TableSchema) -> str:
    rules = [
        key if value is True else f"{key} {value}"
        for key, value in field.get("constraints", {}).items()
        if key != "enum"
    ]
    rules += [
        f"in `{key.resource or 'same table'}`" for key in schema.foreign_keys if key.field == field["name"]
    ]
    rules += [f"one of {', '.join(field['constraints']['enum'])}"] if "categories" in field else []
    text = "; ".join(rules).replace("|", "\\|")
    return (
        f"| `{field['name']}` | {field['type']} | {text} | {field['title']} | {field['title_en']} "
        f"| {field['description_en']} |\n"
    )


def test_data_dictionary_is_current_when_a_schema_changes():
    assert PAGE.read_text(encoding="utf-8") == dictionary(), (
        "run: python -m tests.exports.test_export_dictionary"
    )


if __name__ == "__main__":
    PAGE.write_text(dictionary(), encoding="utf-8")
