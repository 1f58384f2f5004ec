"""Fountains, signs and benches of a small town; a few private ones with permits, one that must go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import Point
from django.utils import timezone

from kernel.access.models import User
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.territory.small_forms.models import FormDismantling, SmallForm

BY = Actor("job", name="демонстрація")
CENTRE = (33.42, 49.07)
FORMS = (
    ("fountain", "фонтан", "граніт"), ("monument", "памʼятний знак воїнам", "бронза"), ("pergola", "альтанка", "дерево"),
    ("bench", "лави та урни", "дерево, чавун"), ("stele", "стела на вʼїзді", "бетон"), ("sculpture", "скульптура", "камінь"),
    ("light", "святкова підсвітка", "метал"), ("fence", "кована огорожа", "метал"),
)  # fmt: skip
PLACES = ("парк Перемоги", "сквер біля лікарні", "площа Свободи", "вул. Соборна", "набережна")
ACT = "Рішення виконкому від 15.05.2026 № 140"


def load(by: User) -> int:
    """Once; without a settlement there is nowhere to put them."""
    settlement = apps.get_model("addresses", "Settlement").objects.order_by("katottg").first()
    if settlement is None or SmallForm.objects.exists():
        return 0
    today = timezone.localdate()
    parties = list(apps.get_model("organisations", "Party").objects.filter(kind="legal").order_by("id")) or [None]
    for place in range(30):
        kind, name, material = FORMS[place % len(FORMS)]
        where = PLACES[place % len(PLACES)]
        communal = place % 3 != 0 or parties[0] is None
        form = SmallForm(
            kind=kind, name=f"{name}, {where} ({place + 1})", material=material, settlement=settlement, place=where,
            communal=communal, holder=parties[place % len(parties)], condition=list(SmallForm.Condition)[place % 7 // 3],
            location=Point(CENTRE[0] + (place % 6 - 3) * 0.0037, CENTRE[1] + (place // 6 - 2) * 0.0021, srid=4326),
            installed_on=today - timedelta(days=200 + place * 90), **_paper(place, today),
        )  # fmt: skip
        _keep("small-forms", form, by)
    gone = SmallForm.objects.filter(state__in=("unpermitted", "expired")).order_by("number")[:3]
    for form in gone:
        order = FormDismantling(
            permit=form, act=ACT, grounds="Аварійний стан, дозволу немає.", ordered_on=today,
            due_on=today + timedelta(days=21), contractor="КП «Благоустрій»",
        )  # fmt: skip
        _keep("dismantlings", order, by)
    return 30 + len(gone)


def _paper(place: int, today: Any) -> dict[str, Any]:
    if place % 5 == 4:
        return {}
    if place % 11 == 6:
        return {"applied_on": today}
    since = today - timedelta(days=180)
    until = {0: today + timedelta(days=25 + place * 12), 1: None, 2: today - timedelta(days=6)}[
        place % 3 if place % 7 else 1
    ]
    return {"permit_number": f"МАФ-{place + 1}/26", "issued_on": since, "valid_from": since, "valid_to": until}


def _keep(register: str, card: Any, by: User) -> None:
    """The administrator who loads the demonstration has no say here: the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"small_forms.{register}"), card, by=BY)
