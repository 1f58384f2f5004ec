"""`hromada tenant plan set` and `hromada tenant quota set`."""

from __future__ import annotations

from typing import Annotated

import typer

from provisioning.cli.output import DryRun, Json, command, done, emit, operator

plan_app = typer.Typer()
quota_app = typer.Typer()
Slug = Annotated[str, typer.Argument(help="Адреса громади.")]


# A Typer group of one command would swallow its name.
@plan_app.callback()
def plans() -> None:
    """Тариф громади."""


@quota_app.callback()
def quotas() -> None:
    """Обсяги громади."""


@plan_app.command("set")
@command
def set_plan(
    slug: Slug,
    code: Annotated[str, typer.Argument(help="Код тарифу.")],
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Перевести громаду на інший тариф."""
    from provisioning.lifecycle.plans import set_plan as run

    community = run(slug, code, by=operator(), dry_run=dry_run)
    if as_json_document:
        emit({"slug": slug, "plan": community.plan_id, "dry_run": dry_run})
    else:
        done(f"Тариф «{slug}»: {code}.")


@quota_app.command("set")
@command
def set_quota(
    slug: Slug,
    key: Annotated[str, typer.Argument(help="Що: users, storage_bytes, …")],
    limit: Annotated[int | None, typer.Argument(help="Скільки.")] = None,
    default: Annotated[bool, typer.Option("--default", help="Повернути обсяг тарифу.")] = False,
    reason: Annotated[str, typer.Option(help="Чому.")] = "",
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Задати власний обсяг громади."""
    from provisioning.errors import BadInput
    from provisioning.lifecycle.plans import set_quota as run

    if (limit is None) != default:
        raise BadInput([("limit", "Вкажіть або число, або --default.")], f"hromada tenant quota set {slug} {key} 100")
    holds = run(slug, key, limit, by=operator(), reason=reason, dry_run=dry_run)
    if as_json_document:
        emit({"slug": slug, "key": key, "limit": holds, "dry_run": dry_run})
    else:
        done(f"«{slug}», {key}: {'без межі' if holds is None else holds}.")
