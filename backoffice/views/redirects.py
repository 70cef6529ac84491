"""Going back to a page of these screens, and to no other place."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException

_LONGEST = 500


def local_path(target: str | None, home: str | None = None) -> str:
    """The target when it is a plain path below these screens, else the home page, which may be given.

    Refuses other hosts, schemes, `//host`, backslashes and control characters, which browsers read as hosts.
    """
    home = home or url_for("HomeView.index")
    if not target or len(target) > _LONGEST or not target.startswith(f"{request.script_root}/"):
        return home
    if "\\" in target or target.startswith("//") or any(ord(sign) < 33 for sign in target):
        return home
    try:
        parts = urlsplit(target)
    except ValueError:
        return home
    return home if parts.scheme or parts.netloc else target


def previous_page() -> str | None:
    """The page of these screens that led here, when it can be opened again; never this page, never another host."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host or parts.path == request.script_root + request.path:
        return None
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return target if local_path(target) == target and _is_page(parts.path) else None


def list_here() -> tuple[Any, str] | None:
    """The name and the address of the list of the screen that was asked, for people who may open it."""
    if not current_user.is_authenticated:
        return None
    for view in current_app.appbuilder.baseviews:  # type: ignore[attr-defined]
        if view.endpoint == request.blueprint and "list" in (
            getattr(view, "include_route_methods", None) or ()
        ):
            may = current_app.appbuilder.sm.has_access("can_list", view.class_permission_name)  # type: ignore[attr-defined]
            return (view.list_title, url_for(f"{view.endpoint}.list")) if may else None
    return None


def _is_page(path: str) -> bool:
    """Whether the path is one of our routes that is opened with GET: an answer to a form cannot be opened again."""
    routes = current_app.url_map.bind(request.host)
    try:
        endpoint, _values = routes.match(path.removeprefix(request.script_root), method="GET")
    except HTTPException:
        return False
    return not endpoint.endswith((".login", ".logout"))
