"""allauth's provider, with what it leaves to trust in TLS: PKCE, a nonce, and a checked signature."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest

from kernel.access.openid.client import CheckedAdapter


class CheckedProvider(OpenIDConnectProvider):
    pkce_enabled_default = True
    oauth2_adapter_class = CheckedAdapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """allauth lets the address of the page add parameters, redirect_uri among them; ours does not."""
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        return self.get_scope()

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> Any:
        nonce = secrets.token_urlsafe(24)
        params = dict(kwargs.pop("auth_params", None) or self.get_auth_params())
        params["nonce"] = nonce
        return super().redirect(request, process, next_url, data, auth_params=params, nonce=nonce, **kwargs)
