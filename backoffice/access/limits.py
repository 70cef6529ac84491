"""The limiter of sign-in tries: counted in Redis where there is one, in memory when it cannot be reached.

A try counts before it is heard, so that many at once cannot pass together; a good one takes its count back.
Not here: the delay of single names (`services.sign_in`), the numbers (configuration).
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Callable
from ipaddress import IPv6Network, ip_address

from flask import Blueprint, current_app, request
from flask_limiter import Limiter, RateLimitExceeded
from werkzeug.exceptions import HTTPException

from backoffice import clock

log = logging.getLogger(__name__)


class SteadyLimiter(Limiter):
    """Goes over to memory also for requests that asked Redis at the very moment at which it was lost.

    The library goes over once: the first request that fails is asked again in memory, and others that failed beside it
    would end in an error.
    """

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        try:
            super()._check_request_limit(callable_name=callable_name, in_middleware=in_middleware)
        except RateLimitExceeded:
            raise
        except Exception:
            if not self._storage_dead:
                raise
            self.context.seen_limits.clear()
            super()._check_request_limit(callable_name=callable_name, in_middleware=in_middleware)

    def give_back(self) -> None:
        """Take the counts of this request back: it did what it was allowed to do."""
        for counted in self.current_limits:
            try:
                self.limiter.hit(counted.limit, *counted.request_args, cost=-1)
            except Exception as error:
                # Redis was lost since the try was counted: the person is in all the same.
                log.warning("a counted try was not given back: %s", type(error).__name__)


def limit_tries(limiter: SteadyLimiter, blueprint: Blueprint, endpoint: str) -> None:
    """Count each POST to the endpoint: tightly for a name at an address, loosely for the address alone."""

    def is_other() -> bool:
        return request.endpoint != endpoint

    for setting, key in (("AUTH_NAME_RATE_LIMIT", name_at_address), ("AUTH_RATE_LIMIT", address_block)):
        limit = limiter.limit(_numbers(setting), methods=["POST"], key_func=key, exempt_when=is_other)
        limit(blueprint)


def _numbers(setting: str) -> Callable[[], str]:
    return lambda: str(current_app.config[setting])


def seconds_to_wait() -> int:
    """After how many seconds the limits that this request met are open again; at least one."""
    now = clock.now().timestamp()
    waits = [
        counted.reset_at - now
        for limiter in current_app.extensions.get("limiter", ())
        for counted in limiter.current_limits
        if counted.breached
    ]
    return max(1, math.ceil(max(waits, default=60)))


def address_block() -> str:
    """Whom a limit counts for: the address; of IPv6 the first half, because one connection has all of the rest."""
    # A limit without a key would not count at all.
    address = request.remote_addr or "unknown"
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(parsed.ipv4_mapped or IPv6Network((int(parsed), 64), strict=False))


def name_at_address() -> str:
    """The address with the digest of the typed name: people type passwords into the wrong field."""
    try:
        name = request.form.get("username", "")
    except HTTPException:
        # A form that cannot be read is refused later, with its own number.
        name = ""
    digest = hashlib.sha256(name.strip().lower().encode("utf-8", "replace")).hexdigest()
    return f"{address_block()}/{digest}"
