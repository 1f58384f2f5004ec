"""What a person said of each kind and channel, and when to leave them in peace."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ActionForm
from kernel.access.models import User
from kernel.notices.channels import IN_APP, channels
from kernel.notices.kinds import kinds
from kernel.notices.models import Preference, QuietHours
from kernel.notices.notify import by_custom, wishes_of
from kernel.operations import operation


class QuietForm(ActionForm):
    begins = forms.TimeField(
        label=gettext_lazy("Тихо з"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("Тихо до"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy(
            "Порожньо — без тихих годин. Негайне надходить завжди, решта — одним листом по їх кінці."
        ),
    )


def matrix_of(person: User) -> list[tuple[Any, list[tuple[Any, bool]]]]:
    """Rows for the page: the kind, and each channel with whether it is wanted."""
    wishes, reach = wishes_of([person.pk]), _reach(person)
    return [
        (
            kind,
            [
                (
                    channel,
                    wishes.get((person.pk, kind.name, channel.code), by_custom(kind, channel, reach[channel.code])),
                )
                for channel in channels()
            ],
        )
        for kind in kinds()
    ]


def _reach(person: User) -> dict[str, str]:
    return {
        channel.code: channel.addresses_of([person]).get(person.pk, "") if channel.connected else ""
        for channel in channels()
    }


@operation("notices", None)
def choose_notices(wanted: Collection[str], *, by: User, begins: time | None, ends: time | None) -> None:
    """`wanted` are «kind:channel». A channel without a provider keeps what was said of it before."""
    if (begins is None) != (ends is None):
        raise ValidationError({"ends": _("Вкажіть і початок, і кінець тихих годин — або жодного.")})
    wishes, reach = wishes_of([by.pk]), _reach(by)
    for kind in kinds():
        for channel in channels():
            chosen = f"{kind.name}:{channel.code}" in wanted
            known = wishes.get((by.pk, kind.name, channel.code), by_custom(kind, channel, reach[channel.code]))
            if channel.code != IN_APP and channel.connected and chosen != known:
                Preference.objects.update_or_create(
                    person=by, kind=kind.name, channel=channel.code, defaults={"wanted": chosen}
                )
    if begins is None or ends is None:
        QuietHours.objects.filter(person=by).delete()
        return
    hours = QuietHours.objects.filter(person=by).first() or QuietHours(person=by)
    hours.begins, hours.ends = begins, ends
    hours.full_clean()
    hours.save()
