"""Refusing what cannot be read in a request: one error, so that it is always a 400 with a sentence."""

from __future__ import annotations

from backoffice.errors import OpenThadsError
from backoffice.workflow.messages import N_


class BadQueryError(OpenThadsError):
    """A parameter of the address cannot be read; answering with everything instead would be a leak."""

    code = "bad_query"
    message = N_("This address cannot be read: “%(name)s” is not a value that this page knows.")

    def __init__(self, name: str) -> None:
        super().__init__(None, name=name[:40])
