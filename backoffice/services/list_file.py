"""The place of the files that lists are written to: outside every web root, names that nobody can guess, for days.

Here: naming, finding and deleting them. Not here: what is in them (`list_export`), who may take one
(`background_task.note_download`). Web and worker processes must see the same folder.
"""

from __future__ import annotations

import re
import secrets
import time
from datetime import timedelta
from pathlib import Path

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import NotFoundError
from backoffice.queries.background_tasks import kept_files, old_files
from backoffice.services.transaction import unit_of_work
from backoffice.services.transition import Step, apply_transition
from config import Settings

_KEY = re.compile(r"[0-9a-f]{40}\.(csv|xlsx|pdf)")
# A file that no task names yet may be one that is being finished at this moment.
_ORPHAN_AFTER = 24 * 3600.0


def new_file(settings: Settings, suffix: str) -> Path:
    """A path that does not exist yet, in a folder that only this account can read."""
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{secrets.token_hex(20)}.{suffix}"


def file_of(settings: Settings, key: str) -> Path:
    """The file with this key. Raises NotFoundError for a key of another shape and for a file that is gone."""
    path = _folder(settings) / key
    if not _KEY.fullmatch(key) or not path.is_file():
        raise NotFoundError
    return path


def delete_old_files(actor: Actor, settings: Settings) -> int:
    """Delete the files whose days are over, and those that no task names; returns how many tasks lost theirs.

    The row forgets the file first: a death in between leaves a file without a name, which the next round takes.
    """
    before = clock.now() - timedelta(days=settings.list_file_days)
    with unit_of_work(actor) as session:
        tasks = old_files(session, before)
        keys = [task.file_key for task in tasks if task.file_key]
        for task in tasks:
            apply_transition(session, actor, task, Step("delete_file", changes={"file_key": None}))
    for key in keys:
        (_folder(settings) / key).unlink(missing_ok=True)
    _delete_orphans(actor, settings)
    return len(keys)


def _delete_orphans(actor: Actor, settings: Settings) -> None:
    folder = _folder(settings)
    if not folder.is_dir():
        return
    with unit_of_work(actor) as session:
        kept = kept_files(session)
    now = time.time()
    for path in folder.iterdir():
        if path.name not in kept and now - path.stat().st_mtime > _ORPHAN_AFTER:
            path.unlink(missing_ok=True)


def _folder(settings: Settings) -> Path:
    return settings.var_dir / "list-files"
