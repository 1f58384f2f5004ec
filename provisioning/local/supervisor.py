"""Runs the product's processes: prefixes their output, restarts them, and never leaves one behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from rich.console import Console
from rich.text import Text

from provisioning.local.daemons import alive, gone, tail
from provisioning.local.errors import StackError

MARKER = "HROMADA_SUPERVISED"
COLOURS = ("cyan", "magenta", "yellow", "green", "blue")
FIRST_PAUSE_S, LONGEST_PAUSE_S, PROVEN_AFTER_S = 0.5, 30.0, 30.0
DEATHS_BEFORE_GIVING_UP = 4
CHECK_EVERY_S = 0.1
KEEP_ALIVE_EVERY_S = 2.0
LOG_LIMIT = 20 * 1024 * 1024

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Process:
    """One program to keep running. `patience_s` is how long it may finish its work after SIGTERM."""

    name: str
    argv: Sequence[str]
    patience_s: float = 10.0


@dataclass(slots=True)
class Child:
    process: Process
    colour: str
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    retry_at: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    deaths: int = 0
    readers: list[threading.Thread] = field(default_factory=list)


class Supervisor:
    """Must live in the main thread: the kernel ties a child's life to the thread that started it."""

    def __init__(
        self,
        *,
        mark: str,
        logs: Path,
        folder: Path,
        environment: Mapping[str, str],
        console: Console,
        keep_alive: Callable[[], None] = lambda: None,
    ) -> None:
        self.mark = mark
        self.logs = logs
        self.folder = folder
        self.environment = {**environment, MARKER: mark, "PYTHONUNBUFFERED": "1"}
        self.console = console
        self.keep_alive = keep_alive
        self.children: list[Child] = []
        self.stopping = False
        self._next_check = 0.0
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Supervisor:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

    def add(self, process: Process) -> None:
        child = Child(process, COLOURS[len(self.children) % len(COLOURS)])
        self.children.append(child)
        self._spawn(child)

    def wait_until(self, ready: Callable[[], bool], limit_s: float, what: str) -> bool:
        """Supervise until `ready`; False when told to stop meanwhile."""
        deadline = time.monotonic() + limit_s
        while not self.stopping:
            if ready():
                return True
            self._tend(starting=True)
            if time.monotonic() > deadline:
                raise StackError(
                    f"За {limit_s:.0f} с не дочекалися: {what}.",
                    f"подивіться журнали в {self.logs} і повторіть.",
                )
            time.sleep(CHECK_EVERY_S)
        return False

    def run(self) -> None:
        """Supervise until a signal."""
        while not self.stopping:
            self._tend(starting=False)
            time.sleep(CHECK_EVERY_S)

    def stop(self) -> None:
        """In reverse order, so that nobody is left talking to a server that is gone."""
        self.stopping = True
        for child in reversed(self.children):
            self._end(child)
        self.children.clear()

    def _tend(self, *, starting: bool) -> None:
        now = time.monotonic()
        if now >= self._next_check:
            self._next_check = now + KEEP_ALIVE_EVERY_S
            self.keep_alive()
        for child in self.children:
            if child.running is None:
                if now >= child.retry_at and not self.stopping:
                    self._spawn(child)
            elif child.running.poll() is not None:
                self._bury(child, starting=starting)
            elif child.deaths and now - child.started_at > PROVEN_AFTER_S:
                child.deaths, child.pause_s = 0, FIRST_PAUSE_S

    def _spawn(self, child: Child) -> None:
        supervisor = os.getpid()
        log = self._log(child)
        rotate(log)
        child.running = subprocess.Popen(
            list(child.process.argv),
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: _die_with(supervisor),
        )
        child.started_at = time.monotonic()
        reader = threading.Thread(target=self._relay, args=(child, child.running.stdout, log), daemon=True)
        reader.start()
        child.readers.append(reader)

    def _bury(self, child: Child, *, starting: bool) -> None:
        assert child.running is not None
        code = child.running.returncode
        _kill_group(child.running.pid)
        self._join(child)
        child.running = None
        child.deaths += 1
        if starting and child.deaths >= DEATHS_BEFORE_GIVING_UP:
            raise StackError(
                f"Процес «{child.process.name}» не запускається (код {code}). Кінець журналу "
                f"{self._log(child)}:\n{tail(self._log(child))}",
                "усуньте названу причину і повторіть.",
            )
        child.retry_at = time.monotonic() + child.pause_s
        self.console.print(
            Text(f"{child.process.name} впав (код {code}); підніму через {child.pause_s:.1f} с", "bold red")
        )
        child.pause_s = min(child.pause_s * 2, LONGEST_PAUSE_S)

    def _end(self, child: Child) -> None:
        if child.running is None:
            return
        with suppress(ProcessLookupError):
            child.running.terminate()
        try:
            child.running.wait(child.process.patience_s)
        except subprocess.TimeoutExpired:
            self.console.print(Text(f"{child.process.name} не встиг завершити роботу: обриваю", "yellow"))
        _kill_group(child.running.pid)
        child.running.wait()
        self._join(child)
        child.running = None

    def _relay(self, child: Child, pipe: IO[bytes] | None, log: Path) -> None:
        if pipe is None:
            return
        with pipe, log.open("ab", buffering=0) as file:
            for line in pipe:
                file.write(line)
                text = Text(f"{child.process.name:>9} │ ", child.colour)
                text.append_text(Text.from_ansi(line.decode(errors="replace").rstrip()))
                self.console.print(text)

    def _join(self, child: Child) -> None:
        for reader in child.readers:
            reader.join(timeout=2)
        child.readers.clear()

    def _log(self, child: Child) -> Path:
        return self.logs / f"{child.process.name}.log"

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.stopping:
            for child in self.children:
                if child.running is not None:
                    _kill_group(child.running.pid)
        self.stopping = True


def rotate(log: Path) -> None:
    """One old copy is enough on a developer's machine."""
    with suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))


def sweep(mark: str) -> list[int]:
    """End what an earlier supervisor of this project left when it was killed outright."""
    wanted = f"{MARKER}={mark}".encode()
    leftovers = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0") and alive(int(entry.name)):
                leftovers.append(int(entry.name))
    for number, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        for pid in leftovers:
            if alive(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        deadline = time.monotonic() + patience
        if all(gone(pid, max(0.0, deadline - time.monotonic())) for pid in leftovers):
            break
    return leftovers


def _die_with(supervisor: int) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The supervisor may have died between the fork and the line above.
    if os.getppid() != supervisor:
        sys.exit(1)


def _kill_group(leader: int) -> None:
    """What the leader forked goes with it; by now it had its time."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
