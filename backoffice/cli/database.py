"""Commands on the roles of PostgreSQL: give the application's role its rights, and say what is wrong with it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from backoffice.cli.words import one_sentence
from backoffice.services.database_rights import database_advice, database_problems, grant_database_rights

group = AppGroup(
    "database", help="Rights of the application's role in PostgreSQL.", short_help="Database roles."
)


@group.command("grant")
@click.argument("role", required=False)
def grant(role: str | None) -> None:
    """Give ROLE its rights as the owner of the tables; without a name, the role of OPENTHADS_DATABASE_URL.

    “flask db upgrade” does the same by itself when OPENTHADS_MIGRATION_DATABASE_URL names another role.
    """
    with one_sentence():
        count = grant_database_rights(current_app.config["OPENTHADS"], role)
        advice = database_advice()
    click.echo(f"Rights given on {count} tables.")
    _say_advice(advice)


@group.command("check")
def check() -> None:
    """Say why the role of OPENTHADS_DATABASE_URL must not serve real data; exit with 1 when there is a reason."""
    with one_sentence():
        found, advice = database_problems(), database_advice()
    for sentence in found:
        click.echo(sentence)
    _say_advice(advice)
    if found:
        raise SystemExit(1)
    click.echo("The database role is as it must be.")


def _say_advice(advice: list[str]) -> None:
    """Beside the result: the exit code does not depend on it."""
    for sentence in advice or ["Searches use their indexes under row-level security."]:
        click.echo(sentence)
