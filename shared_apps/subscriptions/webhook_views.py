"""Stripe's door: on the platform's own host, without a session."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shared_apps.subscriptions.webhooks import Forged, receive, verified

LARGEST = 1024 * 1024


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> JsonResponse:
    """400 for what is not Stripe's; 200 for all that was understood, also when nothing is to be done."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        event = verified(request.body, request.headers.get("Stripe-Signature", ""))
    except Forged:
        return JsonResponse({"error": "signature"}, status=400)
    return JsonResponse({"outcome": receive(event)})
