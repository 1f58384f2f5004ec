"""Ways a notice reaches a person. A provider of push or SMS takes the place of its empty port by `connect`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.dates import local_zone
from kernel.access.mail import absolute, site_name
from kernel.access.models import User
from kernel.notices.models import Notice

IN_APP = "app"


class NotSent(Exception):
    """The provider refused or did not answer; it will be tried again."""


class Channel(Protocol):
    code: str
    title: str | Promise

    @property
    def connected(self) -> bool: ...

    def address_of(self, person: User) -> str:
        """Where to send; empty when the person gave nothing of the kind."""

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> None:
        """One message with all of them; raises NotSent."""


class InApp:
    """The row itself is the message."""

    code = IN_APP
    title: str | Promise = gettext_lazy("У системі")
    connected = True

    def address_of(self, person: User) -> str:
        return str(person.pk)

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> None:
        return None


class Email:
    code = "email"
    title: str | Promise = gettext_lazy("Електронна пошта")
    connected = True

    def address_of(self, person: User) -> str:
        return person.email

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> None:
        context = {
            "site_name": site_name(),
            "person": person,
            "letters": [(one, absolute(one.url) if one.url else "") for one in notices],
            "preferences_url": absolute(reverse("notices:preferences")),
        }
        with timezone.override(local_zone()):
            body = render_to_string("notices/email.txt", context)
        subject = notices[0].title
        if len(notices) > 1:
            subject = _("%(site)s: сповіщень — %(count)s") % {"site": site_name(), "count": len(notices)}
        letter = EmailMessage(
            subject,
            body.strip() + "\n",
            settings.DEFAULT_FROM_EMAIL,
            [address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        try:
            letter.send()
        except OSError as error:
            # smtplib's exceptions are OSErrors too.
            raise NotSent(str(error) or type(error).__name__) from error


class NotConnected:
    """A port without a provider: wishes for it are noted, and the journal says why nothing was sent."""

    connected = False

    def __init__(self, code: str, title: str | Promise) -> None:
        self.code, self.title = code, title

    def address_of(self, person: User) -> str:
        return ""

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> None:
        raise NotSent(_("канал не підключено"))


_channels: dict[str, Channel] = {}


def connect(channel: Channel) -> None:
    _channels[channel.code] = channel


def channels() -> list[Channel]:
    return list(_channels.values())


def channel_named(code: str) -> Channel:
    return _channels[code]


connect(InApp())
connect(Email())
connect(NotConnected("push", gettext_lazy("Сповіщення браузера")))
connect(NotConnected("sms", "SMS"))
