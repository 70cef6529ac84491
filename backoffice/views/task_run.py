"""Carrying out a task for the person who asked for it: which list is written, which service takes which step.

Called by the worker, and by a screen for a few rows. Not here: the states of the task, files, transactions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import g
from flask_babel import force_locale

from backoffice.access.actor import Actor
from backoffice.access.scope import use_scope
from backoffice.services.background_task import Ticket
from backoffice.services.figure_file import export_figures
from backoffice.services.list_export import export_list
from backoffice.services.reassignment import giver
from backoffice.services.task_rows import run_rows
from backoffice.views.deeds import DEEDS
from backoffice.views.list_source import has_figures, screen_named, source_of
from backoffice.workflow.errors import TransitionNotFoundError
from config import Settings


def write_list(ticket: Ticket, settings: Settings, tell: Callable[[int], None]) -> int:
    """Write the list of the task in the language it was asked for; returns the number of rows.

    Raises NotFoundError or BadQueryError when the screen or one of its filters is gone, and what
    `export_list` raises.
    """
    with force_locale(str(ticket.parameters["language"])), use_scope(ticket.actor.scope):
        # Screens ask who is there before they name other people.
        g.actor = ticket.actor
        view = screen_named(ticket.screen)
        if has_figures(view):
            return export_figures(ticket, settings, view.report_of(ticket.parameters["address"]))
        return export_list(ticket, settings, source_of(view, ticket.parameters["address"]), tell)


def take_steps(ticket: Ticket) -> dict[str, int]:
    """Take the step of the task on its rows; returns the counts by outcome. Raises what `run_rows` raises."""
    if "to" in ticket.parameters:
        return run_rows(ticket, giver(ticket.parameters))
    noun, step = screen_named(ticket.screen).datamodel.obj.__tablename__, str(ticket.parameters["step"])
    deed = DEEDS.get((noun, step))
    if deed is None:
        raise TransitionNotFoundError(workflow=noun, transition=step)
    given: dict[str, Any] = {"reason": ticket.parameters.get("reason")}
    if deed.asks_day:
        day = ticket.parameters.get("on")
        given["on"] = date.fromisoformat(day) if day else None
    service = deed.service

    def take(actor: Actor, row_id: int, version: int) -> Any:
        return service(actor, row_id, expected_version=version, **given)

    return run_rows(ticket, take)
