"""Everything that points at a card, found by walking the models: whichever appear tomorrow are found too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from kernel.audit.declare import append_only_rule
from kernel.registers.merging.models import Likely, Merge
from kernel.registers.register import Register
from kernel.registers.registry import register_of
from kernel.remarks.models import Visit

# How tables that serve every register name a card.
NAMES = (("table", "row_id"), ("subject_table", "subject_id"), ("card_table", "card_id"))
# What is known of a person's own wandering is nobody's to move.
UNMOVED = (Likely, Merge, Visit)


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that points to cards of one table; with `table`, the column that says which table it is."""

    model: type[Model]
    field: str
    table: str = ""

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field}"

    @property
    def title(self) -> str:
        plural = capfirst(str(self.model._meta.verbose_name_plural))
        if self.table:
            return plural
        return f"{plural}: {self.model._meta.get_field(self.field).verbose_name}"  # type: ignore[union-attr]

    @property
    def column(self) -> str:
        return self.field if self.table else str(self.model._meta.get_field(self.field).attname)  # type: ignore[union-attr]

    def pointing_at(self, target: type[Model], pk: Any) -> QuerySet[Any]:
        found = self.model._base_manager.all()
        if self.table:
            return found.filter(**{self.table: target._meta.db_table, self.field: str(pk)})
        return found.filter(**{self.column: pk})

    def without_twins(self, rows: QuerySet[Any], target: type[Model], pk: Any) -> QuerySet[Any]:
        """Of what names a card by its table: only what the other card has not already."""
        if not self.table:
            return rows
        for constraint in self.model._meta.constraints:
            names = set(getattr(constraint, "fields", ()))
            if self.field in names and getattr(constraint, "condition", None) is None:
                others = {name: OuterRef(name) for name in names - {self.field, self.table}}
                rows = rows.exclude(Exists(self.pointing_at(target, pk).filter(**others)))
        return rows

    def point(self, keys: Sequence[Any], target: type[Model], source: Any, goal: Any) -> list[Any]:
        """One statement, however many rows: those that still point at the source. Returns their keys."""
        rows = self.pointing_at(target, source).filter(pk__in=keys)
        if self.table:
            rows = self.without_twins(rows, target, goal)
        found = list(rows.values_list("pk", flat=True))
        if not found:
            return []
        names = {field.name for field in self.model._meta.concrete_fields}
        changes: dict[str, Any] = {self.column: str(goal) if self.table else goal}
        if {"version", "updated_at"} <= names:
            changes.update(version=F("version") + 1, updated_at=timezone.now())
        self.model._base_manager.filter(pk__in=found).update(**changes)
        if self.table and "url" in names:
            self._lead(found, target, source, goal)
        return found

    def _lead(self, keys: Sequence[Any], target: type[Model], source: Any, goal: Any) -> None:
        """Where a page of the card itself was kept, the page of the other one is."""
        register = register_of(target)
        if register is None:
            return
        here, there = register.url("card", source), register.url("card", goal)
        rows = self.model._base_manager.filter(pk__in=keys, url=here)
        for constraint in self.model._meta.constraints:
            names = set(getattr(constraint, "fields", ()))
            if "url" in names:
                others = {name: OuterRef(name) for name in names - {"url"}}
                rows = rows.exclude(Exists(self.model._base_manager.filter(url=there, **others)))
        rows.update(url=there)


def references_to(model: type[Model]) -> tuple[Reference, ...]:
    """Of all modules; append-only rows stay as they were written."""
    return _walked(model._meta.label)


@cache
def _walked(label: str) -> tuple[Reference, ...]:
    model = apps.get_model(label)
    inside = set(settings.TENANT_APPS)
    found = []
    for one in apps.get_models(include_auto_created=True):
        if one._meta.app_config.name not in inside or one._meta.proxy or append_only_rule(one) or one in UNMOVED:
            continue
        names = {field.name for field in one._meta.local_concrete_fields}
        found += [Reference(one, key, table) for table, key in NAMES if {table, key} <= names]
        found += [
            Reference(one, field.name)
            for field in one._meta.local_concrete_fields
            if field.is_relation and field.related_model is model
        ]
    return tuple(found)


def moving_references(register: Register) -> tuple[Reference, ...]:
    stays = register.merges.stays if register.merges else ()
    return tuple(one for one in references_to(register.model) if one.label not in stays)


def reference_labelled(register: Register, label: str) -> Reference | None:
    return next((one for one in references_to(register.model) if one.label == label), None)
