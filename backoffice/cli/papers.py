"""Commands on papers: bring in the templates that come with the program."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.cli.words import DATA, one_sentence
from backoffice.services.document_template import import_start_set
from exports.papers import PaperError, StartTemplate, read_start_template

group = AppGroup("papers", help="Papers that are made from templates.", short_help="Papers.")


@group.command("load-templates")
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DATA / "document_templates",
    help="Folder of template files (.txt).",
)
def load_templates(folder: Path) -> None:
    """Bring in the start set of templates as approved first editions; what is there already stays as it is."""
    templates = [_read(path) for path in sorted(folder.glob("*.txt"))]
    with one_sentence():
        done = import_start_set(Actor.system("set_up"), templates)
    click.echo(
        f"Templates: {done.added} added, {done.unchanged} already there, {done.kept} differ and were kept."
    )


def _read(path: Path) -> StartTemplate:
    try:
        return read_start_template(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, PaperError) as error:
        raise click.ClickException(f"{path.name} cannot be read as a template: {error}") from error
