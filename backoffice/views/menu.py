"""The only place where views are registered."""

from __future__ import annotations

from flask import Flask
from flask_appbuilder import AppBuilder


def prepare(appbuilder: AppBuilder, app: Flask) -> None:
    """Set what must be known before the framework starts: index view, base template, menu."""


def register(appbuilder: AppBuilder, app: Flask) -> None:
    """Register every view and its menu entry, by task."""
