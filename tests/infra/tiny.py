"""An application of a few lines, to see gunicorn's configuration work without the product."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("tiny_requests", "Requests of all processes")


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/figures":
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [json.dumps(generate_latest(registry).decode()).encode()]
    REQUESTS.inc()
    found = environ["PATH_INFO"] in {"/internal/health", "/"}
    start_response("200 OK" if found else "404 Not Found", [("Content-Type", "application/json")])
    seen = {key: value for key, value in environ.items() if key.startswith("HTTP_") or key == "wsgi.url_scheme"}
    return [json.dumps(seen).encode()]
