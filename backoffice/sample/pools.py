"""Weighted choice in one step: a pool repeats each value as often as its weight says.

Not here: the values themselves (`names`, `places`, `duties`).
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TypeVar

Value = TypeVar("Value")

_POOL_SIZE = 2_000


def weighted_pool(weights: Mapping[Value, float], size: int = _POOL_SIZE) -> tuple[Value, ...]:
    """Each value, repeated in proportion to its weight and at least once."""
    total = sum(weights.values())
    return tuple(
        value for value, weight in weights.items() for _ in range(max(1, round(size * weight / total)))
    )


def pick(rng: Random, pool: tuple[Value, ...]) -> Value:
    """One value of the pool. Much quicker than `Random.choices`, which a million records would feel."""
    return pool[int(rng.random() * len(pool))]
