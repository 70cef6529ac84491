"""Sizes and words: nothing grows for ever, nothing is left for later, nothing names a machine or a registry."""

from __future__ import annotations

import ast
import re
import subprocess

from tests.architecture.sources import EVERYTHING, PRODUCT, ROOT, functions, name_of, python_files

LONGEST_FUNCTION, LONGEST_TEST, LONGEST_FILE, LONGEST_VIEW, MOST_PARAMETERS = 50, 60, 350, 200, 6
# Written in parts, so that this file does not find itself.
FORBIDDEN_NAMES = (
    "pypi" + ".org",
    "python" + "hosted",
    "registry.npm" + "js",
    "deb.debian" + ".org",
    "/wo" + "rk/",
    "/t" + "mp/w/",
    "/opt/whe" + "els",
)
LEFT_FOR_LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
BINARY = (".woff2", ".png", ".ico", ".gz", ".parquet", ".svg")


def test_functions_are_short() -> None:
    found = []
    for path in python_files(EVERYTHING):
        limit = LONGEST_TEST if "tests" in path.parts else LONGEST_FUNCTION
        for node in functions(path):
            size = (node.end_lineno or 0) - node.lineno + 1
            found += [f"{name_of(path)}:{node.lineno} {node.name} {size}"] if size > limit else []
    assert found == []


def test_functions_take_few_parameters() -> None:
    found = []
    for path in python_files(PRODUCT):
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in functions(path):
            if "noqa: PLR0913 (" in lines[node.lineno - 1]:
                continue  # the reason stands beside it
            names = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
            count = len([name for name in names if name not in ("self", "cls")])
            found += [f"{name_of(path)}:{node.lineno} {node.name} {count}"] if count > MOST_PARAMETERS else []
    assert found == []


def test_files_are_short() -> None:
    found = []
    for path in python_files(EVERYTHING):
        lines = path.read_text(encoding="utf-8").count("\n")
        limit = LONGEST_VIEW if name_of(path).startswith("backoffice/views/") else LONGEST_FILE
        found += [f"{name_of(path)} {lines}"] if lines > limit else []
    assert found == []


def test_nothing_is_left_for_later() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in python_files(EVERYTHING)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LEFT_FOR_LATER.search(line)
    ]
    assert found == []


def test_no_file_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = [name for name in listed.stdout.split("\0") if name and not name.endswith(BINARY)]
    paths = [ROOT / name for name in names] or python_files(EVERYTHING)
    found = [
        f"{name_of(path)}: {word}"
        for path in paths
        if path.is_file()
        for word in FORBIDDEN_NAMES
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def test_every_public_function_says_its_deed() -> None:
    places = tuple(f"backoffice/{name}" for name in ("services", "workflow", "access", "queries"))
    found = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in python_files((*places, "exports", "jobs"))
        for node in _public_top_level(path)
        if not ast.get_docstring(node)
    ]
    assert found == []


def _public_top_level(path) -> list[ast.FunctionDef]:  # type: ignore[no-untyped-def]
    top = ast.parse(path.read_text(encoding="utf-8")).body
    return [node for node in top if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
