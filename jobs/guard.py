"""The lock on what a worker runs: a name on an allow-list and the id of one message, nothing else.

Whoever can write to Redis can put any payload into a job, and RQ would import and call whatever it names. So
nothing from Redis is ever imported, unpickled or called here. Not here: the list itself (`registry`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer

_MESSAGE_ID = re.compile(r"[0-9a-f]{32}")

# Our jobs have no callbacks, webhooks, dependencies, repeats or retries of their own: the outbox repeats.
_IGNORED = frozenset(
    {
        b"success_callback_name",
        b"failure_callback_name",
        b"stopped_callback_name",
        b"webhooks",
        b"dependency_id",
        b"dependency_ids",
        b"repeats_left",
        b"repeat_intervals",
        b"retries_left",
        b"retry_intervals",
        b"rate_limit_key",
        b"rate_limit_concurrency",
        b"meta",
        b"result",
    }
)

Handler = Callable[..., None]


class JobRefusedError(Exception):
    """A job in Redis is not one that the outbox could have sent; nothing of it was run."""


class GuardedJob(Job):
    """A job whose function can only be a name of `allowed`; the empty list here refuses every job.

    The handler is called as `handler(job_name, message_id=…)`.
    """

    allowed: ClassVar[Mapping[str, Handler]] = {}

    def __init__(
        self, id: str | None = None, connection: Redis | None = None, serializer: Any = None
    ) -> None:
        # Whatever serializer a caller names: a pickle would be code.
        del serializer
        super().__init__(id, connection=connection, serializer=JSONSerializer)

    def restore(self, raw_data: Any) -> Any:
        """Take the job's fields from Redis, except those that name functions to call or addresses to ask."""
        return super().restore({key: value for key, value in raw_data.items() if key not in _IGNORED})

    @property
    def func(self) -> Callable[..., None]:
        """The handler from the allow-list. Raises JobRefusedError; imports nothing."""
        name, instance = self.func_name, self.instance
        if instance is not None or not isinstance(name, str) or name not in self.allowed:
            raise JobRefusedError(f"not on the list of jobs: {str(name)[:60]!r}")
        if self.args or not isinstance(self.kwargs, dict) or set(self.kwargs) != {"message_id"}:
            raise JobRefusedError(f"{name}: a job carries the id of a message and nothing else")
        message_id = self.kwargs["message_id"]
        if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
            raise JobRefusedError(f"{name}: not the id of a message")
        return partial(self.allowed[name], name)
