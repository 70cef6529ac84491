"""Keys to sign with: a PKCS#12 file with its passphrase, or a key on a PKCS#11 token with its PIN.

Not here: where files are kept, who owns a key. Secrets are never part of what an object prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import x509
from asn1crypto.keys import PrivateKeyInfo
from pkcs11 import exceptions as token_errors
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exports.key_files import KeyFileError, Unlocked, unlock
from exports.signatures.codes import CertificateFacts, SigningError


@dataclass(frozen=True)
class FileKey:
    """The bytes of a PKCS#12 file, and the passphrase that opens them."""

    pkcs12: bytes = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True)
class TokenKey:
    """A key on a token: the library that speaks with it, the labels of token and key, the PIN."""

    module: Path
    token: str
    label: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class OpenKey:
    """A key file that has been opened, to sign several documents with."""

    found: Unlocked = field(repr=False)


Key = FileKey | OpenKey | TokenKey


def unlocked(key: Key) -> Key:
    """The key with its file opened once for many documents; a token is as it was. Raises SigningError."""
    return OpenKey(_unlocked(key)) if isinstance(key, FileKey) else key


@contextmanager
def opened(key: Key) -> Iterator[Signer]:
    """The key, ready to sign; a token's session is closed at the end. Raises SigningError."""
    if not isinstance(key, TokenKey):
        yield _signer(key.found if isinstance(key, OpenKey) else _unlocked(key))
        return
    with _token_session(key) as signer:
        yield signer


def describe_key(key: Key) -> CertificateFacts:
    """What the certificate of a key says, once the key has been opened. Raises SigningError."""
    with opened(key) as signer:
        return CertificateFacts.of(certificate_of(signer))


def certificate_of(signer: Signer) -> x509.Certificate:
    """The certificate of an opened key."""
    certificate = signer.signing_cert
    if certificate is None:
        raise SigningError("key_file_without_certificate")
    return certificate


def _unlocked(key: FileKey) -> Unlocked:
    try:
        return unlock(key.pkcs12, key.passphrase)
    except KeyFileError as error:
        raise SigningError(error.code) from error


def _signer(found: Unlocked) -> SimpleSigner:
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(other) for other in found.others])
    return SimpleSigner(x509.Certificate.load(found.certificate), PrivateKeyInfo.load(found.key), store)


@contextmanager
def _token_session(key: TokenKey) -> Iterator[PKCS11Signer]:
    session = _open_token(key)
    try:
        # Sums are made here: the mechanism without a sum is the one that every token has.
        signer = PKCS11Signer(session, key_label=key.label, other_certs_to_pull=None, use_raw_mechanism=True)
        try:
            certificate_of(signer)
        except token_errors.PKCS11Error as error:
            # pyHanko says with the bare class that key or certificate are not there.
            is_missing = type(error) is token_errors.PKCS11Error
            raise SigningError("token_key_missing" if is_missing else "token_failed") from error
        yield signer
    finally:
        session.close()


def _open_token(key: TokenKey) -> Any:
    if not key.module.is_file():
        raise SigningError("token_missing")
    try:
        criteria = TokenCriteria(label=key.token)
        return open_pkcs11_session(str(key.module), token_criteria=criteria, user_pin=key.pin)
    except (token_errors.PinIncorrect, token_errors.PinInvalid, token_errors.PinLenRange) as error:
        raise SigningError("wrong_passphrase") from error
    except (token_errors.PinLocked, token_errors.PinExpired) as error:
        raise SigningError("token_locked") from error
    except (token_errors.PKCS11Error, pkcs11.NoSuchToken, RuntimeError) as error:
        raise SigningError("token_missing") from error
    except Exception as error:
        # A module that answers in no known way; which words it uses differs from maker to maker.
        raise SigningError("token_failed") from error
