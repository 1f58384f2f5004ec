"""Kinds of indicators. Each says which sums over the rows it needs and what it makes of them.

Additive ones (Count, Sum) may be added up over tenants; Share and Ratio are worked out again from their parts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

Text = str | Promise
Parts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Indicator(ABC):
    """`where` narrows the rows; `by` names the fields the figure may be split by; `good` says whether more is better."""

    code: str
    title: Text
    where: Q | None = None
    by: tuple[str, ...] = ()
    unit: Text = ""
    tile: bool = False
    good: bool | None = None

    additive: ClassVar[bool] = True
    decimals: ClassVar[int] = 0

    @abstractmethod
    def parts(self) -> Parts:
        """Aggregates by name; the names are the indicator's own."""

    @abstractmethod
    def value(self, parts: Parts) -> Decimal | None:
        """The figure out of the aggregates; None where there is nothing to speak of."""

    @property
    def condition(self) -> Q:
        return self.where if self.where is not None else Q()


@dataclass(frozen=True, slots=True)
class Count(Indicator):
    def parts(self) -> Parts:
        return {f"{self.code}__n": models.Count("pk", filter=self.where)}

    def value(self, parts: Parts) -> Decimal | None:
        return Decimal(parts[f"{self.code}__n"])


@dataclass(frozen=True, slots=True)
class Sum(Indicator):
    field: str = ""
    decimals: ClassVar[int] = 2

    def parts(self) -> Parts:
        return {f"{self.code}__sum": models.Sum(self.field, filter=self.where)}

    def value(self, parts: Parts) -> Decimal | None:
        return Decimal(parts[f"{self.code}__sum"] or 0)


@dataclass(frozen=True, slots=True)
class Share(Indicator):
    """What part of the rows (or of those that `of` names) meets the condition, in per cent; nothing over nothing is nothing."""

    of: Q | None = None
    unit: Text = "%"
    additive: ClassVar[bool] = False
    decimals: ClassVar[int] = 1

    def parts(self) -> Parts:
        both = self.condition if self.of is None else self.condition & self.of
        return {
            f"{self.code}__part": models.Count("pk", filter=both),
            f"{self.code}__whole": models.Count("pk", filter=self.of),
        }

    def value(self, parts: Parts) -> Decimal | None:
        whole = parts[f"{self.code}__whole"]
        return Decimal(100 * parts[f"{self.code}__part"]) / whole if whole else None


@dataclass(frozen=True, slots=True)
class Ratio(Indicator):
    """One sum over another: ₴ per square metre, cards per street; `under` left out counts the rows."""

    over: str = ""
    under: str = ""
    additive: ClassVar[bool] = False
    decimals: ClassVar[int] = 2

    def parts(self) -> Parts:
        below: Any = models.Sum(self.under, filter=self.where) if self.under else models.Count("pk", filter=self.where)
        return {f"{self.code}__over": models.Sum(self.over, filter=self.where), f"{self.code}__under": below}

    def value(self, parts: Parts) -> Decimal | None:
        under = parts[f"{self.code}__under"]
        return Decimal(parts[f"{self.code}__over"] or 0) / Decimal(under) if under else None
