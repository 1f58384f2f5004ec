"""kill -9 of PostgreSQL itself in the middle of a creation, on a cluster of this test's own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioning.errors import Exit
from provisioning.local import stack
from provisioning.local.daemons import processes_in
from provisioning.local.paths import layout
from provisioning.local.postgres import Cluster

ROOT = Path(__file__).resolve().parents[2]
PROFILE = "test-killed"


class Server:
    """A private cluster and programs that talk to it."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.start()

    def start(self) -> None:
        started = stack.start(PROFILE, self.project)
        self.environment = {
            **os.environ,
            **started.environment(),
            "HROMADA_ENV": "test",
            "HROMADA_STATE": str(self.project / ".local"),
            "MEDIA_ROOT": str(self.project / "media"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
        }

    def kill(self) -> None:
        data = Cluster(layout(PROFILE, self.project)).data
        for pid in processes_in(data):
            os.kill(pid, signal.SIGKILL)

    def program(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.lifecycle.victim", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> list[dict[str, Any]]:
        program = self.program(*arguments)
        answer, _ = program.communicate(timeout=120)
        assert program.returncode == 0, answer
        return [json.loads(line) for line in answer.splitlines()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    kept = {name: os.environ.pop(name, None) for name in ("DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL")}
    project = tmp_path_factory.mktemp("killed")
    try:
        server = Server(project)
        server.run("prepare")
        yield server
        stack.stop(PROFILE, project)
        shutil.rmtree(layout(PROFILE, project).home.parent, ignore_errors=True)
    finally:
        os.environ.update({name: value for name, value in kept.items() if value is not None})


@pytest.mark.slow
def test_the_server_dies_inside_every_step(server: Server):
    """One creation, killed at each step in turn: what was committed stays, the rest was never there."""
    for step in ("schema", "roles", "finish"):
        program = server.program("create", step)
        assert program.stdout is not None
        assert json.loads(program.stdout.readline()) == {"inside": step}
        server.kill()
        answer, _ = program.communicate("\n", timeout=60)
        told = json.loads(answer)
        assert (program.returncode, told["error"]) == (Exit.UNREACHABLE, "unreachable"), told
        assert "повторіть ту саму команду" in told["cure"]
        server.start()
    assert server.run("finish")[-1] == {"ready": 2}
