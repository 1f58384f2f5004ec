"""What must be true before the first request is served."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from kernel.tenancy.signing import ScopedSecret


@checks.register(checks.Tags.security)
def secrets_belong_to_tenants(**_kwargs: Any) -> list[checks.CheckMessage]:
    if isinstance(settings.SECRET_KEY, ScopedSecret):
        return []
    return [
        checks.Error(
            "SECRET_KEY is shared by all tenants.",
            hint="Wrap it in kernel.tenancy.signing.ScopedSecret, or a link of one tenant opens another.",
            id="tenancy.E001",
        )
    ]


@checks.register(checks.Tags.security)
def cookies_stay_on_their_host(**_kwargs: Any) -> list[checks.CheckMessage]:
    wide = [
        name
        for name in ("SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "LANGUAGE_COOKIE_DOMAIN")
        if getattr(settings, name, None)
    ]
    return [
        checks.Error(
            f"{name} shares a cookie between tenants.",
            hint="Leave it unset: cookies must be host-only.",
            id="tenancy.E002",
        )
        for name in wide
    ]


@checks.register(checks.Tags.caches)
def cache_keys_carry_the_scope(**_kwargs: Any) -> list[checks.CheckMessage]:
    return [
        checks.Error(
            f"The cache {alias!r} does not keep tenants apart.",
            hint="Set KEY_FUNCTION to kernel.tenancy.cache.scoped_key.",
            id="tenancy.E003",
        )
        for alias, options in settings.CACHES.items()
        if options.get("KEY_FUNCTION") != "kernel.tenancy.cache.scoped_key"
    ]
