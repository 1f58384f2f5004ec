"""What only those who pay may do: whoever's plan is paid by another neither spends nor ends it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kernel.access.guard import SignedRequest
from kernel.tenancy import platform_context
from shared_apps.communities.brand import community_of
from shared_apps.subscriptions.models import Subscription
from shared_apps.subscriptions.notices import latest

View = Callable[..., HttpResponse]


def at_own_cost(view: View) -> View:
    """Inside `needs`. A payer named by operators decides through them."""

    @wraps(view)
    def checked(request: SignedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with platform_context():
            found = latest(community_of(request.tenant.id))  # type: ignore[attr-defined]
            payer = Subscription.objects.select_related("payer").get(pk=found.pk).payer if found else None
        if payer is not None and payer.apart:
            return paid_by_another(request, payer)
        return view(request, *args, **kwargs)

    return checked


def paid_by_another(request: SignedRequest, payer: object) -> HttpResponse:
    told = _("За громаду платить %(payer)s: тариф, рахунки й картка — у платника. Запитання про оплату: %(email)s.")
    messages.error(request, told % {"payer": payer, "email": settings.SUPPORT_EMAIL})
    return redirect("subscription")
