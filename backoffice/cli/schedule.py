"""Commands on the schedules of exports and of upkeep."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.cli.words import one_sentence
from backoffice.queries.schedules import schedules
from backoffice.services.export_run import PACKAGES
from backoffice.services.schedule import (
    SHORTEST_MINUTES,
    is_too_fast,
    load_usual_upkeep,
    next_moment,
    set_schedule,
)
from backoffice.services.transaction import unit_of_work
from backoffice.services.upkeep import UPKEEPS

SYSTEM = Actor.system("jobs")

group = AppGroup(
    "schedule",
    help="When exports and upkeep run by themselves.",
    short_help="Schedules of exports and upkeep.",
)


@group.command("list")
def list_schedules() -> None:
    """Show each schedule and when it comes due next, in Viet Nam's time."""
    with one_sentence(), unit_of_work(SYSTEM) as session:
        for row in schedules(session):
            due = next_moment(row)
            when = f"next {due:%d/%m/%Y %H:%M}" if due else "switched off"
            click.echo(f"{row.package_name}  {row.cron}  {when}")


@group.command("load")
def load() -> None:
    """Give upkeep that has no schedule its usual one, from now on; what was set before is kept."""
    with one_sentence():
        count = load_usual_upkeep(SYSTEM)
    click.echo(f"Schedules of upkeep added: {count}.")


@group.command("set")
@click.argument("what", type=click.Choice([*PACKAGES, *UPKEEPS]))
@click.argument("cron")
@click.option("--off", is_flag=True, help="Keep the times but switch the schedule off.")
def set_times(what: str, cron: str, off: bool) -> None:
    """Let a package be exported, or upkeep be done, at the times of CRON: five fields in quotes, for example "0 2 * * *"."""
    with one_sentence():
        row = set_schedule(SYSTEM, what, cron, is_enabled=not off)
    due = next_moment(row)
    click.echo(
        f"{row.package_name}: {row.cron}" + (f", next {due:%d/%m/%Y %H:%M}" if due else ", switched off")
    )
    if due and is_too_fast(row.cron):
        click.echo(
            f"Warning: less than {SHORTEST_MINUTES} minutes between two runs, so they wait for each other."
        )
