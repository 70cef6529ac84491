"""The steps of a citizen's request that its families share, made with the deadlines of a version.

Not here: which family takes which of them in which order (`online_request`), when one is refused (`request_guards`).
"""

from dataclasses import replace
from enum import StrEnum

from backoffice.models.request_states import RequestState
from backoffice.workflow.engine import Transition
from backoffice.workflow.events import StartEvent
from backoffice.workflow.messages import N_, Line
from backoffice.workflow.permissions import Permission
from backoffice.workflow.request_guards import (
    RequestFacts,
    asked_to_reopen,
    can_be_merged,
    file_is_at_hand,
    is_merged,
    not_asked_yet,
    not_before_the_day,
    on_its_own,
    only_by_hand,
    only_confidential,
    to_be_collected,
)

_S, _P, _E = RequestState, Permission, StartEvent
# While the citizen may still take a request back: nothing was signed.
_OPEN = (
    _S.SUBMITTED,
    _S.RECEIVED,
    _S.SUPPLEMENT_ASKED,
    _S.AWAITING_ORIGINALS,
    _S.AWAITING_ASSIGNMENT,
    _S.IN_EXAMINATION,
    _S.DRAFTED,
    _S.AWAITING_FILING,
    _S.AWAITING_SIGNATURE,
)
# Until somebody has proposed how it ends.
_MERGED_IN = (
    _S.SUBMITTED,
    _S.RECEIVED,
    _S.SUPPLEMENT_ASKED,
    _S.AWAITING_ORIGINALS,
    _S.AWAITING_ASSIGNMENT,
    _S.IN_EXAMINATION,
)
OPEN_STATES = frozenset({*_OPEN, _S.SIGNED})
# Once the agency has decided, or the applicant took the request back: what figures count as settled.
SETTLED_STATES = frozenset({_S.SIGNED, _S.RETURNED, _S.GUIDED, _S.REFUSED, _S.FILED, _S.WITHDRAWN})
# While it is the citizen's turn.
WAITING_STATES = frozenset({_S.SUPPLEMENT_ASKED})
_RECEIVED_EVENTS = (_E.REQUEST_RECEIVED, _E.FEEDBACK_RECEIVED, _E.COMPLAINT_RECEIVED)


def apart(transition: Transition) -> Transition:
    """Return the step with the refusal of merged requests before its own.

    The applicant may withdraw all the same, and who may see a request is decided at any time.
    """
    own = transition.guard
    if transition.name in ("withdraw", "bar_officer", "admit_officer"):
        return transition

    def guard(request: RequestFacts) -> Line | None:
        return on_its_own(request) or (own(request) if own else None)

    return replace(transition, guard=guard)


def merging() -> tuple[Transition, ...]:
    """Return the steps by which a request is treated together with another one, and on its own again."""
    support = _P.ONLINE_REQUEST_SUPPORT
    more = {"reason_required": True}
    return (
        step(
            "merge",
            N_("Treat together with another request"),
            _MERGED_IN,
            None,
            support,
            guard=can_be_merged,
            **more,
        ),
        step("unmerge", N_("Treat on its own again"), _MERGED_IN, None, support, guard=is_merged, **more),
    )


def step(
    name: str,
    label: str,
    sources: StrEnum | tuple[StrEnum, ...],
    target: StrEnum | None,
    permission: Permission,
    **more: object,
) -> Transition:
    """Return one step; `sources` may be a single state."""
    places = sources if isinstance(sources, tuple) else (sources,)
    return Transition(name, label, places, target, permission, **more)  # type: ignore[arg-type]


def within(rule: str | None, *events: StartEvent) -> dict[str, object]:
    """The deadline that a step sets running for the next one; no words for a version that knows none."""
    return {"deadline_rule": rule, "start_events": events or (_E.STEP_FINISHED,)} if rule else {}


def opening(rule: str | None) -> Transition:
    """Return the step that registers a request; the first deadline counts from its receipt."""
    return step(
        "register",
        N_("Register the request"),
        (),
        _S.SUBMITTED,
        _P.ONLINE_REQUEST_ENTER,
        by_system=True,
        notifies=("online_request.received",),
        **within(rule, *(_RECEIVED_EVENTS if rule == "support.receive" else (_E.REQUEST_RECEIVED,))),
    )


def at_the_desk(
    check: str | None, check_again: str | None, ask_basis: str | None, *silent: StrEnum
) -> tuple[Transition, ...]:
    """Receipt, completion and guidance, which all families have.

    What the applicant never completes, or in one of the `silent` states never brings, is closed with guidance.
    """
    support = _P.ONLINE_REQUEST_SUPPORT
    return (
        step("receive", N_("Take into support"), _S.SUBMITTED, _S.RECEIVED, support, **within(check)),
        step(
            "ask_supplement",
            N_("Ask to complete"),
            (_S.RECEIVED, _S.SUPPLEMENT_ASKED),
            _S.SUPPLEMENT_ASKED,
            support,
            legal_basis=ask_basis,
            notifies=("online_request.supplement",),
        ),
        step(
            "answer_supplement",
            N_("Take in what was missing"),
            _S.SUPPLEMENT_ASKED,
            _S.RECEIVED,
            _P.ONLINE_REQUEST_ENTER,
            by_system=True,
            **within(check_again, _E.SUPPLEMENT_RECEIVED),
        ),
        step(
            "guide",
            N_("Answer with guidance"),
            (_S.RECEIVED, _S.SUPPLEMENT_ASKED, *silent),
            _S.GUIDED,
            support,
            guard=not_before_the_day,
            notifies=("online_request.guidance",),
        ),
    )


def at_the_end(ending: tuple[StrEnum, ...], examine: str | None, check: str | None) -> tuple[Transition, ...]:
    """Reworking, returning, handing over, withdrawing and reopening, which all families have."""
    waiting = tuple(state for state in (_S.AWAITING_SIGNATURE, _S.AWAITING_FILING) if state in ending)
    closed = tuple(state for state in (_S.GUIDED, _S.REFUSED, _S.WITHDRAWN) if state in ending)
    return (
        step(
            "rework",
            N_("Order rework"),
            waiting,
            _S.IN_EXAMINATION,
            _P.ONLINE_REQUEST_SIGN,
            reason_required=True,
            **within(examine),
        ),
        step(
            "return_result",
            N_("Return the result"),
            _S.SIGNED,
            _S.RETURNED,
            _P.ONLINE_REQUEST_SUPPORT,
            notifies=("online_request.result",),
        ),
        step(
            "hand_over",
            N_("Give to another officer"),
            tuple(sorted(OPEN_STATES)),
            None,
            _P.ONLINE_REQUEST_ASSIGN,
        ),
        step("withdraw", N_("Withdraw"), _OPEN, _S.WITHDRAWN, _P.ONLINE_REQUEST_ENTER, by_system=True),
        step(
            "reopen",
            N_("Reopen"),
            closed,
            _S.RECEIVED,
            _P.ONLINE_REQUEST_SUPPORT,
            reason_required=True,
            **within(check),
        ),
        *_after_the_end(closed),
    )


def _after_the_end(closed: tuple[StrEnum, ...]) -> tuple[Transition, ...]:
    """What may still happen to a request that is closed: its result is collected, or its applicant wants more."""
    support = _P.ONLINE_REQUEST_SUPPORT
    return (
        step("hand_out", N_("Note who took the result"), _S.RETURNED, None, support, guard=to_be_collected),
        step(
            "ask_reopening",
            N_("Ask to take the request up again"),
            closed,
            None,
            _P.ONLINE_REQUEST_ENTER,
            by_system=True,
            guard=not_asked_yet,
        ),
        step(
            "keep_closed",
            N_("Keep it closed, with an answer"),
            closed,
            None,
            support,
            guard=asked_to_reopen,
            notifies=("online_request.guidance",),
        ),
    )


def refusal(sources: tuple[StrEnum, ...], basis: str | None) -> Transition:
    """Return the refusal, with the rule that names its grounds where there is one."""
    return step(
        "refuse",
        N_("Refuse"),
        sources,
        _S.REFUSED,
        _P.ONLINE_REQUEST_SUPPORT,
        legal_basis=basis,
        notifies=("online_request.refused",),
    )


def acceptance(target: StrEnum, rule: str | None, *, name: str = "accept") -> Transition:
    """Return the step by which a complete request is accepted, with or without an appointment."""
    label = N_("Accept with an appointment") if target is _S.AWAITING_ORIGINALS else N_("Accept")
    return step(
        name,
        label,
        _S.RECEIVED,
        target,
        _P.ONLINE_REQUEST_SUPPORT,
        notifies=("online_request.accepted",),
        **within(rule),
    )


def with_originals(target: StrEnum, rule: str | None) -> Transition:
    """Return the acceptance of a request that came on paper, which needs no appointment."""
    return step(
        "accept_with_originals",
        N_("Accept, originals received"),
        _S.RECEIVED,
        target,
        _P.ONLINE_REQUEST_SUPPORT,
        guard=only_by_hand,
        notifies=("online_request.accepted",),
        **within(rule),
    )


def comparisons(examine: str | None, sign: str | None, *, early: bool, late: bool) -> tuple[Transition, ...]:
    """Originals compared before the examination or after the draft, as whichever version led there."""
    support, found = _P.ONLINE_REQUEST_SUPPORT, []
    if early:
        label = N_("Originals received and compared")
        more = within(examine)
        found.append(
            step("compare_originals", label, _S.AWAITING_ORIGINALS, _S.IN_EXAMINATION, support, **more)
        )
    if late:
        label = N_("Originals compared with the draft")
        more = within(sign)
        found.append(step("compare_drafted", label, _S.DRAFTED, _S.AWAITING_SIGNATURE, support, **more))
    places = (*((_S.AWAITING_ORIGINALS,) if early else ()), *((_S.DRAFTED,) if late else ()))
    label, more = N_("Ask to complete"), {"notifies": ("online_request.supplement",)}
    return (*found, step("ask_originals", label, places, None, support, **more))


def examination(target: StrEnum, rule: str | None, sign: str | None) -> tuple[Transition, ...]:
    """Return the steps of the professional unit and of the head (R24, R25, R27, R36)."""
    return (
        step(
            "assign_examiner",
            N_("Assign the handling officer"),
            _S.IN_EXAMINATION,
            None,
            _P.ONLINE_REQUEST_ASSIGN,
        ),
        step(
            "submit_draft",
            N_("Submit the draft"),
            _S.IN_EXAMINATION,
            target,
            _P.ONLINE_REQUEST_EXAMINE,
            guard=file_is_at_hand,
            **within(rule),
        ),
        step(
            "sign",
            N_("Approve the result"),
            _S.AWAITING_SIGNATURE,
            _S.SIGNED,
            _P.ONLINE_REQUEST_SIGN,
            **within(sign),
        ),
    )


def barring() -> tuple[Transition, ...]:
    """Return the steps by which those who handle a confidential request keep it from whoever it is about."""
    handling, everywhere = _P.ONLINE_REQUEST_CONFIDENTIAL, tuple(RequestState)
    return tuple(
        step(name, label, everywhere, None, handling, guard=only_confidential)
        for name, label in (("bar_officer", N_("Bar an officer")), ("admit_officer", N_("Admit an officer")))
    )


def decided_elsewhere() -> Transition:
    """The enforcement decision was signed in case management, which also approves the result (R86)."""
    return step(
        "take_decision",
        N_("Take back the decision"),
        (_S.IN_EXAMINATION, _S.AWAITING_SIGNATURE),
        _S.SIGNED,
        _P.SYSTEM,
    )
