"""Related rows under a shown row: which tabs a person sees, and the rows of each.

Not here: how a table looks (`tables`), getting rows (`services.interface`).
"""

from __future__ import annotations

from typing import Any

from flask import url_for

from backoffice.errors import NotPermittedError
from backoffice.services.paging import PageRequest
from backoffice.views.bad_query import BadQueryError
from backoffice.views.tables import Tab, table_of

TAB_SIZE = 25
# These are read with the row, further ones when somebody opens them: else each would cost every page a statement.
# A screen whose steps ask the database too names fewer (`tabs_at_once`).
TABS_AT_ONCE = 2


def tabs_of(view: Any, row: Any) -> list[Tab]:
    """The tabs that the person may open, the first ones with their rows, the others with where to fetch them."""
    found: list[Tab] = []
    for name, screen in _screens(view).items():
        if screen is None:
            continue
        if len(found) < view.tabs_at_once:
            tab = _filled(screen, name, row, view.tab_titles.get(name))
            if name not in view.tabs_with_rows or (tab.page and tab.page.rows):
                found.append(tab)
        else:
            part = url_for(f"{view.endpoint}.show", pk=row.id, tab=name)
            found.append(
                Tab(
                    view.tab_titles.get(name, screen.list_title),
                    _address(screen, name, row),
                    screen.adding_under(row),
                    part=part,
                    key=_key(name),
                )
            )
    return found


def one_tab(view: Any, row: Any, name: str) -> Tab:
    """One tab with its rows. Raises BadQueryError where the screen has no such tab, NotPermittedError."""
    screens = _screens(view)
    if name not in screens:
        raise BadQueryError("tab")
    if screens[name] is None:
        raise NotPermittedError
    return _filled(screens[name], name, row, view.tab_titles.get(name))


def _screens(view: Any) -> dict[str, Any]:
    """The screen of each tab, None where the person may not open its list; a tab's name is `screen.filter`."""
    found = {}
    for kind, selecting in view.tabs:
        screen = next((item for item in view.appbuilder.baseviews if isinstance(item, kind)), None)
        may = screen and view.appbuilder.sm.has_access("can_list", screen.class_permission_name)
        found[f"{kind.__name__}.{selecting}"] = screen if may else None
    return found


def tab_anchor(screen_name: str, selecting: str) -> str:
    """Where on a row's page the tab stands that shows the rows of this screen."""
    return f"tab-{_key(f'{screen_name}.{selecting}')}"


def _key(name: str) -> str:
    return name.replace(".", "-")


def _filled(screen: Any, name: str, row: Any, title: Any = None) -> Tab:
    selecting = _selecting(name)
    chosen = next(item for item in screen.list_filters if item.name == selecting)
    conditions = [chosen.condition(screen.datamodel.obj, row.id), *screen.base_conditions()]
    order, direction = screen.base_order
    page = screen.datamodel.page(PageRequest(conditions, order, direction, TAB_SIZE), screen.list_columns)
    table = table_of(screen, page.rows, under=selecting)
    address = _address(screen, name, row)
    return Tab(title or screen.list_title, address, screen.adding_under(row), table, page, key=_key(name))


def _address(screen: Any, name: str, row: Any) -> str:
    """The whole list of the tab's rows."""
    return url_for(f"{screen.endpoint}.list", **{_selecting(name): row.id})


def _selecting(name: str) -> str:
    return name.partition(".")[2]
