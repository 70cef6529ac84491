"""People's keys: added with the passphrase that opens them, removed, opened for signing.

A file stays under its own passphrase inside the encrypted store; the passphrase is never kept. Not here: signing
(`document_signature`), the passphrase on its way to a worker (`sealed_secret`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.access.policy import require
from backoffice.errors import InvalidInputError, NotFoundError, NotPermittedError, StateError
from backoffice.models import EnforcementAgency, SigningKey, StaffMember
from backoffice.models.signing_states import SigningKeyKind, SigningKeyState
from backoffice.queries.signing import active_keys_of
from backoffice.queries.staff import staff_named
from backoffice.services.document import file_row, let_file_go
from backoffice.services.document_vault import Vault
from backoffice.services.rows import load_row
from backoffice.services.signing_words import as_bad_key
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition, open_subject
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission
from config import SigningSettings
from exports.signatures import CertificateFacts, FileKey, Key, SigningError, TokenKey, judge_key, load_trust
from exports.text import fold_ascii

LARGEST_FILE = 64 * 1024
LONGEST_PASSPHRASE = 200
MOST_KEYS = 5
SHORTEST_NAME = 2


@dataclass(frozen=True)
class TokenPlace:
    """A key on the operator's token, by the labels of token and key."""

    token: str
    key: str


def add_own_key(
    actor: Actor, data: bytes, passphrase: str, vault: Vault, settings: SigningSettings
) -> SigningKey:
    """Keep the key file of the person who asks; returns the new key.

    Raises NotPermittedError, InvalidInputError for `file` or `passphrase` with what is wrong: a certificate that
    is not good today, or of somebody else; StateError with too many keys; StoreFullError.
    """
    require(actor, Permission.OFFICIAL_DOCUMENT_SIGN)
    if not 0 < len(data) <= LARGEST_FILE:
        raise InvalidInputError("file", N_("Choose a key file of at most 64 KB."))
    if not is_passphrase(passphrase):
        raise as_bad_key("wrong_passphrase")
    facts = _judged(FileKey(data, passphrase), settings)
    _refuse_stranger(actor.name, facts)
    kept = vault.keep(io.BytesIO(data), hashlib.sha256(data).hexdigest())
    with unit_of_work(actor) as session:
        key = _new_key(session, actor.user_id or 0, facts)
        key.kind, key.file_id = SigningKeyKind.FILE.value, file_row(session, kept, vault)
        open_subject(session, actor, key)
        return key


def add_token_key(
    actor: Actor, username: str, place: TokenPlace, pin: str, settings: SigningSettings
) -> SigningKey:
    """Enter a key on the token for a person; the PIN opens the token once, to read the certificate.

    Raises NotPermittedError for anybody but the system, NotFoundError for the person, InvalidInputError.
    """
    require(actor, Permission.SYSTEM)
    if settings.pkcs11_module is None:
        raise InvalidInputError("file", N_("No PKCS#11 module is set. Set OPENTHADS_PKCS11_MODULE first."))
    facts = _judged(TokenKey(settings.pkcs11_module, place.token, place.key, pin), settings)
    with unit_of_work(actor) as session:
        person = staff_named(session, username)
        if person is None:
            raise NotFoundError
        _refuse_stranger(person.get_full_name(), facts)
        key = _new_key(session, person.id, facts)
        key.kind, key.token_label, key.key_label = SigningKeyKind.TOKEN.value, place.token, place.key
        open_subject(session, actor, key)
        return key


def is_passphrase(text: str) -> bool:
    """Whether a key can have this passphrase or PIN: no NUL, which ends a text for libraries, and not too long."""
    return len(text) <= LONGEST_PASSPHRASE and "\0" not in text


def own_keys(actor: Actor) -> Sequence[SigningKey]:
    """The keys in use of the person who asks, the newest first. Raises NotPermittedError."""
    require(actor, Permission.OFFICIAL_DOCUMENT_SIGN)
    with unit_of_work(actor) as session:
        return active_keys_of(session, actor.user_id or 0)


def remove_own_key(actor: Actor, key_id: int, *, expected_version: int) -> None:
    """Stop using a key and erase its file. Raises NotFoundError for another person's key, ConflictError."""
    with unit_of_work(actor) as session:
        key = _own(session, actor, key_id)
        file_id = key.file_id
        apply_transition(
            session, actor, key, Step("remove", expected_version=expected_version, changes={"file_id": None})
        )
        if file_id is not None:
            let_file_go(session, file_id)


def opened_key(actor: Actor, key_id: int, secret: str, vault: Vault, settings: SigningSettings) -> Key:
    """A key of the person who asks, with its secret, ready to be tried.

    Raises NotFoundError, StateError for a removed key, and what the vault raises.
    """
    with unit_of_work(actor) as session:
        key = _own(session, actor, key_id)
        if key.state != SigningKeyState.ACTIVE:
            raise StateError(N_("This key was removed. Choose another one."))
        if key.kind == SigningKeyKind.TOKEN:
            if settings.pkcs11_module is None:
                raise StateError(
                    N_("The signing token is not plugged in or not set up. Ask the technical administrator.")
                )
            return TokenKey(settings.pkcs11_module, key.token_label or "", key.key_label or "", secret)
        return FileKey(b"".join(vault.open(key.file)), secret)


def _judged(key: Key, settings: SigningSettings) -> CertificateFacts:
    try:
        facts, judged = judge_key(key, load_trust(settings.trust_dir), clock.now())
    except SigningError as error:
        raise as_bad_key(error.code) from error
    if judged.first_fault:
        raise as_bad_key(judged.first_fault)
    return facts


def _refuse_stranger(name: str, facts: CertificateFacts) -> None:
    """The certificate must name the person: a paper signed with another's key would be signed by nobody.

    The name is looked for as whole words: as letters `An` stands in `Văn`, and a name in another script in all.
    """
    folded = [fold_ascii(word) for word in name.split()]
    words, found = " ".join(folded).split(), fold_ascii(facts.common_name).split()
    if len(words) < SHORTEST_NAME or not all(folded):
        raise InvalidInputError(
            "file",
            N_(
                "Your name must have at least two words, in Latin letters, before a key can be added. "
                "Ask your administrator to correct it."
            ),
        )
    if not any(found[start : start + len(words)] == words for start in range(len(found))):
        raise InvalidInputError(
            "file",
            N_("This certificate names another person. Your account is in the name of %(name)s."),
            name=name,
        )


def _new_key(session: Session, owner_id: int, facts: CertificateFacts) -> SigningKey:
    person = session.get(StaffMember, owner_id)
    if person is None or person.agency_id is None:
        raise NotPermittedError
    agency = load_row(session, EnforcementAgency, person.agency_id)
    keys = active_keys_of(session, owner_id)
    if len(keys) >= MOST_KEYS:
        raise StateError(N_("You have %(count)s keys. Remove one first."), count=len(keys))
    if any((key.serial, key.issuer) == (facts.serial, facts.issuer) for key in keys):
        raise InvalidInputError("file", N_("This key is here already."))
    return SigningKey(
        agency_id=agency.id,
        agency_path=agency.path,
        owner_id=owner_id,
        subject=facts.subject,
        issuer=facts.issuer,
        serial=facts.serial,
        not_before=facts.not_before.astimezone(clock.VIETNAM),
        not_after=facts.not_after.astimezone(clock.VIETNAM),
        added_at=clock.now(),
    )


def _own(session: Session, actor: Actor, key_id: int) -> SigningKey:
    """The person's own key; another person's and a missing one look the same."""
    require(actor, Permission.OFFICIAL_DOCUMENT_SIGN)
    key = load_row(session, SigningKey, key_id)
    if actor.user_id is None or key.owner_id != actor.user_id:
        raise NotFoundError
    return key
