"""`python -m benchmarks.kills --kills 300`: kill workers at their work, let the rest be done, look at what is left."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time

from backoffice.extensions import db
from benchmarks.kills.check import figures
from benchmarks.kills.people import People
from benchmarks.kills.run import Kills
from benchmarks.measure import Figure
from benchmarks.office import private_office


def main() -> int:
    """Exit with 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(description="Workers killed while they number, render, sign and send.")
    parser.add_argument("--kills", type=int, default=300, help="how many workers are killed (default 300)")
    parser.add_argument("--seconds", type=float, default=7200, help="no more are killed after this time")
    parser.add_argument("--dsn", help="an empty PostgreSQL database, as its owner; default: a private server")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and the order (default 1)")
    options = parser.parse_args()
    # Ended from outside, it takes its servers with it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(1))
    began = time.monotonic()
    chance = random.Random(options.seed)
    with private_office(options.dsn, slowest_answer=0.3) as office:
        kills = Kills(office, People(office, chance), chance)
        kills.run(
            options.kills,
            options.seconds,
            lambda line: print(f"# {time.monotonic() - began:5.0f} s {line}", flush=True),
        )
        office.end()
        db.session.remove()
        found = [_done(kills), *figures(office)]
    for figure in found:
        print(figure.line())
    print(f"# {time.monotonic() - began:.0f} s")
    return int(not all(figure.passed for figure in found))


def _done(kills: Kills) -> Figure:
    note = ", ".join(f"{count} {name}" for name, count in sorted(kills.hit.items()))
    beside = ", ".join(f"{count} {name}" for name, count in sorted(kills.beside.items()))
    return Figure(
        "kills.workers", sum(kills.hit.values()), "", note=f"{note}; beside them {beside or 'none'}"
    )


if __name__ == "__main__":
    sys.exit(main())
