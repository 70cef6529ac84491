"""What is late in the agencies below, an agency a line: the first page of a province and of the national agency.

Not here: the queues themselves (`queues`), counting (`queries.work_counts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backoffice.access.scope import Scope
from backoffice.models import EnforcementAgency
from backoffice.models.base import AgencyScoped
from backoffice.models.enforcement_agency import PATH_END
from backoffice.queries.work_counts import agencies_at, pile_counts_by_agency
from backoffice.views.day_work import Figure, list_address, pile_of, screens_by_name
from backoffice.views.queue_filters import ALL, OVERDUE
from backoffice.views.queues import AGENCY, Queue


@dataclass(frozen=True)
class AgencyLine:
    """One agency with a figure a column."""

    agency: EnforcementAgency
    figures: Sequence[Figure]


@dataclass(frozen=True)
class WorkTable:
    """The columns are queues: of those with days what is overdue, of others all."""

    heads: Sequence[Any]
    lines: Sequence[AgencyLine]


def work_table(queues: Sequence[Queue], scope: Scope) -> WorkTable | None:
    """The work of the agencies directly below, each with all below it; None when nothing waits anywhere."""
    screens = screens_by_name()
    columns = [
        queue
        for queue in queues
        if queue.whose == AGENCY and issubclass(screens[queue.screen].datamodel.obj, AgencyScoped)
    ]
    found: Counter[tuple[str, str]] = Counter()
    piles = [pile_of(queue, screens, _band(queue)) for queue in columns]
    for key, path, count in pile_counts_by_agency(piles):
        found[key, child_path(path, scope)] += count
    columns = [queue for queue in columns if any(key == _key(queue) for key, _path in found)]
    agencies = agencies_at(sorted({path for _key, path in found})) if found else []
    if not agencies:
        return None
    lines = [
        AgencyLine(agency, [_figure(queue, agency, found, scope) for queue in columns]) for agency in agencies
    ]
    return WorkTable([queue.title for queue in columns], lines)


def child_path(path: str, scope: Scope) -> str:
    """The path of the agency directly below the scope under which this one stands; the top's own path stays."""
    top = next(prefix for prefix in scope.prefixes if path.startswith(prefix))
    code, _dot, _rest = path.removeprefix(top).partition(PATH_END)
    return f"{top}{code}{PATH_END}" if code else top


def agency_address(agency: EnforcementAgency, scope: Scope) -> dict[str, Any]:
    """The filter of an agency's rows: with all below it, or of the top of the scope its own rows alone."""
    return {"at": agency.id} if agency.path in scope.prefixes else {"agency": agency.code}


def _figure(queue: Queue, agency: EnforcementAgency, found: Counter[tuple[str, str]], scope: Scope) -> Figure:
    values = {**queue.address(_band(queue)), **agency_address(agency, scope)}
    count = found[_key(queue), agency.path]
    return Figure(queue.name, queue.title, count, is_more=False, url=list_address(queue.screen, values))


def _band(queue: Queue) -> str:
    return OVERDUE if queue.due else ALL


def _key(queue: Queue) -> str:
    return f"{queue.name}.{_band(queue)}"
