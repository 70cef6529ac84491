"""Row-level security for migrations: the lock of PostgreSQL under the session guard.

Belongs here: the policies that a scoped table gets, and the function they ask. Not here: who sets the scope of a
transaction (`access.row_security`), what the database roles may do (`queries.database_rights`). On SQLite all of
this does nothing: there the session guard is the only lock.
"""

from __future__ import annotations

from alembic import op

# `app.scope` holds path prefixes, each ending with a dot and followed by a comma, or `*` and the name of a system
# scope. Unset, empty or strange means an empty array: nothing is seen. `*sign_in` opens only the agencies, by a
# policy of their own.
_SCOPE_FUNCTION = """
CREATE FUNCTION app_scope() RETURNS text[] STABLE PARALLEL SAFE LANGUAGE sql AS $$
    SELECT CASE
        WHEN setting = '*sign_in' THEN '{}'::text[]
        WHEN setting LIKE '*_%' THEN ARRAY['']
        ELSE ARRAY(SELECT prefix FROM unnest(string_to_array(setting, ',')) AS prefix WHERE prefix LIKE '_%.')
    END
    FROM current_setting('app.scope', true) AS setting
$$
"""


def protect(table: str, path_column: str = "agency_path") -> None:
    """Show and accept only rows of the transaction's scope, also for the table's owner.

    To be called for every new table whose rows belong to an agency, in the migration that makes it. The scope is
    read once a statement, not once a row. `coalesce` makes the planner take the condition for half of the rows:
    it knows nothing of the array and would otherwise choose plans for a handful of rows.
    """
    if not _is_postgresql():
        return
    visible = f"coalesce({path_column} ^@ ANY ((SELECT app_scope())::text[]), false)"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY scope ON {table} USING ({visible}) WITH CHECK ({visible})")


def unprotect(table: str) -> None:
    """Take the lock off a table again; needed in a downgrade only when the table stays."""
    if not _is_postgresql():
        return
    op.execute(f"DROP POLICY scope ON {table}")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def open_to_sign_in(table: str) -> None:
    """Let the rows of a protected table be read while somebody signs in and has no scope yet."""
    if _is_postgresql():
        named = "(SELECT current_setting('app.scope', true)) = '*sign_in'"
        op.execute(f"CREATE POLICY sign_in ON {table} FOR SELECT USING ({named})")


def close_to_sign_in(table: str) -> None:
    """Undo `open_to_sign_in`."""
    if _is_postgresql():
        op.execute(f"DROP POLICY sign_in ON {table}")


def create_scope_function() -> None:
    """Make the function that tells the policies what the transaction may see."""
    if _is_postgresql():
        op.execute(_SCOPE_FUNCTION)


def drop_scope_function() -> None:
    """Remove it, when no policy asks it any more."""
    if _is_postgresql():
        op.execute("DROP FUNCTION app_scope()")


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"
