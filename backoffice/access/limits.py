"""The limiter of sign-in attempts: counted in Redis where there is one, in memory when it cannot be reached.

Not here: the delay of single names (`services.sign_in`), the numbers (configuration).
"""

from __future__ import annotations

from flask_limiter import Limiter, RateLimitExceeded


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
