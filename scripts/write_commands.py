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

# Groups that come with the frameworks: what they are for here, and which are better left alone.
FRAMEWORK_COMMANDS = {
    "db": "Migrations: `flask db upgrade` brings the tables to the newest form, `flask db current` says where they stand.",
    "fab": "Of Flask-AppBuilder. Not for use here: accounts and roles come from `flask access`, which keeps our rules.",
    "limiter": "Of Flask-Limiter: shows and clears the limits of the sign-in.",
    "routes": "Lists every address the application answers.",
    "run": "A server for development only; `make serve` starts the one to use.",
    "shell": "A Python prompt inside the application, without any scope: it sees no row until one is set.",
}


def page() -> str:
    """The text of the page."""
    parts = [_HEAD]
    for group in GROUPS:
        parts.append(f"\n## {group.name}\n\n{_plain(group.help)}\n")
        for name, command in sorted(group.commands.items()):
            parts.append(_section(f"{group.name} {name}", command))
    parts.append("\n## Commands of the frameworks\n\n| command | what it is for |\n|---|---|\n")
    parts.extend(f"| `flask {name}` | {text} |\n" for name, text in FRAMEWORK_COMMANDS.items())
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
