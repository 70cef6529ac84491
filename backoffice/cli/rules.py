"""Commands on the legal rules and the working calendar: bring them in, and explain a due date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup

from backoffice.access.actor import Actor
from backoffice.cli.words import CSV_FILE, DATA, DAY, one_sentence, read_rows
from backoffice.queries.deadlines import deadline_from
from backoffice.queries.rules import rule_book
from backoffice.services.enforcement_agency import ImportSummary
from backoffice.services.legal_rule import import_rules
from backoffice.services.working_calendar import import_overrides
from backoffice.workflow.events import StartEvent

group = AppGroup("rules", help="Legal rules as dated data.", short_help="Legal rules.")
calendar_group = AppGroup(
    "calendar", help="The working calendar of state offices.", short_help="The working calendar."
)


@group.command("load")
@click.option("--from", "path", type=CSV_FILE, default=DATA / "legal_rules.csv", help="Rule file (CSV).")
def load_rules(path: Path) -> None:
    """Bring in the legal rules of all rule sets; rules that an administrator edited are kept."""
    with one_sentence():
        _show("Legal rules", import_rules(Actor.system("set_up"), read_rows(path)))


@group.command("due")
@click.argument("rule_code")
@click.argument("day", type=DAY)
def due(rule_code: str, day: date) -> None:
    """Explain when a period ends that begins on DAY under the rule RULE_CODE, for example publication.publish."""
    with one_sentence():
        events = rule_book().rule(rule_code, day).start_events
        deadline = deadline_from(rule_code, day, *(StartEvent(event) for event in events))
    for line in deadline.explanation():
        click.echo(line.text())


@calendar_group.command("load")
@click.option(
    "--from", "path", type=CSV_FILE, default=DATA / "calendar_overrides.csv", help="Calendar file (CSV)."
)
def load_calendar(path: Path) -> None:
    """Bring in swapped days and days off; days that an administrator edited or confirmed are kept."""
    with one_sentence():
        _show("Calendar days", import_overrides(Actor.system("set_up"), read_rows(path)))


def _show(title: str, summary: ImportSummary) -> None:
    click.echo(
        f"{title}: {summary.added} added, {summary.changed} changed, {summary.unchanged} already there, "
        f"{summary.kept} edited here and kept."
    )
