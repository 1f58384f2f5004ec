"""What a rating is made of: indicators with their weights and directions, as they stand in an address.

`w.<code>` is a weight, `d.<code>` is `more` or `less`: which of the two is better; `find` asks for one more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kernel.indicators.catalogue import Declared
from kernel.search.folding import fold
from shared_apps.console.asking import catalogue, titles

MOST_RATED = 10
MOST_FOUND = 20
HEAVIEST = 100
ORDINARY = Decimal(10)
MORE, LESS = "more", "less"


@dataclass(frozen=True, slots=True)
class Part:
    one: Declared
    title: str
    weight: Decimal
    more: bool

    @property
    def code(self) -> str:
        return self.one.code

    @property
    def better(self) -> str:
        return _("більше — краще") if self.more else _("менше — краще")

    @property
    def kept(self) -> list[str]:
        return [self.code, f"{self.weight.normalize():f}", MORE if self.more else LESS]


@dataclass
class Weighing:
    """Whatever was not understood is left out and said in `mistakes`."""

    parts: list[Part] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    @classmethod
    def from_query(cls, given: QueryDict) -> Weighing:
        codes = [name.removeprefix("w.") for name in given if name.startswith("w.")]
        asked = {code: (given.get(f"w.{code}", ""), given.get(f"d.{code}", "")) for code in codes}
        if (added := given.get("add", "")) and added not in asked:
            asked[added] = (str(ORDINARY), "")
        return cls.of(asked)

    @classmethod
    def of(cls, asked: Mapping[str, tuple[str, str]]) -> Weighing:
        found, known, named = cls(), {one.code: one for one in catalogue()}, titles()
        for code, (weight, better) in asked.items():
            if code not in known:
                found.mistakes.append(
                    _("Показника «%(code)s» більше не рахують: його пропущено.") % {"code": code[:80]}
                )
                continue
            if len(found.parts) == MOST_RATED:
                found.mistakes.append(
                    _("У рейтингу не більше %(most)s показників: решту пропущено.") % {"most": MOST_RATED}
                )
                break
            one, heavy = known[code], weight_of(weight)
            if heavy is None:
                found.mistakes.append(
                    _("Вага «%(title)s» — число від 0 до %(most)s, більше за нуль. Поки взято %(taken)s.")
                    % {"title": named[code], "most": HEAVIEST, "taken": ORDINARY}
                )
            more = better == MORE if better in (MORE, LESS) else one.indicator.good is not False
            found.parts.append(Part(one, named[code], ORDINARY if heavy is None else heavy, more))
        return found

    @classmethod
    def kept(cls, parts: list[list[str]]) -> Weighing:
        return cls.of({code: (weight, better) for code, weight, better in parts})

    # -- looks ------------------------------------------------------------------------------------------

    @property
    def weights(self) -> dict[str, Decimal]:
        return {part.code: part.weight for part in self.parts}

    @property
    def good(self) -> dict[str, bool]:
        return {part.code: part.more for part in self.parts}

    def share_of(self, part: Part) -> Decimal:
        return round(100 * part.weight / sum(self.weights.values()), 1)

    def written(self, without: str = "", **more: str) -> str:
        """The address of the same rating, of the same communities."""
        query = QueryDict(mutable=True)
        for part in self.parts:
            if part.code != without:
                code, weight, better = part.kept
                query[f"w.{code}"], query[f"d.{code}"] = weight, better
        query.update({name: value for name, value in more.items() if value})
        return query.urlencode()


def weight_of(text: str) -> Decimal | None:
    try:
        weight = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return round(weight, 3) if weight.is_finite() and Decimal("0.001") <= weight <= HEAVIEST else None


def found_by(text: str, weighing: Weighing) -> tuple[str, list[tuple[str, str]]]:
    """The code the words name exactly, or what they may mean: codes and titles not yet chosen."""
    named: dict[str, Any] = titles()
    chosen, words = weighing.weights, fold(text).split()
    numbers = {one.code: one.indicator.number for one in catalogue()}
    shown = {code: f"{numbers[code]} {title}".strip() for code, title in named.items()}
    if not words:
        return "", []
    exact = [code for code, title in shown.items() if fold(text) in (fold(title), fold(named[code]))]
    if len(exact) == 1:
        return exact[0], []
    alike = [(code, title) for code, title in shown.items() if all(word in fold(title) for word in words)]
    return "", [(code, title) for code, title in alike if code not in chosen][:MOST_FOUND]
