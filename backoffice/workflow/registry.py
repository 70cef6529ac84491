"""All workflows of the back office in one registry; the one place that lists them."""

from backoffice.workflow import (
    appointment,
    background_task,
    debtor_record,
    document,
    document_number,
    document_template,
    enforcement_case,
    enforcement_decision,
    export_run,
    non_enforceable_decision,
    notice,
    official_document,
    online_request,
    signing_key,
)
from backoffice.workflow.engine import WorkflowRegistry

WORKFLOWS = WorkflowRegistry(
    workflow
    for noun in (
        enforcement_case,
        enforcement_decision,
        non_enforceable_decision,
        debtor_record,
        document,
        official_document,
        document_number,
        document_template,
        signing_key,
        export_run,
        background_task,
        notice,
        online_request,
        appointment,
    )
    for workflow in noun.WORKFLOWS
)
