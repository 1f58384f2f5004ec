"""Back to the page a small form stood on, never to somebody else's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def local_address(address: str) -> str:
    """The address if it is a page of this site, or ''."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe else ""


def back(request: HttpRequest, part: str = "") -> HttpResponse:
    """`part` is the section of the page to come back to."""
    address = local_address(request.POST.get("next", "")).partition("#")[0] or "/workspace/"
    return HttpResponseRedirect(f"{address}#{part}" if part else address)
