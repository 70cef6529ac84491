"""One edition of a template: drafted, proposed, approved by another person, retired.

Not here: which edition is in force on a day (`queries.document_templates`), what a template may say
(`exports.papers`).
"""

from datetime import date

from backoffice.models.states import TemplateState
from backoffice.workflow.engine import Transition, Workflow
from backoffice.workflow.messages import N_
from backoffice.workflow.permissions import Permission

NAME = "document_template"

WORKFLOW = Workflow(
    NAME,
    "1",
    date(2015, 9, 1),
    None,
    TemplateState,
    Transition(
        "draft",
        N_("Draft a new edition"),
        (),
        TemplateState.DRAFTED,
        Permission.DOCUMENT_TEMPLATE_EDIT,
        by_system=True,
    ),
    (
        Transition(
            "propose",
            N_("Propose for approval"),
            (TemplateState.DRAFTED,),
            TemplateState.PROPOSED,
            Permission.DOCUMENT_TEMPLATE_EDIT,
            by_system=True,
        ),
        Transition(
            "approve",
            N_("Approve"),
            (TemplateState.PROPOSED,),
            TemplateState.APPROVED,
            Permission.DOCUMENT_TEMPLATE_APPROVE,
            by_system=True,
        ),
        Transition(
            "send_back",
            N_("Send back to be changed"),
            (TemplateState.PROPOSED,),
            TemplateState.DRAFTED,
            Permission.DOCUMENT_TEMPLATE_EDIT,
            reason_required=True,
        ),
        Transition(
            "retire",
            N_("Take out of use"),
            (TemplateState.APPROVED,),
            TemplateState.RETIRED,
            Permission.DOCUMENT_TEMPLATE_APPROVE,
            reason_required=True,
        ),
        Transition(
            "discard",
            N_("Discard the draft"),
            (TemplateState.DRAFTED,),
            TemplateState.RETIRED,
            Permission.DOCUMENT_TEMPLATE_EDIT,
        ),
    ),
)

WORKFLOWS = (WORKFLOW,)
