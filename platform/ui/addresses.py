"""Addresses of the cloud's other sites, on the port and by the protocol that this request came with."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port


def site_url(request: HttpRequest, host: str = "", path: str = "/") -> str:
    port = split_domain_port(request.get_host())[1]
    return f"{request.scheme}://{host or settings.BASE_DOMAIN}{f':{port}' if port else ''}{path}"


def label_url(request: HttpRequest, label: str, path: str = "/") -> str:
    return site_url(request, f"{label}.{settings.BASE_DOMAIN}", path)
