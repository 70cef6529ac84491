"""`python -m benchmarks.staff`: the figures of the staff screens alone."""

from __future__ import annotations

import argparse
import sys

from benchmarks.staff.figures import REPETITIONS, measure


def main() -> int:
    """Exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="The staff screens beside Django's admin.")
    parser.add_argument("--size", type=int, default=100_000, help="cases and debtor records (default 100000)")
    parser.add_argument("--dsn", help="a PostgreSQL server, as superuser; default: a private one")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, help="turns of each page (default 5)")
    options = parser.parse_args()
    found = measure(options.size, options.dsn, options.repetitions)
    return int(not all(figure.passed for figure in found))


if __name__ == "__main__":
    sys.exit(main())
