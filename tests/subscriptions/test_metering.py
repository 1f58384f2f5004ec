"""What is counted against a plan: requests to the API, letters and SMS; and the portal's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kernel.access.levels import Level
from kernel.notices.models import Notice, Sending
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.cache import cache
from kernel.testing.access import enter, make_person, make_role
from provisioning.standins.stripe_till import Till
from shared_apps.communities.models import Community, Quota
from shared_apps.subscriptions import metering
from shared_apps.subscriptions.models import DayOfUse, Subscription
from tests.subscriptions.test_webhooks import checkout

Make = Callable[..., Client]


@pytest.fixture
def narrow(alpha: TenantRef) -> None:
    with platform_context():
        Quota.objects.create(community_id=alpha.id, key="api_requests_day", limit=2)
    with tenant_context(alpha):
        cache.clear()


def test_beyond_the_day_s_number_the_api_says_to_come_back(narrow: None, client_for: Make):
    client = client_for("alpha")
    assert [client.get("/api/v1/me").status_code for _turn in range(3)] == [401, 401, 429]
    answer = client.get("/api/v1/me")
    assert answer.headers["Retry-After"] == "3600"
    assert "вичерпано" in answer.json()["detail"] and "2" in answer.json()["detail"]
    assert client_for("beta").get("/api/v1/me").status_code == 401, "a neighbour is not counted"
    assert client.get("/").status_code == 200, "pages are not requests to the API"


def test_letters_and_sms_are_counted_day_by_day(alpha: TenantRef):
    now = timezone.now()
    with tenant_context(alpha):
        make_role("someone")
        person = make_person("someone")
        for channel, state, at in (
            ("email", "sent", now), ("email", "sent", now), ("email", "failed", now),
            ("sms", "sent", now), ("email", "sent", now - timedelta(days=1)),
        ):  # fmt: skip
            notice = Notice.objects.create(person=person, kind="x", module="tasks", title="Т")
            Sending.objects.create(notice=notice, person=person, channel=channel, state=state, finished_at=at)
        metering.count_call()
        metering.measure()
        metering.measure()
    with platform_context():
        rows = dict(DayOfUse.objects.filter(community_id=alpha.id).values_list("key", "amount"))
        assert (rows["mail_month"], rows["sms_month"], rows["api_requests_day"]) == (2, 1, 1)


def test_the_page_of_the_portal(
    till: Till, alpha: TenantRef, by_card: Subscription, client_for: Make, tell: Callable[..., Any], settings: Any
):
    with tenant_context(alpha):
        make_role("boss", modules=Level.MANAGE)
        boss = enter(client_for("alpha"), make_person("boss"))
    for event in checkout(till, by_card):
        tell(event)
    assert boss.get("/administration/plan/pay/").url == "/administration/plan/card/"  # type: ignore[attr-defined]
    page = boss.get("/administration/plan/card/").content.decode()
    assert f"{till.address}/portal/bps_" in page
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    answer = boss.get("/administration/plan/card/", follow=True)
    assert "Нічого не списано" in answer.content.decode()
    with platform_context():
        assert Community.objects.get(pk=alpha.id).state == "active"
