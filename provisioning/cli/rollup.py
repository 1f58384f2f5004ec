"""`hromada rollup …`: are the region's figures fresh, do they agree with the rows, count them anew."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from provisioning.cli.output import Json, command, done, emit, table

app = typer.Typer()
Slugs = Annotated[list[str] | None, typer.Argument(help="Адреси громад; без них — усі, що працюють.")]


@app.command()
@command
def status(slugs: Slugs = None, as_json_document: Json = False) -> None:
    """Коли громади востаннє порахували свої показники і як це пройшло. Усе не вчасно — код завершення 1."""
    from provisioning.rollups import status_of

    found = status_of(slugs)
    if as_json_document:
        emit(found)
    else:
        rows = [
            (row["tenant"], row["register"], row["quality"], row["data_at"], row["error"]) for row in found["registers"]
        ]
        table("Показники громад", ("громада", "реєстр", "стан", "дані станом на", "помилка"), rows)
        if found["silent"]:
            done(f"Формулу змінено без нової версії: {', '.join(found['silent'])}.")
    _end(found["ok"])


@app.command()
@command
def verify(slugs: Slugs = None, as_json_document: Json = False) -> None:
    """Порахувати все з рядків і порівняти зі збереженим; нічого не змінює. Є розбіжності — код завершення 1."""
    from provisioning.rollups import verify_tenants

    found = verify_tenants(slugs)
    if as_json_document:
        emit(found)
    else:
        rows: list[tuple[Any, ...]] = [
            (one["tenant"], one["indicator"], one["period"], one["dimension"], one["kept"], one["counted"], one["why"])
            for one in found["differences"]
        ]
        heads = ("громада", "показник", "період", "розріз", "збережено", "з рядків", "що не так")
        table("Розбіжності", heads, rows, empty=f"Збігається: {found['values']} значень, {found['tenants']} громад.")
        for slug, error in found["failed"].items():
            table(f"Не перевірено: {slug}", ("чому",), [(error,)])
    _end(found["ok"])


@app.command()
@command
def recount(slugs: Slugs = None, as_json_document: Json = False) -> None:
    """Порахувати показники наново з рядків. Можна перервати й повторити."""
    from provisioning.rollups import recount_tenants

    found = recount_tenants(slugs)
    if as_json_document:
        emit(found)
    else:
        done(f"Пораховано громад: {found['tenants']}, змінено значень: {found['changed']}.")
        for slug, error in found["failed"].items():
            table(f"Не пораховано: {slug}", ("чому",), [(error,)])
    _end(found["ok"])


def _end(ok: bool) -> None:
    if not ok:
        raise typer.Exit(1)
