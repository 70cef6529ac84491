"""The forms on cases, parties and obligations: what each is called, which service it hands its values to.

Not here: fields (forms), routes (`editing`), what a deed means (services).
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.errors import InvalidInputError
from backoffice.forms.base import StaffForm
from backoffice.forms.enforcement_case import ObligationForm, OfficerForm, OtherOfficerForm, PartyForm
from backoffice.forms.enforcement_decision import DecisionForm, NonEnforceableForm
from backoffice.models import CaseParty, EnforcementCase, EnforcementDecision, NonEnforceableDecision
from backoffice.queries.cases import ENDED, obligations_of
from backoffice.queries.rules import ground_codes
from backoffice.services import enforcement_case, enforcement_decision, non_enforceable_decision
from backoffice.services.non_enforceable_decision import NewNonEnforceable
from backoffice.services.transition import available_steps
from backoffice.views.formats import money
from backoffice.views.row_forms import RowForm
from backoffice.views.standing_in import warn_of_absences
from backoffice.views.words import GROUNDS, OBLIGATIONS
from backoffice.workflow.permissions import Permission

_ENDED = frozenset(state.value for state in ENDED)


def _case_of(row: Any) -> Any:
    return row.case


def _lacks_decision(row: Any) -> bool:
    return row.state not in _ENDED and not row.has_signed_decision


def _may_lack_conditions(row: Any) -> bool:
    """Such a decision rests on a signed enforcement decision, and each obligation has one at a time."""
    return row.state not in _ENDED and row.has_signed_decision and row.has_undecided_obligation


def _has_amount(row: Any) -> bool:
    return row.amount_vnd is not None


def _may_step(name: str) -> Any:
    return lambda row: any(step.name == name for step in available_steps(current_actor(), row))


def _correct_party(actor: Actor, row: Any, values: dict[str, Any], version: int) -> CaseParty:
    given = enforcement_case.Correction(values["full_name"], values["address"])
    return enforcement_case.correct_party(
        actor, row.id, given, expected_version=version, reason=values["reason"]
    )


def _correct_obligation(actor: Actor, row: Any, values: dict[str, Any], version: int) -> Any:
    return enforcement_case.correct_obligation(
        actor, row.id, values["outstanding_amount_vnd"], expected_version=version, reason=values["reason"]
    )


def _assign(actor: Actor, row: Any, values: dict[str, Any], version: int) -> EnforcementCase:
    done = enforcement_case.assign_officer(
        actor, row.id, values["officer_id"], expected_version=version, reason=values["reason"]
    )
    warn_of_absences([values["officer_id"]])
    return done


def _reassign(actor: Actor, row: Any, values: dict[str, Any], version: int) -> EnforcementCase:
    done = enforcement_case.change_officer(
        actor, row.id, values["officer_id"], expected_version=version, reason=values["reason"]
    )
    warn_of_absences([values["officer_id"]])
    return done


def _draft(actor: Actor, row: Any, values: dict[str, Any], _version: int) -> EnforcementDecision:
    return enforcement_decision.draft_enforcement_decision(actor, row.id, values["decision_number"])


def _draft_non_enforceable(
    actor: Actor, _row: Any, values: dict[str, Any], _version: int
) -> NonEnforceableDecision:
    try:
        return non_enforceable_decision.draft_non_enforceable_decision(actor, NewNonEnforceable(**values))
    except InvalidInputError as error:
        if error.field != "on":
            raise
        # The day of the step is the day on which the ground was found.
        raise InvalidInputError("ground_found_on", error.message, **error.params) from error


def _offer_grounds(form: StaffForm, case: EnforcementCase) -> None:
    form["ground_code"].choices = [
        (code, str(GROUNDS.get(code, code))) for code in ground_codes(clock.today())
    ]
    form["obligation_id"].choices = [
        (item.id, f"{OBLIGATIONS.get(item.obligation_code)} – {item.debtor}, {money(item.amount_vnd)}")
        for item in obligations_of(case.id)
    ]


_CORRECT = (Permission.CASE_ENFORCE, Permission.CASE_DECIDE)

PARTY_FORMS = {
    "correct": RowForm(_l("Correct the party"), PartyForm, _correct_party, _CORRECT, counted=_case_of)
}
OBLIGATION_FORMS = {
    "correct": RowForm(
        _l("Correct the obligation"),
        ObligationForm,
        _correct_obligation,
        _CORRECT,
        offered=_has_amount,
        counted=_case_of,
    )
}
CASE_FORMS = {
    "assign": RowForm(
        _l("Assign an officer"),
        OfficerForm,
        _assign,
        (Permission.CASE_ASSIGN,),
        offered=_may_step("assign"),
    ),
    "reassign": RowForm(
        _l("Replace the officer"),
        OtherOfficerForm,
        _reassign,
        (Permission.CASE_ASSIGN,),
        offered=_may_step("reassign"),
    ),
    "draft": RowForm(
        _l("Draft an enforcement decision"),
        DecisionForm,
        _draft,
        (Permission.DECISION_DRAFT,),
        offered=_lacks_decision,
    ),
    "draft-non-enforceable": RowForm(
        _l("Draft a decision on not yet having conditions"),
        NonEnforceableForm,
        _draft_non_enforceable,
        (Permission.NON_ENFORCEABLE_DRAFT,),
        offered=_may_lack_conditions,
        prepare=_offer_grounds,
    ),
}
