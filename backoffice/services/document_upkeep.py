"""Upkeep of the store: finding damage, sweeping what nobody names, new master keys, scanning what waits.

Not here: attaching and opening (`document`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.access.actor import Actor
from backoffice.models import Document
from backoffice.models.states import DocumentState
from backoffice.queries.documents import (
    has_address,
    known_addresses,
    quarantined_documents,
    stored_files,
)
from backoffice.services.document import erase_document
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.document_store import FileMissingError
from backoffice.services.document_vault import Vault
from backoffice.services.rows import load_row
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from backoffice.services.virus_scan import is_clean

# Younger files may belong to an upload that has not committed yet.
STALE_AFTER = 3600
INFECTED = "Phần mềm quét vi-rút phát hiện nội dung độc hại."


@dataclass(frozen=True)
class Finding:
    """Something wrong with one file: `code` is damaged, missing, no_key or orphan."""

    code: str
    address: str


@dataclass(frozen=True)
class Scanned:
    """How many waiting documents a scan released and erased."""

    released: int
    erased: int


def verify_files(actor: Actor, vault: Vault) -> list[Finding]:
    """Read every file and compare it with its row; name every file that no row names. Raises nothing of its own."""
    with unit_of_work(actor) as session:
        found = list(_damage(session, vault))
        known = known_addresses(session)
        strays = [address for address, _age in vault.store.addresses() if address not in known]
    return found + [Finding("orphan", address) for address in strays]


def _damage(session: Session, vault: Vault) -> Iterator[Finding]:
    for file in stored_files(session):
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


def rewrap_keys(actor: Actor, vault: Vault) -> int:
    """Put the key of every file under the newest master key; how many were under another one.

    The files stay as they are. Raises KeyMissingError when an old master key is gone, FileDamagedError.
    """
    with unit_of_work(actor) as session:
        count = 0
        for file in stored_files(session, not_under=vault.keys.current):
            fresh = vault.rewrap(file)
            file.key_id, file.wrapped_key = fresh.key_id, fresh.wrapped
            count += 1
        return count


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
