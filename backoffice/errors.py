"""The errors that people may see: a machine code and a safe, translatable sentence.

A message never carries personal data, SQL or paths; `params` holds only what may be shown.
"""

from __future__ import annotations


class OpenThadsError(Exception):
    """Base of all errors with a message for people.

    `code` is stable for programs; `message` is an English message id for the translation catalog, with
    `%(name)s` places filled from `params`.
    """

    code = "error"
    message = "Something went wrong. Please try again."

    def __init__(self, message: str | None = None, **params: object) -> None:
        self.message = message or type(self).message
        self.params = params
        super().__init__(self.message % params if params else self.message)


class NotFoundError(OpenThadsError):
    """The row does not exist, or is hidden from this person: the two must look the same."""

    code = "not_found"
    message = "Not found. It may have been removed, or it belongs to another agency."


class NotPermittedError(OpenThadsError):
    """The person's roles do not allow the deed."""

    code = "not_permitted"
    message = "Your role does not allow this. Ask the head of your agency if you need it."


class ScopeError(OpenThadsError):
    """A read or write would leave the agencies this person may see."""

    code = "out_of_scope"
    message = "This record belongs to another agency."


class ConflictError(OpenThadsError):
    """Somebody else changed the row since it was read."""

    code = "conflict"
    message = (
        "Somebody else has changed this record since you opened it. Look at the new values, then save again."
    )


class InvalidInputError(OpenThadsError):
    """A field cannot be accepted; `field` names it and the message says what to do."""

    code = "invalid_input"
    message = "This value cannot be accepted."

    def __init__(self, field: str, message: str, **params: object) -> None:
        self.field = field
        super().__init__(message, **params)


class StateError(OpenThadsError):
    """The deed does not fit the state the record is in."""

    code = "wrong_state"
    message = "This step is not possible in the present state."
