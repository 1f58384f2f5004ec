"""What an analyst asks of the region's figures: which one, of what period, of which communities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
from kernel.access.rights import allowed, visible
from kernel.indicators.catalogue import Declared, declared
from shared_apps.communities.models import Community
from shared_apps.reference.models import TerritorialUnit
from shared_apps.rollups import periods
from shared_apps.rollups.reading import Told, Total, communities_in, read, total, trend

MONTHS_SHOWN = 24
SHOWN = {"": 1, "day": 31, "month": MONTHS_SHOWN, "quarter": 8, "year": 5}
# Peers are of one size: a village council is not compared with a city.
SIZES: Mapping[str, tuple[Any, int, int | None]] = {
    "s": (gettext_lazy("до 5 тисяч"), 0, 5_000),
    "m": (gettext_lazy("5–15 тисяч"), 5_000, 15_000),
    "l": (gettext_lazy("15–50 тисяч"), 15_000, 50_000),
    "xl": (gettext_lazy("понад 50 тисяч"), 50_000, None),
}


def seen(user: Any) -> QuerySet[Community]:
    """What the person's role covers; a reader without communities of their own sees figures of them all."""
    if allowed(user, "communities", Level.VIEW):
        return visible(Community.objects.all(), user, module="communities")
    return Community.objects.all() if allowed(user, "console", Level.VIEW) else Community.objects.none()


def size_of(community: Community) -> str:
    people = community.population
    if people is None:
        return ""
    return next(
        code for code, (_words, low, high) in SIZES.items() if people >= low and (high is None or people < high)
    )


def catalogue() -> list[Declared]:
    return sorted(declared(), key=lambda one: (not one.indicator.number, one.indicator.number, one.title))


def titles() -> dict[str, str]:
    """By code. Two of one name are told apart by their registers."""
    found = catalogue()
    times = Counter(one.title for one in found)
    return {one.code: f"{one.title} · {one.register.name}" if times[one.title] > 1 else one.title for one in found}


def brief(community: Community) -> str:
    """As communities are called among themselves: everybody in the list is a hromada."""
    return str(community).removesuffix(" громада")


@dataclass(frozen=True)
class Question:
    """Anything unknown in the address counts as not asked."""

    user: Any
    one: Declared
    period: str
    district: str = ""
    size: str = ""
    ours: str = ""

    @classmethod
    def from_query(cls, given: QueryDict, user: Any) -> Question:
        known = {one.code: one for one in catalogue()}
        one = known.get(given.get("indicator", "")) or next(iter(known.values()))
        period = given.get("period", "")
        if period not in allowed_periods(one):
            period = default_period(one)
        size = given.get("size", "")
        return cls(
            user,
            one,
            period,
            given.get("district", "")[:6],
            size if size in SIZES else "",
            given.get("ours", "")[:40],
        )

    @cached_property
    def everyone(self) -> list[Community]:
        return communities_in(seen(self.user))

    @cached_property
    def communities(self) -> list[Community]:
        found = self.everyone
        if self.district:
            found = [one for one in found if one.district_code == self.district]
        if self.size:
            heads = {one.pk for one in found if size_of(one) == self.size}
            found = [one for one in found if (one.parent_id or one.pk) in heads]
        return found

    @cached_property
    def rows(self) -> list[Told]:
        return self.read(self.one, self.period)

    def read(self, one: Declared, period: str) -> list[Told]:
        """Any figure of the same communities."""
        return read(one, period, self.communities, among=self.everyone)

    @cached_property
    def whole(self) -> Total:
        return total(self.one, self.rows)

    @cached_property
    def mean(self) -> Decimal | None:
        """What a community is measured by: the whole of a ratio, the communities' own average of what adds up."""
        if not self.one.indicator.additive:
            return self.whole.shown
        known = [told.shown for told in self.rows if told.shown is not None]
        return sum(known, Decimal(0)) / len(known) if known else None

    @cached_property
    def before(self) -> list[Told]:
        return self.read(self.one, periods.year_before(self.period)) if self.period else []

    @cached_property
    def course(self) -> tuple[list[str], list[Decimal | None]]:
        length = periods.length_of(self.period)
        if not length:
            return [], []
        codes = periods.last(length, timezone.localdate(), SHOWN[length])
        return codes, trend(self.one, codes, self.communities, among=self.everyone)

    @property
    def unit(self) -> str:
        return self.one.unit

    @property
    def unit_of_change(self) -> str:
        """A share changes by points, not by per cent of itself."""
        return _("в. п.") if self.unit == "%" else self.unit


def default_period(one: Declared) -> str:
    """The last one that is over: a running month is always behind its neighbours."""
    if not one.periods:
        return ""
    length = "month" if "month" in one.periods else one.periods[0]
    return periods.last(length, timezone.localdate(), 2)[0]


def allowed_periods(one: Declared, today: date | None = None) -> list[str]:
    if not one.periods:
        return [""]
    day = today or timezone.localdate()
    return [code for length in one.periods for code in reversed(periods.last(length, day, SHOWN[length]))]


def rounded(one: Declared, value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, one.indicator.decimals)


def choices(question: Question) -> dict[str, Any]:
    """What the form over a page offers."""
    named = titles()
    districts = sorted({one.district_code for one in communities_in(seen(question.user)) if one.district_code})
    return {
        "question": question,
        "indicators": [(one.code, f"{one.indicator.number} {named[one.code]}".strip()) for one in catalogue()],
        "periods": [(code, periods.words(code)) for code in allowed_periods(question.one)],
        "districts": [(code, district_words(code)) for code in districts],
        "sizes": [(code, words) for code, (words, _low, _high) in SIZES.items()],
    }


def district_words(code: str) -> str:
    """By the row that holds or the last that held: a code closed by a new edition still has its name."""
    units = TerritorialUnit.objects.filter(code__startswith=code, category="P" if len(code) > 4 else "O")
    unit = units.order_by("-valid_from").first()
    return str(unit) if unit else code
