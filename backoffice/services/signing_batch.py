"""Signing papers that a head has looked through: one passphrase, a task in the background, a receipt.

Belongs here: what the task is given, and how it goes from paper to paper. Not here: signing one (`document_signature`),
the passphrase on its way (`sealed_secret`), tasks and their rows (`background_task`, `task_rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, StateError
from backoffice.models import BackgroundTask
from backoffice.models.states import TaskKind
from backoffice.queries.background_tasks import open_tasks_of_kind
from backoffice.services.background_task import TaskOrder, Ticket, request_task
from backoffice.services.document_signature import finish_signing, make_signed, read_unsigned
from backoffice.services.document_vault import Vault
from backoffice.services.sealed_secret import SecretBox
from backoffice.services.signing_key import is_passphrase, opened_key
from backoffice.services.signing_words import SigningRefusedError, as_bad_key, as_refusal
from backoffice.services.task_rows import TakeStep, run_rows
from backoffice.services.transaction import unit_of_work
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from config import Settings
from exports.signatures import FileKey, Key, SigningError, judge_key, load_trust, unlocked

SCREEN = "SigningView"
# With any of these the next paper would fail as well, and a token would lock after a few wrong PINs.
_OF_THE_KEY = frozenset(
    {
        "wrong_passphrase", "token_missing", "token_key_missing", "token_locked", "token_failed", "expired",
        "revoked", "authority_revoked", "untrusted", "renderer_missing", "time_stamp_failed",
    }
)  # fmt: skip


@dataclass(frozen=True)
class SigningOrder:
    """What a head asks for: own key, its passphrase or PIN, and the papers, each with the version that was seen."""

    key_id: int
    secret: str = field(repr=False)
    rows: Sequence[tuple[int, int]]
    language: str = "vi"


class _StopError(Exception):
    """The key cannot be used any further."""

    def __init__(self, refused: SigningRefusedError) -> None:
        super().__init__(refused.code)
        self.refused = refused


def request_signing(actor: Actor, order: SigningOrder, settings: Settings) -> BackgroundTask:
    """Have the papers signed by a worker; the passphrase of a key file is tried first.

    Raises NotPermittedError, InvalidInputError for `passphrase` or `key`, StateError without papers or with too
    many open tasks.
    """
    require(actor, Permission.OFFICIAL_DOCUMENT_SIGN)
    if not order.rows:
        raise StateError(N_("Tick at least one paper."))
    if not order.secret or not is_passphrase(order.secret):
        raise InvalidInputError("passphrase", N_("Type the passphrase of your key."))
    key = opened_key(actor, order.key_id, order.secret, Vault.of(settings.documents), settings.signing)
    if isinstance(key, FileKey):
        # A token is opened by the worker alone: each wrong PIN counts.
        _try(key, settings)
    box = SecretBox.of(settings)
    token = box.put(order.secret, _purpose(actor))
    parameters = {"step": "sign", "key_id": order.key_id, "sealed": token, "language": order.language}
    try:
        return request_task(actor, TaskOrder(TaskKind.SIGNATURES, SCREEN, parameters), order.rows)
    except BaseException:
        box.erase(token)
        raise


def run_signing(ticket: Ticket, settings: Settings) -> dict[str, int]:
    """Sign every paper of the task that has no outcome yet; returns the counts by outcome.

    The passphrase is erased when the task has finished; one that fails or is cancelled erases it by itself, and while
    another attempt may come it stays for its short time. Raises SecretGoneError, SigningRefusedError when the key
    cannot be used, TaskLostError.
    """
    box, vault = SecretBox.of(settings), Vault.of(settings.documents)
    token = str(ticket.parameters["sealed"])
    secret = box.read(token, _purpose(ticket.actor))
    locked = opened_key(ticket.actor, int(ticket.parameters["key_id"]), secret, vault, settings.signing)
    try:
        key = unlocked(locked)
    except SigningError as error:
        raise as_refusal(error) from error
    try:
        counts = run_rows(
            ticket,
            prepare=lambda actor, key_id, version: _prepared(actor, (key_id, version), key, vault, settings),
        )
    except _StopError as stopped:
        raise stopped.refused from stopped
    box.erase(token)
    return counts


def erase_orphaned_secrets(actor: Actor, settings: Settings) -> int:
    """Erase the passphrases whose task has ended; how many.

    A process that dies between the end of a task and the erasing, and a task given up after too many deaths, leave one.
    """
    box = SecretBox.of(settings)
    # Looked for first: a task that is asked for meanwhile has a secret that is younger.
    found = set(box.tokens())
    if not found:
        return 0
    with unit_of_work(actor) as session:
        needed = {
            str(task.parameters.get("sealed")) for task in open_tasks_of_kind(session, TaskKind.SIGNATURES)
        }
    for token in found - needed:
        box.erase(token)
    return len(found - needed)


def _prepared(actor: Actor, row: tuple[int, int], key: Key, vault: Vault, settings: Settings) -> TakeStep:
    """The paper with its signed file in the store; what is left is one short transaction."""
    unsigned = read_unsigned(actor, *row, vault)
    try:
        signed = make_signed(unsigned, key, vault, settings.signing)
    except SigningRefusedError as error:
        if error.code in _OF_THE_KEY:
            raise _StopError(error) from error
        raise

    def take(actor: Actor, _paper_id: int, _version: int) -> Any:
        return finish_signing(actor, signed, vault)

    return take


def _try(key: FileKey, settings: Settings) -> None:
    try:
        _facts, judged = judge_key(key, load_trust(settings.signing.trust_dir), clock.now())
    except SigningError as error:
        raise InvalidInputError("passphrase", as_bad_key(error.code).message) from error
    if judged.first_fault:
        raise InvalidInputError("key", as_bad_key(judged.first_fault).message)


def _purpose(actor: Actor) -> str:
    return f"sign for {actor.user_id}"
