"""Where a card that was merged away has gone: old links and loosely kept keys lead on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kernel.registers.merging.models import Merge
from kernel.registers.register import Register
from kernel.registers.registry import register_of

LONGEST_WAY = 20


def successor(model: type[Model], pk: Any) -> Any:
    """The key of the card it is now; its own where it was never merged."""
    register = register_of(model)
    for _step in range(LONGEST_WAY if register else 0):
        assert register is not None
        found = Merge.objects.filter(register=register.label, dropped_id=pk, undone_at=None)
        following = found.values_list("kept_id", flat=True).first()
        if following is None:
            break
        pk = following
    return pk


def led_on(request: HttpRequest, register: Register, card: Any) -> HttpResponse | None:
    """An old link shows the card it became, unless this very card is asked for or the other may not be seen."""
    if register.merges is None or not getattr(card, "archived_at", None) or {"stay", "on"} & set(request.GET):
        return None
    goal = successor(register.model, card.pk)
    if goal == card.pk:
        return None
    found = register.rows(request.user, archived=None).filter(pk=goal).first()
    if found is None:
        return None
    messages.info(
        request, _("Картку «%(card)s» обʼєднано з цією. Її власну сторінку можна відкрити з переліку обʼєднань.")
        % {"card": register.label_of(card)},
    )  # fmt: skip
    return redirect(register.url("card", goal))
