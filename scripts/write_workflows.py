"""Write docs/workflows.md from the workflow tables: `python -m scripts.write_workflows`.

A test compares the page with what this would write. Not here: the tables (`backoffice.workflow`).
"""

from __future__ import annotations

import sys

from backoffice.workflow.engine import Workflow
from backoffice.workflow.registry import WORKFLOWS
from config import ROOT

PAGE = ROOT / "docs" / "workflows.md"
_HEAD = """# Workflows

Every state of a record changes by a step of one of these tables and in no other way. A table counts from a day to a
day, because the law does; where two laws differ only in what a step needs, both drawings look alike. The drawings are
written by `python -m scripts.write_workflows`; steps, permissions, guards and legal bases are in
`backoffice/workflow/`.
"""


def page() -> str:
    """The text of the page."""
    parts = [_HEAD]
    for name in WORKFLOWS.names:
        parts.append(f"\n## {name}\n")
        parts.extend(_section(workflow) for workflow in WORKFLOWS.versions(name))
    return "".join(parts)


def _section(workflow: Workflow) -> str:
    until = f" until {workflow.valid_to:%d/%m/%Y}" if workflow.valid_to else ""
    return (
        f"\nVersion {workflow.version}, from {workflow.valid_from:%d/%m/%Y}{until}:\n\n"
        f"```mermaid\n{workflow.to_mermaid()}```\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
