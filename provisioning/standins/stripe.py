"""A small Stripe of our own: prices, customers, Checkout, portal, subscriptions, invoices, signed messages.

A separate process for development and tests; production talks to Stripe itself with the same client code. What it
leaves out: taxes, payment methods as objects, everything we do not call. Cards: 4242… pays, 4000 0000 0000 0002 is
declined, 4000 0000 0000 0341 pays now and is declined next month.

    python -m provisioning.standins.stripe --port 12111 --webhook http://localhost:8000/stripe/webhook/
"""

from __future__ import annotations

import argparse
import os
import threading
from http.server import ThreadingHTTPServer

from provisioning.standins.keys import SECRET_KEY, WEBHOOK_SECRET
from provisioning.standins.stripe_pages import Handler
from provisioning.standins.stripe_till import Till

__all__ = ["SECRET_KEY", "WEBHOOK_SECRET", "serve", "serve_aside"]


def serve(port: int, webhook: str, *, secret: str = WEBHOOK_SECRET) -> ThreadingHTTPServer:
    """Bound and ready; the caller runs `serve_forever`, in this thread or another."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    address = f"http://localhost:{server.server_address[1]}"
    server.till = Till(address, webhook, secret)  # type: ignore[attr-defined]
    return server


def serve_aside(webhook: str, port: int = 0) -> tuple[ThreadingHTTPServer, str]:
    """For tests: in a thread of this process, on a free port."""
    server = serve(port, webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://localhost:{server.server_address[1]}"


def main() -> None:
    if os.environ.get("HROMADA_ENV") == "production":
        raise SystemExit("The stand-in of Stripe never runs in production: set STRIPE_SECRET_KEY of the real one.")
    parser = argparse.ArgumentParser(description=__doc__)
    base = os.environ.get("STRIPE_API_BASE", "http://localhost:12111")
    site = f"http://{os.environ.get('BASE_DOMAIN', 'localhost')}:{os.environ.get('HROMADA_PORT', '8000')}"
    parser.add_argument("--port", type=int, default=int(base.rsplit(":", 1)[-1].strip("/")))
    parser.add_argument("--webhook", default=f"{site}/stripe/webhook/")
    parser.add_argument("--secret", default=os.environ.get("STRIPE_WEBHOOK_SECRET", WEBHOOK_SECRET))
    given = parser.parse_args()
    serve(given.port, given.webhook, secret=given.secret).serve_forever()


if __name__ == "__main__":
    main()
