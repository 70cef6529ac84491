"""Choosing rows of a list for a step: which rows were meant, and what would become of each, changing nothing.

Belongs here: reading the choice and looking ahead. Not here: taking the step (`task_run`), the pages (`task`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.errors import OpenThadsError, StateError
from backoffice.services.rows import LARGEST_ID
from backoffice.views.bad_query import BadQueryError
from backoffice.views.cells import Cell
from backoffice.views.deed import Deed
from backoffice.views.deeds import DEEDS
from backoffice.views.errors import sentence
from backoffice.views.list_source import conditions_of
from backoffice.views.listing import ListRequest
from backoffice.workflow.background_task import MOST_ROWS
from backoffice.workflow.engine import Transition
from backoffice.workflow.errors import TransitionNotFoundError
from backoffice.workflow.messages import N_
from backoffice.workflow.paper_steps import PAPER_STEPS
from backoffice.workflow.registry import WORKFLOWS

_PAIRS = re.compile(r"[1-9][0-9]{0,18}\.[1-9][0-9]{0,8}(,[1-9][0-9]{0,18}\.[1-9][0-9]{0,8})*")
_ID = re.compile(r"[1-9][0-9]{0,17}")
# Looking whether a step has anything to do may read several rows of the file; for many rows the step itself says.
_LOOKED_INTO = 100


@dataclass(frozen=True)
class ListStep:
    """A step that may be taken on several rows of a list."""

    transition: Transition
    deed: Deed
    noun: str

    @property
    def name(self) -> str:
        """The name of the step in its workflow."""
        return self.transition.name

    @property
    def label(self) -> str:
        """The words on its button."""
        return str(_(self.transition.label))


@dataclass(frozen=True)
class Verdict:
    """What would become of one row: its refusal, or None when the step can be taken."""

    key: int
    version: int
    title: str
    url: str
    state: Cell
    refusal: str | None


def list_steps(view: Any) -> list[ListStep]:
    """The steps that the person's role allows on rows of this screen, in the order of the workflow."""
    if "step" not in view.include_route_methods:
        return []
    noun = view.datamodel.obj.__tablename__
    permissions = current_actor().permissions
    own = (step for flow in WORKFLOWS.in_force(noun, clock.today()) for step in flow.transitions)
    # Rows that go different ways share most of their steps.
    steps = {step.name: step for step in (*own, *PAPER_STEPS.get(noun, ()))}.values()
    return [
        ListStep(step, DEEDS[noun, step.name], noun)
        for step in steps
        if (noun, step.name) in DEEDS and step.is_permitted(permissions)
    ]


def step_named(view: Any, name: str) -> ListStep:
    """One of those steps. Raises TransitionNotFoundError, also for one that the role does not allow."""
    for step in list_steps(view):
        if step.name == name:
            return step
    raise TransitionNotFoundError(workflow=view.datamodel.obj.__tablename__, transition=name)


def chosen_rows(view: Any, form: MultiDict[str, str], wanted: ListRequest) -> tuple[Sequence[Any], int]:
    """The chosen rows that the person may see, and how many of the chosen ones are not available.

    Raises BadQueryError for a choice that cannot be read, StateError for none and for too many rows.
    """
    which = form.get("which", "ticked")
    if which not in {"ticked", "page", "all"}:
        raise BadQueryError("which")
    if which == "all":
        rows = view.datamodel.chosen(conditions_of(view, wanted), view.list_columns, MOST_ROWS + 1)
        if len(rows) > MOST_ROWS:
            raise StateError(
                N_("More than %(limit)s rows fit these filters. Narrow them, then choose again."),
                limit=MOST_ROWS,
            )
        return rows, 0
    keys = _ids(form.getlist("row") if which == "ticked" else form.get("page_rows", "").split(","))
    if not keys:
        raise StateError(N_("Choose at least one row of the list."))
    return rows_of(view, keys)


def rows_of(view: Any, keys: Sequence[int]) -> tuple[Sequence[Any], int]:
    """The visible rows with these ids, in the order of their ids, and how many of them are not available."""
    model = view.datamodel.obj
    conditions = [*view.base_conditions(), model.id.in_(keys)]
    rows = view.datamodel.chosen(conditions, view.list_columns, MOST_ROWS)
    return rows, len(keys) - len(rows)


def read_pairs(text: str) -> list[tuple[int, int]]:
    """Ids with the versions that were seen, as the preview wrote them. Raises BadQueryError."""
    if len(text) > MOST_ROWS * 30 or not _PAIRS.fullmatch(text):
        raise BadQueryError("rows")
    pairs = [
        (int(key), int(version)) for key, _dot, version in (item.partition(".") for item in text.split(","))
    ]
    keys = {key for key, _version in pairs}
    if len(pairs) > MOST_ROWS or len(keys) != len(pairs) or max(keys) > LARGEST_ID:
        raise BadQueryError("rows")
    return pairs


def verdicts_on(view: Any, step: ListStep, rows: Sequence[Any]) -> list[Verdict]:
    """What would become of each row now, for the present person."""
    looked_into = len(rows) <= _LOOKED_INTO
    return [
        Verdict(
            row.id,
            row.version,
            view.cell(row, view.list_columns[0]).text,
            view.url_of(row.id),
            view.cell(row, "state"),
            _refusal(step, row, looked_into=looked_into),
        )
        for row in rows
    ]


def _refusal(step: ListStep, row: Any, *, looked_into: bool) -> str | None:
    workflow = WORKFLOWS.version(getattr(row, "workflow_name", step.noun), clock.today())
    if step.transition in PAPER_STEPS.get(step.noun, ()):
        # Drafting a paper changes nothing of the row, which only has to be far enough.
        fits = not step.transition.sources or row.state in step.transition.sources
        return None if fits else sentence(StateError())
    try:
        # The reason comes later: here, only the row is looked at.
        workflow.check(step.name, row.state, current_actor().permissions, row, reason="-")
    except OpenThadsError as error:
        return sentence(error)
    if looked_into and not step.deed.offered(row):
        return str(_("Nothing has changed since this record was published."))
    return None


def _ids(texts: Sequence[str]) -> list[int]:
    if any(not _ID.fullmatch(text) for text in texts) or len(texts) > MOST_ROWS:
        raise BadQueryError("row")
    return sorted({int(text) for text in texts})
