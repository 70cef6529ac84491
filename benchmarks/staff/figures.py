"""The staff screens in figures: list, deep page, searches, scope, show and edit, beside Django's admin.

Run as `python -m benchmarks.staff --size 100000`. Both sides answer 8 clients behind the same web server with the
same number of processes, in turn, so that other load on the machine meets both. Not here: servers, rows, clients.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cluster import application_of, private_postgres
from benchmarks.measure import Figure
from benchmarks.staff.client import Client, Timing, Work, at_once
from benchmarks.staff.database import make
from benchmarks.staff.names import COMMON, RARE
from benchmarks.staff.sides import Side, django, edit_django, edit_ours, our_parties, ours, search

REPETITIONS = 5
ROUNDS = 4
SMALL, NATIONAL_SIZE = 100_000, 1_000_000
_OURS, _THEIRS = "/debtor-records/list/", "/django_admin/record/"
_FIELDS = {"phone": "", "_save": "Lưu"}


@dataclass(frozen=True)
class Scene:
    """One measured page: what each side asks for, for whom, and the goal of our p95 divided by theirs."""

    name: str
    goal: float
    our_work: Work
    their_work: Work
    is_local: bool = False


def scenes(side: Side, size: int) -> list[Scene]:
    """The pages of the comparison, over rows numbered from 1 to `size`."""
    page = min(10_000, size // 25 * 9 // 10)
    last = size - (page - 1) * 25 + 1
    # Creditors, whose correction touches no public record.
    parties = [2 * number * (size // 10) - 1 for number in range(1, 9)]
    typed = dict(zip(parties, our_parties(side, parties), strict=True))
    keys = list(typed)
    return [
        Scene("list", 0.2, _page(lambda _n: _OURS), _page(lambda _n: _THEIRS)),
        Scene(
            "deep_page",
            0.2,
            _page(lambda _n: f"{_OURS}?after={last}"),
            _page(lambda _n: f"{_THEIRS}?p={page}"),
        ),
        Scene("rare_search", 0.15, _search(_OURS, RARE), _search(_THEIRS, RARE)),
        Scene("common_search", 0.15, _search(_OURS, COMMON), _search(_THEIRS, COMMON)),
        Scene("scope", 0.6, _page(lambda _n: _OURS), _page(lambda _n: _THEIRS), is_local=True),
        Scene(
            "show",
            0.6,
            _page(lambda n: f"/debtor-records/show/{1 + n * 977 % size}"),
            _page(lambda n: f"/django_admin/record/{1 + n * 977 % size}/change/"),
        ),
        Scene(
            "edit",
            0.6,
            lambda client, n: edit_ours(client, keys[n % 8], typed[keys[n % 8]], n),
            lambda client, n: edit_django(
                client, keys[n % 8], {**_FIELDS, "full_name": typed[keys[n % 8]]["full_name"]}, n
            ),
        ),
    ]


def figures(size: int, repetitions: int, server: str, folder: Path) -> Iterator[Figure]:
    """All figures of the staff screens at one size; at national size also how they grow from the small one."""
    with ExitStack() as stack:
        owner = make(server, "bench_staff", size)
        our_side = stack.enter_context(ours(application_of(owner), folder))
        their_side = stack.enter_context(django(owner))
        shown = scenes(our_side, size)
        mine, theirs = _measure(shown, repetitions, {"ours": our_side, "django": their_side})
        for scene in shown:
            yield _beside(size, scene, mine[scene.name], theirs[scene.name])
        yield Figure("staff.deep_page_by_page_1.p95", mine["deep_page"].p95 / mine["list"].p95, "×", goal=1.3)
        if size >= NATIONAL_SIZE:
            yield from _growth(stack, server, folder, repetitions, our_side, shown)


def _growth(
    stack: ExitStack, server: str, folder: Path, repetitions: int, large: Side, shown: list[Scene]
) -> Iterator[Figure]:  # fmt: skip
    """Our pages at ten times the rows, divided by the same pages at the small size, measured in turn."""
    owner = make(server, "bench_staff_small", SMALL)
    small = stack.enter_context(ours(application_of(owner), folder / "small"))
    of_small = scenes(small, SMALL)
    before: dict[str, Timing] = {}
    after: dict[str, Timing] = {}
    for _ in range(repetitions):
        for old, new in zip(of_small, shown, strict=True):
            _add(before, old.name, _run(small, old, old.our_work))
            _add(after, new.name, _run(large, new, new.our_work))
    for scene in shown:
        goal = 3 if "search" in scene.name else 1.3
        ratio = after[scene.name].p95 / before[scene.name].p95
        note = f"{before[scene.name].p95:.0f} → {after[scene.name].p95:.0f} ms"
        yield Figure(f"staff.{scene.name}.growth_p95", ratio, "×", goal=goal, note=note)


def _measure(
    shown: list[Scene], repetitions: int, sides: Mapping[str, Side]
) -> tuple[dict[str, Timing], dict[str, Timing]]:
    mine: dict[str, Timing] = {}
    theirs: dict[str, Timing] = {}
    for scene in shown:
        # One unmeasured round: every process has loaded what it needs.
        _run(sides["ours"], scene, scene.our_work, rounds=1)
        _run(sides["django"], scene, scene.their_work, rounds=1)
    for _ in range(repetitions):
        for scene in shown:
            _add(mine, scene.name, _run(sides["ours"], scene, scene.our_work))
            _add(theirs, scene.name, _run(sides["django"], scene, scene.their_work))
    return mine, theirs


def _run(side: Side, scene: Scene, work: Work, rounds: int = ROUNDS) -> Timing:
    return at_once(side.local if scene.is_local else side.national, work, rounds)


def _add(found: dict[str, Timing], name: str, timing: Timing) -> None:
    found[name] = found[name] + timing if name in found else timing


def _beside(size: int, scene: Scene, mine: Timing, theirs: Timing) -> Figure:
    note = (
        f"p50 {mine.p50:.0f} : {theirs.p50:.0f} ms, p95 {mine.p95:.0f} : {theirs.p95:.0f} ms "
        f"(ours : django, {len(mine.samples)} pages each)"
    )
    # The goals are those of national size: on small tables counting costs Django's admin next to nothing.
    goal = scene.goal if size >= NATIONAL_SIZE else None
    return Figure(f"staff.{scene.name}.p95_by_django", mine.p95 / theirs.p95, "×", goal=goal, note=note)


def _page(address: Callable[[int], str]) -> Work:
    def work(client: Client, number: int) -> None:
        client.get(address(number))

    return work


def _search(path: str, text: str) -> Work:
    return _page(lambda _n: search(path, "q", text))


def measure(size: int, dsn: str | None = None, repetitions: int = REPETITIONS) -> list[Figure]:
    """Make the rows, run both sides, print each figure as soon as it is known.

    `dsn` names a PostgreSQL server (its maintenance database) to use instead of a private one; the account must be
    a superuser.
    """
    with ExitStack() as stack:
        server = dsn or stack.enter_context(private_postgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="openthads-bench-")))
        print(
            f"# staff screens: {size:,} cases, {size:,} debtor records, {3 * size:,} history rows", flush=True
        )
        found = []
        for figure in figures(size, repetitions, server, folder):
            print(figure.line(), flush=True)
            found.append(figure)
    return found
