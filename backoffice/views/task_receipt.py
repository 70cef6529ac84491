"""What became of a task, row by row, for the person who started it; and a task in words for everybody.

Not here: the pages (`task`), taking steps (`task_run`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _

from backoffice import clock
from backoffice.access.actor import Actor
from backoffice.errors import NotFoundError
from backoffice.extensions import db
from backoffice.models import BackgroundTask, BackgroundTaskRow
from backoffice.models.states import TaskKind
from backoffice.queries.background_tasks import outcomes, task_rows
from backoffice.services.signing_words import why_batch_failed
from backoffice.views.bad_query import BadQueryError
from backoffice.views.cells import Cell
from backoffice.views.deeds import DEEDS
from backoffice.views.errors import sentence
from backoffice.views.formats import NOTHING, day
from backoffice.views.list_source import has_figures, read_address, screen_named
from backoffice.views.step_labels import step_label
from backoffice.views.tones import TONES
from backoffice.views.words import ROW_OUTCOMES
from backoffice.workflow.background_task import may_still_be_undone
from backoffice.workflow.messages import Line
from backoffice.workflow.permissions import Permission

PAGE = 200


@dataclass(frozen=True)
class ReceiptRow:
    """One row of the receipt."""

    title: str
    url: str | None
    outcome: Cell
    sentence: str


@dataclass(frozen=True)
class Receipt:
    """What the person asked for and what became of it; `undo` is the label of the step that takes it back.

    `back` leads to the list on which the task was asked for.
    """

    asked: Sequence[tuple[str, str]]
    counts: Mapping[str, int]
    missing: int
    rows: Sequence[ReceiptRow]
    page: int
    has_more: bool
    undo: str | None
    failure: str | None
    file: str | None
    back: tuple[str, str] | None


def watches(actor: Actor) -> bool:
    """Whether the person sees that tasks of others exist: those who read the log or administer staff."""
    return actor.may(Permission.LOG_READ) or actor.may(Permission.STAFF_EDIT)


def describe(task: BackgroundTask) -> str:
    """The task in a few words that tell nothing of the rows."""
    try:
        view = screen_named(task.screen)
    except NotFoundError:
        return task.screen
    if has_figures(view):
        return str(_("File of the figures: %(title)s", title=view.list_title))
    if task.kind == TaskKind.EXPORT:
        return str(_("File of the list: %(list)s", list=view.list_title))
    label = step_label(view.datamodel.obj.__tablename__, str(task.parameters.get("step")))
    return f"{label}: {view.list_title}"


def inverse_of(task: BackgroundTask) -> str | None:
    """The step that takes the steps of this task back, None when there is none or its time is over."""
    if task.kind != TaskKind.STEPS or task.state not in {"finished", "failed", "cancelled"}:
        return None
    if not may_still_be_undone(task.finished_at, clock.now()):
        return None
    noun = screen_named(task.screen).datamodel.obj.__tablename__
    deed = DEEDS.get((noun, str(task.parameters.get("step"))))
    return deed.undone_by or None if deed else None


def receipt_of(task: BackgroundTask, page: int) -> Receipt:
    """The receipt of a task of the person of this request."""
    session = db.session()
    view = screen_named(task.screen)
    is_list = task.kind == TaskKind.EXPORT
    counts = {} if is_list else outcomes(session, task.id)
    found = [] if is_list else task_rows(session, task.id, (page - 1) * PAGE, PAGE + 1)
    inverse = inverse_of(task) if counts.get("done") else None
    noun = view.datamodel.obj.__tablename__ if inverse else ""
    return Receipt(
        asked=_asked(view, task),
        counts=counts,
        missing=int(task.parameters.get("missing") or 0),
        rows=_receipt_rows(view, found[:PAGE]) if found else [],
        page=page,
        has_more=len(found) > PAGE,
        undo=step_label(noun, inverse) if inverse else None,
        failure=_failure(task),
        file=task.file_key,
        back=_back(view, task),
    )


def read_page(text: str) -> int:
    """The number of a page of the receipt. Raises BadQueryError."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) >= 1):
        raise BadQueryError("page")
    return int(text)


def _receipt_rows(view: Any, rows: Sequence[BackgroundTaskRow]) -> list[ReceiptRow]:
    model = view.datamodel.obj
    keys = [row.subject_id for row in rows]
    subjects = view.datamodel.chosen([model.id.in_(keys)], view.list_columns[:1], PAGE) if keys else []
    titles = {subject.id: view.cell(subject, view.list_columns[0]).text for subject in subjects}
    return [
        ReceiptRow(
            titles.get(row.subject_id, NOTHING),
            view.url_of(row.subject_id) if row.subject_id in titles else None,
            Cell(str(ROW_OUTCOMES[row.outcome]), "badge", TONES.get(row.outcome, "plain")),
            sentence(Line.from_record(row.sentence)) if row.sentence else "",
        )
        for row in rows
    ]


def _asked(view: Any, task: BackgroundTask) -> list[tuple[str, str]]:
    """The filters, reason and day that the person gave, with their labels."""
    given = task.parameters
    if has_figures(view):
        asked_for: list[tuple[str, str]] = view.words_of(given["address"])
        return asked_for
    if task.kind == TaskKind.EXPORT:
        texts = read_address(view, given["address"]).texts
        asked = [item for item in view.list_filters if item.name in texts]
        words = [getattr(item, "choices", {}).get(texts[item.name], texts[item.name]) for item in asked]
        return [(str(item.label) or item.name, str(word)) for item, word in zip(asked, words, strict=True)]
    on = given.get("on")
    shown = day(date.fromisoformat(on)) if on else None
    named = ((_("Reason"), given.get("reason")), (_("Day of the event"), shown))
    return [(str(label), str(value)) for label, value in named if value]


def _back(view: Any, task: BackgroundTask) -> tuple[str, str] | None:
    """The name and the address of the list as it was left, for people who may still open it."""
    step = "index" if has_figures(view) else "list"
    if not current_app.appbuilder.sm.has_access(f"can_{step}", type(view).__name__):  # type: ignore[attr-defined]
        return None
    left = task.parameters.get("list") or task.parameters.get("address") or {}
    return str(view.list_title), url_for(f"{view.endpoint}.{step}", **left)


def _failure(task: BackgroundTask) -> str | None:
    code = task.error_code
    if code is None:
        return None
    of_signing = why_batch_failed(code) if task.kind == TaskKind.SIGNATURES else None
    if of_signing:
        return sentence(Line(of_signing))
    sentences = {
        "account_closed": _("The account was closed before the task began, so nothing was done."),
        "moved": _("You work for another agency now, so this task for the former one was not done."),
        "role_lost": _("Your role no longer allows this list, so the task was not done."),
        "worker_lost": _("The program was stopped while it worked, several times. Start the task again."),
        "never_started": _("Nothing came to do this task. Tell your administrator, then start it again."),
        "timed_out": _("The task took too long. Narrow the filters and start it again."),
        "disk_full": _("There was no room for the file. Tell your administrator."),
        "too_long_for_paper": _(
            "The figures fill too many pages for a PDF. Choose the spreadsheet, or an agency below."
        ),
        "too_many_rows": _(
            "The list has more rows than a spreadsheet can hold. Choose CSV, or narrow the filters."
        ),
    }
    return str(sentences.get(code, _("Something went wrong. Start the task again.")))
