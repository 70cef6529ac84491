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
from asn1crypto import pkcs12, x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from pkcs11 import exceptions as token_errors
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from exports.signatures.codes import CertificateFacts, SigningError

# RSA keys below this are not accepted for digital signatures any more (Circular 39/2017/TT-BTTTT, list of standards).
LEAST_RSA_BITS = 2048
# A key file is a few kilobytes; what names more rounds than this only keeps the machine busy.
MOST_ROUNDS = 5_000_000


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


Key = FileKey | TokenKey


@contextmanager
def opened(key: Key) -> Iterator[Signer]:
    """The key, ready to sign; a token's session is closed at the end. Raises SigningError."""
    if isinstance(key, FileKey):
        yield _from_file(key)
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


def _from_file(key: FileKey) -> SimpleSigner:
    _check_rounds(key.pkcs12)
    try:
        private, certificate, others = load_key_and_certificates(key.pkcs12, key.passphrase.encode())
    except UnsupportedAlgorithm as error:
        raise SigningError("key_file_unreadable") from error
    except ValueError as error:
        raise SigningError("wrong_passphrase") from error
    if private is None:
        raise SigningError("key_file_without_key")
    if certificate is None:
        raise SigningError("key_file_without_certificate")
    if _public(private.public_key()) != _public(certificate.public_key()):
        raise SigningError("key_mismatch")
    if isinstance(private, RSAPrivateKey) and private.key_size < LEAST_RSA_BITS:
        raise SigningError("key_too_short")
    store = SimpleCertificateStore()
    store.register_multiple([_as_asn1(other) for other in others])
    raw = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(_as_asn1(certificate), PrivateKeyInfo.load(raw), store)


def _check_rounds(data: bytes) -> None:
    """Refuse what is no PKCS#12 file, and one whose passphrase would take minutes to try."""
    try:
        pfx = pkcs12.Pfx.load(data, strict=True)
        rounds = [int(pfx["mac_data"]["iterations"].native)] if pfx["mac_data"].native else []
        for part in pfx.authenticated_safe:
            if part["content_type"].native == "encrypted_data":
                rounds.append(
                    _rounds(part["content"]["encrypted_content_info"]["content_encryption_algorithm"])
                )
            elif part["content_type"].native == "data":
                bags = pkcs12.SafeContents.load(part["content"].native)
                shrouded = [
                    bag["bag_value"] for bag in bags if bag["bag_id"].native == "pkcs8_shrouded_key_bag"
                ]
                rounds += [_rounds(bag["encryption_algorithm"]) for bag in shrouded]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SigningError("key_file_unreadable") from error
    if max(rounds, default=0) > MOST_ROUNDS:
        raise SigningError("key_file_unreadable")


def _rounds(algorithm: Any) -> int:
    parameters = algorithm["parameters"]
    if algorithm["algorithm"].native == "pbes2":
        return int(parameters["key_derivation_func"]["parameters"]["iteration_count"].native)
    return int(parameters["iterations"].native)


def _public(key: Any) -> bytes:
    raw: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return raw


def _as_asn1(certificate: Any) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


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
