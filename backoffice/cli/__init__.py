"""The command line: `flask --app backoffice …`. One file a group; each command parses words and calls one service."""

from __future__ import annotations

from flask import Flask
from flask.cli import AppGroup

from backoffice.cli import (
    access,
    agencies,
    database,
    documents,
    export,
    jobs,
    notices,
    papers,
    rules,
    sample,
    schedule,
    signing,
    survey,
)

# Each module of this package adds its group here, in the order in which help shows them.
GROUPS: tuple[AppGroup, ...] = (
    agencies.group,
    rules.group,
    rules.calendar_group,
    access.group,
    database.group,
    export.group,
    schedule.group,
    documents.group,
    papers.group,
    signing.group,
    jobs.group,
    notices.group,
    survey.group,
    sample.group,
)


def register_commands(app: Flask) -> None:
    """Add every command group to the application's command line."""
    for group in GROUPS:
        app.cli.add_command(group)
