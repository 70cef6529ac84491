"""Commands on messages to people: returned mail, a trial message, the words that come with the product."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from backoffice.access.actor import Actor
from backoffice.cli.words import one_sentence
from backoffice.services.notice import check_email
from backoffice.services.notice_bounce import take_report
from backoffice.services.notice_template import load_start_set
from backoffice.services.notice_trial import send_trial
from config import Settings
from exports.bounces import LARGEST_REPORT, read_report

group = AppGroup(
    "notices",
    help="Messages to people: returned mail, a trial, the start set of words.",
    short_help="Messages to people.",
)

_SYSTEM = Actor.system("jobs")
# What mail servers take for "keep it and try again" (sysexits.h).
_TRY_AGAIN = 75


@group.command("bounce")
def bounce() -> None:
    """Read one delivery report (RFC 3464) from standard input, as a mail server pipes it; always ends well for mail
    that is none, so that nothing is returned to anybody."""
    report = read_report(sys.stdin.buffer.read(LARGEST_REPORT))
    while sys.stdin.buffer.read(LARGEST_REPORT):
        # Taken to the end: a mail server whose pipe breaks would send the mail back.
        pass
    if report is None:
        click.echo("No delivery report on a message of this installation.")
        return
    try:
        with one_sentence():
            state = take_report(_SYSTEM, report)
    except (click.ClickException, OperationalError):
        # Whatever keeps the database from answering will pass: the mail server keeps the report meanwhile.
        sys.exit(_TRY_AGAIN)
    click.echo(f"Noted as {state}." if state else "Nothing to note.")


@group.command("trial")
@click.argument("address")
def trial(address: str) -> None:
    """Send a trial message to ADDRESS now, through the mail server of the settings, and say what it answered."""
    settings: Settings = current_app.config["OPENTHADS"]
    with one_sentence():
        result = send_trial(settings.notices, check_email(address))
    click.echo(result)


@group.command("load")
def load() -> None:
    """Bring in the words that come with the product where there are none yet; edited ones are kept."""
    with one_sentence():
        count = load_start_set(Actor.system("set_up"))
    click.echo(f"Message templates: {count} added.")
