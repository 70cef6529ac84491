"""What the forms on a citizen's request offer when they open: choices, the address, the usual words.

Not here: which forms there are and what is done with them (`request_forms`), fields (`forms.online_request`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from backoffice import clock
from backoffice.access.identity import current_actor
from backoffice.forms.base import StaffForm
from backoffice.models.request_states import RequestState
from backoffice.services import online_request
from backoffice.services.request_letters import known_address
from backoffice.services.transition import available_steps
from backoffice.views.request_words import COMPETENCES, FEEDBACK_KINDS, HANDOVER_WAYS, REFUSAL_GROUNDS
from backoffice.views.visit_forms import offer_times

BY_EMAIL = "email"
# What is written to most applicants, in Vietnamese whatever the language of the officer's screen.
ACCEPTED_WORDS = "Hồ sơ đầy đủ, hợp lệ. Cơ quan đã tiếp nhận để giải quyết."
ORIGINALS_WORDS = "Hồ sơ đầy đủ. Đề nghị Ông/Bà xuất trình bản chính các giấy tờ đã gửi để đối chiếu."


def may_take(*names: str) -> Callable[[Any], bool]:
    """Whether one of these steps is open to the person on a row."""
    return lambda row: any(step.name in names for step in available_steps(current_actor(), row))


def offer_sending(form: Any, row: Any) -> None:
    """The ways of sending, and what else the form lets choose among."""
    form.email = known_address(row)
    sent = [("software", str(_("Send, without e-mail")))]
    form["sending"].choices = [(BY_EMAIL, str(_("Send and e-mail"))), *sent] if form.email else sent
    if "handed_over_way" in form.columns:
        way = form["handed_over_way"]
        way.choices = [(code, str(words)) for code, words in HANDOVER_WAYS.items()]
        # The result mostly goes the way the request came, or to whoever has a time to come for it.
        way.data = way.data or ("desk" if row.has_visit else row.channel)
    if "slot_id" in form.columns:
        offer_times(form, row)
    if "ground_code" in form.columns:
        codes = online_request.refusal_grounds(row, clock.today())
        form["ground_code"].choices = [(code, str(REFUSAL_GROUNDS[code])) for code in codes]


def offer_taking_up(form: Any, row: Any) -> None:
    """The same, with the words for a request that is taken up as it is."""
    offer_sending(form, row)
    _propose(form, ACCEPTED_WORDS)


def offer_originals(form: Any, row: Any) -> None:
    """The same, with the words for a request whose originals are still to be shown."""
    offer_sending(form, row)
    _propose(form, ORIGINALS_WORDS)


def offer_acceptance(form: Any, row: Any) -> None:
    """As the version of the request has it: accepted with originals to show, or at once and without a time to come."""
    steps = available_steps(current_actor(), row)
    form.asks_time = any(
        step.name == "accept" and step.target == RequestState.AWAITING_ORIGINALS for step in steps
    )
    if form.asks_time:
        offer_originals(form, row)
        return
    offer_taking_up(form, row)
    form["slot_id"].choices = []


def offer_answers(form: StaffForm, row: Any) -> None:
    """The four answers about a petition (R30); what was sent as a complaint or denunciation mostly is one."""
    form["kind"].choices = [(code, str(words)) for code, words in FEEDBACK_KINDS.items()]
    if row.procedure in FEEDBACK_KINDS:
        form["kind"].data = form["kind"].data or row.procedure
    form["competence"].choices = [(code, str(words)) for code, words in COMPETENCES.items()]
    form["is_eligible"].choices = [("yes", str(_("Yes"))), ("no", str(_("No")))]


def _propose(form: StaffForm, words: str) -> None:
    form["text"].data = form["text"].data or words
