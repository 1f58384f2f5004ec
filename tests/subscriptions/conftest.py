"""A community that pays, and the stand-in of Stripe over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kernel.tenancy import TenantRef, platform_context
from provisioning.standins import stripe as standin
from provisioning.standins.stripe_till import Till, sign
from shared_apps.communities.models import Community, Plan
from shared_apps.subscriptions import flow
from shared_apps.subscriptions.models import Payer, Subscription
from shared_apps.subscriptions.operations import take_plan


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MFA_OBLIGATORY = False
    settings.STRIPE_SECRET_KEY = standin.SECRET_KEY
    settings.STRIPE_WEBHOOK_SECRET = standin.WEBHOOK_SECRET


@pytest.fixture
def till(settings: Any) -> Iterator[Till]:
    """Its messages are handed over by the test itself, so that it decides the order."""
    server, settings.STRIPE_API_BASE = standin.serve_aside("http://127.0.0.1:1/")
    yield server.till  # type: ignore[attr-defined]
    server.shutdown()


@pytest.fixture
def community(alpha: TenantRef) -> Community:
    with platform_context():
        return Community.objects.get(pk=alpha.id)


def subscribe(community: Community, way: str = "card", plan: str = "standard") -> Subscription:
    with platform_context():
        made = take_plan(
            Plan.objects.get(pk=plan),
            name=community.name,
            edrpou=community.edrpou,
            email="bukh@alpha.test",
            way=way,
            population=8_000,
            region=community.katottg,
            by="тести",
        )
        flow.attach(made, community)
        return made


@pytest.fixture
def by_card(community: Community) -> Subscription:
    return subscribe(community)


@pytest.fixture
def by_treasury(community: Community) -> Subscription:
    return subscribe(community, Payer.Way.TREASURY)


@pytest.fixture
def tell(client_for: Callable[..., Client]) -> Callable[..., Any]:
    """A message at our door, as Stripe sends it."""
    client = client_for("")

    def post(
        event: dict[str, Any], *, at: int | None = None, secret: str = standin.WEBHOOK_SECRET, body: bytes = b""
    ) -> Any:
        content = json.dumps(event).encode()
        return client.post(
            "/stripe/webhook/",
            body or content,
            content_type="application/json",
            headers={"Stripe-Signature": sign(content, secret, at)},
        )

    return post


def state_of(subscription: Subscription) -> str:
    with platform_context():
        subscription.refresh_from_db()
    return subscription.state


MONTHLY = Decimal("6900.00")
