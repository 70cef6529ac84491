"""The two slips of the one-stop desk, printed at once from the page: receipt with appointment, guidance (R41).

Belongs here: what stands on them. Not here: the numbered papers of the same kinds with their files
(`official_document`), the page (`views.desk_slips`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import OnlineRequest
from backoffice.models.request_states import RequestMessageKind
from backoffice.models.states import OfficialDocumentKind
from backoffice.queries.current import reading
from backoffice.queries.online_requests import last_message_of
from backoffice.services.look_up_key import look_up_keys
from backoffice.services.official_document import Outline, outline_paper
from backoffice.services.paper_frozen import Frozen, paper_of
from backoffice.services.paper_heading import Signer, office_of
from backoffice.services.request_letters import read_message
from backoffice.services.rows import load_row
from backoffice.workflow.messages import N_
from exports.check_code import written
from exports.papers import Paper

SLIPS = {"receipt": OfficialDocumentKind.RECEIPT_SLIP, "guidance": OfficialDocumentKind.GUIDANCE_SLIP}
_AT_THE_DESK = "NGƯỜI TIẾP NHẬN HỒ SƠ"
# Room for what the officer writes by hand where nothing was recorded as missing.
_LINES_BY_HAND, _DOTS = 4, "…" * 24


@dataclass(frozen=True)
class SlipOrder:
    """A slip about a request. `code` is known only right after the entry; `result_on` is for requests without a day."""

    kind: OfficialDocumentKind
    request_id: int
    officer_name: str
    code: str = ""
    result_on: date | None = None


@dataclass(frozen=True)
class _Number:
    number: int


@dataclass(frozen=True)
class _Marks:
    """A slip bears the day on which it is printed and the number of its dossier, as staff speak of it, and no code."""

    issued_on: date
    symbol: str
    number: _Number
    check_code: None = None


def code_of(request: OnlineRequest, client_token: str) -> str:
    """The registration code of a request, from the token of its sending; nothing for a token of another one."""
    keys = look_up_keys()
    is_own = keys.client_key(client_token) == request.client_key
    return written(keys.new_code(client_token)) if is_own else ""


def slip_of(actor: Actor, order: SlipOrder) -> Paper:
    """The slip as a paper under the number of its dossier, taken from no register.

    Raises NotFoundError, NotPermittedError, NoTemplateError, InvalidInputError where the day of the result must be
    given, KeyMissingError and FileDamagedError where what was declared cannot be opened.
    """
    outline = outline_paper(actor, order.kind, OnlineRequest.__tablename__, order.request_id)
    request = load_row(reading(), OnlineRequest, order.request_id)
    values = {**outline.values, **_values(outline, order, request)}
    lacking = [field for field in outline.missing if field.name not in values]
    if lacking:
        raise StateError(
            N_("These values are missing: %(names)s."), names=", ".join(field.label_vi for field in lacking)
        )
    today = clock.today()
    frozen = Frozen(values, office_of(outline.agency, today), Signer("", _AT_THE_DESK, order.officer_name))
    marks = _Marks(today, str(request.received_on.year), _Number(request.id))
    return paper_of(outline.template, frozen, marks, "")


def _values(outline: Outline, order: SlipOrder, request: OnlineRequest) -> dict[str, object]:
    found: dict[str, object] = {"receiver_name": order.officer_name, "contact_name": order.officer_name}
    if order.code:
        found["registration_code"] = order.code
    if order.kind is OfficialDocumentKind.GUIDANCE_SLIP:
        del found["receiver_name"]
        return found | {"missing_items": _missing_items(request)}
    del found["contact_name"]
    if "appointment_on" not in outline.values:
        day = order.result_on or request.total_due_on or request.due_on
        if day is None:
            raise InvalidInputError("on", N_("Write the day on which the result is handed out."))
        found["appointment_on"] = day
    return found


def _missing_items(request: OnlineRequest) -> Sequence[dict[str, Any]]:
    message = last_message_of(reading(), request.id, RequestMessageKind.SUPPLEMENT)
    if message is None:
        return [{"item": _DOTS, "reason": None}] * _LINES_BY_HAND
    lines = [line.strip(" -•+*\t") for line in read_message(message).text.splitlines()]
    return [{"item": line, "reason": None} for line in lines if line]
