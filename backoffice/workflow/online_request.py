"""A citizen's request: how it goes through an agency, in three dated versions for each family of procedures.

2019 is the draft process, in which the draft is made before the originals come; 2020 the process of Decision 11, which
compares them first (seeds 000 and 001; R18 to R38); 2026 the law since 1 July 2026, under which a request sent
electronically counts by itself. The versions share their states, so that a request that was begun under one goes on
under the next: what was done is not done again (Law 106/2025 Art. 116.3 and 116.4), and every state that an older
version reached can be left. Not here: which procedures there are (`procedures`), what the whole may take
(`request_deadlines`), the deeds (services).
"""

from datetime import date
from enum import StrEnum

from backoffice.models.request_states import RequestFamily, RequestState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from backoffice.workflow.request_guards import file_asked, file_not_asked
from backoffice.workflow.request_steps import (
    OPEN_STATES,
    SETTLED_STATES,
    WAITING_STATES,
    acceptance,
    apart,
    at_the_desk,
    at_the_end,
    barring,
    comparisons,
    decided_elsewhere,
    examination,
    merging,
    opening,
    refusal,
    step,
    with_originals,
    within,
)

__all__ = [
    "DRAFT",
    "LAW",
    "NAME",
    "OPEN_STATES",
    "PROCESS",
    "SETTLED_STATES",
    "VALIDITY",
    "WAITING_STATES",
    "WORKFLOWS",
    "workflow_name",
]

NAME = "online_request"
DRAFT, PROCESS, LAW = "2019", "2020", "2026"
VALIDITY = {
    DRAFT: (date(2019, 1, 1), date(2020, 11, 10)),
    PROCESS: (date(2020, 11, 11), date(2026, 6, 30)),
    LAW: (date(2026, 7, 1), None),
}

_S, _P = RequestState, Permission
_Parts = tuple[Transition, tuple[Transition, ...], frozenset[StrEnum]]


def workflow_name(family: str) -> str:
    """Return the name of the workflow of a family of procedures."""
    return f"{NAME}.{family}"


def _enforcement(version: str) -> _Parts:
    old, draft = version != LAW, version == DRAFT
    check = "support.check" if old else None
    again = check or "request.incomplete_notice"
    examine, sign = ("support.examine", "support.sign") if old else (None, None)
    begins = opening("support.receive" if old else "request.incomplete_notice")
    steps = (
        *at_the_desk(check, again, check or "request.incomplete_notice", _S.AWAITING_ORIGINALS, _S.DRAFTED),
        refusal((_S.RECEIVED, _S.SUPPLEMENT_ASKED, _S.AWAITING_ORIGINALS), "request.refuse"),
        *(
            (acceptance(_S.AWAITING_ORIGINALS, None),)
            if version == PROCESS
            else (acceptance(_S.IN_EXAMINATION, examine),)
        ),
        *((acceptance(_S.AWAITING_ORIGINALS, None, name="accept_with_appointment"),) if not old else ()),
        *((with_originals(_S.IN_EXAMINATION, examine),) if version == PROCESS else ()),
        *comparisons(examine, sign, early=not draft, late=True),
        *examination(_S.DRAFTED if draft else _S.AWAITING_SIGNATURE, None if draft else sign, None),
        decided_elsewhere(),
        *at_the_end((_S.AWAITING_SIGNATURE, _S.GUIDED, _S.REFUSED, _S.WITHDRAWN), examine, check),
    )
    unused = {_S.AWAITING_ASSIGNMENT, _S.AWAITING_FILING, _S.FILED}
    return begins, steps, frozenset(unused | {_S.AWAITING_ORIGINALS if draft else _S.DRAFTED})


def _archive() -> tuple[Transition, ...]:
    """The file of an ended case, which lies in the archive, and leaves it with the head's consent alone (R36)."""
    place, head = _S.IN_EXAMINATION, _P.ONLINE_REQUEST_SIGN
    return (
        step(
            "ask_archive",
            N_("Ask for the archived file"),
            place,
            None,
            _P.ONLINE_REQUEST_EXAMINE,
            guard=file_not_asked,
            reason_required=True,
        ),
        step("release_archive", N_("Let the archived file out"), place, None, head, guard=file_asked),
        step(
            "keep_archive",
            N_("Leave the file in the archive"),
            place,
            None,
            head,
            guard=file_asked,
            reason_required=True,
        ),
    )


def _confirmation(version: str) -> _Parts:
    old = version != LAW
    check, examine, sign = ("support.check", "support.examine", "support.sign") if old else (None, None, None)
    steps = (
        *at_the_desk(check, check, check, _S.DRAFTED),
        refusal((_S.RECEIVED, _S.SUPPLEMENT_ASKED), None),
        acceptance(_S.IN_EXAMINATION, examine),
        *comparisons(examine, sign, early=False, late=True),
        *_archive(),
        *examination(_S.DRAFTED if old else _S.AWAITING_SIGNATURE, None, None),
        *at_the_end((_S.AWAITING_SIGNATURE, _S.GUIDED, _S.REFUSED, _S.WITHDRAWN), examine, check),
    )
    unused = {_S.AWAITING_ORIGINALS, _S.AWAITING_ASSIGNMENT, _S.AWAITING_FILING, _S.FILED}
    return (
        opening("support.receive" if old else None),
        steps,
        frozenset(unused | (set() if old else {_S.DRAFTED})),
    )


def _one_stop(version: str) -> _Parts:
    """Procedures of the one-stop desk (R4), for which no document lays down days for single steps."""
    steps = (
        *at_the_desk(None, None, None, _S.AWAITING_ORIGINALS),
        refusal((_S.RECEIVED, _S.SUPPLEMENT_ASKED, _S.AWAITING_ORIGINALS), None),
        acceptance(_S.IN_EXAMINATION, None),
        acceptance(_S.AWAITING_ORIGINALS, None, name="accept_with_appointment"),
        *comparisons(None, None, early=True, late=False),
        *examination(_S.AWAITING_SIGNATURE, None, None),
        *at_the_end((_S.AWAITING_SIGNATURE, _S.GUIDED, _S.REFUSED, _S.WITHDRAWN), None, None),
    )
    unused = {_S.AWAITING_ASSIGNMENT, _S.AWAITING_FILING, _S.DRAFTED, _S.FILED}
    return opening("support.receive" if version != LAW else None), steps, frozenset(unused)


def _proposals(proposed: RequestState, rule: str | None) -> tuple[Transition, ...]:
    """What the officer proposes (R32), and telling the petitioner first, as the draft of 2019 had it."""
    examine = _P.ONLINE_REQUEST_EXAMINE
    return (
        step("propose_reply", N_("Propose a reply"), _S.IN_EXAMINATION, proposed, examine, **within(rule)),
        step(
            "propose_transfer",
            N_("Propose the transfer to the competent body"),
            _S.IN_EXAMINATION,
            proposed,
            examine,
            **within(rule),
        ),
        step(
            "propose_filing",
            N_("Propose filing without action"),
            _S.IN_EXAMINATION,
            _S.AWAITING_FILING,
            examine,
        ),
        step(
            "announce",
            N_("Tell the petitioner before the signature"),
            _S.DRAFTED,
            _S.AWAITING_SIGNATURE,
            _P.ONLINE_REQUEST_SUPPORT,
            notifies=("online_request.result",),
        ),
    )


def _feedback(version: str) -> _Parts:
    old, draft = version != LAW, version == DRAFT
    classify, assign, propose, answer = (
        ("support.classify", "support.assign", "support.propose", "support.answer") if old else (None,) * 4
    )
    sign = _P.ONLINE_REQUEST_SIGN
    proposed = _S.DRAFTED if draft else _S.AWAITING_SIGNATURE
    steps = (
        *at_the_desk(classify, classify, None),
        step(
            "classify",
            N_("Classify and forward to the leader"),
            _S.RECEIVED,
            _S.AWAITING_ASSIGNMENT,
            _P.ONLINE_REQUEST_SUPPORT,
            **within(assign),
        ),
        step(
            "assign",
            N_("Assign the handling officer"),
            (_S.AWAITING_ASSIGNMENT, _S.IN_EXAMINATION),
            _S.IN_EXAMINATION,
            _P.ONLINE_REQUEST_ASSIGN,
            **within(propose),
        ),
        *_proposals(proposed, answer if draft else None),
        step("sign", N_("Approve the result"), _S.AWAITING_SIGNATURE, _S.SIGNED, sign, **within(answer)),
        step("file", N_("File without action"), _S.AWAITING_FILING, _S.FILED, sign),
        *barring(),
        *at_the_end((_S.AWAITING_SIGNATURE, _S.AWAITING_FILING, _S.GUIDED, _S.WITHDRAWN), propose, classify),
    )
    unused = {_S.AWAITING_ORIGINALS, _S.REFUSED}
    begins = opening("support.receive" if old else None)
    return begins, steps, frozenset(unused | (set() if draft else {_S.DRAFTED}))


_FAMILIES = {
    RequestFamily.ENFORCEMENT: _enforcement,
    RequestFamily.CONFIRMATION: _confirmation,
    RequestFamily.FEEDBACK: _feedback,
    RequestFamily.ONE_STOP: _one_stop,
}


def _workflow(family: RequestFamily, version: str) -> Workflow:
    begins, own, unused = _FAMILIES[family](version)
    steps = (*map(apart, own), *merging())
    valid_from, valid_to = VALIDITY[version]
    return Workflow(
        workflow_name(family.value), version, valid_from, valid_to, RequestState, begins, steps, unused
    )


WORKFLOWS = tuple(_workflow(family, version) for family in RequestFamily for version in VALIDITY)
