"""A small product in place of ours: a page, a program that forks, and one that falls once."""

from __future__ import annotations

import sys
from pathlib import Path

from provisioning.local.errors import StackError
from provisioning.local.supervisor import Process
from provisioning.local.up import Product, run_everything

PREPARATION = "open('prepared-times', 'a').write('x')"
FORKS = """
import os, time
if os.fork() == 0:
    open("grandchild", "w").write(str(os.getpid()))
time.sleep(600)
"""
FALLS_ONCE = """
import os, sys, time
first = not os.path.exists("fell")
open("fell", "a").write("x")
if first:
    sys.exit(3)
time.sleep(600)
"""


def processes(port: int, state: Path) -> tuple[Process, ...]:
    return (
        Process("web", (sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1")),
        Process("forks", (sys.executable, "-c", FORKS)),
        Process("falls", (sys.executable, "-c", FALLS_ONCE)),
    )


def main() -> int:
    product = Product(
        project=Path(sys.argv[1]),
        prepare=(("Підготовка", (sys.executable, "-c", PREPARATION)),),
        processes=processes,
        addresses=(sys.executable, "-c", "print('адреси')"),
    )
    try:
        return run_everything(product)
    except StackError as refused:
        sys.stdout.write(f"{refused}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
