"""The set-up program: which Python it takes, what it makes again, which sentence it says. Nothing is installed here."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from scripts import setup_env
from scripts.setup_env import SetUpError, choose_python, explain, is_ready, lock_digest, make_venv, read_stamp


def nothing_in_path(_name: str) -> None:
    """A PATH without any Python."""


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A finished environment as far as stamps go; its interpreter is the one that runs the tests."""
    folder = tmp_path / "venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    stamp(folder, {"base": lock_digest("base")})
    return folder


def stamp(folder: Path, locks: dict[str, str], path: str | None = None) -> None:
    """Leave the stamp of a finished set-up."""
    text = json.dumps({"locks": locks, "path": path or str(folder)})
    (folder / setup_env.STAMP).write_text(text, encoding="utf-8")


def test_running_python_is_taken_when_it_is_supported() -> None:
    assert choose_python(None, own=(3, 12), search=nothing_in_path) == sys.executable


def test_newest_python_in_the_path_is_taken_when_the_running_one_is_too_old() -> None:
    minor = sys.version_info.minor
    found = choose_python(
        None, own=(3, 9), search=lambda name: sys.executable if name.endswith(str(minor)) else None
    )
    assert found == sys.executable


@pytest.mark.parametrize("own", [(3, 6), (3, 10), (3, 15), (4, 0)])
def test_python_is_refused_in_one_sentence_when_none_is_supported(own: tuple[int, int]) -> None:
    with pytest.raises(SetUpError) as caught:
        choose_python(None, own=own, search=nothing_in_path)
    assert f"{own[0]}.{own[1]}" in str(caught.value)
    assert "3.11 to 3.14" in str(caught.value)
    assert "PYTHON=" in str(caught.value)


def test_python_is_refused_when_the_named_one_does_not_run() -> None:
    with pytest.raises(SetUpError, match="does not run"):
        choose_python("/nowhere/python3")


def test_old_python_can_read_the_program_up_to_its_sentence() -> None:
    text = (ROOT / "scripts" / "setup_env.py").read_text(encoding="utf-8")
    compile(text, "setup_env.py", "exec", dont_inherit=True)
    assert not re.search(
        r"^from __future__|:=|\bmatch \w+:|list\[|dict\[|tuple\[|\| None", text, re.MULTILINE
    )


def test_environment_is_ready_when_it_holds_the_lock(venv: Path) -> None:
    assert is_ready(venv, "base")
    assert not is_ready(venv, "dev")


def test_environment_serves_to_run_when_it_holds_the_development_lock(venv: Path) -> None:
    stamp(venv, {"dev": lock_digest("dev")})
    assert is_ready(venv, "base")


def test_environment_is_not_ready_when_the_lock_has_changed(venv: Path) -> None:
    stamp(venv, {"base": "another"})
    assert not is_ready(venv, "base")


def test_environment_is_not_ready_when_a_set_up_was_interrupted(venv: Path) -> None:
    (venv / setup_env.MARKER).touch()
    assert not is_ready(venv, "base")


def test_environment_is_not_ready_when_the_folder_was_moved(venv: Path) -> None:
    stamp(venv, {"base": lock_digest("base")}, path="/somewhere/else")
    assert read_stamp(venv) == {}
    assert not is_ready(venv, "base")


def test_environment_is_not_ready_when_its_python_is_gone(venv: Path) -> None:
    (venv / "bin" / "python").unlink()
    assert not is_ready(venv, "base")


def test_half_made_environment_is_made_again(venv: Path) -> None:
    (venv / setup_env.MARKER).touch()
    (venv / "old").touch()
    make_venv(venv, sys.executable)
    assert not (venv / "old").exists()
    assert (venv / setup_env.MARKER).exists()
    assert (venv / "bin" / "python").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        (
            "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
            "could not be fetched",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "differs from the lock"),
        ("ERROR: No matching distribution found for thing==1", "lacks a locked package"),
        ("PermissionError: [Errno 13] Permission denied: '.venv'", "cannot be written"),
        ("something nobody has seen", "The set-up failed: see the log."),
    ],
)
def test_trouble_becomes_one_sentence(text: str, said: str) -> None:
    sentence = explain(text, "see the log")
    assert said in sentence
    assert "\n" not in sentence


def test_locks_carry_a_hash_for_every_package() -> None:
    for name in setup_env.LOCKS.values():
        text = (ROOT / name).read_text(encoding="utf-8")
        packages = re.findall(
            r"^[A-Za-z0-9][^\\\n]*\\?\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)*)", text, re.MULTILINE
        )
        assert packages
        assert all(packages)


def test_development_lock_holds_the_other_at_the_same_versions() -> None:
    pins = [
        set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in setup_env.LOCKS.values()
    ]
    assert pins[0] < pins[1]


def test_makefile_offers_the_commands_of_the_readme() -> None:
    make = shutil.which("make")
    assert make is not None
    listed = subprocess.run([make, "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "serve", "worker", "export", "site", "bench", "lint"):
        assert re.search(rf"^make {target} ", listed, re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme
