"""What a process that serves real data must be sure of before it answers: every unsafe setting stops it.

Belongs here: the list of settings with what is safe and the remedy, and the refusal. Not here: reading settings
(`config`), what a database role should be able to do (`queries.database_rights`).
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.exc import DBAPIError

from backoffice.extensions import db
from backoffice.services.database_rights import database_problems
from config import Settings
from exports.signatures import CertificateFacts, load_trust

Values = Mapping[str, Any]
_SHORTEST_KEY = 32
_LARGEST_BODY = 100 * 1024 * 1024
_LONGEST_SESSION = timedelta(hours=12)
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_DATABASE_AUTHENTICATION = 1
_HEAD = "Unsafe settings, the program does not start.\n"


class UnsafeSettingError(RuntimeError):
    """A setting is unsafe for real data; the message names every one, with its remedy."""


@dataclass(frozen=True)
class Check:
    """One setting: its name, whether its value is safe, and what to do when it is not."""

    name: str
    is_safe: Callable[[Values], bool]
    remedy: str


def refuse_unsafe(values: Values) -> None:
    """Let the process start when every setting is safe or no real data are in reach.

    Raises UnsafeSettingError with one line for each setting at fault.
    """
    settings: Settings = values["OPENTHADS"]
    if not settings.production:
        return
    faults = [f"{check.name}: {check.remedy}" for check in CHECKS if not check.is_safe(values)]
    if faults:
        raise UnsafeSettingError(_HEAD + "\n".join(faults))


def refuse_unsafe_database(app: Flask) -> None:
    """Let a process serve when its database role is as it must be, or no real data are in reach.

    For processes that serve or work, not for commands: those that mend the role must be able to run. Raises
    UnsafeSettingError with one line for each fault, also when the database cannot be asked.
    """
    if not app.config["OPENTHADS"].production:
        return
    try:
        with app.app_context():
            faults = _asked_once()
    except DBAPIError as error:
        raise UnsafeSettingError(_HEAD + "OPENTHADS_DATABASE_URL: the database does not answer.") from error
    if faults:
        raise UnsafeSettingError(_HEAD + "\n".join(f"OPENTHADS_DATABASE_URL: {fault}" for fault in faults))


def _asked_once() -> list[str]:
    """What is wrong with the role; no connection stays open, which a server that forks would hand on."""
    try:
        return database_problems()
    finally:
        db.engine.dispose()


def _is(name: str, wanted: object) -> Callable[[Values], bool]:
    # Compared by identity of the value and its type: 1 and "yes" are not True.
    return lambda values: type(values.get(name)) is type(wanted) and values.get(name) == wanted


def _is_number(name: str, least: int, most: int) -> Callable[[Values], bool]:
    return lambda values: isinstance(values.get(name), int) and least <= values[name] <= most


def _has_good_key(values: Values) -> bool:
    key = values.get("SECRET_KEY")
    return isinstance(key, str) and len(key) >= _SHORTEST_KEY and len(set(key)) >= 8


def _key_is_private(values: Values) -> bool:
    """The key's file belongs to its owner alone; a key given as a variable has no file."""
    path: Path | None = values["OPENTHADS"].secret_key_file
    if path is None:
        return True
    return path.is_file() and not stat.S_IMODE(path.stat().st_mode) & 0o077


def _hosts_are_named(values: Values) -> bool:
    hosts = values.get("TRUSTED_HOSTS") or []
    names = [str(host).rsplit(":", 1)[0].lower() for host in hosts]
    return (
        bool(names)
        and not any("*" in name or name.startswith(".") for name in names)
        and not _LOCAL.issuperset(names)
    )


def _redirects_stay(values: Values) -> bool:
    hosts = values.get("FAB_SAFE_REDIRECT_HOSTS") or []
    return bool(hosts) and not any("*" in str(host) for host in hosts)


def _session_is_short(values: Values) -> bool:
    lifetime = values.get("PERMANENT_SESSION_LIFETIME")
    seconds = lifetime.total_seconds() if isinstance(lifetime, timedelta) else lifetime
    return isinstance(seconds, int | float) and 0 < seconds <= _LONGEST_SESSION.total_seconds()


def _is_limited(name: str) -> Callable[[Values], bool]:
    return lambda values: isinstance(values.get(name), str) and " per " in values[name]


def _counts_together(values: Values) -> bool:
    return str(values.get("RATELIMIT_STORAGE_URI", "")).startswith(("redis://", "rediss://", "redis+unix://"))


def _trusts_no_demonstration(values: Values) -> bool:
    """The authority of a demonstration signs for anybody; its certificates all say what they are."""
    trust = load_trust(values["OPENTHADS"].signing.trust_dir)
    names = [CertificateFacts.of(each).common_name for each in (*trust.roots, *trust.authorities)]
    return not any(name.startswith("DEMO") for name in names)


def _token_is_there(values: Values) -> bool:
    module: Path | None = values["OPENTHADS"].signing.pkcs11_module
    return module is None or module.is_file()


CHECKS: tuple[Check, ...] = (
    Check(
        "SECRET_KEY",
        _has_good_key,
        "give at least 32 random signs, or let OPENTHADS_SECRET_KEY_FILE be made.",
    ),
    Check(
        "OPENTHADS_SECRET_KEY_FILE",
        _key_is_private,
        "the file must be there and readable by its owner alone (chmod 600).",
    ),
    Check(
        "DEBUG", lambda values: not values.get("DEBUG"), "switch it off; it shows the program to visitors."
    ),
    Check("TESTING", lambda values: not values.get("TESTING"), "switch it off; it lets errors through."),
    Check(
        "OPENTHADS_SAMPLE",
        lambda values: values["OPENTHADS"].sample is False,
        "set 0: invented data must not mix with real cases.",
    ),
    Check(
        "OPENTHADS_DATABASE_URL",
        lambda values: not values["OPENTHADS"].is_sqlite,
        "use PostgreSQL; on SQLite nothing stands under the session guard.",
    ),
    Check(
        "OPENTHADS_MIGRATION_DATABASE_URL",
        lambda values: values["OPENTHADS"].migration_database_url != values["OPENTHADS"].database_url,
        "name the role that owns the tables here, and another one that owns nothing in OPENTHADS_DATABASE_URL.",
    ),
    Check(
        "OPENTHADS_TRUSTED_HOSTS",
        _hosts_are_named,
        "name the hosts under which people come, without wildcards.",
    ),
    Check("FAB_SAFE_REDIRECT_HOSTS", _redirects_stay, "it must follow OPENTHADS_TRUSTED_HOSTS."),
    Check("OPENTHADS_SECURE_COOKIES", _is("SESSION_COOKIE_SECURE", True), "set 1 and serve over TLS alone."),
    Check(
        "SESSION_COOKIE_NAME",
        lambda values: str(values.get("SESSION_COOKIE_NAME", "")).startswith("__Host-"),
        "it must begin with __Host-, so that no other host can set it.",
    ),
    Check("SESSION_COOKIE_HTTPONLY", _is("SESSION_COOKIE_HTTPONLY", True), "it must be True."),
    Check(
        "SESSION_COOKIE_SAMESITE",
        lambda values: values.get("SESSION_COOKIE_SAMESITE") in {"Lax", "Strict"},
        "it must be Lax or Strict.",
    ),
    Check(
        "SESSION_COOKIE_DOMAIN",
        lambda values: not values.get("SESSION_COOKIE_DOMAIN"),
        "it must be empty: the cookie is for one host.",
    ),
    Check("PERMANENT_SESSION_LIFETIME", _session_is_short, "a session lasts at most 12 hours."),
    Check(
        "OPENTHADS_IDLE_TIMEOUT",
        lambda values: 60 <= values["OPENTHADS"].idle_timeout <= 3600,
        "choose 60 to 3600 seconds; 1800 is usual.",
    ),
    Check("WTF_CSRF_ENABLED", _is("WTF_CSRF_ENABLED", True), "it must be True."),
    Check(
        "WTF_CSRF_CHECK_DEFAULT",
        lambda values: values.get("WTF_CSRF_CHECK_DEFAULT", True) is True,
        "it must be True: every form carries a token.",
    ),
    Check(
        "MAX_CONTENT_LENGTH",
        _is_number("MAX_CONTENT_LENGTH", 1, _LARGEST_BODY),
        "limit it to 100 MB or less.",
    ),
    Check(
        "MAX_FORM_MEMORY_SIZE", _is_number("MAX_FORM_MEMORY_SIZE", 1, 5_000_000), "limit it to 5 MB or less."
    ),
    Check("MAX_FORM_PARTS", _is_number("MAX_FORM_PARTS", 1, 5_000), "limit it to 5,000 or less."),
    Check("RATELIMIT_ENABLED", _is("RATELIMIT_ENABLED", True), "it must be True."),
    Check("AUTH_RATE_LIMITED", _is("AUTH_RATE_LIMITED", True), "it must be True."),
    Check(
        "AUTH_RATE_LIMIT",
        _is_limited("AUTH_RATE_LIMIT"),
        "write a limit such as “30 per minute;200 per hour”.",
    ),
    Check(
        "AUTH_NAME_RATE_LIMIT",
        _is_limited("AUTH_NAME_RATE_LIMIT"),
        "write a limit such as “5 per minute;30 per hour”.",
    ),
    Check(
        "OPENTHADS_REDIS_URL", _counts_together, "name Redis, so that all processes count sign-ins together."
    ),
    Check(
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED",
        _is("RATELIMIT_IN_MEMORY_FALLBACK_ENABLED", True),
        "it must be True: without Redis each process goes on counting.",
    ),
    Check(
        "RATELIMIT_SWALLOW_ERRORS",
        lambda values: not values.get("RATELIMIT_SWALLOW_ERRORS"),
        "it must be off: a failing count must not let everybody through.",
    ),
    Check("AUTH_TYPE", _is("AUTH_TYPE", _DATABASE_AUTHENTICATION), "sign-in is by stored password alone."),
    Check("AUTH_USER_REGISTRATION", _is("AUTH_USER_REGISTRATION", False), "nobody registers himself."),
    Check("AUTH_ROLE_PUBLIC", _is("AUTH_ROLE_PUBLIC", "Public"), "it must be the empty role “Public”."),
    Check("FAB_ADD_SECURITY_API", _is("FAB_ADD_SECURITY_API", False), "it must be False."),
    Check("FAB_API_SWAGGER_UI", _is("FAB_API_SWAGGER_UI", False), "it must be False."),
    Check("FAB_API_SHOW_STACKTRACE", _is("FAB_API_SHOW_STACKTRACE", False), "it must be False."),
    Check(
        "FAB_UPDATE_PERMS",
        _is("FAB_UPDATE_PERMS", False),
        "it must be False: grants come from `flask access sync`.",
    ),
    Check(
        "FAB_PASSWORD_COMPLEXITY_ENABLED",
        _is("FAB_PASSWORD_COMPLEXITY_ENABLED", True),
        "it must be True.",
    ),
    Check(
        "OPENTHADS_SIGNING_TRUST_DIR",
        _trusts_no_demonstration,
        "take the certificates of the demonstration (DEMO) out of the folder.",
    ),
    Check(
        "OPENTHADS_PKCS11_MODULE",
        _token_is_there,
        "the module must be a file on this server, or be left out.",
    ),
)
