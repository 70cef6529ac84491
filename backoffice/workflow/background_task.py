"""A task that a person started from a list: queued, worked on by a machine, ended; and which limits it keeps.

Not here: what the task does to each row (the workflow of that row decides), writing files (services).
"""

from datetime import date, datetime, timedelta

from backoffice.models.states import BackgroundTaskState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "background_task"

# Up to so many rows are done while the person waits; more go to a worker.
ROWS_AT_ONCE = 20
MOST_ROWS = 1000
# A file of a list with more rows leaves a line in the log of the program, for those who watch over it.
WATCHED_ROWS = 1000
UNDO_FOR = timedelta(hours=24)

_OPEN = (BackgroundTaskState.QUEUED, BackgroundTaskState.RUNNING)
_ENDED = (BackgroundTaskState.FINISHED, BackgroundTaskState.FAILED, BackgroundTaskState.CANCELLED)

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    BackgroundTaskState,
    Transition("queue", N_("Start the task"), (), BackgroundTaskState.QUEUED, Permission.TASK_READ),
    (
        Transition(
            "start",
            N_("Start"),
            (BackgroundTaskState.QUEUED,),
            BackgroundTaskState.RUNNING,
            Permission.SYSTEM,
        ),
        Transition("resume", N_("Go on"), (BackgroundTaskState.RUNNING,), None, Permission.SYSTEM),
        Transition(
            "finish",
            N_("Finish"),
            (BackgroundTaskState.RUNNING,),
            BackgroundTaskState.FINISHED,
            Permission.SYSTEM,
        ),
        Transition(
            "fail",
            N_("Mark as failed"),
            _OPEN,
            BackgroundTaskState.FAILED,
            Permission.SYSTEM,
            reason_required=True,
        ),
        Transition(
            "cancel", N_("Cancel the task"), _OPEN, BackgroundTaskState.CANCELLED, Permission.TASK_READ
        ),
        Transition("undo", N_("Undo these steps"), _ENDED, BackgroundTaskState.UNDONE, Permission.TASK_READ),
        Transition(
            "download", N_("Download the list"), (BackgroundTaskState.FINISHED,), None, Permission.TASK_READ
        ),
        Transition(
            "delete_file",
            N_("Delete the file of the list"),
            (BackgroundTaskState.FINISHED,),
            None,
            Permission.SYSTEM,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)


def may_still_be_undone(finished_at: datetime | None, now: datetime) -> bool:
    """Return whether the time for undoing the steps of a task still runs."""
    return finished_at is not None and now <= finished_at + UNDO_FOR
