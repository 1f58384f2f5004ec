"""`hromada demo …`: the fictional region."""

from __future__ import annotations

import typer

from provisioning.cli.output import Json, bar, command, done, emit

app = typer.Typer()


@app.callback()
def region() -> None:
    """Демонстраційна область."""


@app.command()
@command
def load(as_json_document: Json = False) -> None:
    """Створити демонстраційну область (код 99) з громадами, підприємствами й людьми; повторення нічого не змінює."""
    from provisioning.demo.region import load_region

    with bar("Демонстраційна область", json_mode=as_json_document) as progress:
        made = load_region(progress=progress)
    if as_json_document:
        emit({"created": made})
    else:
        done(f"Створено: {', '.join(made) or 'усе вже було'}.")
