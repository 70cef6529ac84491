"""The allow-list: only columns that a Table Schema names may be published.

Here: comparing what a source offers with what the schema allows, before one byte is written. Not here:
checking the values (`validate`).
"""

from exports.schema import Resource


class ProjectionError(Exception):
    """A source offers other columns than the schema publishes; nothing has been written."""


def require_columns(resource: Resource, offered: tuple[str, ...] | None) -> None:
    """Refuse a source whose columns are not exactly those of the schema, in the same order.

    A column too many could carry what the law keeps private, so it stops the export and is never dropped
    in silence. Raises ProjectionError.
    """
    if offered is None:
        raise ProjectionError(f"{resource.name}: the source does not say which columns it offers")
    allowed = resource.schema.columns
    unknown = [name for name in offered if name not in allowed]
    missing = [name for name in allowed if name not in offered]
    if unknown or missing:
        raise ProjectionError(f"{resource.name}: columns not allowed {unknown}, columns missing {missing}")
    if tuple(offered) != allowed:
        raise ProjectionError(f"{resource.name}: columns must come in the order {list(allowed)}")
