"""Many random requests in every state, written directly: for counting. Not here: requests that a test leads (`requests`)."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from backoffice.access.actor import Actor
from backoffice.models import EnforcementAgency, OnlineRequest
from backoffice.models.request_states import RequestState
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.online_request import SETTLED_STATES

FAMILIES = {
    "enforcement_request": "enforcement",
    "result_confirmation": "confirmation",
    "feedback": "feedback",
    "complaint": "feedback",
    "denunciation": "feedback",
    "officer_change": "one_stop",
    "coercion_cost_relief": "one_stop",
    "enforcement_fee_relief": "one_stop",
}
_OUTCOMES = {
    "signed": "granted",
    "returned": "granted",
    "guided": "guided",
    "refused": "refused",
    "filed": "filed",
    "withdrawn": "withdrawn",
}
_KINDS = ("petition", "proposal", "reflection", "complaint", "denunciation")


def random_row(rng: random.Random, first: date, last: date, officers: Sequence[int] = ()) -> dict[str, Any]:
    """One request that came between the days, at any hour, in any state, with days that fit together."""
    # The hours around midnight are those at which days in Viet Nam and in UTC differ.
    hour = rng.choice((0, 1, 6, 7, 12, 16, 17, 23))
    day = first + timedelta(days=rng.randrange((last - first).days + 1))
    state = rng.choice(list(RequestState)).value
    procedure = rng.choice(list(FAMILIES))
    row: dict[str, Any] = {
        "procedure": procedure,
        "family": FAMILIES[procedure],
        "channel": rng.choice(("online", "online", "desk", "post")),
        "state": state,
        "outcome": _OUTCOMES.get(state),
        "ground_code": "no_competence" if state == "refused" else None,
        "received_at": datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC) - timedelta(hours=7),
        "total_due_on": rng.choice((None, day + timedelta(days=rng.randrange(1, 20)))),
        "handler_id": rng.choice((None, *officers)),
        "examiner_id": rng.choice((None, *officers)),
        "paused_on": day if state == "supplement_asked" else None,
    }
    if state not in ("submitted", "withdrawn"):
        row["taken_on"] = day + timedelta(days=rng.randrange(4))
    if row["family"] == "feedback" and rng.random() < 0.5:
        row["classification"] = {
            "kind": rng.choice(_KINDS),
            "is_eligible": rng.random() < 0.5,
            "competence": rng.choice(("own", "other_agency", "other_body")),
            "people_count": rng.randrange(1, 9),
        }
    if state in SETTLED_STATES:
        row["settled_on"] = (row.get("taken_on") or day) + timedelta(days=rng.randrange(20))
        row["working_days"] = None if state == "withdrawn" else rng.randrange(0, 15)
    return row


def save_requests(rows: Sequence[Mapping[str, Any]], agencies: Sequence[EnforcementAgency]) -> list[int]:
    """Write the rows, the first for the first agency and so on around; returns their ids."""
    with unit_of_work(Actor.system("sample_data")) as session:
        made = [_request(row, agencies[number % len(agencies)]) for number, row in enumerate(rows)]
        session.add_all(made)
        session.flush()
        return [request.id for request in made]


def merge_some(ids: Sequence[int]) -> int:
    """Let the first request stand for every sixth one that is not settled; returns how many were merged."""
    with unit_of_work(Actor.system("sample_data")) as session:
        rows = [session.get_one(OnlineRequest, key) for key in ids[1::6]]
        merged = [row for row in rows if row.settled_on is None and row.state != "signed"]
        for row in merged:
            row.duplicate_of_id, row.merged_on = ids[0], row.received_at.date()
        return len(merged)


def _request(row: Mapping[str, Any], agency: EnforcementAgency) -> OnlineRequest:
    return OnlineRequest(
        **{
            "agency_id": agency.id,
            "agency_path": agency.path,
            "workflow_version": "2026",
            "code_key": uuid4().hex * 2,
            "code_ending": "8V",
            "client_key": uuid4().hex * 2,
            "identity_key": uuid4().hex * 2,
            "applicant_name": "Nguyễn Thị Mẫu",
            "sealed": "00" * 40,
            "key_id": "none",
            "locale": "vi",
            "pauses": [],
            **row,
        }
    )
