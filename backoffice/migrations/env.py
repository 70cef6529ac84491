"""Alembic's environment: migrations run on the application's own engine, with SQLite in batch mode."""

from __future__ import annotations

from alembic import context
from flask import current_app
from flask_appbuilder import Model

config = context.config


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Write plain column types: a migration must not change when our own Python does."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations in one transaction each, or print their SQL when no database is asked for."""
    engine = current_app.extensions["migrate"].db.engine
    options = {
        "target_metadata": Model.metadata,
        "render_as_batch": engine.dialect.name == "sqlite",
        "compare_type": True,
        "render_item": render_item,
        "transaction_per_migration": True,
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


run()
