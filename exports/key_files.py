"""Opening a PKCS#12 file in a process of its own: what a stranger's file costs is bounded there, and stays there.

How long a passphrase takes to try stands in the file, also in parts that only the passphrase opens; and the library
holds the interpreter meanwhile. So the file is never opened in the process that asks.
Belongs here: both ends of that process. Not here: what a key signs (`exports.signatures`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn1crypto import pkcs12
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from exports.restraint import MEGABYTE, restrain

# RSA keys below this are not accepted for digital signatures any more (Circular 39/2017/TT-BTTTT, list of standards).
LEAST_RSA_BITS = 2048
# What programs write: up to a million in one part; all parts together are tried within two seconds.
MOST_ROUNDS = 3_000_000
MOST_PARTS = 4
_CPU_SECONDS, _WAIT_SECONDS = 5, 60
_MEMORY, _ANSWER = 512 * MEGABYTE, MEGABYTE
_ROOT = Path(__file__).resolve().parents[1]
# Files that are opened at the same time for one process; further ones wait for their turn.
_TURNS = threading.BoundedSemaphore(2)


class KeyFileError(Exception):
    """A key file cannot be used; `code` is one of `exports.signatures`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Unlocked:
    """What a file held, each part as DER: the private key (PKCS#8), its certificate, further certificates."""

    key: bytes = field(repr=False)
    certificate: bytes
    others: tuple[bytes, ...]


def unlock(data: bytes, passphrase: str) -> Unlocked:
    """Open a file with its passphrase. Raises KeyFileError; a file that costs too much is unreadable."""
    # The library ends the process over a NUL, and tells the passphrase.
    if "\0" in passphrase:
        raise KeyFileError("wrong_passphrase")
    try:
        secret = passphrase.encode()
    except UnicodeEncodeError as error:
        raise KeyFileError("wrong_passphrase") from error
    answer = _asked(len(secret).to_bytes(4, "big") + secret + data)
    if answer["code"]:
        raise KeyFileError(answer["code"])
    key, certificate, *others = [b64decode(part) for part in answer["parts"]]
    return Unlocked(key, certificate, tuple(others))


def _asked(question: bytes) -> Any:
    """The answer of the process; one that dies, hangs or answers nonsense has met a file too heavy."""
    try:
        with _TURNS:
            done = subprocess.run(
                [sys.executable, "-m", "exports.key_files"],
                input=question,
                stdout=subprocess.PIPE,
                # What libraries print when they break may hold the passphrase.
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
                timeout=_WAIT_SECONDS,
                check=True,
            )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise KeyFileError("key_file_unreadable") from error


def main() -> int:
    """Answer on standard output, as one line of JSON, what standard input asks: passphrase and file."""
    restrain(_CPU_SECONDS, _MEMORY, _ANSWER)
    question = sys.stdin.buffer.read()
    length = 4 + int.from_bytes(question[:4], "big")
    try:
        _check_cost(question[length:])
        parts = _opened(question[length:], question[4:length])
        answer = {"code": "", "parts": [b64encode(part).decode() for part in parts]}
    except KeyFileError as error:
        answer = {"code": error.code, "parts": []}
    sys.stdout.write(json.dumps(answer))
    return 0


def _opened(data: bytes, secret: bytes) -> list[bytes]:
    try:
        private, certificate, others = load_key_and_certificates(data, secret)
    except UnsupportedAlgorithm as error:
        raise KeyFileError("key_file_unreadable") from error
    except ValueError as error:
        raise KeyFileError("wrong_passphrase") from error
    if private is None:
        raise KeyFileError("key_file_without_key")
    if certificate is None:
        raise KeyFileError("key_file_without_certificate")
    if _public(private.public_key()) != _public(certificate.public_key()):
        raise KeyFileError("key_mismatch")
    if isinstance(private, RSAPrivateKey) and private.key_size < LEAST_RSA_BITS:
        raise KeyFileError("key_too_short")
    raw = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return [raw, *(each.public_bytes(Encoding.DER) for each in (certificate, *others))]


def _check_cost(data: bytes) -> None:
    """Refuse what is no PKCS#12 file, and one that says itself that its passphrase takes long to try."""
    try:
        pfx = pkcs12.Pfx.load(data, strict=True)
        rounds = [int(pfx["mac_data"]["iterations"].native)] if pfx["mac_data"].native else []
        parts = list(pfx.authenticated_safe)
        for part in parts:
            rounds += _rounds_of(part)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise KeyFileError("key_file_unreadable") from error
    if len(parts) > MOST_PARTS or sum(rounds) > MOST_ROUNDS:
        raise KeyFileError("key_file_unreadable")


def _rounds_of(part: Any) -> list[int]:
    if part["content_type"].native == "encrypted_data":
        return [_rounds(part["content"]["encrypted_content_info"]["content_encryption_algorithm"])]
    if part["content_type"].native != "data":
        return []
    bags = pkcs12.SafeContents.load(part["content"].native)
    shrouded = [bag["bag_value"] for bag in bags if bag["bag_id"].native == "pkcs8_shrouded_key_bag"]
    return [_rounds(bag["encryption_algorithm"]) for bag in shrouded]


def _rounds(algorithm: Any) -> int:
    parameters = algorithm["parameters"]
    if algorithm["algorithm"].native == "pbes2":
        return int(parameters["key_derivation_func"]["parameters"]["iteration_count"].native)
    return int(parameters["iterations"].native)


def _public(key: Any) -> bytes:
    raw: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return raw


if __name__ == "__main__":
    sys.exit(main())
