"""The way of a removal: inspected with its value, paid, permitted, done or refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.money import format_money
from kernel.operations import Who, operation
from kernel.periods import covering
from kernel.registers.events import announce
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card
from tenant_apps.territory.greenery.calc import FREE, NoRate, Rate, replacement_value
from tenant_apps.territory.greenery.models import Group, Plant, Removal, RemovalItem, ReplacementRate

MODULE = "greenery"
State = Removal.State


def keep(card: Any) -> Any:
    """Checked and written, untold: the register tells of what it saves itself."""
    adding = card._state.adding
    card.full_clean()
    if not adding:
        card.version = F("version") + 1
        card.updated_at = timezone.now()
    card.save()
    card.refresh_from_db()
    return card


def _moved(removal: Removal) -> Removal:
    keep(removal)
    register = register_of(Removal)
    assert register is not None
    announce(register, [removal.pk], "saved", removal.version)
    return removal


def _held(removal: Removal, *states: str) -> Removal:
    held = Removal.objects.select_for_update(of=("self",)).get(pk=removal.pk)
    if held.state not in states:
        raise ValidationError(
            _("Справа «%(state)s»: цього зараз не зробити. Відкрийте її картку, там видно дозволені дії.")
            % {"state": held.get_state_display()}
        )
    return held


def _items(removal: Removal) -> list[RemovalItem]:
    live = RemovalItem.objects.filter(removal=removal, archived_at__isnull=True)
    return list(live.select_related("plant__species").order_by("pk"))


def _not_later_than_today(name: str, day: date, first: date | None) -> None:
    if day > timezone.localdate() or (first and day < first):
        since = f"{first:%d.%m.%Y}" if first else _("початку справи")
        raise ValidationError({name: _("Вкажіть день від %(since)s до сьогодні.") % {"since": since}})


# -- cards ----------------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def save_removal(removal: Removal, *, by: Who, reason: str = "") -> Removal:
    if not removal._state.adding:
        was = Removal.objects.get(pk=removal.pk)
        if was.state != State.RECEIVED and (was.cause, was.received_on) != (removal.cause, removal.received_on):
            raise ValidationError(
                _("Справу обстежено: дату заяви й підставу вже не змінюють. Відмовте й почніть нову.")
            )
    saved: Removal = keep(removal)
    return saved


@operation(MODULE, Level.EDIT)
def save_item(item: RemovalItem, *, by: Who, reason: str = "") -> RemovalItem:
    told = ("removal_id", "plant_id", "diameter", "note")
    before = RemovalItem.objects.filter(pk=item.pk).values_list(*told).first()
    changed = before != tuple(getattr(item, name) for name in told)
    if changed and item.removal_id and item.removal.state != State.RECEIVED:
        raise ValidationError(_("Справу обстежено: переліку насаджень уже не змінюють. Відмовте й почніть нову."))
    saved: RemovalItem = keep(item)
    return saved


# -- moves ----------------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT, on="removal")
def inspect(removal: Removal, *, by: Who, on: date, act_number: str, commission: str, reason: str = "") -> Removal:
    """The commission's act; every plant gets its value by the rates of that day."""
    removal = _held(removal, State.RECEIVED)
    _not_later_than_today("on", on, removal.received_on)
    items = _items(removal)
    if not items:
        raise ValidationError(_("У справі ще немає насаджень. Додайте їх і внесіть акт."))
    for item, value in zip(items, values_of(items, removal.cause, on), strict=True):
        item.value = value
        keep(item)
    removal.state, removal.inspected_on = State.INSPECTED, on
    removal.act_number, removal.commission = act_number.strip(), commission.strip()
    removal.value = sum((item.value or Decimal(0) for item in items), Decimal(0))
    return _moved(removal)


def values_of(items: list[RemovalItem], cause: str, on: date) -> list[Decimal]:
    rates = [
        Rate(*row)
        for row in ReplacementRate.objects.filter(covering(on), archived_at__isnull=True).values_list(
            "group", "diameter_from", "diameter_to", "value"
        )
    ]
    return [_value(item, rates, cause, on) for item in items]


def _value(item: RemovalItem, rates: list[Rate], cause: str, on: date) -> Decimal:
    plant = item.plant
    if item.measured is None and cause not in FREE:
        raise ValidationError(_("Не вказано діаметра: %(plant)s. Впишіть його за актом.") % {"plant": plant})
    try:
        return replacement_value(rates, plant.species.group, item.measured or 0, plant.quantity, cause)
    except NoRate as missing:
        raise ValidationError(
            _(
                "Немає ставки відновної вартості на %(day)s: група «%(group)s», діаметр %(diameter)s см. "
                "Внесіть її в «Ставки відновної вартості»."
            )
            % {"day": f"{on:%d.%m.%Y}", "group": Group(missing.group).label, "diameter": missing.diameter}
        ) from None


@operation(MODULE, Level.EDIT, on="removal")
def pay(removal: Removal, *, by: Who, on: date, amount: Decimal, reason: str = "") -> Removal:
    removal = _held(removal, State.INSPECTED)
    if not removal.value:
        raise ValidationError(_("За цією підставою платити не треба. Одразу видайте ордер."))
    if removal.paid_on:
        raise ValidationError(_("Оплату вже внесено %(day)s.") % {"day": f"{removal.paid_on:%d.%m.%Y}"})
    _not_later_than_today("on", on, removal.inspected_on)
    if amount < removal.value:
        raise ValidationError(
            {"amount": _("Треба сплатити %(value)s. Внесіть оплату, коли надійде вся сума.")
             % {"value": format_money(removal.value)}}
        )  # fmt: skip
    removal.paid_on = on
    return _moved(removal)


@operation(MODULE, Level.EDIT, on="removal")
def permit(removal: Removal, *, by: Who, number: str, on: date, until: date, reason: str = "") -> Removal:
    removal = _held(removal, State.INSPECTED)
    _not_later_than_today("on", on, removal.inspected_on)
    if until < on:
        raise ValidationError({"until": _("Ордер діє щонайменше день. Вкажіть пізнішу дату.")})
    if removal.value and not removal.paid_on:
        raise ValidationError(
            _("Відновну вартість %(value)s ще не сплачено. Внесіть оплату й видайте ордер.")
            % {"value": format_money(removal.value)}
        )
    removal.state, removal.permit_number = State.PERMITTED, number.strip()
    removal.permit_on, removal.permit_until = on, until
    return _moved(removal)


@operation(MODULE, Level.EDIT, on="removal")
def finish(removal: Removal, *, by: Who, on: date, reason: str = "") -> Removal:
    """The plants leave the register; their cards stay in the archive with the day."""
    removal = _held(removal, State.PERMITTED)
    _not_later_than_today("on", on, removal.permit_on)
    if removal.permit_until and on > removal.permit_until:
        raise ValidationError(
            {"on": _("Ордер діяв до %(day)s. Видаляли без чинного ордера: оформте нову справу.")
             % {"day": f"{removal.permit_until:%d.%m.%Y}"}}
        )  # fmt: skip
    register = register_of(Plant)
    assert register is not None
    for item in _items(removal):
        plant = item.plant
        plant.removed_on = on
        keep(plant)
        archive_card(register, plant, by=by, reason=f"{removal.number}: {removal.permit_number}")
    return _closed(removal, State.DONE, on)


@operation(MODULE, Level.EDIT, on="removal")
def refuse(removal: Removal, *, by: Who, reason: str) -> Removal:
    removal = _held(removal, State.RECEIVED, State.INSPECTED)
    if removal.paid_on:
        raise ValidationError(_("Відновну вартість сплачено. Спершу поверніть гроші й скасуйте оплату рішенням."))
    removal.refusal = " ".join(reason.split())
    return _closed(removal, State.REFUSED, timezone.localdate())


def _closed(removal: Removal, state: str, on: date) -> Removal:
    for item in _items(removal):
        item.is_open = False
        keep(item)
    removal.state, removal.closed_on = state, on
    return _moved(removal)
