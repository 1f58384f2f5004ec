"""Sums of money as columns: lists, forms, totals and papers write them as money."""

from __future__ import annotations

from typing import Any

from django.db import models


class MoneyField(models.DecimalField):
    """Hryvnias with kopecks; a rule of the table says whether it may be below zero."""

    register_kind = "money"
    unit = "₴"

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options.setdefault("max_digits", 14)
        options.setdefault("decimal_places", 2)
        super().__init__(verbose_name, **options)
