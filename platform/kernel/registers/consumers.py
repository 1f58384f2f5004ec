"""Who is told of a changed card: those who asked to be, if they still may see it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.bus.consume import Letter, consumes_named
from kernel.bus.declare import name_of_event
from kernel.bus.events import CardChanged
from kernel.notices.notify import notify
from kernel.registers.notices import CARD_CHANGED
from kernel.registers.registry import UnknownRegister, register_named
from kernel.remarks.models import Subscription
from kernel.remarks.subscriptions import subscribers_of_many

MOST_TOLD = 200


def _anybody_asked() -> set[str]:
    """Where nobody subscribed, a change of cards costs no delivery."""
    return {name_of_event(CardChanged)} if Subscription.objects.exists() else set()


@consumes_named(_anybody_asked, consumer="registers.subscribers")
def tell_subscribers(event: CardChanged, letter: Letter) -> None:
    try:
        register = register_named(event.register)
    except UnknownRegister:
        # Its module has left since the letter was written.
        return
    keys = [key for key in event.cards if key]
    wanted = {key: people for key, people in subscribers_of_many(register.table, keys).items() if people}
    people = User.objects.in_bulk({person for told in wanted.values() for person in told})
    for key, told in list(wanted.items())[:MOST_TOLD]:
        _tell(register, key, [people[person] for person in told if person in people], letter)


def _tell(register: Any, key: str, people: list[User], letter: Letter) -> None:
    for person in people:
        card = register.rows(person, archived=None).filter(pk=key).first()
        # Nobody is told what they did themselves.
        if card is None or str(person.pk) == letter.actor.get("id"):
            continue
        notify(
            [person],
            kind=CARD_CHANGED.name,
            title=_("%(who)s: зміни в картці «%(card)s»")
            % {"who": letter.actor.get("name") or _("Система"), "card": register.label_of(card)},
            url=register.url("card", card.pk),
            key=f"{letter.uid}:{key}:{person.pk}",
        )
