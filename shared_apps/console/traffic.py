"""The bus as the region sees it: calls by service, community and day, failures, how long they took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kernel.access.rights import visible
from kernel.bus.traffic import EDGES
from kernel.search.folding import fold
from shared_apps.communities.models import Community
from shared_apps.console.asking import brief
from shared_apps.console.entry import on_console
from shared_apps.console.sheets import sheet
from shared_apps.rollups.models import Traffic

SPANS = {"7": (gettext_lazy("тиждень"), 7), "30": (gettext_lazy("30 днів"), 30), "90": (gettext_lazy("90 днів"), 90)}
USUAL = "30"
SHARES = (50, 95, 99)
# Nobody told anything for so long: its worker is dead, or it is not there.
SILENT = timedelta(hours=30)
MOST = 200


@dataclass(slots=True)
class Flow:
    """Sums of any rows; percentiles are of the sums, never a mean of percentiles."""

    calls: int = 0
    failed: int = 0
    waiting: int = 0
    tried: int = 0
    spans: list[int] = field(default_factory=lambda: [0] * (len(EDGES) + 1))
    told_at: datetime | None = None

    def take(self, row: Traffic) -> None:
        self.calls += row.calls
        self.failed += row.failed
        self.waiting += row.waiting
        self.tried += row.tried
        self.spans = [one + other for one, other in zip(self.spans, row.spans, strict=True)]
        self.told_at = max(self.told_at or row.told_at, row.told_at)

    @property
    def failed_share(self) -> float | None:
        return round(100 * self.failed / self.calls, 2) if self.calls else None

    @property
    def again(self) -> int:
        """Attempts beyond the first of each."""
        return max(self.tried - self.calls + self.waiting, 0)

    def percentile(self, share: int) -> float | None:
        """The upper edge of the class in which it lies; None is «longer than an hour» or nothing at all."""
        whole = sum(self.spans)
        if not whole:
            return None
        reached, wanted = 0, -(-whole * share // 100)
        for edge, count in zip(EDGES, self.spans, strict=False):
            reached += count
            if reached >= wanted:
                return edge
        return None

    @property
    def shown(self) -> list[str]:
        return [self.words(share) for share in SHARES]

    def words(self, share: int) -> str:
        if not sum(self.spans):
            return "—"
        edge = self.percentile(share)
        if edge is None:
            return _("понад годину")
        if edge >= 60:
            return _("до %(count)s хв") % {"count": round(edge / 60)}
        return _("до %(count)s с") % {"count": f"{edge:g}".replace(".", ",")}


def summed(rows: Iterable[Traffic], key: Any) -> dict[Any, Flow]:
    found: dict[Any, Flow] = defaultdict(Flow)
    for row in rows:
        found[key(row)].take(row)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Wish:
    """Anything unknown in the address counts as not asked."""

    days: str
    service: str
    community: str
    kind: str
    failing: bool
    text: str

    @classmethod
    def of(cls, request: HttpRequest) -> Wish:
        given = request.GET
        days, kind = given.get("days", USUAL), given.get("kind", "")
        return cls(
            days if days in SPANS else USUAL,
            given.get("service", "").replace("\x00", "")[:120],
            given.get("community", "").replace("\x00", "")[:40],
            kind if kind in Traffic.Kind.values else "",
            given.get("failing") == "1",
            " ".join(given.get("q", "").replace("\x00", "").split())[:100],
        )

    @property
    def first(self) -> date:
        return timezone.localdate() - timedelta(days=SPANS[self.days][1] - 1)


def rows_of(wish: Wish, user: Any) -> QuerySet[Traffic]:
    """Of communities that the person's role covers."""
    found = visible(Traffic.objects.filter(day__gte=wish.first), user, module="communities")
    if wish.service:
        found = found.filter(service=wish.service)
    if wish.kind:
        found = found.filter(kind=wish.kind)
    if wish.community:
        found = found.filter(community__slug=wish.community)
    if wish.failing:
        found = found.filter(failed__gt=0)
    return found.select_related("community")


@require_safe
@on_console("communities")
def bus(request: HttpRequest) -> HttpResponse:
    wish = Wish.of(request)
    rows = [row for row in rows_of(wish, request.user) if fold(wish.text) in fold(f"{row.service} {row.community}")]
    if request.GET.get("file") == "xlsx":
        return sheet("bus", *_as_table(rows))
    whole = Flow()
    for row in rows:
        whole.take(row)
    by_day = summed(rows, lambda row: row.day)
    days = [wish.first + timedelta(days=number) for number in range(SPANS[wish.days][1])]
    known = visible(Traffic.objects.filter(day__gte=wish.first), request.user, module="communities").order_by()
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "wish": wish,
        "spans": [(key, words) for key, (words, _days) in SPANS.items()],
        "kinds": Traffic.Kind.choices,
        "services": sorted(set(known.values_list("service", flat=True))),
        "whole": whole,
        "labels": [f"{day:%d.%m}" for day in days],
        "series": [
            (_("виклики"), [by_day[day].calls if day in by_day else None for day in days]),
            (_("невдалі"), [by_day[day].failed if day in by_day else None for day in days]),
        ],
        "by_service": _ordered(summed(rows, lambda row: (row.service, row.get_kind_display()))),
        "by_community": _communities(rows),
        "rows": rows[:MOST] if wish.community or wish.service else [],
        "more": max(len(rows) - MOST, 0),
        "opened": Community.objects.filter(slug=wish.community).first() if rows and wish.community else None,
        "shares": SHARES,
    }
    return render(request, "console/bus.html", context)


def _ordered(found: dict[Any, Flow]) -> list[tuple[Any, Flow]]:
    return sorted(found.items(), key=lambda pair: (-pair[1].failed, -pair[1].calls, pair[0]))


def _communities(rows: Sequence[Traffic]) -> list[tuple[Community, str, Flow, bool]]:
    found = summed(rows, lambda row: row.community)
    edge = timezone.now() - SILENT
    told = [(one, brief(one), flow, bool(flow.told_at and flow.told_at < edge)) for one, flow in found.items()]
    return sorted(told, key=lambda row: (-row[2].failed, -row[2].calls, row[1]))


def _as_table(rows: Sequence[Traffic]) -> tuple[list[str], list[tuple[Any, ...]]]:
    heads = [
        _("День"), _("Громада"), _("КАТОТТГ"), _("Вид"), _("Служба"), _("Викликів"), _("Невдалих"), _("Чекають"),
        *(f"p{share}" for share in SHARES),
    ]  # fmt: skip
    found = []
    for row in rows:
        flow = Flow()
        flow.take(row)
        found.append(
            (
                f"{row.day:%d.%m.%Y}", str(row.community), row.community.katottg, row.get_kind_display(), row.service,
                row.calls, row.failed, row.waiting, *flow.shown,
            )
        )  # fmt: skip
    return heads, found
