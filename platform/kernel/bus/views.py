"""For the administrator: letters nobody could read, and the webhooks."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel.access.forms import ReasonForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.access.views.shared import Text, ask, done, perform
from kernel.bus import delivery, webhooks
from kernel.bus.forms import WebhookForm
from kernel.bus.models import Delivery, Event, Webhook, WebhookMessage

PAGE = 50


@require_GET
@needs("bus", Level.VIEW)
def index(request: SignedRequest) -> HttpResponse:
    aside = Delivery.objects.filter(state=Delivery.State.SET_ASIDE).select_related("event")
    context = {
        "page": Paginator(aside, PAGE).get_page(request.GET.get("page")),
        "waiting": Delivery.objects.filter(state=Delivery.State.WAITING).count(),
        "trying": Delivery.objects.filter(state=Delivery.State.WAITING, attempts__gt=0).count(),
        "last": Event.objects.last(),
        "may_retry": allowed(request.user, "bus", Level.EDIT),
        "may_skip": allowed(request.user, "bus", Level.MANAGE),
    }
    return render(request, "bus/index.html", context)


@require_POST
@needs("bus", Level.EDIT)
def retry(request: SignedRequest, delivery_id: int) -> HttpResponse:
    found = get_object_or_404(Delivery, pk=delivery_id)
    return perform(
        request,
        lambda: delivery.retry_delivery(found, by=request.user),
        told=_("Подію поставлено в чергу знову."),
        to="bus:index",
    )


@needs("bus", Level.MANAGE)
def skip(request: SignedRequest, delivery_id: int) -> HttpResponse:
    found = get_object_or_404(Delivery, pk=delivery_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: delivery.skip_delivery(found, by=request.user, reason=form.cleaned_data["reason"])
    ):
        return done(request, "bus:index", _("Подію пропущено."))
    return ask(
        request,
        form,
        title=_("Пропустити подію"),
        intro=_("Отримувач «%(consumer)s» ніколи не дізнається про неї.") % {"consumer": found.consumer},
        submit=_("Пропустити"),
        danger=True,
        back=reverse("bus:index"),
        crumbs=[(_("Шина подій"), reverse("bus:index")), (_("Пропуск"), "")],
    )


# -- webhooks -----------------------------------------------------------------------------------------


def _trail(*steps: tuple[Text, str]) -> list[tuple[Text, str]]:
    return [(_("Вебхуки"), reverse("webhooks:index")), *steps]


@require_GET
@needs("bus", Level.VIEW)
def webhook_list(request: SignedRequest) -> HttpResponse:
    counted = Webhook.objects.annotate(
        waiting=Count("messages", filter=Q(messages__state=WebhookMessage.State.WAITING)),
        last_at=Max("messages__finished_at"),
    )
    context = {"webhooks": counted.order_by("title"), "manages": allowed(request.user, "bus", Level.MANAGE)}
    return render(request, "bus/webhooks.html", context)


def _secret_shown(request: SignedRequest, webhook: Webhook, secret: str) -> HttpResponse:
    answer = render(request, "bus/secret.html", {"webhook": webhook, "secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


@needs("bus", Level.MANAGE)
def new_webhook(request: SignedRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None)
    made: list[tuple[Webhook, str]] = []
    if request.method == "POST" and form.attempt(
        lambda: made.append(webhooks.add_webhook(**form.cleaned_data, by=request.user))
    ):
        return _secret_shown(request, *made[0])
    return ask(
        request,
        form,
        title=_("Новий вебхук"),
        intro=_("На цю адресу надходитимуть підписані повідомлення про зміни. Вони містять лише номери карток."),
        submit=_("Додати вебхук"),
        back=reverse("webhooks:index"),
        crumbs=_trail((_("Новий вебхук"), "")),
    )


@needs("bus", Level.MANAGE)
def edit_webhook(request: SignedRequest, webhook_id: UUID) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    initial = {"title": webhook.title, "url": webhook.url, "events": webhook.events}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.attempt(
        lambda: webhooks.change_webhook(webhook, by=request.user, **form.cleaned_data)
    ):
        return done(request, "webhooks:card", _("Зміни збережено."), webhook.pk)
    back = reverse("webhooks:card", args=[webhook.pk])
    return ask(
        request,
        form,
        title=_("Зміна вебхука"),
        submit=_("Зберегти"),
        back=back,
        crumbs=_trail((webhook.title, back), (_("Зміна"), "")),
    )


@require_GET
@needs("bus", Level.VIEW)
def webhook_card(request: SignedRequest, webhook_id: UUID) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    journal = webhook.messages.order_by("-event_id")
    state = request.GET.get("state", "")
    if state in WebhookMessage.State.values:
        journal = journal.filter(state=state)
    shown = [("", _("усі")), *WebhookMessage.State.choices]
    context = {
        "webhook": webhook,
        "page": Paginator(journal, PAGE).get_page(request.GET.get("page")),
        "states": [(value, label, value == state) for value, label in shown],
        "may_resend": allowed(request.user, "bus", Level.EDIT),
        "manages": allowed(request.user, "bus", Level.MANAGE),
    }
    return render(request, "bus/webhook.html", context)


@require_POST
@needs("bus", Level.MANAGE)
def renew(request: SignedRequest, webhook_id: UUID) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    return _secret_shown(request, webhook, webhooks.renew_secret(webhook, by=request.user))


def _switch(request: SignedRequest, webhook_id: UUID, work: Callable[..., None], told: str) -> HttpResponse:
    webhook = get_object_or_404(Webhook, pk=webhook_id)
    return perform(request, lambda: work(webhook, by=request.user), told=told, to="webhooks:card", args=(webhook.pk,))


@require_POST
@needs("bus", Level.MANAGE)
def switch_off(request: SignedRequest, webhook_id: UUID) -> HttpResponse:
    return _switch(request, webhook_id, webhooks.switch_off, _("Вебхук вимкнено. Нове чекатиме, доки не ввімкнете."))


@require_POST
@needs("bus", Level.MANAGE)
def switch_on(request: SignedRequest, webhook_id: UUID) -> HttpResponse:
    return _switch(request, webhook_id, webhooks.switch_on, _("Вебхук увімкнено. Те, що чекало, надсилається."))


@require_POST
@needs("bus", Level.EDIT)
def resend(request: SignedRequest, webhook_id: UUID, message_id: UUID) -> HttpResponse:
    message = get_object_or_404(WebhookMessage.objects.select_related("webhook"), pk=message_id, webhook=webhook_id)
    return perform(
        request,
        lambda: webhooks.resend(message, by=request.user),
        told=_("Повідомлення поставлено в чергу."),
        to="webhooks:card",
        args=(webhook_id,),
    )
