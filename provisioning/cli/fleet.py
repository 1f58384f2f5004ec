"""`hromada fleet …`"""

from __future__ import annotations

from typing import Annotated

import typer

from provisioning.cli.output import DryRun, Json, bar, command, done, emit, facts, table

app = typer.Typer()


@app.command()
@command
def migrate(
    workers: Annotated[int, typer.Option(help="Скільки схем одночасно; 0 — скільки ядер.")] = 0,
    canaries: Annotated[int, typer.Option(help="Скільки схем у першій хвилі.")] = 1,
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Оновити спільну схему, зразок і всі громади хвилями; зупинений запуск продовжується."""
    from provisioning.fleet.after import settle_tenants
    from provisioning.fleet.migrate import migrate_fleet

    with bar("Оновлення флоту", json_mode=as_json_document) as progress:
        report = migrate_fleet(workers=workers or None, progress=progress, dry_run=dry_run, canaries=canaries)
        if not (report.idle or dry_run):
            settle_tenants()
    if as_json_document:
        emit(report.as_json())
    elif report.idle:
        done("Усе вже на потрібній версії.")
    elif dry_run:
        done(f"Очікують оновлення: {report.pending}.")
    else:
        done(f"Оновлено схем: {len(report.outcomes)}; спільних міграцій: {len(report.public)}.")


@app.command()
@command
def status(as_json_document: Json = False) -> None:
    """Хто на якій версії і чим скінчилися останні запуски."""
    from provisioning.fleet.status import fleet_status

    found = fleet_status()
    if as_json_document:
        emit(found)
        return
    facts("Флот", {"Версія коду": found["target"][:12], "Схем": found["schemas"], "Відстають": len(found["behind"])})
    table(
        "Останні запуски",
        ["№", "Ціль", "Стан", "Хвиля", "Схем", "Невдало", "Почато", "Закінчено"],
        [
            [
                r["id"],
                r["target"][:8],
                r["status"],
                r["wave"],
                r["total"],
                r["failed"],
                r["started_at"],
                r["finished_at"],
            ]
            for r in found["runs"]
        ],
    )


@app.command()
@command
def verify(as_json_document: Json = False) -> None:
    """Порівняти будову кожної схеми із зразком; код 7, якщо десь інакше."""
    from provisioning.fleet.status import verify_fleet

    with bar("Перевірка флоту", json_mode=as_json_document) as progress:
        differences = verify_fleet(progress)
    if as_json_document:
        emit({"ok": not differences, "differences": differences})
    elif not differences:
        done("Усі схеми збудовані так само, як зразок.")
    else:
        table("Відмінності", ["Схема", "Що інакше"], [[s, line] for s, lines in differences.items() for line in lines])
    if differences:
        raise typer.Exit(7)


@app.command("shell-sql")
@command
def shell_sql(
    query: Annotated[str, typer.Argument(help="Один запит SELECT; виконується в кожній громаді лише на читання.")],
    reason: Annotated[str, typer.Option(help="Навіщо; піде в журнал.")],
    as_json_document: Json = False,
) -> None:
    """Один запит над усіма громадами, одна таблиця відповідей."""
    from provisioning.fleet.query import query_fleet

    with bar("Запит", json_mode=as_json_document) as progress:
        result = query_fleet(query, reason=reason, progress=progress)
    if as_json_document:
        emit(result.as_json())
    else:
        table(f"Рядків: {len(result.rows)}", ["громада", *result.columns], result.rows)
        if result.errors:
            table("Не відповіли", ["громада", "помилка"], list(result.errors.items()))
    if result.errors:
        raise typer.Exit(1)
