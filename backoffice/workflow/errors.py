"""Refusals of the legal core: each with a machine code, an English message id and its params.

Belongs here: why a transition, a rule look-up or a date cannot be had.
Does not belong here: refusals about rows, scope or input, which are in `backoffice.errors`.
"""

from backoffice.errors import NotPermittedError, OpenThadsError, StateError
from backoffice.workflow.messages import N_


class WorkflowError(OpenThadsError):
    """Base of all refusals of the legal core."""

    code = "workflow_error"


class WorkflowNotFoundError(WorkflowError):
    """No version of the workflow is in force on the day; `params`: workflow, on."""

    code = "workflow_not_found"
    message = N_("No procedure “%(workflow)s” is in force on %(on)s.")


class TransitionNotFoundError(WorkflowError):
    """The workflow in force has no transition of this name; `params`: workflow, transition."""

    code = "transition_not_found"
    message = N_("The procedure in force has no step “%(transition)s”.")


class TransitionNotAllowedError(WorkflowError, StateError):
    """The transition exists but does not start in this state; `params`: workflow, transition, state."""

    code = "transition_not_allowed"
    message = N_("The step “%(transition)s” is not possible in the present state.")


class TransitionNotPermittedError(WorkflowError, NotPermittedError):
    """The permission that the transition asks for is missing; `params`: workflow, transition, permission."""

    code = "transition_not_permitted"
    message = N_("Your role does not allow the step “%(transition)s”.")


class GuardRefusedError(WorkflowError):
    """State and permission fit, but a condition on the subject is not met; the guard gives the sentence."""

    code = "guard_refused"
    message = N_("A condition for this step is not met.")


class ReasonRequiredError(WorkflowError):
    """The transition must be given a reason in words; `params`: workflow, transition."""

    code = "reason_required"
    message = N_("Give a reason for the step “%(transition)s”.")


class WorkflowDefinitionError(WorkflowError):
    """A table of transitions contradicts itself; `params`: workflow, detail. Raised when it is defined."""

    code = "workflow_definition"
    message = N_("The definition of “%(workflow)s” contradicts itself: %(detail)s.")


class RuleNotFoundError(WorkflowError):
    """No rule of this code was in force on the day; `params`: rule, on."""

    code = "rule_not_found"
    message = N_("No legal rule “%(rule)s” is in force on %(on)s.")


class RuleDataError(WorkflowError):
    """Rows of legal rules contradict each other or cannot be read; `params`: rule, detail."""

    code = "rule_data"
    message = N_("The legal rule “%(rule)s” cannot be used: %(detail)s.")


class CalendarDataError(WorkflowError):
    """Rows of the calendar table cannot be read; `params`: day, detail."""

    code = "calendar_data"
    message = N_("The calendar day “%(day)s” cannot be used: %(detail)s.")


class CalendarRangeError(WorkflowError):
    """A day lies outside the years that the calendar covers; `params`: day, first_year, last_year."""

    code = "calendar_range"
    message = N_("The calendar covers %(first_year)s to %(last_year)s and does not know %(day)s.")


class DeadlineError(WorkflowError):
    """A rule cannot give a due date from this event; `params`: rule, detail."""

    code = "deadline_error"
    message = N_("The legal rule “%(rule)s” gives no due date: %(detail)s.")
