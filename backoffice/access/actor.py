"""Who acts: a person with roles and a scope, or a named machine. Passed to every service."""

from __future__ import annotations

from dataclasses import dataclass, field

from backoffice.access.scope import Scope


@dataclass(frozen=True)
class Actor:
    """The person or machine behind a deed.

    `permissions` are the names of `workflow.permissions.Permission` that the roles give; `user_id` is empty
    for a machine, which acts only through the `system` permission.
    """

    user_id: int | None
    name: str
    permissions: frozenset[str]
    scope: Scope
    roles: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def system(cls, name: str) -> Actor:
        """A machine acting for the system under the named system scope."""
        return cls(None, name, frozenset({"system"}), Scope(system=name))

    def may(self, permission: str) -> bool:
        """Whether the roles allow this permission."""
        return permission in self.permissions
