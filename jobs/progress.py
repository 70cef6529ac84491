"""Progress of an attempt on the run's row, written beside the work: at most once a second, never rarer than
the sweeper needs as a sign of life. Not here: how a run is shown or counted as lost (`export_run`,
`background_task`).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from flask import current_app
from sqlalchemy.exc import DBAPIError

from backoffice.extensions import db

Tell = Callable[[int, int | None, str | None], bool]

_WRITE_EVERY = 1.0


class Reporter:
    """Tells the run's row how far the work is, from a thread of its own with a session of its own.

    `tell` writes it and says whether the work still counts; if not, `lost` is raised at the next note.
    """

    def __init__(self, tell: Tell, lost: type[Exception], sweep_after: int) -> None:
        self._tell, self._lost_error = tell, lost
        self._app = current_app._get_current_object()  # type: ignore[attr-defined]
        # Several signs of life fit into the time after which the sweeper thinks that nobody works.
        self._every = min(_WRITE_EVERY, sweep_after / 4)
        self._silent_rounds = max(1, int(min(5.0, sweep_after / 4) / self._every))
        self._done = 0
        self._total: int | None = None
        self._label: str | None = None
        self._finished: dict[str, int] = {}
        self._ended = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._report, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def expect(self, total: int) -> None:
        """Say how many rows there will be."""
        self._total = total

    def note(self, rows: int, label: str) -> None:
        """Rows of one resource are done. Raises the error given as `lost` when the work no longer counts."""
        if self._lost:
            raise self._lost_error
        self._finished[label] = rows
        self._label = label
        self._done = sum(self._finished.values())

    def _report(self) -> None:
        written, silent = None, 0
        while not self._ended.wait(self._every):
            state = (self._done, self._total, self._label)
            silent = 0 if state != written else silent + 1
            if state == written and silent < self._silent_rounds:
                continue
            # A failed write is no reason to end the work: the next round tries again.
            with contextlib.suppress(DBAPIError):
                self._write(state)
                written, silent = state, 0

    def _write(self, state: tuple[int, int | None, str | None]) -> None:
        with self._app.app_context():
            try:
                self._lost = not self._tell(*state)
            finally:
                db.session.remove()
