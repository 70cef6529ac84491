"""Key files that are made to break or to hold up who opens them; each is refused in a process of its own."""

from __future__ import annotations

import logging
import os

import pytest
from asn1crypto import algos, cms, core, pkcs12
from asn1crypto.keys import EncryptedPrivateKeyInfo
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from exports.key_files import MOST_PARTS, MOST_ROUNDS
from exports.signatures import FileKey, SigningError, TokenKey, describe_key, unlocked
from tests.signatures.conftest import token, token_world
from tests.signatures.parts import PASSPHRASE, World

__all__ = ["token", "token_world"]


def test_key_file_is_refused_when_the_passphrase_holds_a_nul(
    world: World, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for passphrase in ("hemmelig\0", "\0", "hem\0melig", "hemmelig\ud800"):
        assert _refused(FileKey(world.key.pkcs12, passphrase)) == "wrong_passphrase"
    shown = capfd.readouterr()
    assert "hem" not in caplog.text + shown.out + shown.err


def test_key_file_is_refused_when_a_part_that_only_the_passphrase_opens_takes_minutes(world: World) -> None:
    # An outer part of one round, and in it a key that says it takes a hundred million.
    bag = pkcs12.SafeBag(
        {
            "bag_id": "pkcs8_shrouded_key_bag",
            "bag_value": EncryptedPrivateKeyInfo(_sealed(b"\x30\x00", 100_000_000)),
        }
    )
    inner = _part(pkcs12.SafeContents([bag]).dump(), 1)
    assert _refused(FileKey(_file([inner]), PASSPHRASE)) == "key_file_unreadable"


def test_key_file_is_refused_before_it_is_tried_when_its_parts_are_many_or_slow_together() -> None:
    part = _part(b"\x30\x00", 1)
    slow = _part(b"\x30\x00", MOST_ROUNDS // 3 + 1)
    # What is not refused beforehand is opened and turns out to be empty.
    assert _refused(FileKey(_file([part] * (MOST_PARTS + 1)), PASSPHRASE)) == "key_file_unreadable"
    assert _refused(FileKey(_file([slow] * 3), PASSPHRASE)) == "key_file_unreadable"
    assert _refused(FileKey(_file([part]), PASSPHRASE)) == "key_file_without_key"


def test_key_file_is_opened_once_when_several_documents_are_signed(world: World, token: TokenKey) -> None:
    once = unlocked(world.key)
    assert describe_key(once) == describe_key(world.key)
    assert unlocked(once) is once
    assert unlocked(token) is token
    assert PASSPHRASE not in repr(once)
    assert "key" not in repr(once)


def _sealed(plain: bytes, rounds: int) -> dict[str, object]:
    salt, start = os.urandom(8), os.urandom(16)
    key = PBKDF2HMAC(SHA256(), 32, salt, min(rounds, 10)).derive(PASSPHRASE.encode())
    encryptor = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    pad = 16 - len(plain) % 16
    body = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
    derivation = {
        "salt": algos.Pbkdf2Salt(name="specified", value=salt),
        "iteration_count": rounds,
        "prf": {"algorithm": "sha256"},
    }
    parameters = {
        "key_derivation_func": {"algorithm": "pbkdf2", "parameters": derivation},
        "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": start},
    }
    algorithm = {"algorithm": "pbes2", "parameters": parameters}
    return {"encryption_algorithm": algorithm, "encrypted_data": body}


def _part(plain: bytes, rounds: int) -> dict[str, object]:
    sealed = _sealed(plain, rounds)
    content = {
        "content_type": "data",
        "content_encryption_algorithm": sealed["encryption_algorithm"],
        "encrypted_content": sealed["encrypted_data"],
    }
    data = cms.EncryptedData({"version": "v0", "encrypted_content_info": content})
    return {"content_type": "encrypted_data", "content": data}


def _file(parts: list[dict[str, object]]) -> bytes:
    safe = pkcs12.AuthenticatedSafe(parts).dump()
    pfx = pkcs12.Pfx(
        {"version": "v3", "auth_safe": {"content_type": "data", "content": core.OctetString(safe)}}
    )
    raw: bytes = pfx.dump()
    return raw


def _refused(key: FileKey) -> str:
    with pytest.raises(SigningError) as caught:
        describe_key(key)
    return caught.value.code
