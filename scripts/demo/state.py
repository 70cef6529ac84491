"""What a demonstration has made in this folder, so that the next one goes on, reuses it, or makes it again.

Not here: making it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from backoffice.services.export_run import PACKAGES
from config import Settings
from scripts.demo.options import DemoError, Options

_FILE = "demo.json"


@dataclass(frozen=True)
class State:
    """The data of this folder: how many, from which seed, as of which day, and how far they are."""

    debtors: int
    seed: int
    as_of: str
    is_migrated: bool = False
    is_filled: bool = False

    def fits(self, options: Options) -> bool:
        """Whether the data are those that are asked for."""
        return (self.debtors, self.seed) == (options.debtors, options.seed)


def read_state(settings: Settings) -> State | None:
    """What an earlier demonstration left; None when there was none, or its note cannot be read."""
    try:
        return State(**json.loads((settings.var_dir / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_state(settings: Settings, state: State) -> State:
    """Keep the note; a kill leaves the old one or the new one."""
    path = settings.var_dir / _FILE
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(asdict(state)) + "\n", encoding="utf-8")
    temporary.replace(path)
    return state


def note(settings: Settings, state: State, *, is_migrated: bool = True, is_filled: bool = False) -> State:
    """Keep how far the data are."""
    return write_state(settings, replace(state, is_migrated=is_migrated, is_filled=is_filled))


def begin(settings: Settings, options: Options, today: date) -> tuple[State, str | None]:
    """The state to go on from, and a sentence when older data had to go.

    Raises DemoError when the database was not made by a demonstration: it is never touched.
    """
    database = database_file(settings)
    state = read_state(settings)
    if state is None and database.exists():
        raise DemoError(
            f"{database} was not made by make demo and stays untouched: move it away, or set OPENTHADS_VAR_DIR to "
            "another folder."
        )
    said = None
    if state is not None and not state.fits(options):
        said = f"The data here have DEBTORS={state.debtors} SEED={state.seed}; making them again."
        state = None
    if state is None or not state.is_migrated:
        # The note goes first: whatever is killed from here on, the next run starts from nothing again.
        state = write_state(settings, State(options.debtors, options.seed, today.isoformat()))
        forget(settings)
    return state, said


def forget(settings: Settings) -> None:
    """Remove the data of an earlier demonstration, and what was published of them."""
    database = database_file(settings)
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    (settings.var_dir / "demo-logins.json").unlink(missing_ok=True)
    shutil.rmtree(settings.var_dir / "broker", ignore_errors=True)
    for package in PACKAGES:
        shutil.rmtree(settings.packages_dir / package, ignore_errors=True)
    if settings.site_dir.is_symlink():
        settings.site_dir.unlink()
    for folder in (settings.site_dir, settings.site_dir.with_name(settings.site_dir.name + "-versions")):
        shutil.rmtree(folder, ignore_errors=True)


def database_file(settings: Settings) -> Path:
    """The file of the SQLite database."""
    return Path(settings.database_url.removeprefix("sqlite:///"))
