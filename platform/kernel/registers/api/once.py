"""A request with an Idempotency-Key is done once; sent again, it is answered as it was the first time.

The answer is stored in the transaction of the change, so there is never one without the other. A refusal changes
nothing and is not stored: the same key may be tried again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.api import problem
from kernel.registers.api.models import KeptAnswer
from kernel.tenancy.locks import hold_lock

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
LONGEST = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def once(request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
    if HEADER not in request.headers:
        return work()
    key = request.headers[HEADER].strip()
    if not key or len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        return problem(
            400, _("Ключ повторення (Idempotency-Key) — від 1 до 255 латинських знаків; найкраще новий UUID.")
        )
    token: Any = request.auth  # type: ignore[attr-defined]
    asked = _print_of(request)
    with transaction.atomic():
        if not hold_lock(f"register_api.{token.pk}.{key}", wait=False):
            return problem(
                409, _("Запит із цим ключем повторення ще виконується. Зачекайте кілька секунд і повторіть.")
            )
        kept = KeptAnswer.objects.filter(token=token, key=key).first()
        if kept and kept.at < timezone.now() - KEPT_FOR:
            kept.delete()
            kept = None
        if kept and kept.request != asked:
            return problem(422, _("З цим ключем повторення вже надіслано інший запит. Для нового візьміть новий ключ."))
        if kept:
            return _replayed(kept)
        response = work()
        if response.status_code < 300:
            _keep(token, key, asked, response)
    return response


def _print_of(request: HttpRequest) -> str:
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + request.body).hexdigest()


def _keep(token: Any, key: str, asked: str, response: HttpResponse) -> None:
    KeptAnswer.objects.create(
        token=token,
        key=key,
        request=asked,
        status=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=response.content.decode(),
    )


def _replayed(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, headers=kept.headers)
    response["Idempotency-Replayed"] = "true"
    return response
