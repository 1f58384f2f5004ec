"""Pages about where notices reach a person: browsers, a phone, the tenant's gateway."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.signins import device_name
from kernel.access.views.shared import ask, done
from kernel.codes import PhoneField
from kernel.notices import push, sms
from kernel.notices.models import PushDevice, SmsGateway

SESSION_KEY = "push_device"


@require_POST
@login_required
def add(request: SignedRequest) -> HttpResponse:
    given = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("endpoint", "p256dh", "auth")}
    try:
        device = push.add_device(**given, name=_named(request), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("notices:preferences")
    request.session[SESSION_KEY] = device.pk
    return done(request, "notices:preferences", _("Цей пристрій показуватиме сповіщення."))


def _named(request: HttpRequest) -> str:
    return device_name(request.headers.get("User-Agent", "")) or _("Браузер")


@require_POST
@login_required
def remove(request: SignedRequest, device_id: int) -> HttpResponse:
    device = get_object_or_404(PushDevice, pk=device_id, person=request.user)
    push.remove_device(device, by=request.user)
    return done(request, "notices:preferences", _("Пристрій більше не отримує сповіщень."))


@receiver(user_logged_out)
def leave_no_device(request: HttpRequest | None = None, **_given: Any) -> None:
    """A browser left by one person must not tell the next one the first one's news."""
    key = request.session.get(SESSION_KEY) if request is not None else None
    if key:
        PushDevice.objects.filter(pk=key).delete()


class NumberForm(ActionForm):
    phone = PhoneField().formfield(  # type: ignore[assignment]
        label=gettext_lazy("Телефон для SMS"),
        required=False,
        help_text=gettext_lazy("Напр. +380 67 123 45 67. Порожньо — не надсилати."),
    )


@require_http_methods(["GET", "POST"])
@login_required
def number(request: SignedRequest) -> HttpResponse:
    known = sms.Sms().addresses_of([request.user]).get(request.user.pk, "")
    form = NumberForm(request.POST or None, initial={"phone": known})
    if request.method == "POST" and form.attempt(lambda: sms.set_number(form.cleaned_data["phone"], by=request.user)):
        return done(request, "notices:preferences", _("Номер збережено. Оберіть, що на нього надсилати."))
    title = _("Телефон для SMS")
    back = reverse("notices:preferences")
    return ask(
        request, form, title=title, submit=_("Зберегти"), back=back, crumbs=[(_("Налаштування"), back), (title, "")]
    )


class GatewayForm(ActionForm):
    mode = forms.ChoiceField(label=gettext_lazy("Спосіб"), choices=SmsGateway.Mode.choices)
    url = forms.CharField(label=gettext_lazy("Адреса шлюзу"), max_length=500, required=False)
    token = forms.CharField(
        label=gettext_lazy("Ключ доступу"),
        max_length=300,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Його дає оператор. Порожньо — лишити, який є. Назад його не показують."),
    )
    sender = forms.CharField(label=gettext_lazy("Підпис відправника"), max_length=20, required=False)
    template = forms.CharField(
        label=gettext_lazy("Тіло запиту (JSON)"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=gettext_lazy("На місце {phone}, {text} і {sender} стануть номер, текст і підпис."),
    )


@require_http_methods(["GET", "POST"])
@needs("access", Level.MANAGE)
def gateway(request: SignedRequest) -> HttpResponse:
    how = sms.gateway()
    known = {name: getattr(how, name) for name in ("mode", "url", "sender", "template")}
    form = GatewayForm(request.POST or None, initial=known)
    if request.method == "POST" and form.attempt(lambda: sms.set_gateway(by=request.user, **form.cleaned_data)):
        return done(request, "notices:gateway", _("Налаштування SMS збережено."))
    title = _("Надсилання SMS")
    return ask(
        request, form, title=title, submit=_("Зберегти"), back=reverse("notices:preferences"), crumbs=[(title, "")],
        intro=_("Шлюз — це адреса оператора, на яку хмара надсилає запит HTTP за кожне повідомлення."),
    )  # fmt: skip
