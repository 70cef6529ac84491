"""The steps of one request in their order: agency, the pages of the form, papers, check; which of them still miss what.

Not here: keeping what was typed (`request_draft`), addresses and pages (`views.public_*`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from backoffice.errors import NotFoundError
from backoffice.services.agency_choice import agency_that_takes
from backoffice.services.agency_directory import KnownAgency
from backoffice.services.request_draft import Draft
from backoffice.workflow.request_form import Attachment, FormPage, RequestForm
from backoffice.workflow.request_values import answers_of, page_errors

AGENCY, PAPERS, CHECK = "co-quan", "giay-to", "kiem-tra"
LATER = "later"


@dataclass(frozen=True)
class Filing:
    """A draft with its form on a day: what is answered, and what comes next."""

    form: RequestForm
    draft: Draft
    today: date

    @cached_property
    def answers(self) -> dict[str, object]:
        """What is answered so far, by field."""
        return answers_of(self.form, self.draft.pages, self.draft.people, self.today)

    @cached_property
    def pages(self) -> list[FormPage]:
        """The pages that are asked."""
        return self.form.pages_for(self.answers)

    @cached_property
    def papers(self) -> list[Attachment]:
        """The papers that belong to the request."""
        return self.form.attachments_for(self.answers)

    @cached_property
    def steps(self) -> list[str]:
        """Every step before the check, in order."""
        return [AGENCY, *(page.name for page in self.pages), PAPERS]

    @cached_property
    def agency(self) -> KnownAgency | None:
        """The chosen agency; None when none was chosen, or it takes such requests no longer."""
        try:
            return agency_that_takes(self.draft.agency or "", self.form.levels)
        except NotFoundError:
            return None

    @property
    def papers_come_later(self) -> bool:
        """Whether the citizen will bring or send what is missing."""
        return self.draft.pages.get(PAPERS, {}).get(LATER) == "yes"

    def missing_papers(self) -> list[Attachment]:
        """The papers that are needed and were not attached."""
        there = {file.paper for file in self.draft.files}
        return [paper for paper in self.papers if paper.is_required and paper.name not in there]

    def is_done(self, step: str) -> bool:
        """Whether nothing is missing at a step."""
        if step == AGENCY:
            return self.agency is not None
        if step == PAPERS:
            return step in self.draft.done and (self.papers_come_later or not self.missing_papers())
        page = self.form.page(step)
        return page is not None and not page_errors(page, self.draft.pages, self.draft.people, self.today)

    @cached_property
    def _open(self) -> tuple[str, ...]:
        return tuple(step for step in self.steps if not self.is_done(step))

    def open_steps(self) -> list[str]:
        """The steps at which something is missing, in order."""
        return list(self._open)

    def next_step(self) -> str:
        """Where to go on: the first step at which something is missing, else the check."""
        return next(iter(self.open_steps()), CHECK)

    def step_before(self, step: str) -> str | None:
        """The step before this one; None at the first."""
        steps = [*self.steps, CHECK]
        place = steps.index(step) if step in steps else 0
        return steps[place - 1] if place else None

    def place(self, step: str) -> tuple[int, int]:
        """Which step this is, of how many."""
        steps = [*self.steps, CHECK]
        return (steps.index(step) + 1 if step in steps else 1), len(steps)
