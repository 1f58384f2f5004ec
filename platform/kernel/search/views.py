"""Search over the whole workspace: a page, and the same as JSON for the field in the head of every page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.search.everywhere import pages_called, search_everywhere


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    groups = search_everywhere(request.user, text)
    pages = pages_called(request.user, text) if text else None
    if "application/json" in request.headers.get("accept", ""):
        found: list[Any] = [
            {
                "title": group.title or _("Реєстри"),
                "items": [{"title": one.title, "hint": one.hint, "url": one.url} for one in group.items],
            }
            for group in ([pages] if pages else []) + groups
        ]
        return JsonResponse({"groups": found})
    context = {"text": text, "groups": groups, "pages": pages, "tail": "?" + urlencode({"q": text})}
    return render(request, "registers/search.html", context)
