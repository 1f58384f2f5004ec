"""`hromada tenant domain …`"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from provisioning.cli.output import DryRun, Json, command, done, emit, operator, table

app = typer.Typer()
Slug = Annotated[str, typer.Argument(help="Адреса громади.")]
Name = Annotated[str, typer.Argument(help="Домен, напр. dubohir-rada.gov.ua.")]


@app.command("list")
@command
def list_all(slug: Slug, as_json_document: Json = False) -> None:
    """Усі домени громади й записи, що їх доводять."""
    from provisioning.lifecycle.domains import list_domains

    claims = list_domains(slug)
    if as_json_document:
        emit(claims)
    else:
        table(
            f"Домени «{slug}»",
            ["Домен", "Перевірено", "Головний", "Запис TXT", "Значення"],
            [[c.shown, c.verified, c.primary, c.record, c.value] for c in claims],
        )


@app.command()
@command
def add(
    slug: Slug,
    name: Name,
    allow_look_alike: Annotated[str, typer.Option(help="Причина дозволити домен, схожий на чужий.")] = "",
    dry_run: DryRun = False,
    as_json_document: Json = False,
) -> None:
    """Додати власний домен; скаже, який DNS-запис доведе, що він ваш."""
    from provisioning.lifecycle.domains import add_domain

    claim = add_domain(slug, name, by=operator(), look_alike_reason=allow_look_alike, dry_run=dry_run)
    if as_json_document:
        emit({"slug": slug, **asdict(claim), "dry_run": dry_run})
    else:
        done(f"Додайте в DNS запис TXT {claim.record} зі значенням {claim.value}, потім: hromada tenant domain verify.")


@app.command()
@command
def verify(slug: Slug, name: Name, dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Перевірити DNS-запис і ввімкнути домен."""
    from provisioning.lifecycle.domains import verify_domain

    claim = verify_domain(slug, name, by=operator(), dry_run=dry_run)
    if as_json_document:
        emit({"slug": slug, **asdict(claim), "dry_run": dry_run})
    else:
        done(f"{claim.shown} перевірено, він веде на «{slug}».")


@app.command()
@command
def primary(slug: Slug, name: Name, dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Зробити домен головним: на нього ведуть посилання в листах."""
    from provisioning.lifecycle.domains import set_primary

    claim = set_primary(slug, name, by=operator(), dry_run=dry_run)
    if as_json_document:
        emit({"slug": slug, **asdict(claim), "dry_run": dry_run})
    else:
        done(f"Головний домен «{slug}»: {claim.shown}.")


@app.command()
@command
def remove(slug: Slug, name: Name, dry_run: DryRun = False, as_json_document: Json = False) -> None:
    """Забрати власний домен у громади."""
    from provisioning.lifecycle.domains import remove_domain

    removed = remove_domain(slug, name, by=operator(), dry_run=dry_run)
    if as_json_document:
        emit({"slug": slug, "removed": removed, "dry_run": dry_run})
    else:
        done(f"{removed} більше не веде на «{slug}».")
