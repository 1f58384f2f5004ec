"""A WSGI application called in a loop: how many, on a line of stdin; how many seconds, on a line of stdout."""

from __future__ import annotations

import io
import sys
import time
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from tests.benchmarks.request_views import ADDRESS, urlpatterns  # noqa: E402

# What tenancy itself puts between the server and a view.
TENANCY = [
    "kernel.tenancy.middleware.TenantMiddleware",
    "shared_apps.communities.middleware.StandingMiddleware",
]


def main(host: str) -> None:
    if settings.ROOT_URLCONF == "config.urls_tenant":
        from config import urls_tenant

        urls_tenant.urlpatterns[:0] = urlpatterns
        settings.MIDDLEWARE = TENANCY
    application = WSGIHandler()
    for line in sys.stdin:
        began = time.perf_counter()
        for _ in range(int(line)):
            _request(application, host)
        sys.stdout.write(f"{time.perf_counter() - began}\n")
        sys.stdout.flush()


def _request(application: Any, host: str) -> None:
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/{ADDRESS}",
        "QUERY_STRING": "",
        "SERVER_NAME": host,
        "SERVER_PORT": "80",
        "HTTP_HOST": host,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    response = application(environ, lambda status, headers: told.append(status))
    body = b"".join(response)
    response.close()
    if not told[0].startswith("200") or b"title" in body or len(body) < 100:
        raise RuntimeError(f"{host} answered {told[0]}: {body[:300]!r}")


if __name__ == "__main__":
    main(sys.argv[1])
