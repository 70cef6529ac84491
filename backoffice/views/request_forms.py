"""The forms on a citizen's request: what each is called, who is offered it, which service takes its values.

Not here: fields (`forms.online_request`), steps that need no more than a reason (`request_deeds`), the screen.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from backoffice.access.actor import Actor
from backoffice.forms.online_request import (
    AcceptForm,
    AdmitForm,
    BarForm,
    ClassifyForm,
    ExaminerForm,
    HandlerForm,
    RefusalForm,
    ReplyForm,
    SupplementForm,
)
from backoffice.models import OnlineRequest
from backoffice.services import online_request, request_examination
from backoffice.services.online_request import Classification, Seen
from backoffice.services.transition import available_steps
from backoffice.views.request_answers import DESK, answer_form, reply_of
from backoffice.views.request_ends import REQUEST_ENDS
from backoffice.views.request_offers import (
    may_take,
    offer_acceptance,
    offer_answers,
    offer_originals,
    offer_taking_up,
)
from backoffice.views.row_forms import RowForm, always
from backoffice.views.standing_in import warn_of_absences
from backoffice.views.visit_forms import VISIT_FORMS
from backoffice.workflow.permissions import Permission

_LEADER = (Permission.ONLINE_REQUEST_ASSIGN,)


def _supplement(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    names = [step.name for step in available_steps(actor, row)]
    ask = online_request.ask_originals if "ask_originals" in names else online_request.ask_supplement
    return ask(actor, Seen(row.id, version), reply_of(values), values["until"])


def _accepted(name: str) -> Any:
    def save(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
        seen, slot = Seen(row.id, version), values.get("slot_id")
        return online_request.accept(actor, seen, reply_of(values), slot_id=slot, name=name)

    return save


def _guide(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return online_request.guide(actor, Seen(row.id, version), reply_of(values))


def _refuse(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return online_request.refuse(actor, Seen(row.id, version), values["ground_code"], reply_of(values))


def _classify(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    found = Classification(
        values["kind"], values["is_eligible"] == "yes", values["competence"], values["people_count"]
    )
    return online_request.classify(actor, Seen(row.id, version), found)


def _announce(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return online_request.announce(actor, Seen(row.id, version), reply_of(values))


def _assign(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    done = request_examination.assign(actor, Seen(row.id, version), values["officer_id"])
    warn_of_absences([values["officer_id"]])
    return done


def _hand_over(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    done = request_examination.hand_over(actor, Seen(row.id, version), values["officer_id"])
    warn_of_absences([values["officer_id"]])
    return done


def _bar(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return request_examination.bar(actor, Seen(row.id, version), values["officer_id"])


def _admit(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return request_examination.admit(actor, Seen(row.id, version), values["officer_id"])


# The usual outcome first, then the others by how often they come.
REQUEST_FORMS = {
    "accept-with-originals": answer_form(
        _l("Accept, originals received"),
        ReplyForm,
        _accepted("accept_with_originals"),
        "accept_with_originals",
        prepare=offer_taking_up,
        usual=always,
    ),
    "accept": answer_form(
        _l("Accept"), AcceptForm, _accepted("accept"), "accept", prepare=offer_acceptance, usual=always
    ),
    "accept-with-appointment": answer_form(
        _l("Accept with an appointment"),
        AcceptForm,
        _accepted("accept_with_appointment"),
        "accept_with_appointment",
        prepare=offer_originals,
    ),
    "classify": RowForm(
        _l("Classify and forward to the leader"),
        ClassifyForm,
        _classify,
        DESK,
        offered=may_take("classify"),
        prepare=offer_answers,
        usual=always,
    ),
    "supplement": answer_form(
        _l("Ask to complete"), SupplementForm, _supplement, "ask_supplement", "ask_originals"
    ),
    "guide": answer_form(_l("Answer with guidance"), ReplyForm, _guide, "guide"),
    "refuse": answer_form(_l("Refuse"), RefusalForm, _refuse, "refuse"),
    "announce": answer_form(_l("Tell the petitioner before the signature"), ReplyForm, _announce, "announce"),
    "assign": RowForm(
        _l("Assign the handling officer"),
        ExaminerForm,
        _assign,
        _LEADER,
        offered=may_take("assign", "assign_examiner"),
        usual=lambda row: row.examiner_id is None,
    ),
    "bar": RowForm(
        _l("Bar an officer"),
        BarForm,
        _bar,
        (Permission.ONLINE_REQUEST_CONFIDENTIAL,),
        offered=may_take("bar_officer"),
    ),
    "admit": RowForm(
        _l("Admit an officer"),
        AdmitForm,
        _admit,
        (Permission.ONLINE_REQUEST_CONFIDENTIAL,),
        offered=may_take("admit_officer"),
    ),
    "hand-over": RowForm(
        _l("Give to another officer"), HandlerForm, _hand_over, _LEADER, offered=may_take("hand_over")
    ),
    **REQUEST_ENDS,
    **VISIT_FORMS,
}
