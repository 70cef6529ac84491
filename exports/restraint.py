"""Bounds of a process that reads what others made: memory, processor time, written bytes, no core file.

Belongs here: setting them, in the process itself. Not here: starting that process, waiting for it.
"""

from __future__ import annotations

import resource

MEGABYTE = 1024 * 1024


def restrain(cpu_seconds: int, memory_bytes: int, written_bytes: int) -> None:
    """Bound this process for good; the system ends it when it computes longer, counting from its own start."""
    bounds = (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, written_bytes),
        (resource.RLIMIT_CORE, 0),
    )
    for name, most in bounds:
        already = resource.getrlimit(name)[1]
        bound = most if already == resource.RLIM_INFINITY else min(most, already)
        resource.setrlimit(name, (bound, bound))
