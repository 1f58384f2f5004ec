"""What went over the bus, told by communities themselves, added up on the console."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.utils import DatabaseError
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from kernel.access.dates import local_today
from kernel.access.roles import create_ready_roles
from kernel.bus.models import Delivery, Event, Webhook, WebhookMessage
from kernel.bus.traffic import EDGES, tell_traffic, tell_traffic_soon
from kernel.indicators.crossing import push_traffic
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.cache import cache
from kernel.testing.access import enter, make_person
from shared_apps.communities.models import Community
from shared_apps.console.traffic import Flow
from shared_apps.rollups.models import Traffic

HTML = {"HTTP_ACCEPT": "text/html"}
Make = Callable[..., Client]


def letter(took: float | None, state: str = "done", consumer: str = "tasks.cards", days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago, seconds=10)
    event = Event.objects.create(type="x.Happened", subject="таємне", at=at, spread_at=at)
    Delivery.objects.create(
        event=event, consumer=consumer, state=state, attempts=1,
        done_at=None if took is None else at + timedelta(seconds=took),
    )  # fmt: skip


@pytest.fixture
def told(platform: Any, alpha: TenantRef, beta: TenantRef) -> None:
    with tenant_context(alpha):
        Delivery.objects.all().delete()
        Event.objects.all().delete()
        for took in (0.05, 0.2, 0.2, 2):
            letter(took)
        letter(None, "set_aside")
        letter(None, "waiting")
        hook = Webhook.objects.create(title="Сайт", url="https://secret.example/hook", events=["x"], secret="s")
        WebhookMessage.objects.create(
            webhook=hook, event_id=1, type="x.Happened", body="{}", state="failed", attempts=3
        )
        tell_traffic()
    with tenant_context(beta):
        Delivery.objects.all().delete()
        Event.objects.all().delete()
        letter(7200)
        tell_traffic()


def test_a_tenant_tells_numbers_only_and_telling_twice_is_the_same(told: None, alpha: TenantRef):
    with tenant_context(alpha):
        tell_traffic()
    with platform_context():
        row = Traffic.objects.get(community_id=alpha.id, service="tasks.cards")
        assert (row.calls, row.failed, row.waiting, row.day) == (6, 1, 1, local_today())
        assert row.spans[:4] == [1, 2, 0, 1] and len(row.spans) == len(EDGES) + 1
        hook = Traffic.objects.get(community_id=alpha.id, kind="webhook")
        assert (hook.service, hook.calls, hook.failed, hook.tried) == ("x.Happened", 1, 1, 3)
        everything = str(list(Traffic.objects.values()))
        assert "таємне" not in everything and "secret.example" not in everything


def test_days_that_are_over_stay(told: None, alpha: TenantRef):
    long_ago = local_today() - timedelta(days=20)
    with platform_context():
        Traffic.objects.filter(community_id=alpha.id, kind="webhook").update(day=long_ago)
    with tenant_context(alpha):
        tell_traffic()
    with platform_context():
        assert Traffic.objects.filter(community_id=alpha.id, day=long_ago).count() == 1


def test_nobody_tells_for_another_and_a_busy_bus_tells_rarely(told: None, alpha: TenantRef, platform: Any):
    with tenant_context(alpha):
        cache.clear()
        letter(0.01)
        tell_traffic_soon()
        letter(0.01)
        tell_traffic_soon()
    with platform_context():
        assert Traffic.objects.get(community_id=alpha.id, kind="letter").calls == 7
    with pytest.raises(DatabaseError):
        push_traffic(local_today(), [])


def test_percentiles_are_of_sums_not_means_of_percentiles():
    one = Flow(spans=[98, 0, 0, 2, *[0] * 7])
    assert [one.percentile(share) for share in (50, 95, 99)] == [0.1, 0.1, 3.0]
    assert Flow().words(50) == "—" and Flow(spans=[*[0] * 10, 1]).words(99) == "понад годину"


def test_the_console_adds_up_filters_and_leads_to_a_community_s_rows(told: None, client_for: Make, beta: TenantRef):
    with platform_context():
        create_ready_roles("platform")
        operator = enter(client_for("console"), make_person("operator"))
        Community.objects.filter(pk=beta.id).update(katottg="UA53020010000012345")
        analyst = enter(client_for("console"), make_person("oblast_analyst", territories=["UA53000000000028050"]))
    page = operator.get("/bus/", **HTML)
    whole = page.context["whole"]
    assert (whole.calls, whole.failed, whole.waiting) == (8, 2, 1)
    assert [one.slug for one, *_rest in page.context["by_community"]] == ["alpha", "beta"], "those that fail come first"
    assert "немає" in page.content.decode(), "refusals are not invented"
    assert operator.get("/bus/", {"service": "tasks.cards"}, **HTML).context["whole"].calls == 7
    assert operator.get("/bus/", {"failing": "1", "kind": "webhook"}, **HTML).context["whole"].calls == 1
    row = operator.get("/bus/", {"community": "beta"}, **HTML).context["rows"]
    assert [(one.community.slug, one.calls) for one in row] == [("beta", 1)]
    assert analyst.get("/bus/", **HTML).context["whole"].calls == 1, "another region is not theirs"
    book = load_workbook(io.BytesIO(operator.get("/bus/", {"file": "xlsx"}).content)).active
    assert len(list(book.values)) == 4
    odd = {"days": "x", "kind": "x", "service": "\x00'", "q": "%", "community": "'"}
    assert operator.get("/bus/", odd, **HTML).status_code == 200
    assert client_for("console").get("/bus/").status_code == 302
