"""The supervisor: everything up with one command, nothing left behind whatever kills it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provisioning.local import stack, up
from provisioning.local.daemons import alive, gone
from provisioning.local.errors import StackError
from provisioning.local.paths import layout
from provisioning.local.postgres import Cluster
from provisioning.local.up import Product, current, stop_everything
from tests.local.conftest import processes_of

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Run:
    """One start of the small product, and what it says."""

    def __init__(self, project: Path) -> None:
        self.said = project / f"said-{time.monotonic_ns()}"
        with self.said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.local.small_product", str(project)],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONIOENCODING": "utf-8", "HROMADA_PORT": str(free_port())},
            )

    def text(self) -> str:
        return self.said.read_text()

    def ready(self) -> Run:
        wait(lambda: "Ctrl-C зупиняє все" in self.text() or self.process.poll() is not None, self.text)
        assert self.process.poll() is None, self.text()
        return self

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


def wait(until: Callable[[], object], explain: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def profile() -> str:
    return "run"


@pytest.fixture
def start(project: Path) -> Iterator[Callable[[], Run]]:
    runs: list[Run] = []

    def one() -> Run:
        runs.append(Run(project))
        return runs[-1]

    yield one
    stop_everything(Product(project=project))
    for run in runs:
        run.process.kill()
        run.process.wait()


def test_a_signal_stops_everything_and_the_second_start_prepares_nothing(
    project: Path, start: Callable[[], Run]
) -> None:
    for _ in range(2):
        run = start().ready()
        assert "адреси" in run.text()
        wait(lambda: (project / "grandchild").exists(), run.text)
        everything = [*children_of(run.process.pid), int((project / "grandchild").read_text())]

        assert run.end(signal.SIGINT) == 0, run.text()
        assert run.text().rstrip().endswith("Зупинено.")
        assert [pid for pid in everything if alive(pid)] == []
        assert processes_of(project) == []
        assert current(Product(project=project)) is None
    assert (project / "prepared-times").read_text() == "x"


def test_a_second_supervisor_says_where_the_first_one_is(project: Path, start: Callable[[], Run]) -> None:
    first = start().ready()
    running = current(Product(project=project))
    assert running is not None
    assert running.pid == first.process.pid

    second = start()
    assert second.process.wait(PATIENCE_S) != 0
    assert running.url in second.text()
    assert "make stop" in second.text()
    assert first.process.poll() is None


def test_a_killed_supervisor_takes_its_processes_along_and_hinders_nobody(
    project: Path, start: Callable[[], Run]
) -> None:
    first = start().ready()
    children = children_of(first.process.pid)
    servers = Cluster(layout("run", project)).pid()
    first.end(signal.SIGKILL)

    assert all(gone(pid, 10) for pid in children)
    second = start().ready()
    assert Cluster(layout("run", project)).pid() == servers
    assert "http.server" not in second.text()
    assert second.end(signal.SIGTERM) == 0
    assert processes_of(project) == []


def test_fallen_processes_and_servers_are_raised(project: Path, start: Callable[[], Run]) -> None:
    run = start().ready()
    wait(lambda: (project / "fell").exists() and len((project / "fell").read_text()) == 2, run.text)
    assert "falls впав (код 3)" in run.text()

    cluster = Cluster(layout("run", project))
    before = cluster.pid()
    assert before is not None
    os.kill(before, signal.SIGKILL)
    wait(lambda: cluster.pid() not in {None, before} and cluster.status().healthy, run.text)
    wait(lambda: "postgres впав: піднято знову" in run.text(), run.text)


def test_a_taken_port_is_left_to_its_owner(bare_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    product = Product(project=bare_project)
    (bare_project / ".local").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        monkeypatch.setattr(up, "USUAL_PORT", taken)
        chosen = up.choose_port(product)
        assert chosen != taken

        stack.write_environment("run", {"HROMADA_PORT": str(chosen)}, bare_project)
        assert up.choose_port(product) == chosen
        monkeypatch.setenv("HROMADA_PORT", str(taken))
        with pytest.raises(StackError, match=f"Порт {taken} зайнятий"):
            up.choose_port(product)


def test_servers_that_were_asked_for_by_name_outlive_the_product(project: Path, start: Callable[[], Run]) -> None:
    stack.start("run", project)
    stack.pin(layout("run", project)).touch()
    start().ready().end(signal.SIGINT)

    assert stack.status("run", project)["postgres"]["healthy"] is True
