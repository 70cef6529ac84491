"""One run of an export: queued, worked on by machines, and ended as published, unchanged or failed."""

from datetime import date

from backoffice.models.states import ExportRunState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "export_run"

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    ExportRunState,
    Transition(
        "queue",
        N_("Run the export"),
        (),
        ExportRunState.QUEUED,
        Permission.EXPORT_RUN,
        notifies=("export_run.queued",),
        by_system=True,
    ),
    (
        Transition(
            "start",
            N_("Start"),
            (ExportRunState.QUEUED,),
            ExportRunState.RUNNING,
            Permission.SYSTEM,
        ),
        Transition(
            "begin_publishing",
            N_("Begin publishing"),
            (ExportRunState.RUNNING,),
            ExportRunState.PUBLISHING,
            Permission.SYSTEM,
        ),
        Transition(
            "publish",
            N_("Finish as published"),
            (ExportRunState.PUBLISHING,),
            ExportRunState.PUBLISHED,
            Permission.SYSTEM,
            notifies=("export_run.published",),
        ),
        Transition(
            "find_unchanged",
            N_("Finish as unchanged"),
            (ExportRunState.RUNNING, ExportRunState.PUBLISHING),
            ExportRunState.UNCHANGED,
            Permission.SYSTEM,
        ),
        Transition(
            "fail",
            N_("Mark as failed"),
            (ExportRunState.QUEUED, ExportRunState.RUNNING, ExportRunState.PUBLISHING),
            ExportRunState.FAILED,
            Permission.SYSTEM,
            notifies=("export_run.failed",),
            reason_required=True,
        ),
        Transition(
            "retry",
            N_("Run again"),
            (ExportRunState.FAILED,),
            ExportRunState.QUEUED,
            Permission.EXPORT_RUN,
            notifies=("export_run.queued",),
            by_system=True,
        ),
        Transition(
            "cancel",
            N_("Cancel the run"),
            (ExportRunState.QUEUED, ExportRunState.RUNNING),
            ExportRunState.CANCELLED,
            Permission.EXPORT_RUN,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)
