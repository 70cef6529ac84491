"""Addresses of rows' own pages, made once a request for each screen: lists name hundreds of them."""

from __future__ import annotations

from flask import g, url_for


def show_address(endpoint: str, pk: int) -> str:
    """The address of a row's own page on the screen with this endpoint."""
    bases: dict[str, str] = g.setdefault("show_addresses", {})
    base = bases.get(endpoint)
    if base is None:
        base = bases[endpoint] = url_for(f"{endpoint}.show", pk=0).removesuffix("0")
    return f"{base}{pk}"
