"""Write docs/commands.md from the commands themselves: `python -m scripts.write_commands`.

A test compares the page with what this would write. Not here: what the commands do.
"""

from __future__ import annotations

import sys

import click

from backoffice.cli import GROUPS
from config import ROOT

PAGE = ROOT / "docs" / "commands.md"
_HEAD = """# Commands

Every command is `flask --app backoffice GROUP COMMAND`, with the settings of the environment
([settings](operations/install.md#settings)). `--help` after any of them says the same as this page, which is
written by `python -m scripts.write_commands`.

`make` alone lists the short ways: `make demo`, `make test`, `make serve`, `make worker`, `make export`,
`make site`, `make bench`, `make lint`.
"""


def page() -> str:
    """The text of the page."""
    parts = [_HEAD]
    for group in GROUPS:
        parts.append(f"\n## {group.name}\n\n{_plain(group.help)}\n")
        for name, command in sorted(group.commands.items()):
            parts.append(_section(f"{group.name} {name}", command))
    return "".join(parts)


def _section(name: str, command: click.Command) -> str:
    arguments = [item for item in command.params if isinstance(item, click.Argument)]
    words = " ".join([f"flask {name}", *(item.make_metavar(click.Context(command)) for item in arguments)])
    lines = [f"\n### `flask {name}`\n\n{_plain(command.help)}\n\n    {words}\n"]
    options = [item for item in command.params if isinstance(item, click.Option)]
    if options:
        lines.append("\n| option | meaning |\n|---|---|\n")
    for option in options:
        default = ""
        if option.show_default and option.default is not None:
            default = f" Default: {option.default}."
        lines.append(f"| `{', '.join(option.opts)}` | {_plain(option.help)}{default} |\n")
    return "".join(lines)


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
