"""Kinds of indicators. Each says which sums over the rows it needs and what it makes of them.

Additive ones (Count, Sum) may be added up over tenants; Share, Ratio and Average are worked out again from their parts;
Percentile and Distinct travel as sketches that merge (kernel.indicators.sketches).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise

from kernel.indicators import sketches
from kernel.indicators.sketches import Sketch

Text = str | Promise
Parts = dict[str, Any]
PERIODS = ("day", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Indicator(ABC):
    """`where` narrows the rows; `by` names the fields the figure may be split by; `good` says whether more is better.

    What the region needs besides: `number` in the law's list («IND-66»), `on` — the date field that puts a row into a
    period, `every` — the shortest period kept, `dimensions` — fields whose values mean the same everywhere, `owner`,
    `formula` in words and its `version`, `public` — anybody may see it, `people` — rows are persons, so small numbers
    are not told.
    """

    code: str
    title: Text
    where: Q | None = None
    by: tuple[str, ...] = ()
    unit: Text = ""
    tile: bool = False
    good: bool | None = None
    number: str = ""
    on: str = ""
    every: str = "month"
    dimensions: tuple[str, ...] = ()
    owner: Text = ""
    formula: Text = ""
    version: int = 1
    public: bool = False
    people: bool = False

    additive: ClassVar[bool] = True
    decimals: ClassVar[int] = 0

    @abstractmethod
    def parts(self) -> Parts:
        """Aggregates by name; the names are the indicator's own."""

    @abstractmethod
    def value(self, parts: Parts) -> Decimal | None:
        """The figure out of the aggregates; None where there is nothing to speak of."""

    @abstractmethod
    def above(self) -> Any:
        """What is added up over tenants: the figure itself, or what stands above the line."""

    def below(self) -> Any:
        """What stands below the line; None where the figure is no fraction."""
        return None

    def counted(self) -> Any:
        """How many rows the figure speaks of: what decides whether it is told."""
        return models.Count("pk", filter=self.where)

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        """The figure out of sums over any number of tenants."""
        return above

    @property
    def condition(self) -> Q:
        return self.where if self.where is not None else Q()


@dataclass(frozen=True, slots=True)
class Count(Indicator):
    def parts(self) -> Parts:
        return {f"{self.code}__n": self.above()}

    def value(self, parts: Parts) -> Decimal | None:
        return Decimal(parts[f"{self.code}__n"])

    def above(self) -> Any:
        return models.Count("pk", filter=self.where)

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        return above or Decimal(0)


@dataclass(frozen=True, slots=True)
class Sum(Indicator):
    field: str = ""
    decimals: ClassVar[int] = 2

    def parts(self) -> Parts:
        return {f"{self.code}__sum": self.above()}

    def value(self, parts: Parts) -> Decimal | None:
        return Decimal(parts[f"{self.code}__sum"] or 0)

    def above(self) -> Any:
        return models.Sum(self.field, filter=self.where)

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        return above or Decimal(0)


@dataclass(frozen=True, slots=True)
class Share(Indicator):
    """What part of the rows (or of those that `of` names) meets the condition, in per cent; nothing over nothing is nothing."""

    of: Q | None = None
    unit: Text = "%"
    additive: ClassVar[bool] = False
    decimals: ClassVar[int] = 1

    def parts(self) -> Parts:
        return {f"{self.code}__part": self.above(), f"{self.code}__whole": self.below()}

    def value(self, parts: Parts) -> Decimal | None:
        return self.made_of(parts[f"{self.code}__part"], parts[f"{self.code}__whole"], {})

    def above(self) -> Any:
        both = self.condition if self.of is None else self.condition & self.of
        return models.Count("pk", filter=both)

    def below(self) -> Any:
        return models.Count("pk", filter=self.of)

    def counted(self) -> Any:
        return self.below()

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        return Decimal(100 * (above or 0)) / below if below else None


@dataclass(frozen=True, slots=True)
class Ratio(Indicator):
    """One sum over another: ₴ per square metre, cards per street; `under` left out counts the rows."""

    over: str = ""
    under: str = ""
    additive: ClassVar[bool] = False
    decimals: ClassVar[int] = 2

    def parts(self) -> Parts:
        return {f"{self.code}__over": self.above(), f"{self.code}__under": self.below()}

    def value(self, parts: Parts) -> Decimal | None:
        return self.made_of(parts[f"{self.code}__over"], parts[f"{self.code}__under"], {})

    def above(self) -> Any:
        return models.Sum(self.over, filter=self.where)

    def below(self) -> Any:
        return models.Sum(self.under, filter=self.where) if self.under else models.Count("pk", filter=self.where)

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        return Decimal(above or 0) / Decimal(below) if below else None


@dataclass(frozen=True, slots=True)
class Average(Indicator):
    """The mean of a field over the rows that have it."""

    field: str = ""
    additive: ClassVar[bool] = False
    decimals: ClassVar[int] = 2

    def parts(self) -> Parts:
        return {f"{self.code}__sum": self.above(), f"{self.code}__n": self.below()}

    def value(self, parts: Parts) -> Decimal | None:
        return self.made_of(parts[f"{self.code}__sum"], parts[f"{self.code}__n"], {})

    def above(self) -> Any:
        return models.Sum(self.field, filter=self.where)

    def below(self) -> Any:
        return models.Count(self.field, filter=self.where)

    def counted(self) -> Any:
        return self.below()

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        return Decimal(above or 0) / Decimal(below) if below else None


class Quantile(models.Aggregate):
    """PERCENTILE_DISC: a value that some row really has."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
    name = "Quantile"

    def __init__(self, field: str, *, share: float, filter: Q | None = None) -> None:
        super().__init__(F(field), filter=filter, share=repr(float(share)))


@dataclass(frozen=True, slots=True)
class Percentile(Indicator):
    """`share=0.5` is the median. At home it is exact; over tenants within one per cent."""

    field: str = ""
    share: float = 0.5
    additive: ClassVar[bool] = False
    decimals: ClassVar[int] = 2

    def parts(self) -> Parts:
        return {f"{self.code}__p": Quantile(self.field, share=self.share, filter=self.where)}

    def value(self, parts: Parts) -> Decimal | None:
        found = parts[f"{self.code}__p"]
        return None if found is None else Decimal(found)

    def above(self) -> Any:
        return models.Count(self.field, filter=self.where)

    def counted(self) -> Any:
        return self.above()

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        return sketches.percentile(sketch, self.share)


@dataclass(frozen=True, slots=True)
class Distinct(Indicator):
    """How many different values: people who came, not visits. Beyond a thousand it is an estimate within two per cent."""

    field: str = ""
    additive: ClassVar[bool] = False

    def parts(self) -> Parts:
        return {f"{self.code}__d": models.Count(self.field, filter=self.where, distinct=True)}

    def value(self, parts: Parts) -> Decimal | None:
        return Decimal(parts[f"{self.code}__d"])

    def above(self) -> Any:
        return models.Count(self.field, filter=self.where, distinct=True)

    def counted(self) -> Any:
        return self.above()

    def made_of(self, above: Decimal | None, below: Decimal | None, sketch: Sketch) -> Decimal | None:
        return sketches.distinct(sketch)
