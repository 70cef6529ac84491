"""Upkeep of the store: finding damage, sweeping what nobody names, new master keys, scanning what waits.

Not here: attaching and opening (`document`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.models import Document, Notice, OnlineRequest, RequestMessage, StoredFile, SurveyComment
from backoffice.models.states import DocumentState
from backoffice.queries.documents import (
    files_not_under,
    has_address,
    known_addresses,
    quarantined_documents,
    stored_files,
)
from backoffice.queries.notices import notices_not_under
from backoffice.queries.online_requests import request_messages_not_under, requests_not_under
from backoffice.queries.survey import comments_not_under
from backoffice.services.document import erase_document
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.document_store import FileMissingError
from backoffice.services.document_vault import Vault
from backoffice.services.notice_seal import reseal_content
from backoffice.services.request_seal import reseal
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.services.virus_scan import is_clean

Row = TypeVar("Row", StoredFile, Notice, OnlineRequest, RequestMessage, SurveyComment)

# Younger files may belong to an upload that has not committed yet.
STALE_AFTER = 3600
INFECTED = "Phần mềm quét vi-rút phát hiện nội dung độc hại."


@dataclass(frozen=True)
class Finding:
    """Something wrong with one file: `code` is damaged, missing, no_key or orphan."""

    code: str
    address: str


@dataclass(frozen=True)
class Rewrapped:
    """How much came under the newest master key: files, messages, citizens' requests; and how much does not open."""

    files: int
    messages: int
    shut: int
    requests: int = 0


@dataclass(frozen=True)
class Scanned:
    """How many waiting documents a scan released and erased."""

    released: int
    erased: int


def verify_files(actor: Actor, vault: Vault) -> list[Finding]:
    """Read every file and compare it with its row; name every file that no row names. Raises nothing of its own."""
    found = list(_damage(actor, vault))
    lying = [address for address, _age in vault.store.addresses()]
    with unit_of_work(actor) as session:
        known = known_addresses(session)
    return found + [Finding("orphan", address) for address in lying if address not in known]


def _damage(actor: Actor, vault: Vault) -> Iterator[Finding]:
    """Reading everything takes long, so it stands in no transaction: only the rows are read in one, by portions."""
    last = 0
    while True:
        with unit_of_work(actor) as session:
            files = stored_files(session, last)
            for file in files:
                session.expunge(file)
        if not files:
            return
        last = files[-1].id
        yield from _damaged(files, vault)


def _damaged(files: Sequence[StoredFile], vault: Vault) -> Iterator[Finding]:
    for file in files:
        try:
            vault.check(file)
        except FileMissingError:
            yield Finding("missing", file.address)
        except FileDamagedError:
            yield Finding("damaged", file.address)
        except KeyMissingError:
            yield Finding("no_key", file.address)


def sweep_files(actor: Actor, vault: Vault, older_than: float = STALE_AFTER) -> int:
    """Remove files that no row names and parts of unfinished writes, if they are old enough; how many."""
    removed = vault.store.sweep(older_than)
    old = [address for address, age in vault.store.addresses() if age > older_than]
    with unit_of_work(actor) as session:
        known = known_addresses(session)
    for address in old:
        if address not in known:
            vault.store.remove(address)
            removed += 1
    return removed


def erase_unused(session: Session, vault: Vault, address: str) -> None:
    """Remove the bytes at an address, unless a row names it again."""
    if not has_address(session, address):
        vault.store.remove(address)


def rewrap_keys(actor: Actor, vault: Vault) -> Rewrapped:
    """Put everything that is kept under an older master key under the newest one, in portions that each commit.

    That are the keys of files (documents, papers with their values, key files, scans), which stay as they are, the
    contents of messages, and what citizens declared, were written and wrote in surveys. What does not open is counted
    and left. Not passphrases on their way to a worker: they are erased within minutes (`sealed_secret`).
    """
    newest = vault.keys.current
    files, shut_files = _rewrap(
        actor, lambda session, after: files_not_under(session, newest, after), vault.put_under_newest
    )
    messages, shut_messages = _rewrap(
        actor,
        lambda session, after: notices_not_under(session, newest, after),
        lambda notice: reseal_content(notice, vault.keys),
    )
    declared, shut_declared = _rewrap(
        actor,
        lambda session, after: requests_not_under(session, newest, after),
        lambda row: reseal(row, vault.keys),
    )
    written, shut_written = _rewrap(
        actor,
        lambda session, after: request_messages_not_under(session, newest, after),
        lambda row: reseal(row, vault.keys),
    )
    comments, shut_comments = _rewrap(
        actor,
        lambda session, after: comments_not_under(session, newest, after),
        lambda row: reseal(row, vault.keys),
    )
    shut = shut_files + shut_messages + shut_declared + shut_written + shut_comments
    return Rewrapped(files, messages, shut, declared + written + comments)


def _rewrap(
    actor: Actor, read: Callable[[Session, int], Sequence[Row]], rewrap: Callable[[Row], None]
) -> tuple[int, int]:
    """How many rows were put under the newest key, and how many do not open."""
    done = shut = last = 0
    while True:
        with unit_of_work(actor) as session:
            rows = read(session, last)
            if not rows:
                return done, shut
            for row in rows:
                try:
                    rewrap(row)
                    done += 1
                except (KeyMissingError, FileDamagedError):
                    shut += 1
            last = rows[-1].id


def scan_waiting(actor: Actor, vault: Vault) -> Scanned:
    """Scan every document that is held back: release it, or erase it. Raises ScannerDownError."""
    with unit_of_work(actor) as session:
        waiting = [document.id for document in quarantined_documents(session)]
    released = sum(_release_or_erase(actor, vault, document_id) for document_id in waiting)
    return Scanned(released, len(waiting) - released)


def _release_or_erase(actor: Actor, vault: Vault, document_id: int) -> bool:
    with unit_of_work(actor) as session:
        document = load_row(session, Document, document_id)
        if document.state != DocumentState.QUARANTINED or document.file is None:
            return False
        with tempfile.TemporaryFile() as plain:
            for piece in vault.open(document.file):
                plain.write(piece)
            clean = not vault.settings.scanner or is_clean(vault.settings.scanner, plain)
        if clean:
            apply_transition(session, actor, document, Step("release"))
        else:
            erase_document(actor, document_id, reason=INFECTED)
        return clean
