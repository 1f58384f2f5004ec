"""`make bench`, `make bench B=TEN-3`, `BENCH_QUICK=1 make bench`: measurements of tenancy, a table and bench.json."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks import ground
from tests.benchmarks.measure import Result, console, show, write

NAMES = (
    *(f"TEN-{number}" for number in range(1, 9)),
    "REG-1",
    "REG-1-DEEP",
    "REG-1-SEARCH",
    "REG-1-USERS",
    "REG-2",
    "REG-3",
    "PIV-1",
    "ROL-1",
    "ROL-2",
    "ROL-3",
    "BUS-1",
    "GEO-1-Z12",
    "GEO-1-Z13",
    "GEO-1-Z14",
    "GEO-2",
)


def main() -> int:
    options = _options()
    try:
        ground.superuser_url()
    except ground.NotOurs as refused:
        console.print(f"[red]✗[/] {refused}")
        return 2
    wanted = [name.upper() for name in options.names] or list(NAMES)
    results: list[Result] = []
    with _house():
        from tests.benchmarks import stages

        for name, work in stages.plan(wanted):
            _measure(name, work, results)
            write(sorted(results, key=lambda row: row.name), options.json)
    show(sorted(results, key=lambda row: row.name))
    console.print(f"Записано: {options.json}")
    return 0 if len(results) == len(wanted) else 1


def _measure(name: str, work: Callable[[], Result | None], results: list[Result]) -> None:
    console.print(f"[dim]{name} …[/]")
    found = work()
    if found is not None:
        results.append(found)


@contextmanager
def _house() -> Iterator[None]:
    """Django with the benchmarks' settings, in platform scope; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="hromada-bench-") as folder:
        release = ground.make_release(Path(folder))
        os.environ.update(
            DJANGO_SETTINGS_MODULE="tests.benchmarks.settings",
            BENCH_RELEASE=release,
            BENCH_RELEASE_FOLDER=folder,
            BENCH_MEDIA=f"{folder}/media",
            PYTHONPATH=os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")])),
        )
        sys.path.insert(0, folder)
        import django

        django.setup()
        from kernel.tenancy import platform_context

        with platform_context():
            try:
                yield
            finally:
                ground.empty()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"{', '.join(NAMES)}; без назв — усі")
    parser.add_argument("--json", type=Path, default=ground.ROOT / ".local" / "bench.json", help="куди записати цифри")
    options = parser.parse_args()
    unknown = [name for name in options.names if name.upper() not in NAMES]
    if unknown:
        parser.error(f"немає вимірювання {', '.join(unknown)}; є: {', '.join(NAMES)}")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
