"""The store and its encryption: deaths, full disks, flipped bits, wrong and new keys, the scanner's words."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from backoffice.errors import InvalidInputError
from backoffice.models import StoredFile
from backoffice.services.document_check import clean_name, media_type_of
from backoffice.services.document_crypto import FileDamagedError, KeyMissingError, Keyring, add_master_key
from backoffice.services.document_store import FileMissingError, FolderStore
from backoffice.services.document_vault import Vault
from backoffice.services.virus_scan import ScannerDownError, is_clean
from config import ROOT, load_settings
from tests.documents import zoo

DATA = bytes(range(256)) * 1_000


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """A vault in a folder of its own."""
    return Vault.of(load_settings({"OPENTHADS_VAR_DIR": str(tmp_path)}).documents)


def keep(vault: Vault, data: bytes = DATA) -> StoredFile:
    """Keep the bytes, with the row that would name them."""
    kept = vault.keep(io.BytesIO(data), hashlib.sha256(data).hexdigest())
    return StoredFile(
        sha256=kept.sha256,
        address=kept.address,
        size_bytes=kept.size,
        key_id=kept.key.key_id,
        wrapped_key=kept.key.wrapped,
    )


def victim(folder: Path, word: str) -> subprocess.Popen[str]:
    """The process that dies or runs out of room."""
    command = [sys.executable, "-m", "tests.documents.store_victim", str(folder), word]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 131_072, 300_001])
def test_bytes_come_back_the_same_when_they_fill_pieces_or_not(vault: Vault, size: int) -> None:
    data = os.urandom(size)
    assert b"".join(vault.open(keep(vault, data))) == data


def test_same_bytes_have_two_addresses_when_they_are_kept_twice(vault: Vault) -> None:
    assert keep(vault).address != keep(vault).address


@pytest.mark.parametrize("place", [0, 5, 6, 40, 65_600, -17, -1])
def test_every_flipped_bit_is_found(vault: Vault, place: int) -> None:
    file = keep(vault)
    (path,) = vault.settings.folder.rglob(file.address)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(FileDamagedError):
        vault.open(file)


@pytest.mark.parametrize("change", ["cut", "grown", "swapped"])
def test_file_is_refused_when_its_pieces_are_not_all_in_their_place(vault: Vault, change: str) -> None:
    file = keep(vault)
    (path,) = vault.settings.folder.rglob(file.address)
    head, data, piece = path.read_bytes()[:6], path.read_bytes()[6:], 65_552
    parts = {
        "cut": data[: piece * 3],
        "grown": data + data[:piece],
        "swapped": data[piece : piece * 2] + data[:piece] + data[piece * 2 :],
    }
    path.write_bytes(head + parts[change])
    with pytest.raises(FileDamagedError):
        vault.open(file)


def test_missing_file_and_odd_addresses_are_refused(vault: Vault) -> None:
    file = keep(vault)
    vault.store.remove(file.address)
    for address in (file.address, "../../etc/passwd", "A" * 64, ""):
        with pytest.raises(FileMissingError):
            list(vault.store.read(address))


def test_wrong_key_opens_nothing(vault: Vault) -> None:
    file = keep(vault)
    stranger = replace(vault, keys=Keyring([b"k" * 32]))
    with pytest.raises(KeyMissingError):
        stranger.open(file)
    file.sha256 = "0" * 64
    with pytest.raises(FileDamagedError):
        vault.open(file)


def test_old_files_open_under_a_new_master_key_and_without_the_old_one_after_rewrapping(vault: Vault) -> None:
    file = keep(vault)
    keys = vault.settings.keys_file
    assert keys.stat().st_mode & 0o077 == 0
    new_id = add_master_key(keys)
    both = replace(vault, keys=Keyring.load(keys))
    assert b"".join(both.open(file)) == DATA
    fresh = both.rewrap(file)
    assert fresh.key_id == new_id != file.key_id
    file.key_id, file.wrapped_key = fresh.key_id, fresh.wrapped
    keys.write_text(keys.read_text().split()[-1])
    assert b"".join(replace(vault, keys=Keyring.load(keys)).open(file)) == DATA


def test_one_whole_key_is_read_by_everybody_when_the_file_is_made_at_that_moment(tmp_path: Path) -> None:
    together = Barrier(4)

    def start(turn: int) -> str:
        together.wait()
        return Keyring.load(tmp_path / str(turn // 4) / "keys").current

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(start, range(400)))
    assert len(set(ids)) == 100
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("*/keys")} == {0}


def test_new_key_stands_in_a_line_of_its_own_when_the_file_had_no_end_of_line(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("ab" * 32)
    first, new = Keyring.load(tmp_path / "keys").current, add_master_key(tmp_path / "keys")
    assert Keyring.load(tmp_path / "keys").current == new != first
    assert len((tmp_path / "keys").read_text().split()) == 2


@pytest.mark.parametrize("text", ["", "zz", "ab" * 16])
def test_file_of_keys_is_refused_when_it_holds_no_usable_key(vault: Vault, text: str) -> None:
    vault.settings.keys_file.write_text(text)
    with pytest.raises(KeyMissingError):
        Keyring.load(vault.settings.keys_file)


def test_only_a_part_is_left_and_swept_when_the_writer_is_killed(vault: Vault) -> None:
    process = victim(vault.settings.folder, "endless")
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    process.stdout.close()
    store = FolderStore(vault.settings.folder)
    assert list(store.addresses()) == []
    assert store.sweep(3600) == 0
    for part in store.incoming.iterdir():
        os.utime(part, (0, 0))
    assert store.sweep(3600) == 1
    assert list(store.incoming.iterdir()) == []


def test_full_disk_is_refused_and_nothing_is_left(vault: Vault) -> None:
    process = victim(vault.settings.folder, "200000")
    assert process.stdout is not None
    assert process.wait(timeout=60) == 0
    process.stdout.close()
    assert [path for path in vault.settings.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Quyết định.pdf", "Quyết định.pdf"),
        ("Quye\u0302\u0301t.pdf", "Quyết.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\hồ sơ\\đơn.DOCX", "đơn.DOCX"),
        ("gpj.\u202efdp.exe", "gpj.fdp.exe"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ('a"<b>|c?.pdf', "a__b__c_.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("", "tai-lieu"),
        ("...", "tai-lieu"),
        (".pdf", "pdf"),
    ],
)
def test_name_is_made_harmless_when_it_tries_to_be_more(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_long_name_is_cut_between_letters_and_keeps_its_extension() -> None:
    name = clean_name("ả" * 4_096 + ".pdf")
    assert name.endswith("ả.pdf")
    assert len(name.encode()) <= 150


@pytest.mark.parametrize("data", [b"", zoo.pdf() + bytes(2 * 1024 * 1024)])
def test_size_is_refused_before_anything_reads_the_file(vault: Vault, data: bytes) -> None:
    settings = replace(vault.settings, upload_bytes=1024 * 1024)
    with pytest.raises(InvalidInputError):
        media_type_of(io.BytesIO(data), "a.pdf", settings, archives=False)


@pytest.fixture
def scanner() -> Iterator[tuple[str, list[bytes]]]:
    """A server that speaks the scanner's protocol: the address, and the answers that it gives one after another."""
    answers: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _peer = server.accept()
            except OSError:
                return
            with connection:
                while not connection.recv(65_536).endswith(b"\0\0\0\0"):
                    continue
                connection.sendall(answers.pop(0))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"tcp:127.0.0.1:{server.getsockname()[1]}", answers
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)


def test_scanner_is_believed_only_when_it_gives_a_verdict(scanner: tuple[str, list[bytes]]) -> None:
    address, answers = scanner
    answers += [
        b"stream: OK\0",
        b"stream: Eicar-Test-Signature FOUND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"",
    ]
    assert is_clean(address, io.BytesIO(b"a"))
    assert not is_clean(address, io.BytesIO(b"b"))
    for data in (b"c", b"d"):
        with pytest.raises(ScannerDownError):
            is_clean(address, io.BytesIO(data))


def test_scanner_that_is_not_there_is_down(tmp_path: Path) -> None:
    with pytest.raises(ScannerDownError):
        is_clean(f"unix:{tmp_path / 'none'}", io.BytesIO(b"a"))
