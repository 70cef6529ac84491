"""Steps as buttons: made from the workflow in force, sent by POST, carried out by a service.

Belongs here: which service carries out which step, and reading what the button sent. Not here: whether a step
is allowed (the workflow and the service decide again).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError
from backoffice.views.bad_query import BadQueryError
from backoffice.workflow.engine import Transition
from backoffice.workflow.errors import TransitionNotFoundError
from backoffice.workflow.registry import WORKFLOWS

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Asked:
    """What a button sent: the row, the version the person saw, and the reason in words."""

    row_id: int
    version: int
    reason: str | None


Deed = Callable[[Actor, Asked], Any]

# (workflow, step) → the service that carries it out. A step without a service has no button.
DEEDS: Mapping[tuple[str, str], Deed] = {}


@dataclass(frozen=True)
class Step:
    """One button: its name, its label, and whether a reason must be given."""

    name: str
    label: str
    reason_required: bool


def steps_for(row: Any) -> list[Step]:
    """The steps that the row's state and the person's permissions allow today, in the order of the workflow."""
    workflow = row.__tablename__
    if workflow not in WORKFLOWS.names or not hasattr(row, "version"):
        return []
    found = WORKFLOWS.version(workflow, clock.today()).available(
        row.state, current_actor().permissions, row
    )
    return [_step(item) for item in found if (workflow, item.name) in DEEDS]


class StepMixin:
    """Adds the route that takes a step; the screen names `step` among its routes."""

    datamodel: Any
    url_of: Any

    @expose("/step/<int:pk>/<string:name>", methods=["POST"])
    @has_access
    @permission_name("act")
    def step(self, pk: int, name: str) -> Any:
        """Take the step and show the row again; a refusal is a page with a sentence."""
        row = self.datamodel.find(pk)
        deed = DEEDS.get((row.__tablename__, name))
        if deed is None:
            raise TransitionNotFoundError(workflow=row.__tablename__, transition=name)
        deed(current_actor(), read_step(pk))
        flash(_("Done."), "good")
        return redirect(self.url_of(pk))


def read_step(pk: int) -> Asked:
    """What the button sent. Raises BadQueryError without a version, InvalidInputError for a reason too long."""
    version = request.form.get("version", "")
    if not (version.isascii() and version.isdecimal() and len(version) <= 9):
        raise BadQueryError("version")
    reason = request.form.get("reason", "").strip()
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError("reason", _("The reason is too long."))
    return Asked(pk, int(version), reason or None)


def _step(transition: Transition) -> Step:
    return Step(transition.name, _(transition.label), transition.reason_required)


