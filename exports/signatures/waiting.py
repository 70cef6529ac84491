"""Waiting for what pyHanko does asynchronously, from code that is not.

Not here: what is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def finished(make: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Run a coroutine to its end; in a thread of its own, because the caller's may already run a loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(make())).result()
