"""Filters of the list of requests: merged ones apart, those without an answer. Not here: those that tables share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, not_

from backoffice.queries import waiting_work
from backoffice.queries.online_requests import is_unanswered
from backoffice.views.filters import ChoiceFilter
from backoffice.views.queue_filters import MINE_CHOICES, YES, MineFilter, NamedFilter
from backoffice.views.request_words import MERGED


@dataclass(frozen=True)
class RequestStateFilter(ChoiceFilter):
    """Requests in a state; those that are treated together with another one have a choice of their own."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The state of what stands on its own, or whatever is merged."""
        merged: ColumnElement[bool] = model.duplicate_of_id.is_not(None)
        return merged if value == MERGED else and_(super().condition(model, value), not_(merged))


@dataclass(frozen=True)
class MyRequestsFilter(MineFilter):
    """Requests that are given to the person who asks and stand on their own."""

    def condition(self, model: type[Any], value: str) -> ColumnElement[bool]:
        """The person's own, without merged ones."""
        return and_(super().condition(model, value), model.duplicate_of_id.is_(None))


my_requests = MyRequestsFilter("mine", _l("Given to me"), ("handler_id",), choices=MINE_CHOICES)
my_examinations = MyRequestsFilter("examined", _l("Examined by me"), ("examiner_id",), choices=MINE_CHOICES)
unanswered = NamedFilter(
    "unanswered",
    _l("Not answered in time"),
    ("answer_due_on",),
    choices=YES,
    rule=is_unanswered,
)
to_be_collected = NamedFilter(
    "to_collect",
    _l("Result to be collected at the desk"),
    ("handed_over_way",),
    choices=YES,
    rule=waiting_work.is_to_be_collected,
)
asks_to_reopen = NamedFilter(
    "asks_to_reopen",
    _l("Applicant asks to reopen"),
    ("reopening_asked_on",),
    choices=YES,
    rule=waiting_work.asks_to_reopen,
)
archive_asked = NamedFilter(
    "archive",
    _l("Archived file asked for"),
    ("archive_asked_on",),
    choices=YES,
    rule=waiting_work.waits_for_archive,
)
left_alone = NamedFilter(
    "left_alone",
    _l("Merged with one that has ended, not answered"),
    ("duplicate_of_id",),
    choices=YES,
    rule=waiting_work.is_left_alone,
)
