"""Alembic's environment: migrations run as the role that owns the tables, with SQLite in batch mode."""

from __future__ import annotations

from alembic import context
from flask import current_app
from flask_appbuilder import Model

from backoffice.extensions import owner_engine
from backoffice.services.database_rights import grant_database_rights
from config import Settings

config = context.config


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Write plain column types: a migration must not change when our own Python does."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def include_object(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Leave out the search indexes: PostgreSQL alone has them, so the models do not name them."""
    return not (kind == "index" and (name or "").startswith("trgm_"))


def run() -> None:
    """Run the migrations in one transaction each, or print their SQL when no database is asked for."""
    settings: Settings = current_app.config["OPENTHADS"]
    engine = current_app.extensions["migrate"].db.engine if settings.is_sqlite else owner_engine(settings)
    applied: list[object] = []
    options = {
        "target_metadata": Model.metadata,
        "render_as_batch": engine.dialect.name == "sqlite",
        "compare_type": True,
        "render_item": render_item,
        "include_object": include_object,
        "transaction_per_migration": True,
        "on_version_apply": lambda **facts: applied.append(facts["step"]),
    }
    if context.is_offline_mode():
        context.configure(dialect_name=engine.dialect.name, literal_binds=True, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    with engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
    if applied and settings.has_two_roles:
        # New tables are closed to the application until it is given its rights on them.
        grant_database_rights(settings)


run()
