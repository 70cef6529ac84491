"""The label of a step by its name, in whichever version of its workflow it stands."""

from __future__ import annotations

from flask_babel import gettext as _

from backoffice.workflow.paper_steps import PAPER_STEPS
from backoffice.workflow.registry import WORKFLOWS


def step_label(workflow: str, step_name: str) -> str:
    """The label in the language of the request; the name itself when no version of the workflow has the step."""
    # Rows of one table may go different ways, each with a workflow of its own under the name of the table.
    names = [name for name in WORKFLOWS.names if name == workflow or name.startswith(f"{workflow}.")]
    for version in (version for found in names for version in WORKFLOWS.versions(found)):
        for step in (version.opening, *version.transitions):
            if step.name == step_name:
                return str(_(step.label))
    papers = (step for step in PAPER_STEPS.get(workflow, ()) if step.name == step_name)
    return next((str(_(step.label)) for step in papers), step_name)
