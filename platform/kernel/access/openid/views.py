from __future__ import annotations

import re
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from kernel.access.openid.client import CheckedAdapter

# What may stand in a header as the place a form leads to: a scheme, a host, a port, and nothing else.
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.IGNORECASE)


class CallbackView(OAuth2CallbackView):
    adapter: CheckedAdapter

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.expected_nonce = state.get("nonce")
        return state, response


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The form of this page is sent to us and led on to the provider; a browser allows that only where told to."""
    try:
        adapter = CheckedAdapter(request, provider_id)
        policy: dict[str, Any] = {**settings.SECURE_CSP, "form-action": [CSP.SELF, *origins_of(adapter)]}
        response: HttpResponse = csp_override(policy)(OAuth2LoginView.adapter_view(adapter))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return response


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = CallbackView.adapter_view(CheckedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return response


def origins_of(adapter: CheckedAdapter) -> list[str]:
    """Of this provider and nobody else: where it is said to be, and where it says that people agree."""
    addresses = [str(adapter.get_provider().app.settings.get("server_url", ""))]
    # One that does not answer leaves the page as it is; sending its form tells what is wrong.
    with suppress(requests.RequestException, OAuth2Error, ValueError):
        addresses.append(str(adapter.openid_config.get("authorization_endpoint", "")))
    found = [f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses)]
    return sorted({origin for origin in found if ORIGIN.fullmatch(origin)})
