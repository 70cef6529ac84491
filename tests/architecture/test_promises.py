"""Promises between parts: permissions and roles, queues and workers, commands and their pages, routes and rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from backoffice import Surface, create_app
from backoffice.access.policy import POLICY
from backoffice.access.roles import ROLE_TITLES, Role
from backoffice.cli import GROUPS
from backoffice.extensions import db
from backoffice.models.base import Model
from backoffice.views import gate
from backoffice.workflow.engine import Workflow
from backoffice.workflow.permissions import Permission
from backoffice.workflow.registry import WORKFLOWS
from jobs.queues import QUEUES
from jobs.registry import JOBS
from scripts import write_workflows
from scripts.write_commands import FRAMEWORK_COMMANDS, PAGE, page
from tests.architecture.sources import calls, name_of, python_files, tree_of
from tests.conftest import make_settings


def commands() -> list[tuple[str, click.Command]]:
    """Every command of ours with its full name."""
    return [
        (f"{group.name} {name}", command)
        for group in GROUPS
        for name, command in sorted(group.commands.items())
    ]


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[[Surface], Flask]]:
    """Makes applications on a database without tables, and lets go of their connections."""
    settings = make_settings(f"sqlite:///{tmp_path / 'empty.sqlite'}", tmp_path)
    made: list[Flask] = []

    def make(surface: Surface) -> Flask:
        made.append(create_app(surface, settings))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_every_transition_is_open_to_a_role_or_the_system() -> None:
    given = {permission for permissions in POLICY.values() for permission in permissions} | {
        Permission.SYSTEM
    }
    found = [
        f"{workflow.name} {workflow.version} {step.name}: {step.permission}"
        for workflow in all_workflows()
        for step in (workflow.opening, *workflow.transitions)
        if step.permission not in given
    ]
    assert found == []


def test_no_role_may_act_as_the_system() -> None:
    assert [role for role, permissions in POLICY.items() if Permission.SYSTEM in permissions] == []


def test_every_role_has_rights_and_titles() -> None:
    assert set(POLICY) == set(Role) == set(ROLE_TITLES)
    assert all(POLICY[role] and all(ROLE_TITLES[role]) for role in Role)


def test_every_queue_that_is_named_is_watched() -> None:
    named = {
        keyword.value.value
        for path in python_files(("backoffice", "jobs"))
        for name, call in calls(path)
        if name == "send"
        for keyword in call.keywords
        if keyword.arg == "queue" and isinstance(keyword.value, ast.Constant)
    }
    assert named <= set(QUEUES)


def test_every_job_that_is_sent_is_on_the_list() -> None:
    sent = {
        call.args[1].value: name_of(path)
        for path in python_files(("backoffice", "jobs"))
        for name, call in calls(path)
        if name == "send" and len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    }
    assert {job: place for job, place in sent.items() if job not in JOBS} == {}


def test_every_command_and_option_has_help() -> None:
    silent = [name for name, command in commands() if not command.help]
    silent += [
        f"{name} {option.opts[0]}"
        for name, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ]
    assert silent == []


def test_no_command_is_left_out_of_the_page(app: Flask) -> None:
    shown = set(FlaskGroup(create_app=None).list_commands(click.Context(FlaskGroup()))) | set(
        app.cli.commands
    )
    assert shown == {group.name for group in GROUPS} | set(FRAMEWORK_COMMANDS)


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m scripts.write_commands"


def test_the_page_of_workflows_draws_the_tables_that_are_in_force() -> None:
    kept = write_workflows.PAGE.read_text(encoding="utf-8")
    assert kept == write_workflows.page(), "run python -m scripts.write_workflows"


def test_routes_without_sign_in_are_those_opened_on_purpose(make_app: Callable[[Surface], Flask]) -> None:
    app = make_app("staff")
    closed = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in gate.OPEN_ENDPOINTS]
    assert len(closed) > 20
    refused = {
        _status(app, str(rule.endpoint), rule.rule) for rule in closed if "GET" in (rule.methods or ())
    }
    assert refused <= {302, 404}


def test_public_process_has_no_staff_route(make_app: Callable[[Surface], Flask]) -> None:
    public = {str(rule.endpoint) for rule in make_app("public").url_map.iter_rules()}
    staff = {str(rule.endpoint) for rule in make_app("all").url_map.iter_rules()}
    assert public & staff == {"static", "shared.static"}
    assert all(name.startswith("public.") for name in public - staff)


def test_the_same_column_name_means_the_same_type() -> None:
    kinds: dict[str, set[str]] = {}
    for table in Model.metadata.tables.values():
        for column in table.columns:
            if not table.name.startswith("ab_"):
                kinds.setdefault(column.name, set()).add(type(column.type).__name__)
    # An id is a number everywhere but in the outbox, whose ids are made before the row is written; the codes of
    # the state columns differ in length only.
    assert {name: found for name, found in kinds.items() if len(found) > 1 and name != "id"} == {}


def test_legal_periods_are_never_numbers_in_the_code() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in python_files(("backoffice/services", "backoffice/workflow", "backoffice/views", "jobs"))
        for name, call in calls(path)
        if name in ("add_working_days", "working_days_after", "add_months", "add_years")
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
    ]
    assert found == []


def all_workflows() -> list[Workflow]:
    """Every version of every workflow."""
    return [workflow for name in WORKFLOWS.names for workflow in WORKFLOWS.versions(name)]


def _status(app: Flask, _endpoint: str, rule: str) -> int:
    return app.test_client().get(re.sub(r"<[^>]+>", "1", rule), headers={"Host": "localhost"}).status_code


def test_messages_are_found_for_the_catalog_when_texts_are_formatted() -> None:
    """The extraction does not look inside formatted strings: a message there would stay English."""
    hidden = [
        f"{path.name}:{inner.lineno}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Name)
        and inner.func.id in {"_", "_l", "N_"}
    ]
    assert hidden == []
