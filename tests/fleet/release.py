"""The next version of the code, pretended: a copy of the migrations of jobs with one more in it."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path

from kernel.jobs import migrations as jobs_migrations

ADD_NOTE = 'migrations.AddField("job", "note", models.CharField(max_length=20, default="", db_default=""))'
HEAD = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "{after}")]
    atomic = {atomic}
    operations = [
{operations}
    ]
"""


class Release:
    """A package that stands in for the app's own migrations; call it to add one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            shutil.copytree(Path(jobs_migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
        self.names = sorted(path.stem for path in folder.glob("[0-9]*.py"))

    def __call__(self, *operations: str, atomic: bool = True) -> None:
        name = f"{len(self.names) + 1:04d}_next"
        body = "\n".join(f"        {operation}," for operation in operations)
        (self.folder / f"{name}.py").write_text(HEAD.format(after=self.names[-1], operations=body, atomic=atomic))
        self.names.append(name)
        self.forget()

    def edit(self, was: str, became: str) -> None:
        """The developer mends the newest migration before anybody has it."""
        path = self.folder / f"{self.names[-1]}.py"
        path.write_text(path.read_text().replace(was, became))
        self.forget()

    def forget(self) -> None:
        for module in [module for module in sys.modules if module.startswith(self.folder.name)]:
            del sys.modules[module]
        importlib.invalidate_caches()
