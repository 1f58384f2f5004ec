"""Interleaved timing, the shape of a result, and the table of all of them."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

QUICK = bool(os.environ.get("BENCH_QUICK"))
console = Console(width=None if os.isatty(1) else 180)


def sized(full: int, quick: int) -> int:
    """How many of something; a quick run only shows that the benchmark still works."""
    return quick if QUICK else full


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table; ratio_to_limit is how many times slower than the limit, ratio_to_peer faster than the peer."""

    name: str
    ours_s: float
    limit_s: float | None
    peer: str
    peer_s: float | None
    n: int
    note: str
    ratio_to_limit: float | None = None
    ratio_to_peer: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def result(
    name: str,
    ours: Sequence[float],
    limit: Sequence[float] = (),
    *,
    peer: str = "",
    peer_s: float | None = None,
    note: str = "",
) -> Result:
    """Neighbouring measurements are compared with each other, so that a busy moment spoils both alike."""
    ours_s = median(ours)
    return Result(
        name,
        ours_s,
        median(limit) if limit else None,
        peer,
        peer_s,
        len(ours),
        note,
        median(one / other for one, other in zip(ours, limit, strict=True)) if limit else None,
        peer_s / ours_s if peer_s else None,
    )


def interleaved(
    ours: Callable[[int], float | None], limit: Callable[[int], float | None], pairs: int
) -> tuple[list[float], list[float]]:
    """A B A B …; each gets the number of its pair and may return its own time instead of the wall's."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(pairs):
        for times, work in zip(found, (ours, limit), strict=True):
            began = time.perf_counter()
            own = work(number)
            times.append(time.perf_counter() - began if own is None else own)
    return found


@dataclass(frozen=True, slots=True)
class Ran:
    wall: float
    cpu: float
    output: str


def run_process(argv: Sequence[str | Path], **environment: str) -> Ran:
    """A whole process, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    ran = subprocess.run(argv, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        raise RuntimeError(f"{argv} ended with {ran.returncode}:\n{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}")
    return Ran(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ran.stdout)


@dataclass(slots=True)
class DatabaseTime:
    seconds: float = 0.0
    round_trips: int = 0


@contextmanager
def database_time() -> Iterator[DatabaseTime]:
    """What all connections of this process spend waiting for PostgreSQL."""
    spent, wait = DatabaseTime(), psycopg.Connection.wait

    def timed(self: Any, *args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return wait(self, *args, **kwargs)
        finally:
            spent.seconds += time.perf_counter() - began
            spent.round_trips += 1

    psycopg.Connection.wait = timed  # type: ignore[method-assign]
    try:
        yield spent
    finally:
        psycopg.Connection.wait = wait  # type: ignore[method-assign]


def resident_mb(pid: int) -> float:
    """Memory that the process does not share: the buffers of the server are counted once, not per backend."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("RssAnon")).split()[1]) / 1024


def show(results: Sequence[Result]) -> None:
    drawn = Table(title="Вимірювання", title_justify="left", header_style="bold", show_lines=True)
    for column in ("що", "наше", "межа", "наше/межа", "рівня", "рівня/наше", "n"):
        drawn.add_column(column, justify="left" if column in ("що", "рівня") else "right", no_wrap=column != "рівня")
    drawn.add_column("примітка")
    for row in results:
        peer = f"{row.peer}: {_time(row.peer_s)}" if row.peer else "—"
        drawn.add_row(
            row.name,
            _time(row.ours_s),
            _time(row.limit_s),
            _ratio(row.ratio_to_limit),
            peer,
            _ratio(row.ratio_to_peer),
            str(row.n),
            row.note,
        )
    console.print(drawn)


def write(results: Sequence[Result], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_json() for row in results], ensure_ascii=False, indent=2) + "\n")


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "—"
    return (
        f"{seconds:.2f} с"
        if seconds >= 1
        else f"{seconds * 1000:.2f} мс"
        if seconds < 0.1
        else f"{seconds * 1000:.0f} мс"
    )


def _ratio(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}×".replace(",", " ") if value >= 100 else f"{value:.2f}×"
