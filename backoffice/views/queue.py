"""What a queue of the first page is: a list with filters and nothing else. Not here: which queues there are (`queues`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backoffice.access.actor import Actor
from backoffice.views.queue_filters import ALL, DueFilter
from backoffice.workflow.permissions import Permission

ME, AGENCY = "me", "agency"


@dataclass(frozen=True)
class Queue:
    """One kind of work: its list with the filters that choose it, and the permissions of which one is needed.

    `due` is the filter that parts the rows by their day, `order` the column that its list stands in, rising.
    `is_trouble` marks what should not be there at all. `own_move` are the states in which the person has something
    to do: only such rows are named as the next ones; none named means all of them.
    """

    name: str
    title: Any
    screen: str
    permissions: tuple[Permission, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    due: DueFilter | None = None
    order: str = ""
    whose: str = AGENCY
    is_trouble: bool = False
    own_move: tuple[str, ...] = ()

    def is_for(self, actor: Actor) -> bool:
        """Whether the person's roles have anything to do with this work."""
        return any(actor.may(permission.value) for permission in self.permissions)

    def address(self, band: str = ALL) -> dict[str, str]:
        """The parameters of the list: all of it, or one band of days, what is due first at the top."""
        bands = {self.due.name: band} if self.due else {}
        order = {"order": self.order} if self.order else {}
        return {**self.values, **bands, **order}
