"""The page “Add a screen in ten lines” is true: its code is run as it stands there, and the screen is opened."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_babel import lazy_gettext

from backoffice import create_app
from backoffice.access import screen_policy
from backoffice.access.roles import Role
from backoffice.access.scope import leave_scope
from backoffice.extensions import db
from backoffice.views import menu
from backoffice.workflow.permissions import Permission
from tests.architecture.sources import ROOT
from tests.conftest import make_settings
from tests.views.world import World, build_world, foreign_markers, username

PAGE = ROOT / "docs" / "add-a-screen.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch, sqlite_template: Path, tmp_path: Path) -> Iterator[World]:
    """A world whose application has the screen of the page."""
    shown, granted, placed = BLOCKS
    names: dict[str, Any] = {"__name__": "verification", "Permission": Permission, "_l": lazy_gettext}
    monkeypatch.setattr(screen_policy, "SCREENS", dict(screen_policy.SCREENS))
    names |= {"SCREENS": screen_policy.SCREENS, "MENU": menu.MENU}
    for block in (shown, granted, placed):
        exec(compile(textwrap.dedent(block), str(PAGE), "exec"), names)  # noqa: S102 (our own page)
    monkeypatch.setattr(menu, "MENU", names["MENU"])
    shutil.copy(sqlite_template, tmp_path / "screen.sqlite")
    app = create_app("staff", make_settings(f"sqlite:///{tmp_path / 'screen.sqlite'}", tmp_path))
    yield build_world(app)
    leave_scope()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_screen_is_ten_lines() -> None:
    body = BLOCKS[0][BLOCKS[0].index("class ") :]
    lines = [line for line in body.splitlines() if line.strip() and '"""' not in line]
    assert len(lines) <= 10


def test_screen_of_the_page_lists_and_shows_own_rows_when_it_was_added(added: World) -> None:
    client = added.client(username("CC001", Role.HEAD))
    for address in ("/verifications/list/", "/verifications/list/?q=1&state=verifying&order=accepted_on"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert foreign_markers(answer.text, set()) == {"CC001"}
    assert 'href="/verifications/list/"' in client.get("/").text
    own = client.get(f"/verifications/show/{added.rows['CC001', 'CaseView']}")
    assert own.status_code == 200
    assert foreign_markers(own.text, set()) == {"CC001"}


def test_screen_of_the_page_refuses_strangers_words_and_foreign_rows(added: World) -> None:
    client = added.client(username("CC001", Role.HEAD))
    assert client.get(f"/verifications/show/{added.rows['CC002', 'CaseView']}").status_code == 404
    assert client.get("/verifications/list/?state=no_such_state").status_code == 400
    assert client.get("/verifications/list/?order=case_number").status_code == 400
    operator = added.client(username("TC", Role.EXPORT_OPERATOR))
    assert operator.get("/verifications/list/").status_code == 403
    assert added.client().get("/verifications/list/").status_code == 302
