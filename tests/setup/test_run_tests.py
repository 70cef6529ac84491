"""The surroundings of the suite: a home to write to, UTF-8, none of our settings, and what to say about missing programs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scripts import system_packages
from scripts.run_tests import pytest_command, suite_environment
from scripts.system_packages import MissingProgramsError, ensure_packages, missing_packages


def test_home_is_replaced_when_it_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    home = suite_environment()["HOME"]
    assert os.access(home, os.W_OK)
    Path(home).rmdir()


def test_settings_of_an_installation_do_not_reach_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTHADS_DATABASE_URL", "postgresql://somewhere/real")
    environment = suite_environment()
    assert not [name for name in environment if name.startswith("OPENTHADS_")]
    assert environment["LC_ALL"] == "C.UTF-8"


def test_system_folders_are_searched_when_a_plain_path_leaves_them_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin")
    assert suite_environment()["PATH"].split(os.pathsep) == ["/usr/bin", "/usr/sbin", "/sbin"]


def test_arguments_choose_a_part_of_the_suite() -> None:
    assert pytest_command(["tests/unit"])[-1] == "tests/unit"


def test_nothing_is_missing_where_the_suite_runs() -> None:
    assert missing_packages() == []


def test_missing_program_is_named_with_its_command_when_apt_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(system_packages.PROGRAMS, "chromium", lambda: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramsError) as caught:
        ensure_packages()
    assert "apt-get install" in str(caught.value)
    assert "chromium" in str(caught.value)
