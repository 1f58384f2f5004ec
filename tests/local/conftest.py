"""A project of its own for every test: nothing here touches the servers that run the other tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioning.local import stack
from provisioning.local.paths import layout, layouts

FOREIGN = ("DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "HROMADA_PORT", "HROMADA_ENV")


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)


def make_project() -> Path:
    """Reachable for the servers' account, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="hromada-", dir="/tmp"))
    folder.chmod(0o755)
    return folder


def erase(folder: Path) -> None:
    stack.clean(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def bare_project() -> Iterator[Path]:
    """Nothing was ever started here."""
    folder = make_project()
    yield folder
    homes = [place.home for place in layouts(folder)]
    erase(folder)
    assert [pid for home in homes for pid in processes_of(home)] == []


@pytest.fixture(scope="session")
def started_once() -> Iterator[Path]:
    """A data folder to copy: creating one is most of a first start's time."""
    kept = {name: os.environ.pop(name) for name in FOREIGN if name in os.environ}
    folder = make_project()
    stack.start("test", folder)
    stack.stop("test", folder)
    os.environ.update(kept)
    yield folder
    erase(folder)


@pytest.fixture
def project(request: pytest.FixtureRequest, bare_project: Path, started_once: Path) -> Path:
    """Started before and stopped cleanly, in the profile `test` or in the one that the test is given."""
    profile = request.getfixturevalue("profile") if "profile" in request.fixturenames else "test"
    home = layout(profile, bare_project).home
    subprocess.run(["cp", "-a", f"{layout('test', started_once).home}/.", str(home)], check=True)
    return bare_project


def processes_of(home: Path) -> list[int]:
    """Every living process that works somewhere inside the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(home):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def listening_on_tcp(pids: list[int]) -> list[str]:
    sockets = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                sockets.add(target[8:-1])
    rows = [row.split() for name in ("tcp", "tcp6") for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return [row[1] for row in rows if row[9] in sockets]
