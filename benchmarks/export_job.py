"""The measured program: the product's own export of the packages asked for. Prints what each used.

Run as `python -m benchmarks.export_job DATABASE_URL FOLDER SERVER_PID PACKAGE…` (server process 0: none).
Not here: comparing (`export`).
"""

import json
import resource
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks.measure import server_cpu
from config import load_settings
from jobs.packages import build

DAY = date(2026, 11, 1)


def main() -> None:
    """Build each package; print one JSON object: CPU of the start, then of client and server, and the id."""
    url, folder, server, packages = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) or None, sys.argv[4:]
    settings = replace(
        load_settings({"OPENTHADS_VAR_DIR": str(folder), "OPENTHADS_BUILD_DIR": str(folder)}),
        database_url=url,
        packages_dir=folder / "packages",
    )
    used: dict[str, object] = {"start": _cpu()}
    for package in packages:
        client, backend = _cpu(), server_cpu(server)
        version = build(settings, package, as_of=DAY).version_id
        used[package] = {
            "client": _cpu() - client,
            "server": server_cpu(server) - backend,
            "version": version,
        }
    print(json.dumps(used))


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
