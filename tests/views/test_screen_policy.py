"""The framework's roles are made from the policy: exactly its grants, no others, and never the public role."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_appbuilder.security.sqla.models import Role as StoredRole

from backoffice.access.policy import POLICY
from backoffice.access.roles import Role
from backoffice.access.screen_policy import SCREENS, permission_for, sync_roles
from backoffice.extensions import db


def sync(app: Flask) -> Any:
    """Synchronise and commit, as the command does."""
    changes = sync_roles(app.appbuilder)  # type: ignore[attr-defined]
    db.session.commit()
    return changes


def grants(role: str) -> set[tuple[str, str]]:
    """The stored (permission, screen) pairs of a role."""
    stored = db.session.query(StoredRole).filter_by(name=role).one()
    return {(item.permission.name, item.view_menu.name) for item in stored.permissions}


def test_roles_get_exactly_the_grants_of_the_policy_when_synchronised(app: Flask) -> None:
    with app.app_context():
        sync(app)
        for role, permissions in POLICY.items():
            for view, screen in SCREENS.items():
                for step in screen:
                    expected = permission_for(view, step) in permissions
                    assert ((step, view) in grants(role.value)) is expected, (role, view, step)
        assert grants("Public") == set()


def test_extra_grants_are_taken_away_when_synchronised_again(app: Flask) -> None:
    with app.app_context():
        sync(app)
        roles = {row.name: row for row in db.session.query(StoredRole)}
        stolen = list(roles[Role.NATIONAL_ADMINISTRATOR.value].permissions)
        roles["Public"].permissions = stolen
        roles[Role.HEAD.value].permissions = [*roles[Role.HEAD.value].permissions, *stolen]
        db.session.commit()
        before = sync(app)
        assert before.removed > 0
        assert grants("Public") == set()
        assert ("can_edit", "LegalRuleView") not in grants(Role.HEAD.value)
        assert (sync(app).added, sync(app).removed) == (0, 0)


def test_unknown_screen_and_step_are_closed() -> None:
    assert permission_for("NoSuchView", "can_list") is None
    assert permission_for("CaseView", "can_delete") is None
    assert permission_for("NoSuchView", "menu_access") is None
