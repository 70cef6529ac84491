"""The forms on a citizen's request: what each is called, who is offered it, which service takes its values.

Not here: fields (`forms.online_request`), steps that need no more than a reason (`request_deeds`), the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.identity import current_actor
from backoffice.forms.base import StaffForm
from backoffice.forms.online_request import (
    AcceptForm,
    AdmitForm,
    BarForm,
    ClassifyForm,
    ExaminerForm,
    HandlerForm,
    RefusalForm,
    ReplyForm,
    ReturnForm,
    SupplementForm,
)
from backoffice.models import OnlineRequest
from backoffice.services import online_request, request_examination
from backoffice.services.online_request import Classification, Handover, Seen
from backoffice.services.request_letters import Reply, known_address
from backoffice.services.transition import available_steps
from backoffice.views.request_words import COMPETENCES, FEEDBACK_KINDS, REFUSAL_GROUNDS
from backoffice.views.row_forms import RowForm
from backoffice.views.standing_in import warn_of_absences
from backoffice.views.visit_forms import VISIT_FORMS, offer_times
from backoffice.workflow.permissions import Permission

_BY_EMAIL = "email"
_DESK = (Permission.ONLINE_REQUEST_SUPPORT,)
_LEADER = (Permission.ONLINE_REQUEST_ASSIGN,)
_SLOTS_SHOWN = 100


def _may(*names: str) -> Callable[[Any], bool]:
    return lambda row: any(step.name in names for step in available_steps(current_actor(), row))


def _reply(values: dict[str, Any]) -> Reply:
    return Reply(values["text"] or "", by_email=values["sending"] == _BY_EMAIL)


def _supplement(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    names = [step.name for step in available_steps(actor, row)]
    ask = online_request.ask_originals if "ask_originals" in names else online_request.ask_supplement
    return ask(actor, Seen(row.id, version), _reply(values), values["until"])


def _accepted(name: str) -> Any:
    def save(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
        seen, slot = Seen(row.id, version), values.get("slot_id")
        return online_request.accept(actor, seen, _reply(values), slot_id=slot, name=name)

    return save


def _guide(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return online_request.guide(actor, Seen(row.id, version), _reply(values))


def _refuse(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return online_request.refuse(actor, Seen(row.id, version), values["ground_code"], _reply(values))


def _classify(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    found = Classification(
        values["kind"], values["is_eligible"] == "yes", values["competence"], values["people_count"]
    )
    return online_request.classify(actor, Seen(row.id, version), found)


def _announce(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    return online_request.announce(actor, Seen(row.id, version), _reply(values))


def _return(actor: Actor, row: Any, values: dict[str, Any], version: int) -> OnlineRequest:
    handover = Handover(values["fee_vnd"], values["fee_receipt_number"], values["slot_id"], _reply(values))
    return online_request.return_result(actor, Seen(row.id, version), handover)


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


def _offer_sending(form: Any, row: Any) -> None:
    form.email = known_address(row)
    sent = [("software", str(_("Send, without e-mail")))]
    form["sending"].choices = [(_BY_EMAIL, str(_("Send and e-mail"))), *sent] if form.email else sent
    if "slot_id" in form.columns:
        offer_times(form, row)
    if "ground_code" in form.columns:
        codes = online_request.refusal_grounds(row, clock.today())
        form["ground_code"].choices = [(code, str(REFUSAL_GROUNDS[code])) for code in codes]


def _offer_answers(form: StaffForm, _row: Any) -> None:
    form["kind"].choices = [(code, str(words)) for code, words in FEEDBACK_KINDS.items()]
    form["competence"].choices = [(code, str(words)) for code, words in COMPETENCES.items()]
    form["is_eligible"].choices = [("yes", str(_("Yes"))), ("no", str(_("No")))]


def _answer(label: Any, form: type[StaffForm], save: Any, *steps: str) -> RowForm:
    return RowForm(
        label,
        form,
        save,
        _DESK,
        offered=_may(*steps),
        prepare=_offer_sending,
        template="request_answer.html",
    )


REQUEST_FORMS = {
    "supplement": _answer(
        _l("Ask to complete"), SupplementForm, _supplement, "ask_supplement", "ask_originals"
    ),
    "accept-with-originals": _answer(
        _l("Accept, originals received"),
        ReplyForm,
        _accepted("accept_with_originals"),
        "accept_with_originals",
    ),
    "accept": _answer(_l("Accept"), AcceptForm, _accepted("accept"), "accept"),
    "accept-with-appointment": _answer(
        _l("Accept with an appointment"),
        AcceptForm,
        _accepted("accept_with_appointment"),
        "accept_with_appointment",
    ),
    "guide": _answer(_l("Answer with guidance"), ReplyForm, _guide, "guide"),
    "refuse": _answer(_l("Refuse"), RefusalForm, _refuse, "refuse"),
    "classify": RowForm(
        _l("Classify and forward to the leader"),
        ClassifyForm,
        _classify,
        _DESK,
        offered=_may("classify"),
        prepare=_offer_answers,
    ),
    "announce": _answer(_l("Tell the petitioner before the signature"), ReplyForm, _announce, "announce"),
    "return": _answer(_l("Return the result"), ReturnForm, _return, "return_result"),
    "assign": RowForm(
        _l("Assign the handling officer"),
        ExaminerForm,
        _assign,
        _LEADER,
        offered=_may("assign", "assign_examiner"),
    ),
    "bar": RowForm(
        _l("Bar an officer"),
        BarForm,
        _bar,
        (Permission.ONLINE_REQUEST_CONFIDENTIAL,),
        offered=_may("bar_officer"),
    ),
    "admit": RowForm(
        _l("Admit an officer"),
        AdmitForm,
        _admit,
        (Permission.ONLINE_REQUEST_CONFIDENTIAL,),
        offered=_may("admit_officer"),
    ),
    "hand-over": RowForm(
        _l("Give to another officer"), HandlerForm, _hand_over, _LEADER, offered=_may("hand_over")
    ),
    **VISIT_FORMS,
}
