"""Text messages: by the tenant's own gateway, or by a stand-in that only writes them down."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.mail import site_name
from kernel.access.models import User
from kernel.access.secret import seal, unseal
from kernel.bus.calling import Unreachable, post, require_callable
from kernel.notices.channels import NotSent
from kernel.notices.models import Notice, SmsGateway, SmsNumber
from kernel.operations import operation
from kernel.tenancy import current_scope
from kernel.tenancy.cache import cache
from kernel.tenancy.log import get_logger

log = get_logger("notices.sms")
Mode = SmsGateway.Mode
LONGEST = 300
_MODE, _SECONDS = "notices.sms_mode", 60


def gateway() -> SmsGateway:
    return SmsGateway.objects.first() or SmsGateway()


class Sms:
    code = "sms"
    title: str | Promise = "SMS"
    like = ""

    @property
    def connected(self) -> bool:
        if current_scope().tenant is None:
            return False
        mode = cache.get(_MODE)
        if mode is None:
            mode = gateway().mode
            cache.set(_MODE, mode, _SECONDS)
        return bool(mode != Mode.OFF)

    def addresses_of(self, people: Collection[User]) -> dict[UUID, str]:
        return dict(SmsNumber.objects.filter(person__in=people).values_list("person_id", "phone"))

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> str:
        text = _text(notices)
        how = gateway()
        if how.mode == Mode.JOURNAL:
            log.info("sms_written_down", person=str(person.pk), letters=len(text))
            return _("лише журнал, шлюз не викликано: %(text)s") % {"text": text}
        if how.mode != Mode.HTTP:
            raise NotSent(_("канал не підключено"))
        _call(how, {"phone": address, "text": text, "sender": how.sender})
        return ""


def _text(notices: Sequence[Notice]) -> str:
    """Titles alone: what a text message says, whoever holds the phone reads."""
    told = notices[0].title
    if len(notices) > 1:
        told = _("%(title)s, і ще сповіщень: %(count)s") % {"title": told, "count": len(notices) - 1}
    return f"{site_name()}: {told}"[:LONGEST]


def _call(how: SmsGateway, given: Mapping[str, str]) -> None:
    body = json.dumps(_filled(json.loads(how.template), given), ensure_ascii=False).encode()
    token = unseal(how.token) if how.token else ""
    headers = {"Content-Type": "application/json", "User-Agent": "Hromada-Cloud-SMS/1"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        answer = post(how.url, body, headers)
    except Unreachable as error:
        raise NotSent(str(error)) from error
    if not answer.accepted:
        raise NotSent(_("шлюз SMS відповів %(status)s") % {"status": answer.status})


def _filled(part: Any, given: Mapping[str, str]) -> Any:
    """Values take their places inside texts; whatever is in them, the structure stays as it was written."""
    if isinstance(part, str):
        return given.get(part[1:-1], part) if part[:1] + part[-1:] == "{}" else _replaced(part, given)
    if isinstance(part, list):
        return [_filled(one, given) for one in part]
    if isinstance(part, dict):
        return {key: _filled(value, given) for key, value in part.items()}
    return part


def _replaced(text: str, given: Mapping[str, str]) -> str:
    for name, value in given.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@operation("access", Level.MANAGE)
def set_gateway(*, by: User, mode: str, url: str, token: str, sender: str, template: str) -> SmsGateway:
    """An empty token leaves the one that is kept."""
    how = gateway()
    how.mode, how.url, how.sender, how.template = mode, url.strip(), sender.strip(), template
    if token:
        if not token.isascii() or not token.isprintable():
            raise ValidationError(
                {"token": _("Ключ має літери, яких у ключах не буває. Скопіюйте його з кабінету оператора ще раз.")}
            )
        how.token = seal(token)
    if mode == Mode.HTTP:
        _check(how)
    how.full_clean(exclude=["token"])
    how.save()
    cache.delete(_MODE)
    return how


def _check(how: SmsGateway) -> None:
    try:
        require_callable(how.url)
    except Unreachable as error:
        raise ValidationError({"url": str(error)}) from error
    try:
        body = json.loads(how.template)
    except ValueError as error:
        raise ValidationError({"template": _("Це не JSON. Скопіюйте приклад із довідки шлюзу й виправте.")}) from error
    written = json.dumps(body)
    if "{phone}" not in written or "{text}" not in written:
        raise ValidationError({"template": _("У тілі запиту мають бути {phone} і {text}: куди й що надсилати.")})


@operation("notices", None)
def set_number(phone: str, *, by: User) -> None:
    """Empty takes it away."""
    if not phone:
        SmsNumber.objects.filter(person=by).delete()
        return
    row = SmsNumber.objects.filter(person=by).first() or SmsNumber(person=by)
    row.phone = phone
    row.full_clean()
    row.save()
