"""`hromada tenant modules …`"""

from __future__ import annotations

from typing import Annotated

import typer

from provisioning.cli.output import DryRun, Json, command, done, emit, operator, table

app = typer.Typer()
Slug = Annotated[str, typer.Argument(help="Адреса громади.")]
Module = Annotated[str, typer.Argument(help="Модуль, як його називає `hromada tenant modules list`.")]


@app.command("list")
@command
def list_modules(slug: Slug, as_json_document: Json = False) -> None:
    """Які модулі є, які дає тариф, які увімкнено."""
    from kernel.modules.entitlement import enabled_labels, entitled_modules
    from kernel.modules.registry import modules
    from kernel.tenancy import tenant_context
    from provisioning.lifecycle.records import find_community

    with tenant_context(find_community(slug)):
        entitled, enabled = {module.label for module in entitled_modules()}, enabled_labels()
    rows = [
        {
            "module": module.label,
            "title": str(module.title),
            "area": str(module.area),
            "in_plan": module.label in entitled,
            "enabled": module.label in enabled,
            "depends": list(module.depends),
        }
        for module in modules()
    ]
    if as_json_document:
        emit(rows)
    else:
        table(
            f"Модулі «{slug}»",
            ["Модуль", "Назва", "Напрям", "У тарифі", "Увімкнено", "Потребує"],
            [[*list(row.values())[:5], ", ".join(row["depends"])] for row in rows],  # type: ignore[arg-type]
        )


@app.command()
@command
def enable(slug: Slug, module: Module, dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Увімкнути модуль разом із тими, на яких він стоїть."""
    switched = _switch(slug, module, True, "", dry_run)
    _tell(slug, switched, "Увімкнено", dry_run, as_json_document)


@app.command()
@command
def disable(
    slug: Slug,
    module: Module,
    reason: Annotated[str, typer.Option(help="Чому; побачать ті, хто його шукатиме.")],
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Вимкнути модуль; дані лишаються."""
    switched = _switch(slug, module, False, reason, dry_run)
    _tell(slug, switched, "Вимкнено", dry_run, as_json_document)


def _switch(slug: str, module: str, on: bool, reason: str, dry_run: bool) -> list[str]:
    from django.db import transaction

    from kernel.modules.entitlement import disable_module, enable_module, forget
    from kernel.modules.registry import UnknownModule
    from kernel.operations import Denied
    from kernel.tenancy import tenant_context
    from kernel.tenancy.actor import actor_or_none
    from provisioning.errors import IllegalMove, NotFound
    from provisioning.lifecycle.records import find_community

    by = actor_or_none()
    assert by
    try:
        with tenant_context(find_community(slug)), transaction.atomic():
            if on:
                changed = list(enable_module(module, by=by, reason=f"оператор {operator()}"))
            else:
                disable_module(module, by=by, reason=reason)
                changed = [module]
            if dry_run:
                transaction.set_rollback(True)
        if dry_run:
            with tenant_context(find_community(slug)):
                forget()
    except UnknownModule as error:
        raise NotFound(str(error), f"hromada tenant modules list {slug}") from error
    except Denied as error:
        raise IllegalMove(str(error), f"hromada tenant modules list {slug}") from error
    return changed


def _tell(slug: str, changed: list[str], word: str, dry_run: bool, as_json_document: bool) -> None:
    if as_json_document:
        emit({"slug": slug, "changed": changed, "dry_run": dry_run})
    else:
        done(f"{word}: {', '.join(changed) or 'нічого нового'}.")
