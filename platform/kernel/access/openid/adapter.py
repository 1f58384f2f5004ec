"""Whose identity it is: a person who works here, or one who was invited. Nobody else is let in."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from kernel.access.invitations import InvitationVoid, accept_by_address
from kernel.access.models import User
from kernel.tenancy.log import get_logger

log = get_logger("access.openid")


class AddressRefused(requests.RequestException):
    """A provider's address that leads inside our own network."""


def refuse_inner(url: str) -> None:
    """A tenant names the provider, and our server fetches from it: it must not become a way to our insides."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise AddressRefused(f"{url}: only https is fetched")
    for *_kind, address in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(address[0]).is_global:
            raise AddressRefused(f"{url}: the address is not public")


class OuterSession(requests.Session):
    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        if settings.PRODUCTION:
            refuse_inner(str(url))
        kwargs.setdefault("timeout", 10)
        kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)


class SocialAdapter(DefaultSocialAccountAdapter):
    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "connected_other": _("Цей зовнішній запис уже прив’язано до іншої людини."),
        "no_password": _("Спершу задайте пароль: без нього ви не ввійдете."),
        "no_verified_email": _("Спершу підтвердьте адресу пошти."),
        "invalid_token": _("Постачальник входу відповів незрозуміло. Спробуйте ще раз."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> requests.Session:
        return OuterSession()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        if not sociallogin.is_existing:
            user = self._person_behind(sociallogin)
            if user is None:
                raise ImmediateHttpResponse(self._stranger(request))
            sociallogin.connect(request, user)
        if sociallogin.user is None or not sociallogin.user.is_active or sociallogin.user.is_support:
            raise ImmediateHttpResponse(self._stranger(request))

    def _person_behind(self, sociallogin: SocialLogin) -> User | None:
        """By an address that both the provider and we have seen proved."""
        for address in sociallogin.email_addresses:
            if not address.verified:
                continue
            known = (
                EmailAddress.objects.filter(email__iexact=address.email, verified=True).select_related("user").first()
            )
            if known:
                return known.user if known.user.is_active else None
            names = sociallogin.user
            try:
                return accept_by_address(
                    address.email,
                    last_name=getattr(names, "last_name", "") or "",
                    first_name=getattr(names, "first_name", "") or "",
                )
            except InvitationVoid:
                continue
        return None

    def _stranger(self, request: HttpRequest) -> HttpResponse:
        """The same words for an unknown, an unconfirmed and a dismissed person."""
        return render(request, "access/openid_stranger.html", status=403)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        log.warning(
            "openid_refused", provider=str(getattr(provider, "sub_id", "")), error=str(error), why=str(exception)
        )
