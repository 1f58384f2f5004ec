from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kernel.tenancy import TenantRef, platform_context
from kernel.tenancy.directory import forget_hosts
from shared_apps.communities.models import Community

ClientFor = Callable[..., Client]
PROXIED = {"HTTP_X_FORWARDED_FOR": "203.0.113.5"}


@pytest.mark.parametrize("host", ["", "alpha", "127.0.0.1", "nema.example"])
def test_alive_is_answered_on_any_host_without_the_database(
    client_for: ClientFor, host: str, django_db_blocker: Any
) -> None:
    for path in ("/healthz", "/internal/health"):
        assert client_for(host).get(path).status_code == 200


def test_ready_asks_the_database_and_the_cache(
    alpha: TenantRef, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = client_for("127.0.0.1").get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": True, "cache": True})
    monkeypatch.setattr("config.probes._cache_answers", lambda: False)
    assert client_for("127.0.0.1").get("/readyz").status_code == 503


def test_figures_are_for_this_machine_or_by_token(alpha: TenantRef, client_for: ClientFor, settings: Any) -> None:
    client = client_for("alpha")
    client.get("/robots.txt")
    text = client.get("/metrics").content.decode()
    assert 'hromada_requests_total{site="tenant",status="200",tenant="alpha"}' in text
    assert 'hromada_request_seconds_bucket{le="0.1",site="tenant"}' in text
    assert client.get("/metrics", **PROXIED).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7").status_code == 404
    settings.METRICS_TOKEN = "t0ken"
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7", HTTP_AUTHORIZATION="Bearer t0ken").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.7", HTTP_AUTHORIZATION="Bearer nope").status_code == 404


@pytest.mark.parametrize(
    ("domain", "known"),
    [
        ("localhost", 200),
        ("console.localhost", 200),
        ("region.localhost", 200),
        ("alpha.localhost", 200),
        ("ALPHA.localhost.", 200),
        ("nema.localhost", 404),
        ("evil.example", 404),
        ("", 404),
    ],
)
def test_certificates_are_for_known_hosts_only(
    alpha: TenantRef, client_for: ClientFor, domain: str, known: int
) -> None:
    client = client_for("web:8000")
    assert client.get("/internal/domain-known", {"domain": domain}).status_code == known
    assert client.get("/internal/domain-known", {"domain": domain}, **PROXIED).status_code == 404


def test_no_certificate_for_a_community_that_is_gone(alpha: TenantRef, client_for: ClientFor) -> None:
    with platform_context():
        Community.objects.filter(pk=alpha.id).update(state="archived")
    forget_hosts()
    assert client_for("web").get("/internal/domain-known", {"domain": "alpha.localhost"}).status_code == 404
