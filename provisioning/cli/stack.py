"""`hromada up | down | status | doctor | prepare`: the installation as a whole."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from provisioning.cli.output import Json, answers, bar, command, done, emit, facts, people, table

MARKS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "bad": "[red]✗[/]"}


def up(
    fresh: Annotated[bool, typer.Option(help="Підготувати базу наново, навіть якщо нічого не змінилося.")] = False,
) -> None:
    """Підняти все: базу, Redis, сайт, виконавців, розклад (те саме, що make run)."""
    from provisioning.local.errors import StackError
    from provisioning.local.up import run_everything

    try:
        raise typer.Exit(run_everything(fresh=fresh))
    except StackError as error:
        people.print(f"[red]✗[/] {error}", highlight=False)
        raise typer.Exit(1) from error


def down(as_json_document: Json = False) -> None:
    """Зупинити все, що підняла ця установка."""
    from provisioning.local.up import stop_everything

    stopped = stop_everything()
    if as_json_document:
        emit({"stopped": stopped})
    else:
        done("Зупинено." if stopped else "Нічого не працювало.")


@command
def status(as_json_document: Json = False) -> None:
    """Адреси, громади і демонстраційні входи."""
    from provisioning.health.status import installation

    found = installation()
    if as_json_document:
        emit(found)
        return
    facts(
        "Хмара громад",
        {"Сторінка для нових": found["landing"], "Консоль області": found["console"], "Портал громад": found["region"]},
    )
    table(
        "Громади і підприємства",
        ["Назва", "Вид", "Стан", "Адреса", "Схема"],
        [[t["name"], t["kind"], t["state"], t["url"], t["schema"]] for t in found["tenants"]],
        empty="Ще жодної. Створіть: hromada tenant create --name … --kind hromada",
    )
    if found["accounts"]:
        table(
            "Входи (лише демонстраційні)",
            ["Де", "Хто", "Логін", "Пароль"],
            [[a["host"], a["who"], a["login"], a["password"]] for a in found["accounts"]],
        )


@command
def doctor(as_json_document: Json = False) -> None:
    """Перевірити все, від версій до сертифікатів, і сказати ліки. Код 1, якщо щось зламано."""
    from provisioning.health.doctor import examine

    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json_document:
            answers.print(f"{MARKS[finding.level]} [bold]{finding.check}[/]: {finding.fact}", highlight=False)
            if finding.cure:
                answers.print(f"    Що робити: {finding.cure}", highlight=False)
    bad = any(finding.level == "bad" for finding in findings)
    if as_json_document:
        emit({"ok": not bad, "findings": findings})
    if bad:
        raise typer.Exit(1)


@command
def prepare(
    demo: Annotated[bool, typer.Option(help="Створити демонстраційну область.")] = True, as_json_document: Json = False
) -> None:
    """Довести базу до версії коду: міграції, зразок, запас схем, довідники, демонстраційна область."""
    from provisioning.health.prepare import prepare_installation

    with bar("Підготовка", json_mode=as_json_document) as progress:
        outcome: dict[str, Any] = prepare_installation(demo=demo, progress=progress)
    if as_json_document:
        emit(outcome)
    else:
        done(f"Готово: громад {outcome['tenants']}, у запасі {outcome['pool']}.")


def register(app: typer.Typer) -> None:
    for function in (up, down, status, doctor, prepare):
        app.command()(function)
