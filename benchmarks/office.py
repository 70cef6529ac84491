"""A small installation for measurements: private PostgreSQL, Redis, mail server, four offices with people and keys.

Belongs here: what is there before anything is measured, and the processes of the workers. Not here: what is measured.
It stands on the parts of the tests, so it needs the packages for development.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import psycopg

from backoffice.access.actor import Actor
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.models import DebtorRecord, EnforcementAgency
from backoffice.services.document_template import import_start_set
from backoffice.services.document_vault import Vault
from benchmarks.cluster import application_of, private_postgres
from config import ROOT, Settings, load_settings
from exports.papers import read_start_template
from tests import factories
from tests.conftest import migrate
from tests.jobs import roles
from tests.jobs.helpers import MortalRedis, running_app
from tests.notices.mail_server import MailServer, mail_server
from tests.notices.messages import with_mail
from tests.services.signing import Signing

# What the first job of a worker would load: workers are started by the hundred here, and none is measured.
_LOADED = ("exports.papers.engine", "exports.signatures.signing", "exports.signatures.drawing")
CODES = ("CC001", "CC002", "CC288")
_CASES = 4
SWEEP_AFTER = 2


@dataclass(frozen=True)
class Desk:
    """One agency with its people, the key of its head, and a few cases."""

    code: str
    officer: Actor
    clerk: Actor
    head: Actor
    key_id: int
    cases: tuple[int, ...]


@dataclass
class Office:
    """The installation and its processes."""

    settings: Settings
    owner_dsn: str
    desks: tuple[Desk, ...]
    vault: Vault
    signing: Signing
    redis: MortalRedis
    post: MailServer
    worker: ForkServerProcess | None = None
    scheduler: ForkServerProcess | None = None

    def __post_init__(self) -> None:
        roles._SERVER.set_forkserver_preload([*roles.PRELOADED, *_LOADED])

    def revive(self) -> None:
        """Start worker and scheduler when they are not running."""
        if self.worker is None or not self.worker.is_alive():
            self.worker = roles.start(self.settings, "worker")
        if self.scheduler is None or not self.scheduler.is_alive():
            self.scheduler = roles.start(self.settings, "scheduler")

    def end(self) -> None:
        """Kill what runs."""
        for process in (self.worker, self.scheduler):
            if process is not None:
                process.kill()
                process.join()


@contextmanager
def private_office(dsn: str | None = None, *, slowest_answer: float = 0.08) -> Iterator[Office]:
    """An installation that is gone afterwards; `dsn` names an empty database of one's own, as its owner."""
    folder = Path(tempfile.mkdtemp(prefix="openthads-office-"))
    redis = MortalRedis()
    try:
        with _database(dsn) as owner, mail_server(folder / "post", slowest_answer) as post:
            own = replace(settings_at(owner, folder, redis.url), sweep_after=SWEEP_AFTER)
            settings = with_mail(own, post, smtp_seconds=3)
            migrate(settings)
            with running_app(settings):
                office = _furnished(settings, owner, redis, post)
                try:
                    yield office
                finally:
                    office.end()
    finally:
        redis.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(dsn: str | None) -> Iterator[str]:
    if dsn:
        yield dsn
        return
    with private_postgres() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE office")
        yield server.rsplit("/", 1)[0] + "/office"


def settings_at(owner: str, folder: Path, redis_url: str) -> Settings:
    """Settings of an installation of sample data in this database and folder."""
    settings = load_settings(
        {
            "OPENTHADS_DATABASE_URL": application_of(owner),
            "OPENTHADS_MIGRATION_DATABASE_URL": owner,
            "OPENTHADS_VAR_DIR": str(folder / "var"),
            "OPENTHADS_BUILD_DIR": str(folder / "build"),
            "OPENTHADS_REDIS_URL": redis_url,
            "OPENTHADS_SAMPLE": "1",
        }
    )
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    return settings


def _furnished(settings: Settings, owner: str, redis: MortalRedis, post: MailServer) -> Office:
    factories.make_roles()
    factories.load_law()
    agencies = factories.make_tree()
    folder = ROOT / "backoffice" / "data" / "document_templates"
    templates = [
        read_start_template(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.txt"))
    ]
    import_start_set(Actor.system("set_up"), templates)
    signing = Signing.make(settings)
    desks = tuple(_desk(code, agencies[code], signing) for code in CODES)
    _record(agencies[CODES[0]])
    return Office(settings, owner, desks, signing.vault, signing, redis, post)


def _desk(code: str, agency: EnforcementAgency, signing: Signing) -> Desk:
    officer, clerk, head = (
        factories.make_actor(agency, role) for role in (Role.ENFORCEMENT_OFFICER, Role.CLERK, Role.HEAD)
    )
    cases = [factories.make_case(agency) for _ in range(_CASES)]
    with system_scope("set_up"):
        ids = tuple(case.id for case in cases)
    return Desk(code, officer, clerk, head, signing.add_key(head).id, ids)


def _record(agency: EnforcementAgency) -> DebtorRecord:
    """The record that the messages are about."""
    file = factories.make_file(agency)
    return factories.make_record(file, factories.make_non_enforceable(file))
