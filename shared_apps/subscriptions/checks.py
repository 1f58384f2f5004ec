"""Production never starts with keys of a test, nor against a stand-in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register()
def stripe_is_real(app_configs: Any, **_kwargs: Any) -> list[Error]:
    if not settings.PRODUCTION or not settings.STRIPE_SECRET_KEY:
        return []
    found = []
    if settings.STRIPE_API_BASE:
        found.append(Error("STRIPE_API_BASE leads to a stand-in.", hint="Unset it.", id="subscriptions.E001"))
    if not settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
        found.append(Error("STRIPE_SECRET_KEY is not a live key.", hint="Set sk_live_….", id="subscriptions.E002"))
    if not settings.STRIPE_WEBHOOK_SECRET:
        found.append(
            Error("Stripe's messages cannot be verified.", hint="Set STRIPE_WEBHOOK_SECRET.", id="subscriptions.E003")
        )
    return found
