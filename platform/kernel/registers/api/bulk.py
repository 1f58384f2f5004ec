"""Up to a thousand cards in one request: each with its own result, or all or nothing."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from pydantic_core import from_json

from kernel.api import problem
from kernel.registers.api.shapes import LARGEST
from kernel.registers.api.values import answer
from kernel.registers.api.written import NotJson, Taken, Unfit, put, read
from kernel.registers.register import Register
from kernel.registers.saving import Stale, card_or_404

MOST = 1000


class _Refused(Exception):
    """Takes back everything that was done before it."""


def write_many(request: HttpRequest, register: Register, reason: str) -> HttpResponse:
    try:
        given = from_json(request.body, allow_inf_nan=False)
    except ValueError:
        raise NotJson from None
    items, whole = _items(given)
    results: list[dict[str, Any]] = []
    try:
        with transaction.atomic() if whole else nullcontext():
            for position, item in enumerate(items):
                results.append({"index": position, **_one(request, register, item, reason)})
            if whole and any(one["status"] >= 300 for one in results):
                raise _Refused
    except _Refused:
        refused = [one for one in results if one["status"] >= 300]
        return problem(422, _("Нічого не записано: виправте названі записи й повторіть."), items=refused)
    statuses = [one["status"] for one in results]
    content = {
        "created": statuses.count(201),
        "changed": statuses.count(200),
        "refused": sum(status >= 300 for status in statuses),
        "items": results,
    }
    return answer(request, content)


def _items(given: Any) -> tuple[list[Any], bool]:
    if not isinstance(given, dict) or not isinstance(given.get("items"), list):
        raise _wrong("items", _("Тіло — обʼєкт JSON з переліком items."))
    if strange := set(given) - {"items", "atomic"}:
        raise _wrong(sorted(strange)[0], _("Такого поля тут немає. Можливі: items, atomic."))
    if not 1 <= len(given["items"]) <= MOST:
        raise _wrong("items", _("За один раз — від 1 до %(most)s записів. Поділіть решту на частини.") % {"most": MOST})
    whole = given.get("atomic", False)
    if not isinstance(whole, bool):
        raise _wrong("atomic", _("Тут має бути true або false."))
    return given["items"], whole


def _wrong(field: str, message: str) -> Unfit:
    return Unfit([{"field": field, "message": message, "code": "invalid"}])


def _one(request: HttpRequest, register: Register, item: Any, reason: str) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return _written(request, register, item, reason)
    except Unfit as unfit:
        return {"status": 422, "errors": unfit.errors}
    except Http404:
        return _refusal(404, _("Такого запису немає або він не ваш. Перевірте ключ."))
    except Stale as stale:
        told = _("Запис тим часом змінено. Візьміть його ще раз і повторіть зміну.")
        return {**_refusal(412, told), "version": stale.theirs.version}
    except PermissionDenied as denied:
        return _refusal(403, str(denied))
    except Taken:
        return _refusal(409, _("Такий самий запис щойно зробив хтось інший. Перевірте перелік."))


def _refusal(status: int, message: str) -> dict[str, Any]:
    return {"status": status, "errors": [{"field": "", "message": message, "code": "refused"}]}


def _written(request: HttpRequest, register: Register, item: Any, reason: str) -> dict[str, Any]:
    key, version, values = _parts(register, item)
    if key is None:
        given = read(register, request.user, json.dumps(values), partial=False)
        card, status = put(request, register, register.model(), given, version=None, reason=reason), 201
    else:
        card = card_or_404(register, request.user, key)
        given = read(register, request.user, json.dumps(values), partial=True, card=card)
        card, status = put(request, register, card, given, version=version, reason=reason), 200
    return {"status": status, "id": card.pk, "version": getattr(card, "version", None)}


def _parts(register: Register, item: Any) -> tuple[int | None, int | None, dict[str, Any]]:
    if not isinstance(item, dict) or not isinstance(item.get("values"), dict):
        raise _wrong("values", _("Запис — обʼєкт JSON з полями values, а для зміни ще id і version."))
    if strange := set(item) - {"id", "version", "values"}:
        raise _wrong(sorted(strange)[0], _("Такого поля тут немає. Можливі: id, version, values."))
    key, version = item.get("id"), item.get("version")
    for name, value in (("id", key), ("version", version)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST):
            raise _wrong(name, _("Тут має бути ціле число від 1."))
    if key is not None and version is None and hasattr(register.model, "version"):
        raise _wrong("version", _("Назвіть version, з якої робите зміну: її дає читання запису."))
    return key, version, item["values"]


# -- descriptions -------------------------------------------------------------------------------------


def body_schema(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    number = {"type": "integer", "minimum": 1, "maximum": LARGEST}
    new = {
        "type": "object",
        "properties": {"values": whole},
        "required": ["values"],
        "additionalProperties": False,
    }
    changed = {
        "type": "object",
        "properties": {"id": number, "version": number, "values": part},
        "required": ["id", "version", "values"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "atomic": {"type": "boolean", "description": _("true — записати все або нічого")},
            "items": {"type": "array", "minItems": 1, "maxItems": MOST, "items": {"anyOf": [new, changed]}},
        },
        "required": ["items"],
        "additionalProperties": False,
    }


def result_schema() -> dict[str, Any]:
    count = {"type": "integer"}
    result = {
        "type": "object",
        "properties": {
            "index": count,
            "status": count,
            "id": count,
            "version": {"type": ["integer", "null"]},
            "errors": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["index", "status"],
    }
    return {
        "type": "object",
        "properties": {
            "created": count,
            "changed": count,
            "refused": count,
            "items": {"type": "array", "items": result},
        },
        "required": ["created", "changed", "refused", "items"],
    }
