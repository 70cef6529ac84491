"""Settings: what is read from the environment, and which values are refused with a sentence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from config import SettingError, load_settings


def test_site_folder_stays_the_link_when_settings_are_read_after_a_build(tmp_path: Path) -> None:
    version = tmp_path / "build" / "site-versions" / "one"
    version.mkdir(parents=True)
    (tmp_path / "build" / "site").symlink_to(version)
    settings = load_settings(
        {"OPENTHADS_BUILD_DIR": str(tmp_path / "build"), "OPENTHADS_VAR_DIR": str(tmp_path)}
    )
    assert settings.site_dir == tmp_path / "build" / "site"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://x", "must start with postgresql:// or sqlite:///"),
        ("SECURE_COOKIES", "maybe", "must be 0 or 1"),
        ("JOB_TIMEOUT", "soon", "must be a number of seconds"),
        ("SWEEP_AFTER", "0", "must be a number of seconds"),
    ],
)
def test_setting_is_refused_with_its_name_when_its_value_is_odd(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(SettingError, match=sentence) as caught:
        load_settings({f"OPENTHADS_{name}": value, "OPENTHADS_VAR_DIR": str(tmp_path)})
    assert name in str(caught.value)


def test_secret_key_is_made_once_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    environment = {"OPENTHADS_VAR_DIR": str(tmp_path)}
    first, second = load_settings(environment), load_settings(environment)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_everybody_reads_one_whole_key_when_they_start_at_the_same_moment(tmp_path: Path) -> None:
    together = Barrier(4)

    def start(turn: int) -> str:
        together.wait()
        return load_settings({"OPENTHADS_VAR_DIR": str(tmp_path / str(turn // 4))}).secret_key

    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(start, range(400)))
    assert {len(key) for key in keys} == {64}
    assert len(set(keys)) == 100
    assert not [found for found in tmp_path.rglob("*") if found.is_file() and found.name != "secret-key"]
