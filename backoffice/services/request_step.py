"""One step of a request: taken, its clocks set, its case opened where that follows. What all deeds on requests share.

Not here: the deeds themselves (`online_request`, `request_examination`, `citizen_request`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.models import OnlineRequest
from backoffice.models.request_states import RequestFamily
from backoffice.services.request_case import forward_to_case
from backoffice.services.request_clock import set_clocks
from backoffice.services.request_confidence import settle_readings
from backoffice.services.request_seal import unseal
from backoffice.services.rows import hold_row, load_row
from backoffice.services.transition import Step, Taken, apply_transition
from backoffice.workflow.online_request import LAW
from backoffice.workflow.registry import WORKFLOWS

# With these the agency has the request and its papers: the case begins (R28). Since July 2026 a request sent
# electronically is one by itself (Decree 152/2026 Art. 9.1 and 9.3).
_WITH_PAPER = frozenset({"accept_with_originals", "compare_originals", "compare_drafted"})
_BY_ITSELF = frozenset({"accept"})


def load_request(session: Session, request_id: int) -> OnlineRequest:
    """The request in the present scope; raises NotFoundError."""
    return load_row(session, OnlineRequest, request_id)


def hold_request(session: Session, request_id: int) -> OnlineRequest:
    """The request as it stands now, held until the transaction ends; raises NotFoundError."""
    return hold_row(session, OnlineRequest, request_id)


def take_step(session: Session, actor: Actor, request: OnlineRequest, step: Step) -> Taken:
    """Take a step of the request's workflow in the open transaction, with everything that follows from it.

    Raises as `apply_transition`, and InvalidInputError when a case cannot be opened from what was declared.
    """
    day = step.on or clock.today()
    version = WORKFLOWS.version(request.workflow_name, clock.today()).version
    changes: Mapping[str, object] = {"workflow_version": version, **step.changes}
    taken = apply_transition(session, actor, request, replace(step, changes=changes))
    set_clocks(request, taken, version, _declared(request), day)
    begins = _WITH_PAPER | _BY_ITSELF if version == LAW else _WITH_PAPER
    if request.family == RequestFamily.ENFORCEMENT and step.name in begins:
        forward_to_case(session, actor, request)
    settle_readings(session, request)
    session.flush()
    return taken


def _declared(request: OnlineRequest) -> Mapping[str, str]:
    """What the clocks depend on: only complaints count by something that was declared."""
    return unseal(request) if request.procedure == "complaint" else {}
