"""`hromada audit …`: the chain of the journal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from provisioning.cli.output import Json, command, done, emit, people

app = typer.Typer()
Slug = Annotated[str, typer.Argument(help="Адреса громади.")]


@app.command()
@command
def verify(slug: Slug, as_json_document: Json = False) -> None:
    """Перевірити ланцюг журналу громади від першого запису. Код 7, якщо його підроблено."""
    from kernel.audit.chain import verify_chain
    from kernel.tenancy import tenant_context
    from provisioning.lifecycle.records import find_community

    with tenant_context(find_community(slug)):
        verdict = verify_chain()
    if as_json_document:
        emit({"ok": verdict.ok, "verdict": str(verdict), **asdict(verdict)})
    elif verdict.ok:
        done(str(verdict))
    else:
        people.print(f"[red]✗[/] {verdict}", highlight=False)
    if not verdict.ok:
        raise typer.Exit(7)


@app.command()
@command
def seal(slug: Slug, as_json_document: Json = False) -> None:
    """Поставити печатку на записи, яких ще не опечатано."""
    from kernel.audit.chain import seal_history
    from kernel.tenancy import tenant_context
    from provisioning.lifecycle.records import find_community

    with tenant_context(find_community(slug)):
        sealed = seal_history()
    if as_json_document:
        emit({"slug": slug, "seals": sealed})
    else:
        done(f"Нових печаток: {sealed}.")
