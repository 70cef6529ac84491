"""From a draft to a registered request: what was declared goes to the agency, the draft keeps nothing but the receipt.

Belongs here: the answers in the names and the form that intake takes, and that both are one deed. Not here:
registering (`intake`), what the draft holds (`request_draft`), which steps are missing (`request_steps`).

The token of the draft is the token of the sending. Sent twice at the same moment, it is the same request with the
same code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backoffice.errors import StateError
from backoffice.models.states import DocumentKind, PartyKind
from backoffice.services.document import HeldFile
from backoffice.services.document_vault import Vault
from backoffice.services.draft_seal import DraftKey
from backoffice.services.intake import HeldAttachment, NewRequest, Receipt, register_request
from backoffice.services.request_draft import DraftChangedError, close_draft, finish_draft, is_as_read
from backoffice.services.request_steps import Filing
from backoffice.workflow.messages import N_

_ROLES = {"creditors": "creditor", "debtors": "debtor"}
_ROLE_WORDS = {"creditors": "Người được thi hành án", "debtors": "Người phải thi hành án"}
# Questions that only decide which pages follow.
_NOT_DECLARED = frozenset({"on_behalf"})
_PERSON = {"name": "person_name", "address": "person_address", "identity_number": "person_number"}


class NotCompleteError(StateError):
    """Something is still missing."""

    code = "request_not_complete"
    message = N_("Something is still missing. Look at the list above.")


def send_request(key: DraftKey, found: Filing, locale: str, vault: Vault) -> Receipt:
    """Register the request and leave its receipt in the draft, both or neither.

    Raises NotCompleteError, DraftChangedError, DraftGoneError, and all that `register_request` raises.
    """
    if found.open_steps() or found.agency is None:
        raise NotCompleteError
    new = NewRequest(
        procedure=found.form.procedure,
        agency_id=found.agency.id,
        values=declared_values(found),
        client_token=key.token,
        locale=locale,
        held=_held(found),
    )
    try:
        receipt = register_request(new, vault, also=lambda session, said: _close(session, key, found, said))
    except IntegrityError as error:
        # A file was taken off by another page, and went with the last row that named it.
        if is_as_read(key, found.draft):
            raise
        raise DraftChangedError from error
    if receipt.is_repeat:
        finish_draft(key, _record(receipt, found))
    return receipt


def _close(session: Session, key: DraftKey, found: Filing, receipt: Receipt) -> None:
    close_draft(session, key, found.draft, _record(receipt, found))


def declared_values(found: Filing) -> dict[str, str]:
    """The answers by the names that intake knows, each as text: codes, days as ISO, amounts as digits."""
    values = dict(found.form.fixed)
    for name, value in found.answers.items():
        if isinstance(value, list):
            values |= _people(name, value)
        elif name not in _NOT_DECLARED:
            values[name] = str(value)
    others = _others(found.answers)
    if others:
        values["other_parties"] = others
    if found.papers_come_later:
        values["papers_later"] = "yes"
    return values


def _people(name: str, people: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The first person of a list, by single fields."""
    role = _ROLES[name]
    first = people[0] if people else {}
    found = {f"{role}_{to}": str(first[source]) for to, source in _PERSON.items() if source in first}
    if role == "debtor":
        found["debtor_kind"] = str(first.get("person_kind", PartyKind.PERSON.value))
    return found


def _others(answers: Mapping[str, Any]) -> str:
    """Everybody after the first, and days of birth, one a line: what single fields have no room for."""
    lines = []
    for name, words in _ROLE_WORDS.items():
        for place, person in enumerate(answers.get(name, ()), 1):
            said = [person.get("person_name"), person.get("person_number"), person.get("person_address")]
            born = person.get("person_birth_on")
            if place == 1 and born == answers.get("birth_on"):
                # The person who asks, whose day of birth has a field of its own.
                continue
            if place > 1 or born:
                parts = [str(part) for part in said if part] if place > 1 else [str(said[0])]
                parts += [f"sinh ngày {'/'.join(reversed(str(born).split('-')))}"] if born else []
                lines.append(f"{words}: " + "; ".join(parts))
    return "\n".join(lines)


def _held(found: Filing) -> list[HeldAttachment]:
    return [
        HeldAttachment(
            HeldFile(file.file_id, file.name, file.media_type, file.size, file.sha256, file.is_scanned),
            DocumentKind(file.kind),
            file.title,
        )
        for file in found.draft.files
    ]


def _record(receipt: Receipt, found: Filing) -> dict[str, Any]:
    """What the receipt page shows, as plain values."""
    return {
        "code": receipt.code,
        "request_number": receipt.request_number,
        "agency": receipt.agency_name,
        "received_at": receipt.received_at.isoformat(),
        "due_on": receipt.due_on.isoformat() if receipt.due_on else None,
        "why": [line.as_record() for line in receipt.explanation],
        "email": str(found.answers.get("email", "")),
        "papers_later": found.papers_come_later,
    }
