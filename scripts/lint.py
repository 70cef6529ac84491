"""`make lint`: style, form, types, import rules and catalogs; every check runs, then the failed ones are named.

Not here: the rules themselves (`pyproject.toml`).
"""

from __future__ import annotations

import subprocess
import sys

from config import ROOT

CHECKS: dict[str, list[str]] = {
    "style": ["ruff", "check", "."],
    "form": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "import rules": ["importlinter.cli", "lint_imports"],
    "catalogs": ["scripts.check_catalogs"],
}


def command_of(name: str) -> list[str]:
    """The command of one check. Import-linter has no `-m` of its own, so its entry point is called."""
    words = CHECKS[name]
    if name == "import rules":
        code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
        return [sys.executable, "-c", code]
    return [sys.executable, "-m", *words]


def main() -> int:
    """Run all checks; the exit code is 1 when one failed."""
    failed = []
    for name in CHECKS:
        print(f"== {name}", flush=True)
        if subprocess.run(command_of(name), cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
