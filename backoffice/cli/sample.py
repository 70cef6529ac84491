"""Commands on invented data: make them, remove them, make demonstration accounts. Refused unless marked as sample."""

from __future__ import annotations

from datetime import date

import click
from flask import current_app
from flask.cli import AppGroup
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from backoffice import clock
from backoffice.cli.words import DAY, one_sentence
from backoffice.sample.make import SampleOptions, make_sample, remove_sample
from backoffice.sample.users import LOGINS, make_users
from config import PREFIX, Settings

DEFAULT_DEBTORS, DEFAULT_SEED = 20_000, 1

group = AppGroup("sample", help="Invented data for trials and demonstrations.", short_help="Invented data.")


@group.command("make")
@click.option("--debtors", default=DEFAULT_DEBTORS, show_default=True, help="How many public debtor records.")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="The same seed gives the same people.")
@click.option("--cases", type=int, default=None, help="How many cases in all; at least as many as debtors.")
@click.option("--as-of", type=DAY, default=None, help="The day up to which things have happened; today.")
def make(debtors: int, seed: int, cases: int | None, as_of: date | None) -> None:
    """Fill the database with invented cases; goes on where a run before was interrupted."""
    _require_sample()
    with one_sentence():
        options = SampleOptions(debtors, seed, as_of or clock.today(), cases)
        with _bar() as bar:
            task = bar.add_task("Invented cases", total=options.total)
            summary = make_sample(options, lambda done, _total: bar.update(task, completed=done))
    click.echo(
        f"Sample: {summary.debtors} debtor records in {summary.cases} cases; {summary.written} cases written."
    )


@group.command("remove")
def remove() -> None:
    """Remove all invented cases with everything that hangs on them; accounts stay."""
    _require_sample()
    with one_sentence(), _bar() as bar:
        task = bar.add_task("Removing", total=None)
        removed = remove_sample(lambda count: bar.update(task, completed=count))
    click.echo(f"Sample: {removed} cases removed.")


@group.command("users")
def users() -> None:
    """Make one account for each role with a fresh password; prints where the passwords are kept."""
    _require_sample()
    settings: Settings = current_app.config["OPENTHADS"]
    with one_sentence():
        made = make_users(settings.var_dir / LOGINS)
    click.echo(f"Demonstration accounts: {made} made; log-ins are in {settings.var_dir / LOGINS}.")


def _require_sample() -> None:
    """Invented people must never be published unmarked: only a process that marks its packages may make them."""
    settings: Settings = current_app.config["OPENTHADS"]
    if not settings.sample:
        raise click.ClickException(
            f"This installation is not marked for invented data: set {PREFIX}SAMPLE=1 for every process of it."
        )


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )
