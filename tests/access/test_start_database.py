"""Before a process serves real data: the role in the database, and the one agency above all others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from backoffice.access import row_security
from backoffice.access.scope import Scope, leave_scope, system_scope
from backoffice.extensions import db
from backoffice.models import EnforcementAgency
from backoffice.models.enforcement_agency import ROOT_PATH
from backoffice.start_check import UnsafeSettingError
from backoffice.web import create_web
from config import ROOT, load_settings
from tests import factories
from tests.conftest import APPLICATION, OWNER, database_of


@pytest.fixture
def real(postgres_cluster: str, postgres_template: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a sound installation with real data; its database is addressed by the superuser."""
    with database_of(postgres_cluster, postgres_template) as url:
        yield {
            "OPENTHADS_PRODUCTION": "1",
            "OPENTHADS_DATABASE_URL": url,
            "OPENTHADS_MIGRATION_DATABASE_URL": url.replace("//openthads@", f"//{OWNER}@"),
            "OPENTHADS_REDIS_URL": "redis://127.0.0.1:1/0",
            "OPENTHADS_TRUSTED_HOSTS": "thads.example.vn",
            "OPENTHADS_SECURE_COOKIES": "1",
            "OPENTHADS_VAR_DIR": str(tmp_path / "var"),
            "OPENTHADS_BUILD_DIR": str(tmp_path / "build"),
        }


@pytest.fixture(autouse=True)
def no_scope_left() -> Iterator[None]:
    """A web application that was made leaves nothing to the next test."""
    yield
    leave_scope()


def served_as(environment: dict[str, str], role: str) -> dict[str, str]:
    """The same installation, with another role for the processes and one of its own for migrations."""
    url = environment["OPENTHADS_DATABASE_URL"]
    return environment | {"OPENTHADS_DATABASE_URL": url.replace("//openthads@", f"//{role}@")}


def test_web_process_starts_when_its_role_is_as_it_must_be(real: dict[str, str]) -> None:
    assert callable(create_web(load_settings(served_as(real, APPLICATION))))


def test_web_process_does_not_start_when_its_role_is_a_superuser(real: dict[str, str]) -> None:
    with pytest.raises(UnsafeSettingError, match=r"OPENTHADS_DATABASE_URL: .*superuser"):
        create_web(load_settings(real))


def test_web_process_does_not_start_when_its_role_owns_the_tables(real: dict[str, str]) -> None:
    swapped = real | {"OPENTHADS_MIGRATION_DATABASE_URL": real["OPENTHADS_DATABASE_URL"]}
    with pytest.raises(UnsafeSettingError, match=r"OPENTHADS_DATABASE_URL: .*owns tables"):
        create_web(load_settings(served_as(swapped, OWNER)))


def test_web_process_does_not_start_when_the_database_cannot_be_asked(real: dict[str, str]) -> None:
    away = real | {"OPENTHADS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    with pytest.raises(UnsafeSettingError, match="does not answer"):
        create_web(load_settings(away))


@pytest.mark.parametrize("role", ["worker", "scheduler"])
def test_background_process_does_not_start_when_its_role_is_a_superuser(
    real: dict[str, str], role: str
) -> None:
    command = [sys.executable, "-m", "jobs", role]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **real}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "superuser" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_the_national_root_sees_everything_when_a_path_has_one_part() -> None:
    assert row_security._sees_everything(Scope((ROOT_PATH,)))
    assert not any(row_security._sees_everything(Scope((path,))) for path in ("XX.", "T.", "TC.C01."))


@pytest.mark.parametrize(("code", "path"), [("XX", "XX."), ("TC2", "TC."), ("XX", "TC.XX."), ("XX", "XX")])
def test_second_root_is_refused_by_the_database(app: Flask, code: str, path: str) -> None:
    with app.app_context():
        factories.make_tree()
        with system_scope("set_up"):
            db.session.add(EnforcementAgency(code=code, name="X", level="national", path=path))
            with pytest.raises(IntegrityError):
                db.session.commit()
        db.session.rollback()


def test_agency_below_another_is_refused_with_a_path_of_its_own(app: Flask) -> None:
    with app.app_context():
        above = factories.make_tree()["TC"]
        lost = EnforcementAgency(code="XX", name="X", level="provincial", path="XX.", parent_id=above.id)
        with system_scope("set_up"):
            db.session.add(lost)
            with pytest.raises(IntegrityError):
                db.session.commit()
        db.session.rollback()
