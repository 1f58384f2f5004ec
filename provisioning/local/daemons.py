"""Running programs under the servers' account, and asking whether a recorded process still lives."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from provisioning.local.paths import Layout


def run_as_service(
    layout: Layout, argv: Sequence[str | Path], *, log: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to completion under the servers' account, with an environment that holds nothing of ours.

    The output goes into the `log` of this run alone, or into the answer.
    """
    account = layout.account
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(layout.home)}
    identity: dict[str, object] = {}
    if account is not None:
        identity = {"user": account.uid, "group": account.gid, "extra_groups": []}
    # A daemon inherits these descriptors: a pipe would keep us waiting for its end of life.
    sink = log.open("wb") if log else None
    try:
        return subprocess.run(  # type: ignore[call-overload, no-any-return]
            [str(part) for part in argv],
            env=environment,
            cwd=layout.home,
            stdin=subprocess.DEVNULL,
            stdout=sink or subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            **identity,
        )
    finally:
        if sink:
            sink.close()


def alive(pid: int) -> bool:
    """A zombie holds a pid but serves nobody."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def working_folder(pid: int) -> Path | None:
    """Where a process works: pids are reused, the folder tells whether it is still ours."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def processes_in(folder: Path) -> list[int]:
    """Every living process that works in the folder."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if working_folder(pid) == folder and alive(pid)]


def gone(pid: int, limit_s: float) -> bool:
    """Wait for the end of a process; False when it outlives the limit."""
    deadline = time.monotonic() + limit_s
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def tail(log: Path, lines: int = 12, *, since: int = 0) -> str:
    """The end of a log, for a message about what went wrong; `since` leaves older bytes out."""
    try:
        text = log.read_bytes()[since:].decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def size(log: Path) -> int:
    """Where the next lines of a log will begin."""
    return log.stat().st_size if log.exists() else 0


def boot_id() -> str:
    """Changes when the machine restarts: what was written without fsync before that cannot be trusted."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"
