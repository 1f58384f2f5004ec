"""How commands speak: tables and bars for people on stderr/stdout, one JSON document for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from provisioning.blueprint import BlueprintError
from provisioning.errors import IllegalMove, Inconsistent, ProvisioningError, Unreachable
from provisioning.progress import Report

Json = Annotated[bool, typer.Option("--json", help="Відповідь одним документом JSON для програм.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Показати, що буде зроблено, і нічого не змінити.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Не перепитувати.")]

people = Console(stderr=True)
# Piped output is read by people too: it must not be folded to eighty columns.
answers = Console(width=None if sys.stdout.isatty() else 200)


def as_json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | Path):
        return str(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def emit(document: Any) -> None:
    """The answer for programs: exactly one document, nothing else on stdout."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=as_json) + "\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, empty: str = "Нічого немає.") -> None:
    if not rows:
        answers.print(f"[bold]{title}[/]\n{empty}")
        return
    drawn = Table(title=title, title_justify="left", header_style="bold", title_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    answers.print(drawn)


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "так" if value else "ні"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%d.%m.%Y %H:%M")
    return str(value)


def facts(title: str, pairs: Mapping[str, Any]) -> None:
    answers.print(f"[bold]{title}[/]")
    drawn = Table.grid(padding=(0, 2))
    for name, value in pairs.items():
        drawn.add_row(f"[dim]{name}[/]", _cell(value))
    answers.print(drawn)


def done(text: str) -> None:
    people.print(f"[green]✓[/] {text}")


def confirm(question: str, *, yes: bool, json_mode: bool) -> None:
    """Ask before destroying. A program, or a pipe, must say --yes itself."""
    if yes:
        return
    if json_mode or not sys.stdin.isatty():
        people.print(f"{question}\n  Що робити: повторіть із --yes, якщо справді так.")
        raise typer.Exit(2)
    if not typer.confirm(question):
        people.print("Скасовано, нічого не змінено.")
        raise typer.Exit(1)


@contextmanager
def bar(title: str, *, json_mode: bool) -> Iterator[Callable[[Report], None]]:
    """A bar for people; for programs each report is a JSON line on stderr."""
    if json_mode or not people.is_terminal:

        def tell(report: Report) -> None:
            line = (
                json.dumps(report.as_json(), ensure_ascii=False)
                if json_mode
                else f"{report.percent:3d} % {report.title}"
            )
            sys.stderr.write(line + "\n")

        yield tell
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=people,
    ) as progress:
        task = progress.add_task(title, total=None)

        def draw(report: Report) -> None:
            text = f"{report.title} {report.note}".strip()
            progress.update(task, description=text, completed=report.done, total=report.total or None)

        yield draw


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Django is set up, the scope is the platform's, refusals become a sentence (or JSON) and an exit code."""

    @wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        import django

        django.setup()
        from django.core.exceptions import ValidationError
        from django.db import OperationalError
        from redis.exceptions import RedisError

        from kernel.operations import Denied
        from kernel.tenancy import platform_context
        from kernel.tenancy.actor import Actor, acting

        json_mode = bool(kwargs.get("as_json_document"))
        try:
            with platform_context(), acting(Actor("operator", name=operator())):
                return function(*args, **kwargs)
        except ProvisioningError as error:
            _refuse(error, json_mode)
        except Denied as error:
            _refuse(IllegalMove(str(error), "виконайте умову, названу вище, і повторіть."), json_mode)
        except BlueprintError as error:
            _refuse(Inconsistent(str(error), "hromada fleet verify покаже, де схеми не такі, як зразок."), json_mode)
        except (OperationalError, RedisError) as error:
            _refuse(
                Unreachable(
                    f"Сервер не відповідає: {str(error).strip()}",
                    "запустіть його (hromada up) і перевірте: hromada doctor.",
                ),
                json_mode,
            )
        except ValidationError as error:
            if json_mode:
                emit({"error": "bad_input", "facts": error.messages})
            else:
                people.print("[red]✗[/] " + "\n  ".join(error.messages), highlight=False)
            raise typer.Exit(2) from error

    return wrapper


def _refuse(error: ProvisioningError, json_mode: bool) -> NoReturn:
    if json_mode:
        emit(error.as_json())
    else:
        people.print(f"[red]✗[/] {error}", highlight=False)
    raise typer.Exit(int(error.exit_code)) from error


def operator() -> str:
    """Who runs the command: the account of the machine, named as such in every journal."""
    import getpass
    import os
    import socket

    name = os.environ.get("HROMADA_OPERATOR") or os.environ.get("SUDO_USER") or getpass.getuser()
    return f"{name}@{socket.gethostname()}"
