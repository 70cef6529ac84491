"""The refusal to start: every unsafe setting of a process with real data is named, with its remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backoffice import clock, create_app
from backoffice.sample.demo_authority import DemoAuthority
from backoffice.start_check import CHECKS, UnsafeSettingError, refuse_unsafe
from config import SigningSettings, flask_settings, load_settings

SAFE = {
    "OPENTHADS_PRODUCTION": "1",
    "OPENTHADS_DATABASE_URL": "postgresql://app@db.example.vn/openthads",
    "OPENTHADS_MIGRATION_DATABASE_URL": "postgresql://owner@db.example.vn/openthads",
    "OPENTHADS_REDIS_URL": "redis://redis.example.vn:6379/0",
    "OPENTHADS_TRUSTED_HOSTS": "thads.example.vn",
    "OPENTHADS_SECURE_COOKIES": "1",
}
# What each setting must not be: at least one value for every check.
UNSAFE: tuple[tuple[str, str, Any], ...] = (
    ("SECRET_KEY", "SECRET_KEY", ""),
    ("SECRET_KEY", "SECRET_KEY", None),
    ("SECRET_KEY", "SECRET_KEY", "changeme"),
    ("SECRET_KEY", "SECRET_KEY", "a" * 64),
    ("DEBUG", "DEBUG", True),
    ("TESTING", "TESTING", True),
    ("FAB_SAFE_REDIRECT_HOSTS", "FAB_SAFE_REDIRECT_HOSTS", []),
    ("FAB_SAFE_REDIRECT_HOSTS", "FAB_SAFE_REDIRECT_HOSTS", ["*"]),
    ("OPENTHADS_TRUSTED_HOSTS", "TRUSTED_HOSTS", None),
    ("OPENTHADS_TRUSTED_HOSTS", "TRUSTED_HOSTS", []),
    ("OPENTHADS_TRUSTED_HOSTS", "TRUSTED_HOSTS", ["localhost", "127.0.0.1:8000"]),
    ("OPENTHADS_TRUSTED_HOSTS", "TRUSTED_HOSTS", ["thads.example.vn", "*"]),
    ("OPENTHADS_TRUSTED_HOSTS", "TRUSTED_HOSTS", [".example.vn"]),
    ("OPENTHADS_SECURE_COOKIES", "SESSION_COOKIE_SECURE", False),
    ("SESSION_COOKIE_NAME", "SESSION_COOKIE_NAME", "session"),
    ("SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_HTTPONLY", False),
    ("SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_SAMESITE", None),
    ("SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_SAMESITE", "None"),
    ("SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_DOMAIN", ".example.vn"),
    ("PERMANENT_SESSION_LIFETIME", "PERMANENT_SESSION_LIFETIME", 31 * 86_400),
    ("PERMANENT_SESSION_LIFETIME", "PERMANENT_SESSION_LIFETIME", 0),
    ("WTF_CSRF_ENABLED", "WTF_CSRF_ENABLED", False),
    ("WTF_CSRF_CHECK_DEFAULT", "WTF_CSRF_CHECK_DEFAULT", False),
    ("MAX_CONTENT_LENGTH", "MAX_CONTENT_LENGTH", None),
    ("MAX_CONTENT_LENGTH", "MAX_CONTENT_LENGTH", 10**12),
    ("MAX_FORM_MEMORY_SIZE", "MAX_FORM_MEMORY_SIZE", None),
    ("MAX_FORM_PARTS", "MAX_FORM_PARTS", None),
    ("RATELIMIT_ENABLED", "RATELIMIT_ENABLED", False),
    ("AUTH_RATE_LIMITED", "AUTH_RATE_LIMITED", False),
    ("AUTH_RATE_LIMIT", "AUTH_RATE_LIMIT", ""),
    ("AUTH_NAME_RATE_LIMIT", "AUTH_NAME_RATE_LIMIT", None),
    ("OPENTHADS_REDIS_URL", "RATELIMIT_STORAGE_URI", "memory://"),
    ("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", False),
    ("RATELIMIT_SWALLOW_ERRORS", "RATELIMIT_SWALLOW_ERRORS", True),
    ("AUTH_TYPE", "AUTH_TYPE", 3),
    ("AUTH_TYPE", "AUTH_TYPE", True),
    ("AUTH_USER_REGISTRATION", "AUTH_USER_REGISTRATION", True),
    ("AUTH_ROLE_PUBLIC", "AUTH_ROLE_PUBLIC", "Admin"),
    ("FAB_ADD_SECURITY_API", "FAB_ADD_SECURITY_API", True),
    ("FAB_API_SWAGGER_UI", "FAB_API_SWAGGER_UI", True),
    ("FAB_API_SHOW_STACKTRACE", "FAB_API_SHOW_STACKTRACE", True),
    ("FAB_UPDATE_PERMS", "FAB_UPDATE_PERMS", True),
    ("FAB_PASSWORD_COMPLEXITY_ENABLED", "FAB_PASSWORD_COMPLEXITY_ENABLED", False),
)
OWN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("OPENTHADS_SAMPLE", {"sample": True}),
    ("OPENTHADS_DATABASE_URL", {"database_url": "sqlite:////srv/x.sqlite"}),
    (
        "OPENTHADS_MIGRATION_DATABASE_URL",
        {"migration_database_url": "postgresql+psycopg://app@db.example.vn/openthads"},
    ),
    ("OPENTHADS_IDLE_TIMEOUT", {"idle_timeout": 86_400}),
    (
        "OPENTHADS_PKCS11_MODULE",
        {"signing": SigningSettings(Path("/nowhere"), "", Path("/nowhere/token.so"), 1800)},
    ),
    ("OPENTHADS_SECRET_KEY_FILE", {"secret_key_file": Path("/nowhere/secret-key")}),
)


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, Any]:
    """The settings of a sound installation, as the program reads them."""
    return flask_settings(load_settings({**SAFE, "OPENTHADS_VAR_DIR": str(tmp_path)}))


def test_program_starts_when_every_setting_is_safe(safe: dict[str, Any]) -> None:
    assert refuse_unsafe(safe) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(("name", "setting", "value"), UNSAFE)
def test_start_is_refused_with_the_name_when_one_setting_is_unsafe(
    safe: dict[str, Any], name: str, setting: str, value: Any
) -> None:
    with pytest.raises(UnsafeSettingError) as refusal:
        refuse_unsafe({**safe, setting: value})
    lines = str(refusal.value).splitlines()[1:]
    assert [line.split(":")[0] for line in lines] == [name]
    assert all(len(line) > len(name) + 10 for line in lines)


@pytest.mark.parametrize(("name", "changes"), OWN)
def test_start_is_refused_with_the_name_when_one_of_our_settings_is_unsafe(
    safe: dict[str, Any], name: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(UnsafeSettingError, match=f"{name}: "):
        refuse_unsafe({**safe, "OPENTHADS": replace(safe["OPENTHADS"], **changes)})


def test_start_is_refused_when_others_may_read_the_key(safe: dict[str, Any]) -> None:
    path = safe["OPENTHADS"].secret_key_file
    for mode in (0o640, 0o604, 0o666):
        path.chmod(mode)
        with pytest.raises(UnsafeSettingError, match="OPENTHADS_SECRET_KEY_FILE: "):
            refuse_unsafe(safe)
    path.chmod(0o600)
    refuse_unsafe(safe)


def test_start_is_refused_when_the_authority_of_a_demonstration_is_trusted(safe: dict[str, Any]) -> None:
    folder = safe["OPENTHADS"].signing.trust_dir
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in DemoAuthority.make(clock.now()).certificates().items():
        (folder / name).write_bytes(data)
    with pytest.raises(UnsafeSettingError, match="OPENTHADS_SIGNING_TRUST_DIR: "):
        refuse_unsafe(safe)


def test_every_check_has_a_value_that_it_refuses() -> None:
    tried = {name for name, *_rest in UNSAFE} | {name for name, _changes in OWN}
    # A folder with the authority of a demonstration has a test of its own.
    assert {check.name for check in CHECKS} == tried | {"OPENTHADS_SIGNING_TRUST_DIR"}
    assert len(CHECKS) >= 30


def test_application_is_not_made_when_it_is_marked_for_real_data_and_runs_on_defaults(tmp_path: Path) -> None:
    environment = {"OPENTHADS_PRODUCTION": "1", "OPENTHADS_VAR_DIR": str(tmp_path)}
    with pytest.raises(UnsafeSettingError, match="OPENTHADS_TRUSTED_HOSTS: "):
        create_app("staff", load_settings(environment))


def test_trial_starts_with_the_defaults_when_it_is_not_marked_for_real_data(tmp_path: Path) -> None:
    settings = load_settings({"OPENTHADS_VAR_DIR": str(tmp_path)})
    assert not settings.production
    assert refuse_unsafe(flask_settings(settings)) is None  # type: ignore[func-returns-value]
