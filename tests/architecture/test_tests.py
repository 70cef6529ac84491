"""The tests themselves: each asserts something, none is skipped, each says deed and outcome in its name."""

from __future__ import annotations

import ast
import re

from tests.architecture.sources import calls, functions, name_of, python_files, tree_of

ASSERTING = re.compile(r"raises|warns|wait_for_url|assert|expect|check|refuse|validate|same|holds")
# Written in parts, so that this file does not find itself.
SKIPPING = ("skip", "skip" + "if", "x" + "fail", "import" + "orskip")


def test_every_test_asserts() -> None:
    found = [
        f"{name_of(path)}:{test.lineno} {test.name}"
        for path, test in _tests()
        if not any(
            isinstance(node, ast.Assert)
            or (isinstance(node, ast.Call) and ASSERTING.search(ast.unparse(node.func)))
            for node in ast.walk(test)
        )
    ]
    assert found == []


def test_no_test_is_skipped() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(("tests",))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in SKIPPING and "pytest" in ast.unparse(node)
    ]
    assert found == []


def test_no_part_of_ours_is_replaced_by_a_stand_in() -> None:
    found = [
        f"{name_of(path)}:{call.lineno} {name}"
        for path in python_files(("tests",))
        for name, call in calls(path)
        if name in ("Mock", "MagicMock", "AsyncMock", "patch", "create_autospec")
    ]
    assert found == []


def test_names_tell_the_outcome() -> None:
    found = [f"{name_of(path)} {test.name}" for path, test in _tests() if len(test.name.split("_")) < 4]
    assert found == []


def _tests() -> list[tuple[object, ast.FunctionDef]]:
    return [
        (path, function)
        for path in python_files(("tests",))
        if path.name.startswith("test_")
        for function in functions(path)
        if function.name.startswith("test_") and isinstance(function, ast.FunctionDef)
    ]
