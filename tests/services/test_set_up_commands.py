"""The commands that set the data up, run as an operator runs them, and what they say when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_appbuilder.security.sqla.models import Role as StoredRole
from sqlalchemy import func, select

from backoffice import create_app
from backoffice.access.roles import Role
from backoffice.access.scope import system_scope
from backoffice.extensions import db
from backoffice.models import CalendarOverride, EnforcementAgency, LegalRule, StaffMember
from config import ROOT
from tests.conftest import make_settings

SUCCESSION = str(ROOT / "backoffice" / "data" / "province-succession-2025.csv")


def _count(app: Flask, model: type) -> int:
    with app.app_context(), system_scope("set_up"):
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def run(app: Flask):
    """Run one command; returns exit code and output."""
    runner: FlaskCliRunner = app.test_cli_runner()

    def command(*words: str, **options: object) -> tuple[int, str]:
        done = runner.invoke(args=list(words), **options)
        return done.exit_code, done.output

    return command


def test_set_up_commands_fill_an_empty_database_when_run_twice(app: Flask, run):
    for _ in range(2):
        for words in (("agencies", "load"), ("rules", "load"), ("calendar", "load"), ("access", "sync")):
            assert run(*words)[0] == 0
    assert _count(app, EnforcementAgency) == 760
    assert _count(app, LegalRule) > 150
    assert _count(app, CalendarOverride) > 25
    assert _count(app, StoredRole) == len(Role) + 1
    assert "0 added, 760 already there" in run("agencies", "load")[1]
    assert "0 grants added, 0 removed" in run("access", "sync")[1]
    assert "Due at the end of 2026-09-08." in run("rules", "due", "publication.publish", "2026-08-27")[1]
    assert run("rules", "due", "no.such.rule", "2026-08-27")[0] == 1


def test_agencies_reorganise_shows_changes_and_keeps_when_run_dry_then_twice(app: Flask, run):
    run("agencies", "load")
    words = ("agencies", "reorganise", "--from", SUCCESSION, "--on", "2025-07-01")
    code, shown = run(*words, "--dry-run")
    assert (code, _count(app, EnforcementAgency)) == (0, 760)
    assert "63 provincial agencies and 696 district offices close, 34 agencies succeed them" in shown
    assert run(*words)[1].endswith("Done.\n")
    assert _count(app, EnforcementAgency) == 794
    assert "nothing was changed" in run(*words)[1]
    code, said = run(*words[:-1], "2025-07-02")
    assert (code, said) == (1, "Error: Line 2: the date differs from the day of the reorganisation.\n")
    assert _count(app, EnforcementAgency) == 794


def test_agencies_load_says_one_sentence_when_the_file_is_wrong(app: Flask, run, tmp_path: Path):
    files = {"empty": b"", "header": b"code,name\n", "other": b"a,b\n1,2\n", "binary": b"code\n\xff\xfe\n"}
    for name, content in files.items():
        path = tmp_path / f"{name}.csv"
        path.write_bytes(content)
        code, said = run("agencies", "load", "--from", str(path))
        assert (code, said.startswith("Error: "), said.count("\n")) == (1, True, 1), name
    assert run("agencies", "load", "--from", str(tmp_path / "none.csv"))[0] == 2
    assert run("agencies", "reorganise", "--from", SUCCESSION, "--on", "1/7/2025")[0] == 2
    assert _count(app, EnforcementAgency) == 0


def test_access_create_staff_makes_the_first_administrator_when_the_password_is_good(app: Flask, run):
    run("agencies", "load")
    run("access", "sync")
    words = ("access", "create-staff", "quan.tri", "--family-name", "Lê", "--given-name", "An")
    words += ("--email", "an@thads.example.vn", "--agency", "TC", "--role", "national_administrator")
    code, said = run(*words, input="short\nshort\n")
    assert (code, "Use at least 12 characters." in said) == (1, True)
    assert _count(app, StaffMember) == 0
    assert run(*words, input="Mật-khẩu-tốt-1\nMật-khẩu-tốt-1\n")[0] == 0
    assert _count(app, StaffMember) == 1
    code, said = run(*words, "--password", "Mật-khẩu-tốt-1")
    assert (code, "choose another" in said) == (1, True)


def test_commands_say_what_to_do_when_the_database_has_no_tables(tmp_path: Path):
    app = create_app("all", make_settings(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path))
    done = app.test_cli_runner().invoke(args=["agencies", "load"])
    assert (done.exit_code, "db upgrade" in done.output) == (1, True)
