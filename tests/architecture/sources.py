"""The project's own source files, parsed once, for the tests that hold the architecture. Not here: any test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("backoffice", "exports", "jobs", "config.py", "config_values.py")
EVERYTHING = (*PRODUCT, "scripts", "benchmarks", "tests")


def python_files(places: tuple[str, ...] = PRODUCT) -> list[Path]:
    """Every Python file of these places; migrations are written by a tool and left out."""
    found = []
    for place in places:
        path = ROOT / place
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path for path in found if "versions" not in path.parts]


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, inner ones too."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a file with the last part of the name that is called."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def name_of(path: Path) -> str:
    """The file as messages show it."""
    return path.relative_to(ROOT).as_posix()
