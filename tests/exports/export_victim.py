"""Processes to be killed: each builds one version after another until the end comes. Not a test.

The nursery imports everything once and forks a victim for each line `folder number deed` it reads.
"""

import os
import sys
from pathlib import Path

from exports.package import build_package
from exports.versions import take_down
from tests.exports.samples import debtor, public_id, sources

ROWS = 4_000


def tables(version: int) -> dict:
    """A package of which every row is of this version; the first record is in no later version."""
    rows = [debtor(number, address=f"Phiên bản {version}") for number in range(version, version + ROWS)]
    return sources("debtors", debtor_records=rows)


def work(root: Path, version: int, deed: str) -> None:
    """Build, and take down when that is the deed, until killed."""
    while True:
        build_package("debtors", tables(version), root=root)
        if deed == "take_down":
            take_down(root, "debtors", public_id(version))
        version += 1


def main() -> None:
    """Fork a victim for each line; its process id is told, and its end (the signal) at the next line."""
    for line in sys.stdin:
        root, version, deed = line.split("\t")
        pid = os.fork()
        if not pid:
            work(Path(root), int(version), deed.strip())
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else -1, flush=True)


if __name__ == "__main__":
    main()
