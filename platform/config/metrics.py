"""What the cloud tells Prometheus about its requests: how many, whose, how they ended, how long they took."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

Handler = Callable[[HttpRequest], HttpResponse]

REQUESTS = Counter("hromada_requests", "Requests by tenant, site and status", ["tenant", "site", "status"])
# By site only: a histogram per tenant would be thousands of series for one number each.
SECONDS = Histogram(
    "hromada_request_seconds",
    "Time to answer, without sending the body",
    ["site"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 15),
)


class MetricsMiddleware:
    """Outermost, so that it counts what every other one refuses."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        site = getattr(request, "site", None)
        if site:
            tenant = getattr(request, "tenant", None)
            REQUESTS.labels(tenant.slug if tenant else "", site, str(response.status_code)).inc()
            SECONDS.labels(site).observe(time.perf_counter() - started)
        return response


def exposition() -> bytes:
    """This process's figures; with PROMETHEUS_MULTIPROC_DIR, those of all processes of the server."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest()
