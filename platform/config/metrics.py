"""What the cloud tells Prometheus about its requests: how many, whose, how they ended, how long they took."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kernel.jobs.queue import failures
from kernel.tenancy import platform_context
from shared_apps.communities.models import Community
from shared_apps.fleet.models import PoolSchema

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


class InstallationCollector(Collector):
    """What the database and the queue know at the moment of asking; worker processes are not scraped."""

    def collect(self) -> Iterator[Metric]:
        with platform_context():
            states = dict(Community.objects.values_list("state").annotate(count=Count("id")))
            ready = PoolSchema.objects.count()
        tenants = GaugeMetricFamily("hromada_tenants", "Communities by standing", labels=["state"])
        for state in Community.State.values:
            tenants.add_metric([state], states.get(state, 0))
        yield tenants
        yield GaugeMetricFamily("hromada_pool_ready", "Schemas ready for a sign-up", value=ready)
        failed = CounterMetricFamily("hromada_jobs_failed", "Jobs that failed, by kind", labels=["kind"])
        for kind, count in failures().items():
            failed.add_metric([kind], count)
        yield failed


def exposition() -> bytes:
    """This process's figures (with PROMETHEUS_MULTIPROC_DIR, those of all processes), then the installation's."""
    own = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        own = CollectorRegistry()
        MultiProcessCollector(own)
    whole = CollectorRegistry()
    whole.register(InstallationCollector())
    return generate_latest(own) + generate_latest(whole)
