"""Addresses outside that are told of changes: who made them, what was sent, what they answered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.secret import seal, unseal
from kernel.bus.calling import Answer, Unreachable, addresses_of, call, new_signing_secret, require_callable
from kernel.bus.consume import Letter
from kernel.bus.declare import event_names, to_payload
from kernel.bus.models import Webhook, WebhookMessage
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy.log import get_logger

log = get_logger("bus.webhooks")
State = WebhookMessage.State

CALLED_AT_ONCE = 10
LEASE = timedelta(minutes=5)
BUDGET_SECONDS = 20.0
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600, 43200))
# So many failures in a row, of whatever messages, and nobody is called any more.
FAILURES_BORNE = 20
GONE = 410
KEPT = timedelta(days=90)


@operation("bus", Level.MANAGE)
def add_webhook(title: str, url: str, events: Iterable[str], *, by: Who) -> tuple[Webhook, str]:
    """The row and the secret in the clear, which is shown once."""
    secret = new_signing_secret()
    webhook = Webhook(
        title=title.strip(), url=url.strip(), events=_known(events), secret=seal(secret), created_by=name_of(by)
    )
    _require_reachable(webhook.url)
    webhook.full_clean(exclude=["secret"])
    webhook.save()
    return webhook, secret


@operation("bus", Level.MANAGE)
def change_webhook(webhook: Webhook, *, by: Who, title: str, url: str, events: Iterable[str]) -> Webhook:
    webhook.title, webhook.url, webhook.events = title.strip(), url.strip(), _known(events)
    _require_reachable(webhook.url)
    webhook.full_clean(exclude=["secret"])
    webhook.save(update_fields=["title", "url", "events"])
    return webhook


@operation("bus", Level.MANAGE)
def renew_secret(webhook: Webhook, *, by: Who, reason: str = "") -> str:
    secret = new_signing_secret()
    webhook.secret = seal(secret)
    webhook.save(update_fields=["secret"])
    return secret


@operation("bus", Level.MANAGE)
def switch_off(webhook: Webhook, *, by: Who, reason: str = "") -> None:
    """What waits stays waiting, and goes out when the webhook is on again."""
    _disable(webhook, reason.strip() or _("вимкнено: %(who)s") % {"who": name_of(by)})


@operation("bus", Level.MANAGE)
def switch_on(webhook: Webhook, *, by: Who, reason: str = "") -> None:
    Webhook.objects.filter(pk=webhook.pk).update(disabled_at=None, disabled_why="", failures=0)
    webhook.messages.filter(state=State.WAITING).update(next_at=timezone.now(), attempts=0)
    transaction.on_commit(_wake, robust=True)


@operation("bus", Level.EDIT)
def resend(message: WebhookMessage, *, by: Who, reason: str = "") -> None:
    """With the same key, so that the receiver knows it for a repetition."""
    if message.webhook.disabled_at:
        raise Denied(_("Вебхук вимкнено. Увімкніть його, тоді надішліть ще раз."))
    WebhookMessage.objects.filter(pk=message.pk).update(
        state=State.WAITING, attempts=0, next_at=timezone.now(), finished_at=None
    )
    transaction.on_commit(_wake, robust=True)


def _known(events: Iterable[str]) -> list[str]:
    wanted = sorted(set(events))
    if not wanted:
        raise ValidationError({"events": _("Виберіть хоча б одну подію.")})
    if strange := set(wanted) - set(event_names()):
        raise ValidationError({"events": _("Таких подій немає: %(events)s.") % {"events": ", ".join(sorted(strange))}})
    return wanted


def _require_reachable(url: str) -> None:
    try:
        _scheme, host, port, _path = require_callable(url)
        addresses_of(host, port)
    except Unreachable as error:
        raise ValidationError({"url": str(error)}) from error


def _disable(webhook: Webhook, why: str) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(disabled_at=timezone.now(), disabled_why=why[:300])


def _wake() -> None:
    from kernel.bus.jobs import send_webhooks

    send_webhooks.delay()


# -- from the bus to the queue --------------------------------------------------------------------


def wanted_events() -> set[str]:
    """A tenant without webhooks pays nothing for them."""
    return {name for names in Webhook.objects.values_list("events", flat=True) for name in names}


def queue_messages(event: object, letter: Letter) -> None:
    body = json.dumps(
        {"type": letter.type, "timestamp": letter.at.isoformat(), "data": to_payload(event)}, ensure_ascii=False
    )
    WebhookMessage.objects.bulk_create(
        (
            WebhookMessage(
                webhook=webhook, event_id=letter.position, type=letter.type, subject=letter.subject, body=body
            )
            for webhook in Webhook.objects.filter(events__contains=[letter.type])
        ),
        ignore_conflicts=True,
    )
    transaction.on_commit(_wake, robust=True)


# -- from the queue to the world --------------------------------------------------------------------


def send_waiting(budget: float = BUDGET_SECONDS) -> bool:
    """Whether something may be left because the time was up. No transaction is open during a call."""
    until = time.monotonic() + budget
    while time.monotonic() < until:
        with transaction.atomic():
            queue = WebhookMessage.objects.filter(webhook__disabled_at__isnull=True)
            taken = queue.claim("webhook", CALLED_AT_ONCE, LEASE, "webhook")
        if not taken:
            return False
        for message in taken:
            _send(message)
    return True


def _send(message: WebhookMessage) -> None:
    webhook = Webhook.objects.get(pk=message.webhook_id)
    if webhook.disabled_at:
        # Switched off since this batch was taken: it waits, and the attempt was none.
        _mine(message).update(attempts=message.attempts - 1, next_at=timezone.now())
        return
    answer, error = None, ""
    try:
        answer = _call(webhook, message)
        if not answer.accepted:
            error = _("відповідь %(status)s: %(text)s") % {"status": answer.status, "text": answer.text}
    except Unreachable as unreachable:
        error = str(unreachable)
    _note(webhook, message, answer, error)


def _call(webhook: Webhook, message: WebhookMessage) -> Answer:
    secret = unseal(webhook.secret)
    if secret is None:
        raise Unreachable(_("Секрет запечатано на іншій установці. Створіть новий секрет на сторінці вебхука."))
    return call(webhook.url, secret, f"msg_{message.pk.hex}", message.body.encode())


def _mine(message: WebhookMessage) -> QuerySet[WebhookMessage]:
    """Unless the lease ran out and another worker has the message now."""
    return WebhookMessage.objects.filter(pk=message.pk, attempts=message.attempts, state=State.WAITING)


def _note(webhook: Webhook, message: WebhookMessage, answer: Answer | None, error: str) -> None:
    now = timezone.now()
    gone = answer is not None and answer.status == GONE
    pause = None if gone or message.attempts > len(PAUSES) else PAUSES[message.attempts - 1]
    one = {
        "at": now.isoformat(),
        "status": answer.status if answer else None,
        "seconds": answer.seconds if answer else None,
        "error": error[:600],
    }
    state = State.DELIVERED if not error else State.WAITING if pause else State.FAILED
    with transaction.atomic():
        _mine(message).update(
            state=state,
            status=answer.status if answer else None,
            tries=[*message.tries, one],
            next_at=now + (pause or timedelta(0)),
            finished_at=None if state == State.WAITING else now,
        )
        if error:
            _count_failure(webhook, gone)
        else:
            Webhook.objects.filter(pk=webhook.pk, failures__gt=0).update(failures=0)


def _count_failure(webhook: Webhook, gone: bool) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(failures=F("failures") + 1)
    webhook.refresh_from_db(fields=["failures", "disabled_at"])
    if webhook.disabled_at or (webhook.failures < FAILURES_BORNE and not gone):
        return
    why = (
        _("сервер відповів, що адреси більше немає (410)")
        if gone
        else _("%(count)s невдач поспіль") % {"count": webhook.failures}
    )
    _disable(webhook, why)
    log.warning("webhook_disabled", webhook=str(webhook.pk), why=why)
    _tell_administrators(webhook, why)


def _tell_administrators(webhook: Webhook, why: str) -> None:
    from django.urls import reverse

    from kernel.access.roles import administrators
    from kernel.notices.notify import notify

    notify(
        administrators(),
        kind="bus.webhook_disabled",
        title=_("Вебхук «%(title)s» вимкнено") % {"title": webhook.title},
        body=_(
            "Причина: %(why)s. Перевірте сервер отримувача й увімкніть вебхук знову: повідомлення чекають %(days)s днів."
        )
        % {"why": why, "days": KEPT.days},
        url=reverse("webhooks:card", args=[webhook.pk]),
        key=f"webhook-disabled:{webhook.pk}:{timezone.now():%Y-%m-%dT%H:%M}",
    )


def is_anything_due() -> bool:
    return WebhookMessage.objects.filter(
        webhook__disabled_at__isnull=True, state=State.WAITING, next_at__lte=timezone.now()
    ).exists()


def forget_old() -> int:
    """Those that waited for a webhook nobody switched on again go too."""
    gone, _by_model = WebhookMessage.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return gone
