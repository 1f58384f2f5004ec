"""Debian's own programs, started with our configuration in a folder of their own and stopped again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 20.0


def debian_program(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/bin")
    if found is None:
        cure = f"apt-get install --no-install-recommends {package}"
        pytest.fail(f"{name} is not installed: {cure}", pytrace=False)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged() -> dict[str, object]:
    """pgbouncer refuses to run as root, as PostgreSQL does."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def give_to_service(folder: Path) -> None:
    account = unprivileged()
    if account:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, int(str(account["user"])), int(str(account["group"])))


@contextmanager
def running(
    argv: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    environment: dict[str, str],
    stop_by: signal.Signals = signal.SIGTERM,
    **identity: object,
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as sink:
        process = subprocess.Popen(  # type: ignore[call-overload]
            argv, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL, env=environment, cwd="/", **identity
        )
    try:
        deadline = time.monotonic() + START_LIMIT_S
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                end = log.read_text(errors="replace")[-4000:]
                pytest.fail(f"{argv[0]} did not start:\n{end}", pytrace=False)
            time.sleep(0.05)
        yield process
    finally:
        process.send_signal(stop_by)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
