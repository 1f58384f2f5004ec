"""`hromada module …`: modules of the code."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from provisioning.cli.output import DryRun, Json, answers, command, done, emit, people

app = typer.Typer()
LONGEST = 40
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_WORDS = re.compile(r"[^\"\\\n$]{1,80}")


@app.callback()
def modules() -> None:
    """Модулі коду."""


@app.command()
@command
def new(
    place: Annotated[str, typer.Argument(metavar="НАПРЯМ/НАЗВА", help="Напр. territory/benches.")],
    title: Annotated[str, typer.Option(help="Назва розділу: «Зупинки».")] = "",
    singular: Annotated[str, typer.Option(help="Одна картка: «зупинка».")] = "картка",
    root: Annotated[Path | None, typer.Option(help="Корінь коду; типово — цей.")] = None,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Написати каркас модуля: картка, реєстр, приклади, тест. Він працює одразу."""
    from django.conf import settings

    from provisioning.cli.skeleton import Names, files_of

    home = (root or settings.ROOT).resolve()
    area, _slash, name = place.partition("/")
    names = Names(area, name)
    title = title or f"Картки {name}"
    _refuse_bad(names, {"--title": title, "--singular": singular}, home)
    folder = home / "tenant_apps" / area / name
    files = files_of(names, title=title, singular=singular)
    migration = f"{sys.executable} {home / 'manage.py'} makemigrations {name}"
    migrated = False
    if not dry_run:
        _write(folder, files)
        migrated = _migrate(home, name)
    answer: dict[str, Any] = {
        "module": name,
        "area": area,
        "folder": str(folder),
        "register": names.label,
        "files": sorted(files),
        "lines": sum(len(text.splitlines()) for text in files.values()),
        "migrated": migrated,
        "next": [] if migrated else [migration],
        "dry_run": dry_run,
    }
    if as_json_document:
        emit(answer)
        return
    for path in answer["files"]:
        answers.print(f"  {path}")
    if dry_run:
        done(f"Було б написано у {folder}.")
        return
    done(f"Модуль {name} написано у {folder}.")
    if not migrated:
        people.print(f"  Міграцію не зроблено: бази немає. Коли буде: {migration}", highlight=False)


def _refuse_bad(names: Any, words: dict[str, str], home: Path) -> None:
    from kernel.modules import Area
    from provisioning.errors import BadInput, NotFound

    if not names.name:
        raise BadInput(
            [("НАПРЯМ/НАЗВА", "немає назви модуля")], "назвіть напрям і модуль: hromada module new territory/benches"
        )
    if names.area not in Area.values:
        raise NotFound(f"Напряму «{names.area}» немає.", f"оберіть один із: {', '.join(Area.values)}.")
    problems = [(option, "порожньо, задовге або з лапками \" чи знаками \\ $") for option, text in words.items()
                if not _WORDS.fullmatch(text)]  # fmt: skip
    if not _NAME.fullmatch(names.name) or len(names.name) > LONGEST or keyword.iskeyword(names.name):
        problems.append(
            (
                "НАЗВА",
                f"«{names.name[:60]}»: потрібні малі латинські літери, цифри й _, не довше {LONGEST}, не слово Python",
            )
        )
    if problems:
        raise BadInput(problems, "назвіть модуль іменником у множині англійською: benches, street_lamps.")
    _refuse_taken(names.name, home)


def _refuse_taken(name: str, home: Path) -> None:
    from django.apps import apps
    from django.urls import get_resolver

    from kernel.access.subjects import SYSTEM
    from provisioning.errors import Taken

    cure = "дайте іншу назву; зайняті показує hromada tenant modules list."
    standing = next(iter((home / "tenant_apps").glob(f"*/{name}/apps.py")), None)
    if standing:
        raise Taken(f"Модуль «{name}» уже є: {standing.parent}.", cure)
    if name in {config.label for config in apps.get_app_configs()} or name in SYSTEM:
        raise Taken(f"Назва «{name}» належить частині самої хмари.", cure)
    slug = name.replace("_", "-")
    site = get_resolver("config.urls_tenant")
    if slug in {str(pattern.pattern).partition("/")[0] for pattern in site.url_patterns}:
        raise Taken(f"Адреса /{slug}/ на сайті громади вже зайнята.", cure)


def _write(folder: Path, files: dict[str, str]) -> None:
    from provisioning.errors import Taken

    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise Taken(f"Тека {folder} вже є.", "приберіть її або дайте модулю іншу назву.") from None
    (folder.parent / "__init__.py").touch()
    for path, text in files.items():
        there = folder / path
        there.parent.mkdir(exist_ok=True)
        there.write_text(text)


def _migrate(home: Path, name: str) -> bool:
    """The first migration, where a database answers: without one Django cannot tell what is applied."""
    from django.db import DatabaseError, connection
    from psycopg_pool import PoolTimeout

    try:
        connection.ensure_connection()
    except (DatabaseError, PoolTimeout):
        return False
    ran = subprocess.run(
        [sys.executable, str(home / "manage.py"), "makemigrations", name, "--skip-checks"],
        cwd=home,
        capture_output=True,
        check=False,
    )
    return ran.returncode == 0
