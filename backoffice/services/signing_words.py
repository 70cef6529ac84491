"""Why a key or a document cannot be used for signing: codes of `exports.signatures` as errors for people.

Not here: the words for findings of a validation (`views.signature_words`).
"""

from __future__ import annotations

from collections.abc import Mapping

from backoffice.errors import InvalidInputError, OpenThadsError, StateError
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError
from backoffice.services.document_store import FileMissingError
from backoffice.services.sealed_secret import SecretGoneError
from backoffice.workflow.messages import N_
from exports.signatures import SigningError

_SENTENCES: Mapping[str, str] = {
    "wrong_passphrase": N_("The passphrase is wrong. Nothing was signed."),
    "key_file_unreadable": N_(
        "This is not a usable key file. Choose the file with the ending .p12 or .pfx that your authority gave you."
    ),
    "key_file_without_key": N_(
        "This file holds a certificate but no private key, so nothing can be signed with it."
    ),
    "key_file_without_certificate": N_(
        "This file holds a key but no certificate. Ask your authority for the whole file."
    ),
    "key_mismatch": N_(
        "Key and certificate in this file do not belong together. Ask your authority for a new file."
    ),
    "key_too_short": N_(
        "This key is shorter than the 2048 bits that are required. Ask your authority for a new one."
    ),
    "token_missing": N_(
        "The signing token is not plugged in or not set up. Ask the technical administrator."
    ),
    "token_key_missing": N_("The token does not hold your key. Ask the technical administrator."),
    "token_locked": N_("The token is locked after too many wrong PINs. Ask the technical administrator."),
    "token_failed": N_(
        "The token did not answer as it should. Try again, then ask the technical administrator."
    ),
    "untrusted": N_(
        "The authority that issued this certificate is not among those that this installation trusts."
    ),
    "chain_broken": N_("The chain from this certificate to a trusted authority is broken."),
    "wrong_usage": N_("This certificate was not issued for signing documents."),
    "expired": N_("This certificate has expired. Ask your authority for a new one."),
    "not_yet_valid": N_("This certificate is not valid yet."),
    "revoked": N_("This certificate has been revoked and must not be used."),
    "authority_revoked": N_("The authority that issued this certificate has been revoked."),
    "time_stamp_failed": N_("The time-stamp server did not answer, so nothing was signed. Try again later."),
    "already_signed": N_("This document is signed already."),
    "document_unreadable": N_("The file of this document cannot be signed. Have it made again."),
    "renderer_missing": N_(
        "A part that draws the signature is missing on this server. Tell the technical administrator."
    ),
}
# What else ends a batch before its first paper: the key file, or the passphrase on its way.
_OF_A_BATCH: Mapping[str, str] = {
    StateError.code: N_("The key was removed before the papers were signed. Start again with another key."),
    **{
        error.code: error.message
        for error in (SecretGoneError, KeyMissingError, FileDamagedError, FileMissingError)
    },
}
# Faults of what the person typed, not of the file that was given.
_OF_PASSPHRASE = frozenset({"wrong_passphrase"})


class SigningRefusedError(OpenThadsError):
    """A document was not signed; the code is that of `exports.signatures`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(sentence_of(code))


def sentence_of(code: str) -> str:
    """The sentence for a code, as a message id."""
    return _SENTENCES[code]


def why_batch_failed(code: str) -> str | None:
    """Why a batch ended without its papers, as a message id; None for what every task may die of."""
    return _SENTENCES.get(code) or _OF_A_BATCH.get(code)


def as_refusal(error: SigningError) -> SigningRefusedError:
    """The error as people see it."""
    return SigningRefusedError(error.code)


def as_bad_key(code: str) -> InvalidInputError:
    """The error as one of the form on which a key is added."""
    return InvalidInputError("passphrase" if code in _OF_PASSPHRASE else "file", _SENTENCES[code])
