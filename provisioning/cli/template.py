"""`hromada template …`: what new tenants are made from."""

from __future__ import annotations

from typing import Annotated

import typer

from provisioning.cli.output import Json, bar, command, done, emit, table

app = typer.Typer()


@app.command()
@command
def build(
    force: Annotated[bool, typer.Option(help="Зібрати заново, навіть якщо міграції ті самі.")] = False,
    as_json_document: Json = False,
) -> None:
    """Зібрати зразок за міграціями коду."""
    from provisioning.template import build_template

    with bar("Зразок", json_mode=as_json_document) as progress:
        built = build_template(progress=progress, force=force)
    if as_json_document:
        emit(built)
    else:
        done(f"Зразок {built.version[:12]}: {'зібрано' if built.changed else 'без змін'}, {built.seconds:.1f} с.")


@app.command()
@command
def verify(as_json_document: Json = False) -> None:
    """Звірити схему зразка із записаним SQL і з правилами стіни. Код 7, якщо інакше."""
    from provisioning.blueprint import check_rules
    from provisioning.db import owner_connection
    from provisioning.template import NAMED_KEYS, load_blueprint, render_template, require_current

    current = load_blueprint(require_current().version)
    problems = [str(problem) for problem in check_rules(current, named_keys=NAMED_KEYS)]
    with owner_connection("template verify") as connection:
        standing = render_template(connection)
    if standing.version != current.version:
        problems.append("Схема зразка відрізняється від записаного SQL: hromada template build --force.")
    if as_json_document:
        emit({"ok": not problems, "version": current.version, "tables": len(current.tables), "problems": problems})
    elif problems:
        table("Зразок не гаразд", ["Що"], [[problem] for problem in problems])
    else:
        done(f"Зразок {current.version[:12]}: таблиць {len(current.tables)}, усе за правилами.")
    if problems:
        raise typer.Exit(7)


@app.command()
@command
def pool(
    target: Annotated[int, typer.Option(help="Скільки готових схем тримати; -1 — як у налаштуваннях.")] = -1,
    as_json_document: Json = False,
) -> None:
    """Поповнити запас готових схем."""
    from provisioning.lifecycle.pool import refill

    with bar("Запас схем", json_mode=as_json_document) as progress:
        refilled = refill(None if target < 0 else target, progress=progress)
    if as_json_document:
        emit(refilled)
    else:
        done(f"Запас: створено {len(refilled.built)}, прибрано застарілих {len(refilled.dropped)}.")


@app.command()
@command
def tidy(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Лише показати.")] = False, as_json_document: Json = False
) -> None:
    """Прибрати схеми запасу без запису і записи без схеми."""
    from provisioning.lifecycle.pool import sweep

    orphans = sweep(drop=not dry_run)
    if as_json_document:
        emit(orphans)
    else:
        done(str(orphans))
