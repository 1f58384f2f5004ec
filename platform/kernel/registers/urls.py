"""The pages of a module's registers, under the module's own address."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_POST, require_safe

from kernel.access.levels import Level
from kernel.registers.register import Register
from kernel.registers.registry import registers_in
from kernel.registers.views import bulk, cards, figures, forms, lists
from kernel.registers.views.shared import guarded

# Faces that live in packages of their own; each offers `urls(register)`.
FACES = ("kernel.registers.importing.urls", "kernel.registers.exporting.urls", "kernel.registers.merging.urls")


def patterns_of(module: str) -> list[URLPattern | URLResolver]:
    """The first register of the module stands at its root, the others under their own names."""
    found: list[URLPattern | URLResolver] = []
    for register in reversed(registers_in(module)):
        found += pages_under(register, "" if register.is_main else f"{register.code}/")
    return found


def pages_under(register: Any, prefix: str) -> list[URLPattern | URLResolver]:
    found = _pages(register, prefix)
    for face in FACES:
        if find_spec(face):
            found += import_module(face).urls(register, prefix)
    return found


def _pages(register: Register, prefix: str) -> list[URLPattern | URLResolver]:
    def page(route: str, view: Any, name: str, level: Level = Level.VIEW, **extra: Any) -> URLPattern:
        return path(prefix + route, guarded(register, view, level), extra, name=f"{register.code}-{name}")

    found: list[URLPattern | URLResolver] = [
        page("", require_safe(lists.list_page), "list"),
        page("find/", require_safe(lists.suggestions), "find"),
        page("columns/", require_POST(lists.choose_columns), "columns"),
        page("views/", require_POST(lists.save_view), "save-view"),
        page("views/<int:view_id>/delete/", require_POST(lists.delete_view), "delete-view"),
        page("<int:pk>/", require_safe(cards.card_page), "card"),
        page("<int:pk>/history/", require_safe(cards.history_page), "history"),
    ]
    if register.indicators:
        found.append(page("figures/", require_safe(figures.figures_page), "figures"))
    if register.masked:
        found.append(page("<int:pk>/open/", cards.open_masked, "open"))
    if register.actions:
        found.append(page("<int:pk>/do/<slug:name>/", cards.act, "action"))
    if not register.read_only:
        found += [
            page("new/", forms.new, "new", Level.EDIT),
            page("<int:pk>/edit/", forms.edit, "edit", Level.EDIT),
            page("bulk/", bulk.bulk, "bulk", Level.EDIT),
            page("bulk/<int:pk>/", bulk.change_page, "bulk-change", Level.EDIT),
        ]
    if register.archives and not register.read_only:
        found += [
            page("<int:pk>/archive/", cards.move, "archive", Level.EDIT, archive=True),
            page("<int:pk>/restore/", cards.move, "restore", Level.EDIT, archive=False),
        ]
    if register.is_main:
        found.append(path(prefix, guarded(register, require_safe(lists.list_page)), name="index"))
    return found
