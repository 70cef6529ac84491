"""Settings, read once from environment variables with the prefix OPENTHADS_.

Here: how the program runs (places, addresses, limits). Not here: legal numbers (those are dated rows in the
database), secrets (they come from files or variables), behaviour that depends on an environment's name.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from config_values import PREFIX, SettingError
from config_values import read_clock_time as _clock_time
from config_values import read_flag as _flag
from config_values import read_hours as _hours
from config_values import read_optional_path as _optional_path
from config_values import read_path as _path
from config_values import read_seconds as _seconds
from config_values import read_text as _text
from config_values import read_web_address as _web_address
from config_values import read_whole as _whole
from framework_settings import FRAMEWORK

__all__ = [
    "MEGABYTE",
    "PREFIX",
    "ROOT",
    "DocumentSettings",
    "NoticeSettings",
    "SettingError",
    "Settings",
    "flask_settings",
    "load_settings",
]

MEGABYTE = 1024 * 1024
# The driver would keep every statement prepared that ran this often; None would forbid it to all.
NEVER_BY_COUNT = 2**31
ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class DocumentSettings:
    """Where attached files and their keys lie, and what a file may have at most; the units stand in the names."""

    folder: Path
    keys_file: Path
    upload_bytes: int
    image_pixels: int
    pdf_pages: int
    archive_ratio: int
    archive_bytes: int
    archive_entries: int
    check_memory_bytes: int
    check_seconds: int
    scanner: str


@dataclass(frozen=True)
class NoticeSettings:
    """How messages leave, when, for how long; `quiet` are the hours in which nothing leaves that can wait, if any."""

    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_user: str
    smtp_password_file: Path | None
    smtp_seconds: int
    sender: str
    sender_name: str
    base_url: str
    sms_url_file: Path | None
    chat_url_file: Path | None
    quiet: tuple[time, time] | None
    digest_at: time
    remind_days: int
    kept_days: int


@dataclass(frozen=True)
class SigningSettings:
    """Whom to believe, where time stamps come from, which token; `secret_seconds` is how long a passphrase is kept."""

    trust_dir: Path
    time_stamp_url: str
    pkcs11_module: Path | None
    secret_seconds: int


@dataclass(frozen=True)
class Settings:
    """All settings of one process.

    Paths are absolute. Times are seconds; `password_max_age` is days, 0 for ever. `migration_database_url` is the
    same database under the role that owns the tables.
    """

    database_url: str
    migration_database_url: str
    redis_url: str
    secret_key: str
    var_dir: Path
    build_dir: Path
    packages_dir: Path
    site_dir: Path
    site_url: str
    filing_url: str
    trusted_hosts: tuple[str, ...]
    secure_cookies: bool
    sample: bool
    job_timeout: int
    sweep_after: int
    idle_timeout: int
    password_max_age: int
    proxy_hops: int
    limits_url: str
    production: bool
    secret_key_file: Path | None
    documents: DocumentSettings
    signing: SigningSettings
    list_file_days: int
    identity_look_ups: int
    notices: NoticeSettings

    @property
    def is_sqlite(self) -> bool:
        """Whether the zero-set-up database is used instead of PostgreSQL."""
        return self.database_url.startswith("sqlite")

    @property
    def has_two_roles(self) -> bool:
        """Whether the tables belong to another role than the one the application connects as."""
        return not self.is_sqlite and self.migration_database_url != self.database_url


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises SettingError with a sentence that names the variable."""
    env = os.environ if environ is None else environ
    var_dir = _path(env, "VAR_DIR", ROOT / "var")
    build_dir = _path(env, "BUILD_DIR", ROOT / "build")
    database_url = _database_url(env, "DATABASE_URL", f"sqlite:///{var_dir / 'openthads.sqlite'}")
    return Settings(
        database_url=database_url,
        migration_database_url=_database_url(env, "MIGRATION_DATABASE_URL", database_url),
        redis_url=_text(env, "REDIS_URL", "redis://127.0.0.1:6379/0"),
        secret_key=_secret_key(env, var_dir),
        var_dir=var_dir,
        build_dir=build_dir,
        packages_dir=_path(env, "PACKAGES_DIR", build_dir / "packages"),
        site_dir=_path(env, "SITE_DIR", build_dir / "site"),
        site_url=_web_address(env, "SITE_URL", "http://127.0.0.1:8000"),
        filing_url=_text(env, "FILING_URL", "/dich-vu/"),
        trusted_hosts=tuple(h for h in _text(env, "TRUSTED_HOSTS", "localhost,127.0.0.1").split(",") if h),
        secure_cookies=_flag(env, "SECURE_COOKIES", default=False),
        sample=_flag(env, "SAMPLE", default=False),
        job_timeout=_seconds(env, "JOB_TIMEOUT", 3600),
        sweep_after=_seconds(env, "SWEEP_AFTER", 60),
        idle_timeout=_seconds(env, "IDLE_TIMEOUT", 1800),
        password_max_age=_whole(env, "PASSWORD_MAX_AGE", 0, 3650),
        proxy_hops=_whole(env, "PROXY_HOPS", 0, 9),
        limits_url=_limits_url(_text(env, "REDIS_URL", "")),
        production=_flag(env, "PRODUCTION", default=False),
        secret_key_file=_secret_key_file(env, var_dir),
        documents=_document_settings(env, var_dir),
        signing=_signing_settings(env, var_dir),
        list_file_days=_whole(env, "LIST_FILE_DAYS", 7, 365, least=1),
        identity_look_ups=_whole(env, "IDENTITY_LOOK_UPS", 30, 10_000, least=1),
        notices=_notice_settings(env),
    )


def _document_settings(env: Mapping[str, str], var_dir: Path) -> DocumentSettings:
    return DocumentSettings(
        folder=_path(env, "DOCUMENTS_DIR", var_dir / "documents"),
        keys_file=_path(env, "DOCUMENT_KEYS_FILE", var_dir / "document-keys"),
        upload_bytes=_whole(env, "DOCUMENT_MEGABYTES", 25, 1_000, least=1) * MEGABYTE,
        image_pixels=_whole(env, "DOCUMENT_MEGAPIXELS", 80, 1_000, least=1) * 1_000_000,
        pdf_pages=_whole(env, "DOCUMENT_PAGES", 3_000, 100_000, least=1),
        archive_ratio=_whole(env, "ARCHIVE_RATIO", 100, 10_000, least=1),
        archive_bytes=_whole(env, "ARCHIVE_MEGABYTES", 200, 10_000, least=1) * MEGABYTE,
        archive_entries=_whole(env, "ARCHIVE_ENTRIES", 1_000, 100_000, least=1),
        check_memory_bytes=_whole(env, "CHECK_MEGABYTES", 1_024, 65_536, least=1) * MEGABYTE,
        check_seconds=_seconds(env, "CHECK_SECONDS", 30),
        scanner=_scanner(env),
    )


def _notice_settings(env: Mapping[str, str]) -> NoticeSettings:
    security = _text(env, "SMTP_SECURITY", "starttls")
    if security not in {"starttls", "tls", "none"}:
        raise SettingError(f"{PREFIX}SMTP_SECURITY must be starttls, tls or none, not {security!r}")
    return NoticeSettings(
        smtp_host=_text(env, "SMTP_HOST", ""),
        smtp_port=_whole(env, "SMTP_PORT", 465 if security == "tls" else 587, 65_535, least=1),
        smtp_security=security,
        smtp_user=_text(env, "SMTP_USER", ""),
        smtp_password_file=_optional_path(env, "SMTP_PASSWORD_FILE"),
        smtp_seconds=_seconds(env, "SMTP_SECONDS", 30),
        sender=_text(env, "NOTICE_SENDER", "no-reply@localhost.localdomain"),
        sender_name=_text(env, "NOTICE_SENDER_NAME", "Thi hành án dân sự"),
        base_url=_base_url(env),
        sms_url_file=_optional_path(env, "SMS_URL_FILE"),
        chat_url_file=_optional_path(env, "CHAT_URL_FILE"),
        quiet=_hours(env, "QUIET_HOURS", "21:00-06:30"),
        digest_at=_clock_time("DIGEST_AT", _text(env, "DIGEST_AT", "07:15")),
        remind_days=_whole(env, "REMINDER_DAYS", 1, 30),
        kept_days=_whole(env, "NOTICE_DAYS", 90, 3650, least=1),
    )


def _signing_settings(env: Mapping[str, str], var_dir: Path) -> SigningSettings:
    module, address = _text(env, "PKCS11_MODULE", ""), _text(env, "TIME_STAMP_URL", "")
    if address and not address.startswith(("http://", "https://")):
        raise SettingError(f"{PREFIX}TIME_STAMP_URL must start with http:// or https://, not {address!r}")
    return SigningSettings(
        trust_dir=_path(env, "SIGNING_TRUST_DIR", var_dir / "signing-trust"),
        time_stamp_url=address,
        pkcs11_module=_path(env, "PKCS11_MODULE", var_dir) if module else None,
        secret_seconds=_seconds(env, "PASSPHRASE_SECONDS", 1800),
    )


def flask_settings(settings: Settings) -> dict[str, object]:
    """The same settings under the names that Flask and its extensions read."""
    return {
        "OPENTHADS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "FAB_SAFE_REDIRECT_HOSTS": [host.split(":")[0] for host in settings.trusted_hosts],
        "SESSION_COOKIE_NAME": "__Host-openthads" if settings.secure_cookies else "openthads",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A working day: officers sign in once in the morning.
        "PERMANENT_SESSION_LIFETIME": 8 * 3600,
        # One file of the greatest size, with the fields of its form.
        "MAX_CONTENT_LENGTH": settings.documents.upload_bytes + MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1_000,
        "WTF_CSRF_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "vi",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Ho_Chi_Minh",
        "BABEL_DEFAULT_FOLDER": "translations",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "LANGUAGES": {
            "vi": {"flag": "vn", "name": "Tiếng Việt"},
            "en": {"flag": "gb", "name": "English"},
        },
        **FRAMEWORK,
        "RATELIMIT_STORAGE_URI": settings.limits_url,
        "RATELIMIT_STORAGE_OPTIONS": _limits_options(settings),
    }


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.is_sqlite:
        # IMMEDIATE: a writer waits for the lock at its first write instead of failing when it upgrades a read.
        return {"connect_args": {"timeout": 30, "isolation_level": "IMMEDIATE"}}
    guards = "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000"
    return {
        "pool_size": 5,
        "max_overflow": 5,
        "pool_timeout": 5,
        # Which statements stay prepared is said one by one (`backoffice.connections`).
        "connect_args": {"options": guards, "prepare_threshold": NEVER_BY_COUNT},
    }


def _database_url(env: Mapping[str, str], name: str, default: str) -> str:
    url = _text(env, name, default)
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if url.startswith(("postgresql+psycopg://", "sqlite:///")):
        return url
    raise SettingError(f"{PREFIX}{name} must start with postgresql:// or sqlite:///")


def _secret_key_file(env: Mapping[str, str], var_dir: Path) -> Path | None:
    """Where the key is kept; None when it was given as a variable."""
    if env.get(PREFIX + "SECRET_KEY"):
        return None
    return Path(env.get(PREFIX + "SECRET_KEY_FILE") or var_dir / "secret-key")


def _secret_key(env: Mapping[str, str], var_dir: Path) -> str:
    path = _secret_key_file(env, var_dir)
    if path is None:
        return env[PREFIX + "SECRET_KEY"]
    if not path.exists():
        make_key_file(path)
    return path.read_text(encoding="ascii").strip()


def make_key_file(path: Path) -> None:
    """Write a new key of 64 hexadecimal digits, for its owner alone; a file that is there stays.

    It is written beside its place and linked there: processes that start together agree on one, whole key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)  # noqa: PTH108 (the name mkstemp gave)


def _base_url(env: Mapping[str, str]) -> str:
    """Where people reach this installation; without a word, the first trusted host."""
    host = _text(env, "TRUSTED_HOSTS", "localhost").split(",")[0]
    scheme = "https" if _flag(env, "SECURE_COOKIES", default=False) else "http"
    return _web_address(env, "BASE_URL", f"{scheme}://{host}")


def _limits_url(redis_url: str) -> str:
    """Where the limits are counted: Redis when an installation names one, else the memory of each process."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url or "memory://"


def _limits_options(settings: Settings) -> dict[str, object]:
    if settings.limits_url.startswith("memory"):
        return {}
    return {"socket_connect_timeout": 1, "socket_timeout": 1}


def _scanner(env: Mapping[str, str]) -> str:
    value = _text(env, "SCANNER", "")
    host, _, port = value.removeprefix("tcp:").rpartition(":")
    if (
        value
        and not value.startswith("unix:/")
        and not (value.startswith("tcp:") and host and port.isdecimal())
    ):
        raise SettingError(f"{PREFIX}SCANNER must be unix:/path or tcp:host:port, not {value!r}")
    return value
