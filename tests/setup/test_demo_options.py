"""What `make demo` refuses before it begins, and what it keeps of an earlier run. No process is started here."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from config import Settings
from scripts.demo.options import DemoError, Options, check_port, check_room, only_one, read_options
from scripts.demo.state import begin, database_file, note, read_state
from scripts.serve import main as serve
from tests.conftest import free_port, make_settings

TODAY = date(2026, 11, 20)
OPTIONS = Options(debtors=20_000, port=8_000, seed=1, serve=True)


@pytest.fixture
def folder(tmp_path: Path) -> Settings:
    """Settings whose database would stand in a fresh folder."""
    return make_settings(f"sqlite:///{tmp_path / 'var' / 'openthads.sqlite'}", tmp_path)


def test_wishes_have_defaults_when_nothing_is_set() -> None:
    assert read_options({}) == OPTIONS
    assert read_options({"DEBTORS": "", "PORT": " "}) == OPTIONS


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "80"),
        ("PORT", "70000"),
        ("PORT", "８０８０"),
        ("DEBTORS", "-1"),
        ("DEBTORS", "0"),
        ("DEBTORS", "1e6"),
        ("DEBTORS", "20.000"),
        ("DEBTORS", "99999999"),
        ("SEED", "x"),
        ("SEED", "-5"),
        ("SERVE", "no"),
        ("SERVE", "2"),
    ],
)
def test_wish_is_refused_in_one_sentence_when_it_makes_no_sense(name: str, value: str) -> None:
    with pytest.raises(DemoError) as caught:
        read_options({name: value})
    assert name in str(caught.value)
    assert value in str(caught.value)
    assert "\n" not in str(caught.value)


def test_port_is_refused_when_another_program_listens_on_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DemoError, match=f"Port {port} is used"):
            check_port(port)


def test_serve_ends_with_a_sentence_when_the_port_is_busy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        assert serve() == 1
    assert "is used by another program" in capsys.readouterr().err


def test_free_port_passes_the_check() -> None:
    port = free_port()
    check_port(port)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        assert probe.getsockname()[1] == port


def test_room_is_refused_when_the_disk_cannot_hold_the_data(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="free some room"):
        check_room(tmp_path, 10**12)


def test_second_demonstration_is_refused_when_one_holds_the_folder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(DemoError, match="already runs"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        assert (tmp_path / "demo.lock").exists()


def test_data_are_begun_when_the_folder_is_empty(folder: Settings) -> None:
    state, said = begin(folder, OPTIONS, TODAY)
    assert (state.debtors, state.seed, state.as_of, state.is_migrated) == (20_000, 1, "2026-11-20", False)
    assert said is None
    assert read_state(folder) == state


def test_data_are_kept_with_their_day_when_the_wishes_are_the_same(folder: Settings) -> None:
    state, _ = begin(folder, OPTIONS, TODAY)
    database_file(folder).write_text("data")
    note(folder, state, is_filled=True)
    again, said = begin(folder, OPTIONS, date(2026, 12, 24))
    assert (again.as_of, again.is_filled, said) == ("2026-11-20", True, None)
    assert database_file(folder).read_text() == "data"


@pytest.mark.parametrize("other", [{"debtors": 500}, {"seed": 2}])
def test_data_and_publications_go_when_the_wishes_differ(folder: Settings, other: dict[str, int]) -> None:
    state, _ = begin(folder, OPTIONS, TODAY)
    note(folder, state, is_filled=True)
    database_file(folder).write_text("data")
    published = folder.packages_dir / "debtors" / "current"
    published.mkdir(parents=True)
    site = folder.site_dir.with_name("site-versions") / "1"
    site.mkdir(parents=True)
    folder.site_dir.symlink_to(site)
    state, said = begin(folder, replace(OPTIONS, **other), TODAY)
    assert said is not None
    assert "DEBTORS=20000 SEED=1" in said
    assert not state.is_migrated
    assert not any(path.exists() for path in (database_file(folder), published, site, folder.site_dir))


def test_data_are_begun_again_when_a_run_was_killed_before_its_tables_stood(folder: Settings) -> None:
    begin(folder, OPTIONS, TODAY)
    database_file(folder).write_text("half a database")
    state, said = begin(folder, OPTIONS, TODAY)
    assert (state.is_migrated, said) == (False, None)
    assert not database_file(folder).exists()


def test_database_is_left_alone_when_no_demonstration_made_it(folder: Settings) -> None:
    database_file(folder).write_text("somebody's work")
    with pytest.raises(DemoError, match="stays untouched"):
        begin(folder, OPTIONS, TODAY)
    assert database_file(folder).read_text() == "somebody's work"


def test_unreadable_note_protects_the_database_too(folder: Settings) -> None:
    begin(folder, OPTIONS, TODAY)
    database_file(folder).write_text("data")
    (folder.var_dir / "demo.json").write_text("{")
    with pytest.raises(DemoError, match="stays untouched"):
        begin(folder, OPTIONS, TODAY)
    assert database_file(folder).read_text() == "data"
