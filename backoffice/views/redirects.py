"""Going back to a page of these screens, and to no other place."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for

_LONGEST = 500


def local_path(target: str | None) -> str:
    """The target when it is a plain path below these screens, else the home page.

    Refuses other hosts, schemes, `//host`, backslashes and control characters, which browsers read as hosts.
    """
    home = url_for("HomeView.index")
    if not target or len(target) > _LONGEST or not target.startswith(f"{request.script_root}/"):
        return home
    if "\\" in target or target.startswith("//") or any(ord(sign) < 33 for sign in target):
        return home
    try:
        parts = urlsplit(target)
    except ValueError:
        return home
    return home if parts.scheme or parts.netloc else target
