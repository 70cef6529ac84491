"""The moment of sending: what was checked is what is sent, and request, receipt and draft are one deed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from backoffice import clock
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import (
    Document,
    Notice,
    OnlineRequest,
    OutboxMessage,
    RequestDraft,
    RequestDraftFile,
    RequestParty,
    RowChange,
    TransitionLog,
)
from backoffice.services.document_vault import Vault
from backoffice.services.draft_seal import DraftKey
from backoffice.services.intake import Receipt
from backoffice.services.request_draft import (
    Draft,
    DraftChangedError,
    change_draft,
    discard_draft,
    read_draft,
    remove_draft_file,
)
from backoffice.services.request_forms import form_of
from backoffice.services.request_sending import send_request
from backoffice.services.request_steps import Filing
from tests.citizens.browser import ANSWERS, Citizen

LEFT = (OnlineRequest, RequestParty, Document, Notice, OutboxMessage, TransitionLog, RowChange)


class Sender:
    """A request that is filled in, with a paper, and the deeds on it past the browser."""

    def __init__(self, counter: Flask, citizen: Citizen) -> None:
        citizen.begin("enforcement_request")
        citizen.fill_in(ANSWERS)
        citizen.attach("judgment")
        citizen.send({"later": "yes", "go": "on"})
        with citizen.client.session_transaction() as session:
            secret = str(session["draft"])
        self.key = DraftKey(citizen.number, secret, str(counter.config["SECRET_KEY"]))
        self._vault = Vault.of(counter.config["OPENTHADS"].documents)

    def read(self) -> Filing:
        """The request as a page reads it before it is sent."""
        draft = read_draft(self.key)
        return Filing(form_of(draft.form, draft.version), draft, clock.today())

    def send(self, found: Filing) -> Receipt:
        """Send what was read."""
        return send_request(self.key, found, "vi", self._vault)


@pytest.fixture
def sender(counter: Flask, citizen: Citizen) -> Iterator[Sender]:
    """A request that is ready, in the application's context."""
    found = Sender(counter, citizen)
    with counter.app_context():
        yield found
        db.session.remove()


def counts(*models: type[object]) -> list[int]:
    """How many rows there are of each."""
    db.session.remove()
    with system_scope("set_up"):
        return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_receipt_stands_in_the_draft_when_the_request_is_there(sender: Sender) -> None:
    receipt = sender.send(sender.read())
    kept = read_draft(sender.key).receipt
    assert kept is not None
    assert kept["code"] == receipt.code
    assert counts(OnlineRequest, Document, Notice, OutboxMessage, RequestDraft) == [1, 1, 1, 1, 1]
    assert counts(RequestDraftFile) == [0]


def test_nothing_is_sent_when_another_page_changed_the_request_meanwhile(sender: Sender) -> None:
    found = sender.read()
    change_draft(sender.key, _move)
    before = counts(*LEFT)
    with pytest.raises(DraftChangedError):
        sender.send(found)
    assert counts(*LEFT) == before
    assert counts(RequestDraftFile) == [1]
    kept = read_draft(sender.key)
    assert kept.receipt is None
    assert kept.pages["lien-he"]["address"] == "Số 99"


def test_nothing_is_sent_when_the_request_was_thrown_away_meanwhile(sender: Sender) -> None:
    found = sender.read()
    discard_draft(sender.key)
    before = counts(*LEFT)
    with pytest.raises(DraftChangedError):
        sender.send(found)
    assert counts(*LEFT) == before


def test_nothing_is_sent_when_a_paper_was_taken_off_meanwhile(sender: Sender) -> None:
    found = sender.read()
    remove_draft_file(sender.key, found.draft.files[0].key)
    with pytest.raises(DraftChangedError):
        sender.send(found)
    assert counts(OnlineRequest, Document, Notice) == [0, 0, 0]
    assert read_draft(sender.key).files == []


def test_changed_request_is_sent_when_it_was_read_again(sender: Sender) -> None:
    change_draft(sender.key, _move)
    assert not sender.send(sender.read()).is_repeat
    assert counts(OnlineRequest) == [1]


def test_one_request_and_one_code_are_made_when_two_pages_read_it_before_either_sent_it(
    sender: Sender,
) -> None:
    first, second = sender.read(), sender.read()
    codes = [sender.send(found).code for found in (first, second)]
    assert codes[0] == codes[1]
    assert counts(OnlineRequest, Document, Notice, RequestDraftFile) == [1, 1, 1, 0]


def test_citizen_is_told_and_sees_the_change_when_the_request_was_changed_meanwhile(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen.go_to_check("feedback")
    changing_before(monkeypatch, lambda key: change_draft(key, _move))
    answer = citizen.send({"declared": "yes", "go": "send"})
    assert answer.status_code == 400
    assert "vừa được sửa ở một trang khác" in answer.text
    assert "Số 99" in answer.text


def changing_before(monkeypatch: pytest.MonkeyPatch, change: Callable[[DraftKey], object]) -> None:
    """Let another page change the request after this one read it, before it is sent."""

    def late(key: DraftKey, found: Filing, locale: str, vault: Vault) -> Receipt:
        change(key)
        return send_request(key, found, locale, vault)

    monkeypatch.setattr("backoffice.views.public_sending.send_request", late)


def _move(draft: Draft) -> None:
    draft.pages["lien-he"]["address"] = "Số 99"
