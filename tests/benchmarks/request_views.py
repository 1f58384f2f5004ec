"""The measured view: one query through the ORM, whoever serves it."""

from __future__ import annotations

from django.apps import apps
from django.http import HttpRequest, JsonResponse
from django.urls import path

ADDRESS = "bench/contacts"


def contacts(request: HttpRequest) -> JsonResponse:
    rows = apps.get_model("contacts.Contact").objects.order_by("id").values_list("id", "title")[:10]
    return JsonResponse({"rows": list(rows)})


urlpatterns = [path(ADDRESS, contacts)]
