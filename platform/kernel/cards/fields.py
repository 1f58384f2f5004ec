"""Columns whose values are written in their own way."""

from __future__ import annotations

from typing import Any

from django.db import models


class YearField(models.PositiveSmallIntegerField):
    """A year: a number that is never grouped by thousands. A column like any other, so migrations know no class of ours."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveSmallIntegerField", args, kwargs
