"""Rooms and doors: who may import, commit, read the clock and speak SQL."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import PRODUCT, ROOT, calls, name_of, python_files, tree_of

# The only places that may speak SQL past the ORM, each for its reason in its module docstring.
RAW_SQL_PLACES = (
    "backoffice/queries/",
    "backoffice/migrations/",
    "backoffice/sample/store.py",
    "backoffice/access/row_security.py",
    "exports/sources.py",
    # Conditions of indexes and defaults are text in SQLAlchemy; they are never run by themselves.
    "backoffice/models/",
)
COMMIT_PLACES = ("backoffice/services/transaction.py",)


def test_import_rules_hold() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_commit_stands_only_in_the_unit_of_work() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in python_files(("backoffice", "jobs"))
        for name, call in calls(path)
        if name == "commit" and name_of(path) not in COMMIT_PLACES
    ]
    assert found == []


def test_raw_sql_stands_only_in_its_places() -> None:
    found = [
        f"{name_of(path)}:{call.lineno} {name}"
        for path in python_files(("backoffice", "jobs"))
        if not name_of(path).startswith(RAW_SQL_PLACES)
        for name, call in calls(path)
        if name in ("exec_driver_sql", "executemany") or (name == "text" and _is_sqlalchemy_text(path))
    ]
    assert found == []


def test_no_call_goes_round_the_scope_guard() -> None:
    around = {
        "bulk_save_objects",
        "bulk_insert_mappings",
        "bulk_update_mappings",
        "from_statement",
        "connection",
    }
    found = [
        f"{name_of(path)}:{call.lineno} {name}"
        for path in python_files(("backoffice", "jobs"))
        if not name_of(path).startswith(RAW_SQL_PLACES)
        for name, call in calls(path)
        if name in around
    ]
    assert found == []


def test_only_the_clock_reads_the_time_of_day() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in python_files(("backoffice", "exports", "jobs"))
        if name_of(path) not in ("backoffice/clock.py",)
        for name, call in calls(path)
        if name in ("utcnow", "today", "now") and _owner(call) in ("datetime", "date")
    ]
    assert [place for place in found if not place.startswith("exports/versions.py")] == []


def test_only_invented_data_set_the_clock_back() -> None:
    found = {
        name_of(path)
        for path in python_files(("backoffice", "exports", "jobs", "scripts", "benchmarks"))
        for name, call in calls(path)
        if name == "as_if" and _owner(call) == "clock"
    }
    assert all(place.startswith("backoffice/sample/") for place in found)
    assert found


def test_imports_stand_at_the_top() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files()
        if not name_of(path).startswith("backoffice/cli/")
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_the_workflow_layer_is_pure() -> None:
    found = [
        f"{name_of(path)}: {module}"
        for path in python_files(("backoffice/workflow",))
        for module in _imported(path)
        if module.split(".")[0] in ("flask", "sqlalchemy", "flask_appbuilder") or module == "backoffice.clock"
    ]
    assert found == []


def test_every_module_says_what_belongs_there() -> None:
    places = (*PRODUCT, "scripts", "tests")
    found = [
        name_of(path) for path in python_files(places) if path.read_text().strip() and not _docstring(path)
    ]
    assert found == []


def _is_sqlalchemy_text(path: Path) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "sqlalchemy"
        and any(alias.name == "text" for alias in node.names)
        for node in ast.walk(tree_of(path))
    )


def _owner(call: ast.Call) -> str:
    value = call.func.value if isinstance(call.func, ast.Attribute) else None
    return value.id if isinstance(value, ast.Name) else ""


def _imported(path: Path) -> list[str]:
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return found


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(tree_of(path))
