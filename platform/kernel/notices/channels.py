"""Ways a notice reaches a person. A provider takes the place of its empty port by `connect`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol
from uuid import UUID

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
from kernel.letters.posting import posted
from kernel.notices.models import Notice

IN_APP = "app"


class NotSent(Exception):
    """The provider refused or did not answer; it will be tried again."""


class Channel(Protocol):
    code: str
    title: str | Promise

    @property
    def connected(self) -> bool: ...

    # A channel that people get by default wherever they would get this one, once they gave it an address.
    like: str

    def addresses_of(self, people: Collection[User]) -> dict[UUID, str]:
        """Where to send; whoever gave nothing of the kind is left out."""

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> str:
        """One message with all of them; says what the journal should, if anything. Raises NotSent."""


class InApp:
    """The row itself is the message."""

    code = IN_APP
    title: str | Promise = gettext_lazy("У системі")
    connected = True
    like = ""

    def addresses_of(self, people: Collection[User]) -> dict[UUID, str]:
        return {person.pk: str(person.pk) for person in people}

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> str:
        return ""


class Email:
    code = "email"
    title: str | Promise = gettext_lazy("Електронна пошта")
    connected = True
    like = ""

    def addresses_of(self, people: Collection[User]) -> dict[UUID, str]:
        return {person.pk: person.email for person in people if person.email}

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> str:
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
            posted(letter).send()
        except OSError as error:
            # smtplib's exceptions are OSErrors too.
            raise NotSent(str(error) or type(error).__name__) from error
        return ""


class NotConnected:
    """A port without a provider: wishes for it are noted, and the journal says why nothing was sent."""

    connected = False
    like = ""

    def __init__(self, code: str, title: str | Promise) -> None:
        self.code, self.title = code, title

    def addresses_of(self, people: Collection[User]) -> dict[UUID, str]:
        return {}

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> str:
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
