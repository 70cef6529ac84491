"""Settings: what is read from the environment, and which values are refused with a sentence."""

from __future__ import annotations

from pathlib import Path

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
