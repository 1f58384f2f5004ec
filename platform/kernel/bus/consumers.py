"""The bus's own consumer: webhooks."""

from __future__ import annotations

from kernel.bus.consume import consumes_named
from kernel.bus.webhooks import queue_messages, wanted_events

consumes_named(wanted_events, consumer="bus.webhooks")(queue_messages)
