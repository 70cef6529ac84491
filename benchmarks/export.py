"""Figures of the export: our whole job beside `COPY`, and beside sql2csv followed by `frictionless validate`.

Run as `python -m benchmarks.export --size 100000 [--dsn postgresql://…]`. The sides run in turn, so that
other load on the machine meets all of them. Not here: the measured job (`export_job`), rows (`national`).
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from backoffice.queries.export import agencies_sql, debtor_records_sql, flows_sql
from benchmarks.cluster import application_of, lock_rows, private_postgres, server_process
from benchmarks.export_job import DAY
from benchmarks.measure import Figure, Run, median, run, told
from benchmarks.national import copy_to_sqlite, fill_postgres
from exports.schema import load_package
from exports.sources import TRANSACTION_SETTINGS

REPOSITORY = Path(__file__).resolve().parent.parent
REPETITIONS = 5
PACKAGES = ("debtors", "statistics")
# Validating a million rows with frictionless takes minutes: measured at this size and scaled.
_FRICTIONLESS_ROWS = 100_000
_GOAL_ROWS = 1_000_000


@dataclass(frozen=True)
class Bench:
    """One database with rows, and the sides that can be run against it."""

    dsn: str
    size: int
    folder: Path
    server: int | None
    repetitions: int = REPETITIONS

    def copy(self) -> Run:
        """The limit: psql writes the debtor records as CSV."""
        return self._psql(debtor_records_sql())

    def group_by(self) -> Run:
        """The limit of the roll-up: psql counts cases and money on the leaf."""
        return self._psql(flows_sql("postgresql"))

    def job(self, url: str | None = None) -> Run:
        """Our job in a process of its own, always publishing anew."""
        shutil.rmtree(self.folder / "packages", ignore_errors=True)
        server = "0" if url or not self.server else str(self.server)
        command = [
            sys.executable,
            "-m",
            "benchmarks.export_job",
            url or application_of(self.dsn),
            str(self.folder),
            server,
        ]
        return run([*command, *PACKAGES], self.folder / "job.json", self.server, REPOSITORY)

    def sql2csv(self, rows: int) -> Run:
        """csvkit writes debtor records as CSV."""
        query = f"{debtor_records_sql()} LIMIT {rows}"
        url = self.dsn.replace("postgresql://", "postgresql+psycopg://", 1)
        command = [_tool("sql2csv"), "--db", url, "--query", query]
        return run(command, self.folder / "debtor_records.csv", self.server, REPOSITORY)

    def frictionless(self) -> Run:
        """The rows that sql2csv wrote, with their agencies and schemas, through `frictionless validate`."""
        self._psql(agencies_sql(DAY), "HEADER", "agencies.csv")
        resources = [
            {"name": r.name, "path": f"{r.name}.csv", "encoding": "utf-8", "schema": dict(r.schema.raw)}
            for r in load_package("debtors").resources
        ]
        descriptor = self.folder / "datapackage.json"
        descriptor.write_text(json.dumps({"name": "debtors", "resources": resources}), encoding="utf-8")
        command = [_tool("frictionless"), "validate", str(descriptor)]
        return run(command, self.folder / "frictionless.txt", self.server, REPOSITORY)

    def _psql(self, query: str, option: str = "HEADER false", output: str = "copy.csv") -> Run:
        settings = "; ".join(f"SET {name} = '{value}'" for name, value in TRANSACTION_SETTINGS.items())
        copy = f"COPY ({query}) TO STDOUT (FORMAT csv, {option})"
        command = ["psql", "-X", "-q", "-d", self.dsn, "-c", settings, "-c", copy]
        return run(command, self.folder / output, self.server, REPOSITORY)


def figures(bench: Bench) -> Iterator[Figure]:
    """All figures of the export, in the order of the table in the documentation."""
    copies, jobs, groups, tools = [], [], [], []
    tool_rows = min(bench.size, _FRICTIONLESS_ROWS)
    for _ in range(bench.repetitions):
        copies.append(bench.copy())
        jobs.append(bench.job())
        groups.append(bench.group_by())
        if bench.size <= _FRICTIONLESS_ROWS or not tools:
            tools.append(bench.sql2csv(tool_rows))
    checked = bench.frictionless()
    yield from _beside_copy(bench.size, copies, jobs)
    yield from _beside_tools(bench.size / tool_rows, jobs, tools, [checked])
    yield from _roll_up(groups, jobs)
    yield from _on_sqlite(bench, jobs[-1])


def _beside_copy(size: int, copies: list[Run], jobs: list[Run]) -> Iterator[Figure]:
    limit = median(copies, "cpu")
    # Below that, the statistics, whose rows do not grow with the records, outweigh a short COPY.
    goal = 2.5 if size >= _GOAL_ROWS else None
    yield Figure("export.copy.cpu", limit, "s", note=_sides(copies))
    yield Figure(
        "export.job_by_copy.cpu", _used(jobs, *PACKAGES) / limit, "×", goal=goal, note="both packages"
    )
    yield Figure(
        "export.debtors_by_copy.cpu", _used(jobs, "debtors") / limit, "×", note=_parts(jobs, "debtors")
    )
    start = statistics.median(told(single)["start"] for single in jobs)
    yield Figure("export.job.start_cpu", start, "s", note="imports, once a worker; in no ratio")
    yield Figure("export.job.peak", max(single.peak_mb for single in jobs), "MB", goal=300)


def _beside_tools(scale: float, jobs: list[Run], tools: list[Run], checks: list[Run]) -> Iterator[Figure]:
    # The client alone: what the server does for a part of the rows does not scale to all of them.
    written = (median(tools, "client_cpu") - _start_cpu("sql2csv")) * scale
    checked = (median(checks, "client_cpu") - _start_cpu("frictionless")) * scale
    how = "measured" if scale == 1 else f"extrapolated from {_FRICTIONLESS_ROWS:,} rows"
    yield Figure("export.sql2csv.cpu", written, "s", note=f"client without start-up, {how}")
    yield Figure("export.frictionless.cpu", checked, "s", note=f"client without start-up, one run, {how}")
    ratio = (written + checked) / _used(jobs, "debtors")
    yield Figure(
        "export.tools_by_debtors.cpu",
        ratio,
        "×",
        goal=5,
        at_least=True,
        note="same rows; theirs without the server",
    )


def _roll_up(groups: list[Run], jobs: list[Run]) -> Iterator[Figure]:
    limit = median(groups, "cpu")
    ratio = _used(jobs, "statistics") / limit
    yield Figure("statistics.group_by.cpu", limit, "s", note=_sides(groups))
    # Stricter than asked: rolled up, validated and published.
    yield Figure("statistics.by_group_by.cpu", ratio, "×", goal=2.5, note=_parts(jobs, "statistics"))


def _on_sqlite(bench: Bench, reference: Run) -> Iterator[Figure]:
    path = bench.folder / "rows.sqlite"
    copy_to_sqlite(bench.dsn, path)
    here = bench.job(url=f"sqlite:///{path}")
    yield Figure("export.sqlite.cpu", here.client_cpu, "s", note="one run, with start-up")
    yield Figure("export.sqlite.peak", here.peak_mb, "MB", goal=450)
    same = all(told(here)[name]["version"] == told(reference)[name]["version"] for name in PACKAGES)
    yield Figure("export.same_bytes_on_both_databases", float(same), "", goal=1, at_least=True)


def _used(runs: list[Run], *packages: str) -> float:
    """The median CPU of client and server that the job says it used for some packages."""
    return statistics.median(
        sum(told(single)[name][side] for name in packages for side in ("client", "server")) for single in runs
    )


def _parts(runs: list[Run], package: str) -> str:
    """The medians of both sides."""
    client, server = (
        statistics.median(told(r)[package][side] for r in runs) for side in ("client", "server")
    )
    return f"client {client:.2f} s, server {server:.2f} s"


def _sides(runs: list[Run]) -> str:
    return f"client {median(runs, 'client_cpu'):.2f} s, server {median(runs, 'server_cpu'):.2f} s"


def _start_cpu(tool: str) -> float:
    """CPU seconds that a program needs before it does anything."""
    return run([_tool(tool), "--version"], Path(os.devnull), None, REPOSITORY).client_cpu


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def measure(size: int, dsn: str | None = None, repetitions: int = REPETITIONS) -> list[Figure]:
    """Make the rows, run all sides, print each figure as soon as it is known."""
    with (
        nullcontext(dsn) if dsn else private_postgres() as address,
        tempfile.TemporaryDirectory(prefix="openthads-bench-") as folder,
    ):
        print(f"# export: {size:,} cases and {size:,} debtor records", flush=True)
        fill_postgres(address, size)
        lock_rows(address)
        found = []
        for figure in figures(Bench(address, size, Path(folder), server_process(address), repetitions)):
            print(figure.line(), flush=True)
            found.append(figure)
    return found


def main() -> int:
    """Exit with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="cases and debtor records (default 100000)")
    parser.add_argument("--dsn", help="an empty PostgreSQL database; default: a private server")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, help="runs of each side (default 5)")
    options = parser.parse_args()
    found = measure(options.size, options.dsn, options.repetitions)
    return int(not all(figure.passed for figure in found))


if __name__ == "__main__":
    sys.exit(main())
