from __future__ import annotations

import importlib
import itertools
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kernel.jobs import migrations as jobs_migrations
from provisioning.lifecycle import NewTenant, create_tenant

NUMBERS = itertools.count(1)
HEAD = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "{after}")]
    atomic = {atomic}
    operations = [
{operations}
    ]
"""


@pytest.fixture
def new_release(settings, tmp_path, monkeypatch) -> Iterator[Callable[..., None]]:
    """Pretend the next version of the code brings migrations to the app of jobs."""
    package = f"fleet_release_{next(NUMBERS)}"
    folder = tmp_path / package
    shutil.copytree(Path(jobs_migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"jobs": package}
    names = sorted(path.stem for path in folder.glob("[0-9]*.py"))

    def add(*operations: str, atomic: bool = True) -> None:
        name = f"{len(names) + 1:04d}_next"
        body = "\n".join(f"        {operation}," for operation in operations)
        (folder / f"{name}.py").write_text(HEAD.format(after=names[-1], operations=body, atomic=atomic))
        names.append(name)
        forget()

    def edit(was: str, became: str) -> None:
        """The developer mends the newest migration before anybody has it."""
        path = folder / f"{names[-1]}.py"
        path.write_text(path.read_text().replace(was, became))
        forget()

    def forget() -> None:
        for module in [module for module in sys.modules if module.startswith(package)]:
            del sys.modules[module]
        importlib.invalidate_caches()

    add.edit = edit  # type: ignore[attr-defined]
    yield add
    forget()


@pytest.fixture
def fleet(transactional_db) -> list[str]:
    """Alpha, beta and four more."""
    for number in range(4):
        create_tenant(
            NewTenant(
                slug=f"town-{chr(97 + number)}{number}",
                name=f"Містечкова громада {number}",
                short_name=f"Містечко {number}",
                edrpou=f"9900{number:04d}",
                edrpou_override_reason="вигадана",
                katottg="UA99010010000010010",
            ),
            by="тест",
        )
    return ["t_alpha", "t_beta", *(f"t_town_{chr(97 + n)}{n}" for n in range(4))]
