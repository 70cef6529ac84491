"""Commands on the agency tree: bring it in, and apply a reorganisation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.cli.words import CSV_FILE, DATA, DAY, one_sentence, read_rows
from backoffice.services.agency_reorganisation import (
    ReorganisationPlan,
    plan_reorganisation,
    reorganise_agencies,
)
from backoffice.services.enforcement_agency import (
    import_agencies,
    import_agency_names,
    import_level_names,
)

group = AppGroup("agencies", help="The tree of enforcement agencies.", short_help="The agency tree.")


@group.command("load")
@click.option("--from", "path", type=CSV_FILE, default=DATA / "agencies.csv", help="Agency file (CSV).")
def load(path: Path) -> None:
    """Bring in the agencies and the dated names of levels and agencies; a second time changes nothing."""
    actor = Actor.system("set_up")
    with one_sentence():
        agencies = import_agencies(actor, read_rows(path))
        levels = import_level_names(actor, read_rows(DATA / "agency_level_names.csv"))
        names = import_agency_names(actor, read_rows(DATA / "agency_names.csv"))
    click.echo(f"Agencies: {agencies.added} added, {agencies.unchanged} already there.")
    click.echo(f"Names of levels and agencies: {levels.added + names.added} added.")


@group.command("reorganise")
@click.option("--from", "path", type=CSV_FILE, required=True, help="Succession of provinces (CSV).")
@click.option("--on", "day", type=DAY, required=True, help="First day of the new agencies, as 2025-07-01.")
@click.option("--basis", help="The act that orders it, kept with the new agencies.")
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
def reorganise(path: Path, day: date, basis: str | None, dry_run: bool) -> None:
    """Close the old agencies the day before and name their successors; a second time changes nothing.

    Cases, decisions and records stay with the agency that acted. Staff of a closed provincial agency move to
    its successor; staff of district offices stay where they are until somebody assigns them.
    """
    actor = Actor.system("reorganisation")
    with one_sentence():
        plan = plan_reorganisation(actor, read_rows(path), day)
        _show(plan)
        if dry_run:
            click.echo("Dry run: nothing was changed.")
        elif plan.is_applied:
            click.echo("This reorganisation is in force already: nothing was changed.")
        else:
            reorganise_agencies(actor, read_rows(path), day, legal_basis=basis)
            click.echo("Done.")


def _show(plan: ReorganisationPlan) -> None:
    for closing in plan.closings:
        successor = plan.successors[closing.successor_code]
        click.echo(
            f"{closing.code} and {closing.district_count} district offices → "
            f"{closing.successor_code} {successor.successor_name}"
        )
    click.echo(
        f"On {plan.on:%d/%m/%Y}: {len(plan.closings)} provincial agencies and {plan.district_count} district "
        f"offices close, {len(plan.successors)} agencies succeed them."
    )
    click.echo(
        f"Staff: {plan.moved_staff_count} move to the successors, {plan.staying_staff_count} of district "
        "offices stay until they are assigned."
    )
