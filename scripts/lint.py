"""`make lint`: style, form, types, import rules and catalogs; every check runs, then the failed ones are named.

Not here: the rules themselves (`pyproject.toml`).
"""

from __future__ import annotations

import subprocess
import sys

from config import ROOT

# Import-linter cannot be run with -m, so its entry point is called.
_IMPORT_RULES = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"

CHECKS: dict[str, tuple[str, ...]] = {
    "style": ("-m", "ruff", "check", "."),
    "form": ("-m", "ruff", "format", "--check", "."),
    "types": ("-m", "mypy"),
    "import rules": ("-c", _IMPORT_RULES),
    "catalogs": ("-m", "scripts.check_catalogs"),
}


def main() -> int:
    """Run all checks; the exit code is 1 when one failed."""
    failed = []
    for name, command in CHECKS.items():
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, *command], cwd=ROOT, check=False).returncode:
            failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
