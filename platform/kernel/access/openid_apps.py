"""The OpenID providers a tenant trusts."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Denied, Who, operation

PROVIDER = "openid_connect"


def providers() -> QuerySet[SocialApp]:
    return SocialApp.objects.filter(provider=PROVIDER).order_by("name")


def callback_of(request: HttpRequest, app: SocialApp) -> str:
    """What has to be told to the provider as the address to return to."""
    return request.build_absolute_uri(reverse("openid_connect_callback", kwargs={"provider_id": app.provider_id}))


def as_form(app: SocialApp | None) -> dict[str, Any]:
    if app is None:
        return {}
    return {
        "name": app.name,
        "provider_id": app.provider_id,
        "server_url": app.settings.get("server_url", ""),
        "client_id": app.client_id,
    }


@operation("access", Level.MANAGE)
def save_provider(
    app: SocialApp | None,
    *,
    by: Who,
    name: str,
    provider_id: str,
    server_url: str,
    client_id: str,
    secret: str = "",
) -> SocialApp:
    if settings.PRODUCTION and not server_url.startswith("https://"):
        raise Denied(_("Адреса постачальника починається з https://."))
    others = providers().filter(provider_id=provider_id)
    if app:
        others = others.exclude(pk=app.pk)
    if others.exists():
        raise Denied(_("Код «%(code)s» уже має інший постачальник. Виберіть інший код.") % {"code": provider_id})
    app = app or SocialApp(provider=PROVIDER)
    app.name, app.provider_id, app.client_id = name, provider_id, client_id
    app.settings = {**app.settings, "server_url": server_url.rstrip("/")}
    app.secret = secret or app.secret
    app.save()
    return app


@operation("access", Level.MANAGE)
def delete_provider(app: SocialApp, *, by: Who, reason: str = "") -> None:
    app.delete()
