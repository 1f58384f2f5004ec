"""`hromada reference …`: the lists that everybody shares."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from provisioning.cli.output import DryRun, Json, answers, bar, command, done, emit, operator, people, table

app = typer.Typer()
Kind = Annotated[str, typer.Argument(help="Довідник: katottg, kekv, tkpkmb, dk021, … (hromada reference list).")]
File = Annotated[Path | None, typer.Argument(help="Файл; без нього — той, що йде з продуктом.", exists=True)]
Act = Annotated[str | None, typer.Option(help="Акт, яким затверджено.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="З якого дня діє, РРРР-ММ-ДД.")]
Force = Annotated[bool, typer.Option(help="Прийняти файл, що закриває підозріло багато кодів.")]
MOST_SHOWN = 40
WHAT = {
    "added": "додано",
    "renamed": "перейменовано",
    "recategorised": "змінено категорію",
    "moved": "перенесено",
    "amended": "уточнено",
    "closed": "закрито",
}


@app.command("list")
@command
def list_references(as_json_document: Json = False) -> None:
    """Що завантажено, з якого дня діє, яким актом."""
    from shared_apps.reference.loading.service import overview

    found = overview()
    if as_json_document:
        emit(found)
    else:
        table(
            "Довідники",
            ["Довідник", "Назва", "Кодів", "Діє з", "Акт", "Файл", "Завантажено"],
            [[r.kind, r.title, r.codes, r.effective_on, r.source_act, r.file_name, r.loaded_at] for r in found],
        )


@app.command()
@command
def load(
    kind: Kind,
    file: File = None,
    act: Act = None,
    effective_on: Since = None,
    force: Force = False,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Завантажити довідник; хибний файл нічого не змінює."""
    _load(kind, file, act, effective_on, force, dry_run, as_json_document)


@app.command()
@command
def diff(
    kind: Kind,
    file: File = None,
    act: Act = None,
    effective_on: Since = None,
    as_json_document: Json = False,
) -> None:
    """Показати, що змінив би файл: додано, перейменовано, змінено категорію, закрито."""
    _load(kind, file, act, effective_on, False, True, as_json_document)


def _load(
    kind: str,
    file: Path | None,
    act: str | None,
    effective_on: datetime | None,
    force: bool,
    dry_run: bool,
    as_json_document: bool,
) -> None:
    from provisioning.progress import Report
    from shared_apps.reference.loading.service import load as run

    with bar("Довідник", json_mode=as_json_document) as progress:

        def tell(what: str, made: int, total: int) -> None:
            progress(Report("reference", what, made, total))

        report = run(
            kind,
            file,
            by=operator(),
            dry_run=dry_run,
            act=act,
            effective_on=effective_on.date() if effective_on else None,
            force=force,
            progress=tell,
        )
    if as_json_document:
        emit(report.as_dict())
    else:
        _show(report)
    if report.errors:
        raise typer.Exit(2)


def _show(report: Any) -> None:
    for warning in report.warnings:
        people.print(f"[yellow]![/] {warning}", highlight=False)
    for error in report.errors:
        people.print(f"[red]✗[/] {error}", highlight=False)
    if report.errors:
        people.print("Нічого не змінено.")
        return
    for change in report.changes[:MOST_SHOWN]:
        answers.print(f"  {WHAT[change.what]}: {change.code} {change.was} → {change.became}", highlight=False)
    if len(report.changes) > MOST_SHOWN:
        answers.print(f"  … і ще {len(report.changes) - MOST_SHOWN}; усі: --json")
    if report.already_loaded:
        done(f"{report.title}: цей файл уже завантажено.")
    else:
        counted = ", ".join(
            f"{WHAT[name]} {number}" for name, number in report.counts.items() if name in WHAT and number
        )
        done(
            f"{report.title}: рядків {report.rows}, {counted or 'без змін'}{' (лише показано)' if report.dry_run else ''}."
        )
