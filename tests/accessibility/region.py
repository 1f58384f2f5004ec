"""A region with two years of figures: what the console's pages are looked at with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kernel.access.models import User
from kernel.bus.traffic import tell_traffic
from kernel.indicators.catalogue import declared_named
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.actor import Actor
from shared_apps.communities.models import Community
from shared_apps.console import watching
from shared_apps.console.models import Announcement
from shared_apps.patterns.adopting import adopt
from shared_apps.patterns.models import RuleSet
from shared_apps.patterns.rule_sets import publish_rule_set
from shared_apps.reference.models import Rule
from shared_apps.rollups import access, periods
from shared_apps.rollups.cataloguing import tell_catalogue
from shared_apps.rollups.formulas import note_formulas
from shared_apps.rollups.models import AccessRequest, Kept, Outline, Pass, Traffic, Vitals
from shared_apps.rollups.pushing import recount
from tests.fixtures import _close_connections, _ref
from tests.journeys.town import ADMINISTRATOR, OPERATOR, Town

STOPS = "bus_stops.bus-stops"
OPENED, SHARE, TOTAL = f"{STOPS}.opened", f"{STOPS}.accessible", f"{STOPS}.total"
NAMES = (
    "Вербопільська Озерянська Ставищенська Тихолісівська Дубогірська Калинівська Лугова Медвинська Ільмівська Липівська "
    "Явірська Мостищанська Старогайська Крутоярська Зореградська Заставнецька Шипинська Новоселицька Чорнолозька Гайова"
).split()
SILENT = "Чорнолозька"


@dataclass(frozen=True)
class Region:
    town: Town
    ours: str
    request: str
    grant: str

    def url(self, path: str) -> str:
        return self.town.url("console", path)


@pytest.fixture(scope="module")
def region(town: Town, django_db_blocker: Any) -> Iterator[Region]:
    """The database is unblocked and put back by `town`."""
    with django_db_blocker.unblock():
        with tenant_context(_ref("alpha")):
            register = register_named(STOPS)
            for number, opened in enumerate((date(2026, 10, 3), date(2026, 10, 31), date(2026, 9, 1)), start=1):
                card = register.model(code=f"ЗП-{number}", name=f"Зупинка {number}", opened_on=opened)
                save_card(register, card, by=Actor("job", name="тести"))
            recount(register)
        with platform_context():
            ours = _people_the_region()
            operator = User.objects.get(email=OPERATOR)
            share = declared_named(SHARE)
            watching.check(watching.watch(share, "below", Decimal(60), by=operator))
            day = timezone.localdate()
            watching.announce(
                Announcement(
                    title="Нарада голів", text="У четвер о десятій, посилання в листі.", starts_on=day,
                    ends_on=day + timedelta(days=5),
                ),
                by=operator,
            )  # fmt: skip
            granted, waiting = (_ask(operator, period) for period in ("2026-10", "2026-09"))
            offered = _offer_rules()
        with tenant_context(_ref("alpha")):
            adopt(offered, [row["code"] for row in offered.lines], by=Actor("job", name="тести"))
            tell_catalogue()
            tell_traffic()
            chief = User.objects.get(email=ADMINISTRATOR)
            access.allow(granted, fields=["code", "opened_on"], days=7, by=chief)
        _close_connections()
    yield Region(town, ours, str(waiting.pk), str(granted.pk))


def _offer_rules() -> RuleSet:
    """An edition that alpha takes; the others have not decided."""
    rule, _new = Rule.objects.get_or_create(
        code="BILL_DAY", defaults={"title": "День рахунків", "unit": "число", "overridable": True}
    )
    day = timezone.localdate()
    return publish_rule_set(
        "UA99", "Строки рахунків", {rule.code: Decimal(7)}, valid_from=day, act="Наказ № 3", by=Actor("job", name="тести")
    )  # fmt: skip


def _ask(operator: User, period: str) -> AccessRequest:
    return access.ask_access(
        Community.objects.get(slug="alpha"),
        declared_named(OPENED),
        period,
        fields=["code", "opened_on"],
        purpose="Перевірка субвенції на зупинки за місяць",
        days=14,
        by=operator,
    )


def _people_the_region() -> str:
    rnd, plan = random.Random(5), Community.objects.get(slug="alpha").plan
    made = Community.objects.bulk_create(
        Community(
            slug=f"gromada{number}", schema_name=f"t_gromada{number}", kind="hromada", name=f"{name} територіальна громада",
            short_name=f"{name} громада", katottg=f"UA99{number % 3 + 1:02}{number:013}",
            population=3_000 + number * 1_900, plan=plan, state="active",
        )
        for number, name in enumerate(NAMES)
    )  # fmt: skip
    told = [one for one in made if not one.short_name.startswith(SILENT)]
    Pass.objects.bulk_create(
        Pass(community=one, register=STOPS, data_at=timezone.now() - timedelta(days=9 if one.slug == "gromada3" else 0),
             formulas="x")
        for one in told
    )  # fmt: skip
    Vitals.objects.bulk_create(
        Vitals(community=one, signed_in_at=timezone.now(), failed_jobs=number % 7 // 6)
        for number, one in enumerate(told)
    )
    Outline.objects.bulk_create(Outline(community=one, rings=[_hexagon(at)]) for at, one in enumerate(made))
    rows = []
    for one in told:
        months = periods.last("month", timezone.localdate(), 26)
        rows += [_row(one, OPENED, month, Decimal(rnd.randint(3, 60))) for month in months]
        below = Decimal(rnd.randint(40, 90))
        above = (below * rnd.randint(45, 98) / 100).to_integral_value()
        rows += [_row(one, SHARE, "", above, below), _row(one, TOTAL, "", below)]
    Kept.objects.bulk_create(rows)
    today = timezone.localdate()
    Traffic.objects.bulk_create(
        Traffic(
            community=one, day=today - timedelta(days=back), kind="letter", service="tasks.cards",
            calls=10 + back, failed=back % 9 // 8, tried=11 + back, spans=[5, 5, back, *[0] * 8],
        )
        for one in told[:6]
        for back in range(20)
    )  # fmt: skip
    note_formulas()
    return "gromada4"


def _hexagon(at: int) -> list[list[float]]:
    """Neighbours of a honeycomb, five to a row."""
    across, down = 0.3, 0.17
    lon, lat = 25.0 + (at % 5 + (at // 5 % 2) / 2) * across, 49.5 - at // 5 * 1.5 * down * 0.72
    ways = ((0, 1), (0.5, 0.5), (0.5, -0.5), (0, -1), (-0.5, -0.5), (-0.5, 0.5), (0, 1))
    return [[lon + x * across, lat + y * down * 0.72] for x, y in ways]


def _row(one: Community, code: str, period: str, above: Decimal, below: Decimal | None = None) -> Kept:
    indicator = declared_named(code).indicator
    return Kept(
        community=one, indicator=code, period=period, value=indicator.made_of(above, below, {}), above=above,
        below=below, counted=below or above, formula=indicator.version,
    )  # fmt: skip
