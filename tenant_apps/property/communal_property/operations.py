"""Property is handed over and written off; a counting begins, finds, and ends with an act."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import visible
from kernel.operations import Denied, Who, operation
from kernel.registers.events import announce
from kernel.registers.registry import register_of
from tenant_apps.property.communal_property.models import LIVE, Asset, Inventory, InventoryLine

MODULE = "communal_property"
PORTION = 1000
_CARD = re.compile(r"/communal-property/(\d{1,18})/?(?:$|[?#])")
# What the order has settled does not change once things are being counted, nor anything once they are counted.
_SETTLED = {
    Inventory.State.OPEN: ("holder_id",),
    Inventory.State.CLOSED: ("holder_id", "order_number", "ordered_on", "starts_on", "ends_on", "commission"),
}


def _keep(card: Any) -> Any:
    if not card._state.adding:
        card.version, card.updated_at = F("version") + 1, timezone.now()
    card.full_clean(exclude=["version"])
    card.save()
    card.refresh_from_db()
    return card


def _keep_and_tell(card: Any) -> Any:
    saved = _keep(card)
    register = register_of(type(card))
    assert register is not None
    announce(register, [saved.pk], "saved", saved.version)
    return saved


def _refuse_if_awaited(asset: Asset) -> None:
    if asset.is_awaited:
        raise Denied(_("Майно чекає на перевірку в інвентаризації. Спершу позначте його там або завершіть її."))


@operation(MODULE, Level.EDIT, on="asset")
def hand_over(asset: Asset, *, by: Who, holder: Any, reason: str, keeper: Any = None) -> Asset:
    asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if asset.use == Asset.Use.WRITTEN_OFF:
        raise Denied(_("Списаного не передають. Спершу поверніть майно на облік."))
    if (asset.holder_id, asset.keeper_id) == (holder.pk, keeper.pk if keeper else None):
        raise Denied(_("Майно вже в них. Оберіть іншого балансоутримувача чи відповідальну особу."))
    _refuse_if_awaited(asset)
    asset.holder, asset.keeper = holder, keeper
    saved: Asset = _keep_and_tell(asset)
    return saved


@operation(MODULE, Level.MANAGE, on="asset")
def write_off(asset: Asset, *, by: Who, on: date, reason: str) -> Asset:
    """It stays in the register, out of figures of use; the act is in the history."""
    asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if asset.use == Asset.Use.WRITTEN_OFF:
        raise Denied(_("Майно вже списано. Відкрийте його картку ще раз."))
    if on > local_today():
        raise Denied(_("Цей день ще не настав. Впишіть день акта списання."))
    _refuse_if_awaited(asset)
    asset.use, asset.written_off_on = Asset.Use.WRITTEN_OFF, on
    saved: Asset = _keep_and_tell(asset)
    return saved


@operation(MODULE, Level.MANAGE, on="asset")
def take_back(asset: Asset, *, by: Who, reason: str) -> Asset:
    """A mistaken writing off."""
    asset = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
    if asset.use != Asset.Use.WRITTEN_OFF:
        raise Denied(_("Майно вже на обліку. Відкрийте його картку ще раз."))
    asset.use, asset.written_off_on = Asset.Use.USED, None
    saved: Asset = _keep_and_tell(asset)
    return saved


# -- counting -------------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def save_inventory(inventory: Inventory, *, by: Who, reason: str = "") -> Inventory:
    was = Inventory.objects.filter(pk=inventory.pk).first()
    settled = _SETTLED.get(Inventory.State(was.state), ()) if was else ()
    if any(getattr(was, name) != getattr(inventory, name) for name in settled):
        raise ValidationError(_("Інвентаризацію вже розпочато чи завершено: цього в ній не змінюють. Створіть нову."))
    saved: Inventory = _keep(inventory)
    return saved


@operation(MODULE, Level.EDIT, on="inventory")
def begin(inventory: Inventory, *, by: Who, reason: str = "") -> int:
    """A line for everything the books say the holder has today."""
    inventory = _locked(inventory)
    if inventory.state != Inventory.State.DRAFT:
        raise Denied(_("Інвентаризацію вже розпочато. Відкрийте її картку ще раз."))
    inventory.state = Inventory.State.OPEN
    _keep_and_tell(inventory)
    assets = Asset.objects.filter(LIVE, holder=inventory.holder_id).exclude(use="written_off").order_by("pk")
    rows = [
        InventoryLine(
            inventory=inventory, asset_id=pk, number=number, name=name, value=value, created_by=_author(by)
        )
        for pk, number, name, value in assets.values_list("pk", "number", "name", "value").iterator(PORTION)
    ]  # fmt: skip
    InventoryLine.objects.bulk_create(rows, batch_size=PORTION)
    return len(rows)


@operation(MODULE, Level.EDIT, on="inventory")
def note_found(inventory: Inventory, *, by: Who, number: str, place: str = "", note: str = "") -> InventoryLine:
    """By the number on the tag, or by the address out of its QR code. What another holder has is a surplus here."""
    inventory = _running(inventory)
    asset = _asset_of(inventory, number.strip(), by)
    if asset is None:
        raise Denied(
            _("Майна з номером «%(number)s» у реєстрі немає. Перевірте номер на бирці або запишіть річ як лишок.")
            % {"number": number.strip()[:40]}
        )
    line = inventory.lines.filter(LIVE, asset=asset).first()
    if line is None:
        line = InventoryLine(inventory=inventory, asset=asset, number=asset.number, name=asset.name, value=asset.value)
        line.result, line.created_by = InventoryLine.Result.SURPLUS, _author(by)
        line.note = note or _("за обліком у %(holder)s") % {"holder": str(asset.holder)[:200]}
    elif line.result == InventoryLine.Result.PENDING:
        line.result = InventoryLine.Result.FOUND
    line.note, line.place, line.checked_at = note or line.note, place or line.place, timezone.now()
    saved: InventoryLine = _keep(line)
    return saved


def _asset_of(inventory: Inventory, text: str, by: Who) -> Asset | None:
    """What this counting expects first; of the rest, only what the person may see, and only when it is one."""
    address = _CARD.search(text)
    wanted = Q(pk=int(address[1])) if address else Q(number__iexact=text)
    living = Asset.objects.filter(LIVE, wanted).select_related("holder")
    expected = living.filter(pk__in=inventory.lines.filter(LIVE, asset__isnull=False).values("asset"))
    if found := sorted(expected, key=lambda one: one.number != text):
        return found[0]
    others = list((visible(living, by) if isinstance(by, User) else living)[:2])
    return others[0] if len(others) == 1 else None


@operation(MODULE, Level.EDIT, on="inventory")
def note_surplus(inventory: Inventory, *, by: Who, name: str, place: str = "", note: str = "") -> InventoryLine:
    inventory = _running(inventory)
    line = InventoryLine(
        inventory=inventory, name=name.strip(), result="surplus", place=place, note=note, checked_at=timezone.now(),
        created_by=_author(by),
    )  # fmt: skip
    saved: InventoryLine = _keep(line)
    return saved


@operation(MODULE, Level.EDIT, on="line")
def unmark(line: InventoryLine, *, by: Who, reason: str = "") -> InventoryLine:
    """A slip of the hand: what was expected waits again, a surplus leaves the list."""
    _running(line.inventory)
    line = InventoryLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.result == InventoryLine.Result.FOUND:
        line.result, line.checked_at = InventoryLine.Result.PENDING, None
    elif line.result == InventoryLine.Result.SURPLUS and line.archived_at is None:
        line.archived_at = timezone.now()
    else:
        raise Denied(_("Цей рядок ще не позначено. Відкрийте його картку ще раз."))
    saved: InventoryLine = _keep(line)
    return saved


@operation(MODULE, Level.EDIT, on="inventory")
def finish(inventory: Inventory, *, by: Who, reason: str = "") -> int:
    """What nobody met is missing."""
    inventory = _running(inventory)
    left = inventory.lines.filter(LIVE, result="pending")
    missing = left.update(result="missing", version=F("version") + 1, updated_at=timezone.now())
    inventory.state = Inventory.State.CLOSED
    _keep_and_tell(inventory)
    return missing


def _author(by: Who) -> User | None:
    return by if isinstance(by, User) else None


def _locked(inventory: Inventory) -> Inventory:
    return Inventory.objects.select_for_update(of=("self",)).get(pk=inventory.pk)


def _running(inventory: Inventory) -> Inventory:
    inventory = _locked(inventory)
    if inventory.state != Inventory.State.OPEN:
        raise Denied(_("Інвентаризація не триває: розпочніть її або відкрийте ту, що триває."))
    return inventory
