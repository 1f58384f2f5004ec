"""A column that is searched: the folded text of other columns, kept by the database itself."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import Combinable, F, Func


class Folded(Func):
    """`public.hromada_fold` of several columns; the leading space makes every word begin after one."""

    output_field = models.TextField()  # type: ignore[assignment]

    def __init__(self, *expressions: Combinable | str, **extra: Any) -> None:
        super().__init__(*(F(name) if isinstance(name, str) else name for name in expressions), **extra)

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts: list[str] = []
        parameters: list[Any] = []
        for expression in self.get_source_expressions():
            sql, given = compiler.compile(expression)
            parts.append(f"coalesce(({sql})::text, '')")
            parameters.extend(given)
        return f"public.hromada_fold({" || ' ' || ".join(parts)})", parameters


class SearchText(models.GeneratedField):  # type: ignore[misc]
    """`sought = SearchText("name", "landmark")`: named so in every card, so that one index serves them all."""

    def __init__(self, *names: str, **options: Any) -> None:
        self.names = names
        options.setdefault("verbose_name", "пошук")
        options["expression"] = Folded(*names)
        options["output_field"] = models.TextField()
        options["db_persist"] = True
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, _args, options = super().deconstruct()
        for given in ("expression", "output_field", "db_persist", "verbose_name"):
            options.pop(given, None)
        return name, path, list(self.names), options


def search_index() -> GinIndex:
    return GinIndex(fields=["sought"], opclasses=["gin_trgm_ops"], name="%(class)s_sought")
