"""What may not be shown to residents cannot be declared: the check names the column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError

from kernel.registers.facets import UnknownField
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.tenancy.personal import personal_fields

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@checks.register(checks.Tags.models)
def public_pages_are_safe(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    taken: dict[str, Register] = {}
    found: list[checks.CheckMessage] = []
    for register in registers():
        if register.public:
            found += problems(register)
            other = taken.setdefault(register.public.slug, register)
            if other is not register:
                found.append(_error(register, f"its slug {register.public.slug!r} is {other.label}'s too.", 22))
    return found


def problems(register: Register) -> Iterator[checks.CheckMessage]:
    page = register.public
    assert page is not None
    if not _SLUG.fullmatch(page.slug):
        yield _error(
            register, f"{page.slug!r} is no address: small Latin letters, digits and hyphens only.", 21, "Rename it."
        )
    if not page.columns:
        yield _error(register, "columns is empty: residents would see nothing.", 23, "Name the columns, or drop it.")
    for name in page.columns:
        if why := _closed(register, name):
            yield _error(
                register, f"{name!r} {why}.", 24, "Leave it out, or name a column that tells nothing of people."
            )
    if why := _no_stops(register):
        yield _error(register, f"stops: {why}.", 28, "Name open columns; the code is the key, the place is a point.")
    if page.where is not None:
        try:
            register.queryset().filter(page.where)
        except FieldError as wrong:
            yield _error(register, f"where: {wrong}", 25, "Name columns of the model.")


def _no_stops(register: Register) -> str:
    """Why a planner could not read the stops, or nothing."""
    page, layer = register.public, register.layer
    if page is None or page.stops is None:
        return ""
    stops = page.stops
    if closed := sorted({*stops.columns} - {*page.columns}):
        return f"{closed} are not among columns"
    if tuple(register.key) != (stops.code,):
        return f"{stops.code!r} is not the key, and stops are told apart by it"
    if layer is None or layer.geometry not in page.columns or register.facet(layer.geometry).kind != "point":
        return "no point of the layer is among columns"
    return "" if page.open_data else "open_data is off, so there are no files"


def _closed(register: Register, name: str) -> str:
    """Why a column must stay inside, or nothing."""
    if name in register.masked:
        return "is masked"
    if name in register.field_levels:
        return "is seen only with a level of its own"
    try:
        facet = register.facet(name)
    except UnknownField:
        # Told by the check of names.
        return ""
    path = name if facet.method is None else facet.order_by
    model: Any = register.model
    for part in path.split("__") if path else ():
        if part in personal_fields(model):
            return f"is personal data of {model._meta.label}"
        field = next((one for one in model._meta.concrete_fields if one.name == part), None)
        model = field.related_model if field is not None and field.is_relation else None
        if model is None:
            break
    if facet.kind == "file":
        return "is a file, and files have no public address"
    if facet.kind == "reference" and model is not None and personal_fields(model):
        return f"points to {model._meta.label}, which holds personal data: name one of its columns by a path"
    return ""


def _error(register: Register, text: str, number: int, hint: str = "Correct the declaration.") -> checks.Error:
    return checks.Error(
        f"{type(register).__name__}.public: {text}", hint=hint, obj=register.model, id=f"registers.E{number:03}"
    )
