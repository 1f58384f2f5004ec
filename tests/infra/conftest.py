from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infra.database_bench import Database, create, serving


@pytest.fixture
def service_folder() -> Iterator[Path]:
    """Under /var/tmp: pytest's own folders may be closed to the account that the servers run under."""
    with tempfile.TemporaryDirectory(prefix="hromada-infra-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="hromada-infra-", dir="/var/tmp") as name:
        root = Path(name)
        root.chmod(0o711)
        folder = root / "postgres"
        folder.mkdir()
        with serving(create(folder)) as started:
            started.bootstrap()
            yield started
