"""kill -9 of PostgreSQL itself in the middle of the long operations, on a cluster of these tests' own."""

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


def killed_inside(server: Server, command: str, step: str) -> dict[str, Any]:
    """What the program says of a server that died while it was inside the step; the server is up again."""
    program = server.program(command, step)
    assert program.stdout is not None
    assert json.loads(program.stdout.readline()) == {"inside": step}
    server.kill()
    answer, _ = program.communicate("\n", timeout=60)
    told: dict[str, Any] = json.loads(answer)
    assert (program.returncode, told["error"]) == (Exit.UNREACHABLE, "unreachable"), told
    assert "перестала відповідати" in told["fact"]
    assert "повторіть" in told["cure"]
    server.start()
    return told


@pytest.mark.slow
def test_creation(server: Server):
    """One creation, killed at each step in turn: what was committed stays, the rest was never there."""
    for step in ("schema", "roles", "finish"):
        killed_inside(server, "create", step)
    assert server.run("whole-creation")[-1] == {"ready": 2}


@pytest.mark.slow
def test_export(server: Server):
    server.run("put-file")
    killed_inside(server, "export", "rows:9")
    assert server.run("whole-export") == [{"left": []}]
    assert server.run("export")[-1]["rows"]
    assert server.run("whole-export") == [{"left": ["selo-a.hromada"]}, {"ok": True}]


@pytest.mark.slow
def test_restore(server: Server):
    """While the rows are being loaded: neither schema, nor role, nor row, nor file of the new tenant is there."""
    server.run("put-file")
    rows = server.run("export")[-1]["rows"]
    killed_inside(server, "restore", "rows:9")
    assert server.run("whole-restore") == [{"there": False, "strangers": [], "problems": []}]
    assert server.run("restore")[-1]["rows"] == rows
    assert server.run("whole-restore") == [{"there": True, "strangers": [], "problems": []}]


@pytest.mark.slow
def test_fleet_migration(server: Server):
    """In the template, then in a tenant's transaction: every schema is wholly of one version, and the run goes on."""
    server.run("release")
    killed_inside(server, "migrate", "template")
    assert server.run("whole-fleet") == [{"changed": [], "consistent": True}]
    killed_inside(server, "migrate", "t_selo_b")
    between = server.run("whole-fleet")[-1]
    assert between["consistent"] and "t_selo_b" not in between["changed"]
    migrated = server.run("migrate")[-1]["migrated"]
    assert "t_selo_b" in migrated and not set(migrated) & set(between["changed"])
    assert server.run("verified-fleet") == [{"differences": {}, "runs": ["done"]}]
    assert server.run("migrate")[-1]["idle"]
