"""Verbs over addresses: renaming, acts (resolution 690/2021), filling from КАТОТТГ. Single cards are saved by registers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.calendar import CalendarUnknown
from kernel.operations import Denied, Who, operation
from kernel.registers.events import announce
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card, save_card
from shared_apps.reference.lookup import add_working_days
from shared_apps.reference.territory import former_names, settlements_of
from tenant_apps.territory.addresses.models import (
    AssignmentAct,
    Building,
    Entrance,
    Premises,
    Settlement,
    Street,
    StreetName,
)

MODULE = "addresses"
WORKING_DAYS = 5  # resolution 690/2021: an address is given, changed or cancelled within five working days


def keep(card: Any, by: Who) -> None:
    """Checked and written, untold: for what is a part of a larger verb."""
    adding = bool(card._state.adding)
    if adding and isinstance(by, User):
        card.created_by = by
    card.full_clean()
    if not adding:
        card.version = F("version") + 1
        card.updated_at = timezone.now()
    card.save()
    card.refresh_from_db()


def save(card: Any, *, by: Who, reason: str = "") -> Any:
    """As its register saves it: rights, history, words, letters to whoever listens."""
    saved = save_card(_register(type(card)), card, by=by, reason=reason)
    saved.refresh_from_db()
    return saved


def tell(model: type[Any], keys: list[Any], verb: str) -> None:
    """Of rows changed by a set."""
    register = register_of(model)
    if register is not None and keys:
        announce(register, keys, verb)


def _register(model: type[Any]) -> Any:
    register = register_of(model)
    if register is None:
        raise LookupError(f"{model._meta.label} has no register.")
    return register


# -- settlements ----------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def fill_settlements(hromada: str, *, by: Who) -> int:
    """Settlements of the community as КАТОТТГ has them: new ones added, renamed ones renamed. How many changed."""
    known = {row.katottg: row for row in Settlement.objects.all()}
    changed = 0
    for unit in settlements_of(hromada):
        also = " ".join(dict.fromkeys(former.label for former in former_names(unit.code)))
        settlement = known.get(unit.code) or Settlement(katottg=unit.code)
        if (settlement.kind, settlement.name, settlement.also) == (unit.category, unit.name, also):
            continue
        settlement.kind, settlement.name, settlement.also = unit.category, unit.name, also
        save(settlement, by=by)
        changed += 1
    return changed


# -- renaming -------------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT, on="street")
def rename_street(
    street: Street, *, by: Who, name: str, on: date, act: str, kind: str = "", reason: str = ""
) -> Street:
    """The council gave a new name: the old one stays in the history and in the search, every address is rewritten."""
    street = Street.objects.select_for_update().get(pk=street.pk)
    kind, name, act = kind or street.kind, " ".join(name.split()), " ".join(act.split())
    if (street.kind, street.name, street.named_on) == (kind, name, on):
        return street
    _refuse_renaming(street, kind, name, on, act)
    old = StreetName(
        street=street, kind=street.kind, name=street.name, valid_from=street.named_on, valid_to=on, act=act
    )
    keep(old, by)
    street.kind, street.name, street.named_on, street.act = kind, name, on, act
    return save(street, by=by, reason=reason)


def _refuse_renaming(street: Street, kind: str, name: str, on: date, act: str) -> None:
    if street.is_archived:
        raise ValidationError(_("Ця вулиця в архіві. Поверніть її з архіву або відкрийте ту, з якою її обʼєднано."))
    if not name:
        raise ValidationError({"name": _("Вкажіть нову назву.")})
    if not act:
        raise ValidationError({"act": _("Вкажіть рішення, його дату й номер: перейменовують лише за актом.")})
    if (street.kind, street.name) == (kind, name):
        raise ValidationError({"name": _("Вулиця вже має цю назву. Вкажіть нову або виправте дату в картці вулиці.")})
    if on > timezone.localdate():
        raise ValidationError(
            {"on": _("Ця дата ще не настала. Внесіть перейменування в день, коли воно набере чинності.")}
        )
    if street.named_on and on <= street.named_on:
        raise ValidationError(
            {"on": _("Теперішня назва діє з %(day)s. Вкажіть пізнішу дату.") % {"day": f"{street.named_on:%d.%m.%Y}"}}
        )


# -- acts -----------------------------------------------------------------------------------------


@operation(MODULE, Level.EDIT)
def save_act(act: AssignmentAct, *, by: Who, reason: str = "") -> AssignmentAct:
    """An application with its term. An issued act is not edited: a mistake is corrected by another act."""
    if not act._state.adding and AssignmentAct.objects.filter(pk=act.pk, signed_on__isnull=False).exists():
        raise ValidationError(_("Акт уже видано, його не змінюють. Створіть акт «виправити адресу»."))
    if act.premises is not None:
        act.building = act.premises.building
    if act.of_premises:
        _refuse_premises(act)
    elif act.kind != AssignmentAct.Kind.CANCEL and act.settlement_id is None:
        raise ValidationError({"settlement": _("Вкажіть нову адресу: щонайменше населений пункт.")})
    try:
        act.due_on = add_working_days(act.received_on, WORKING_DAYS)
    except CalendarUnknown as unknown:
        raise ValidationError({"received_on": str(unknown)}) from None
    keep(act, by)
    return act


@operation(MODULE, Level.EDIT, on="act")
def issue_act(act: AssignmentAct, *, by: Who, number: str, signed_on: date, reason: str = "") -> AssignmentAct:
    """The number and the date make it an act; the address is given, changed or cancelled in the same moment."""
    act = AssignmentAct.objects.select_for_update().get(pk=act.pk)
    number = " ".join(number.split())
    if act.is_issued:
        if (act.number, act.signed_on) == (number, signed_on):
            return act
        raise ValidationError(_("Акт уже видано: %(act)s.") % {"act": act})
    if not number:
        raise ValidationError({"number": _("Вкажіть номер акта.")})
    if act.building and act.building.is_archived:
        raise Denied(_("Адресу «%(address)s» вже скасовано. Створіть акт про нову адресу.") % {"address": act.building})
    if act.premises and act.premises.is_archived:
        raise Denied(_("Адресу «%(address)s» вже скасовано. Створіть акт про нову адресу.") % {"address": act.premises})
    present = act.premises or (None if act.of_premises else act.building)
    act.shown_before = present.shown if present else ""
    act.number, act.signed_on = number, signed_on
    if act.of_premises:
        act.premises = _numbered(act, by)
        act.shown_after = "" if act.kind == AssignmentAct.Kind.CANCEL else act.premises.shown
    elif act.kind == AssignmentAct.Kind.CANCEL:
        cancel_address(_given(act.building), by=by)
    else:
        act.building = _addressed(act, by)
        act.shown_after = act.building.shown
    keep(act, by)
    tell(AssignmentAct, [act.pk], "saved")
    return act


def _refuse_premises(act: AssignmentAct) -> None:
    if act.building_id is None:
        raise ValidationError({"building": _("Вкажіть будинок, у якому приміщення.")})
    if act.kind != AssignmentAct.Kind.ASSIGN and act.premises_id is None:
        raise ValidationError({"premises": _("Вкажіть, чию адресу змінити, виправити чи скасувати.")})
    if act.kind != AssignmentAct.Kind.CANCEL and not act.flat:
        raise ValidationError({"flat": _("Вкажіть новий номер приміщення.")})


def _numbered(act: AssignmentAct, by: Who) -> Premises:
    """The flat or room that the act numbers, renumbers or strikes off."""
    if act.kind == AssignmentAct.Kind.CANCEL:
        assert act.premises is not None
        archive_card(_register(Premises), act.premises, by=by)
        return act.premises
    premises = act.premises or Premises(building=_given(act.building), kind=act.flat_kind or Premises.Kind.FLAT)
    premises.number, premises.kind = act.flat, act.flat_kind or premises.kind
    numbered: Premises = save(premises, by=by)
    return numbered


def _given(building: Building | None) -> Building:
    if building is None:
        raise ValidationError({"building": _("Вкажіть, чию адресу змінити, виправити чи скасувати.")})
    return building


def _addressed(act: AssignmentAct, by: Who) -> Building:
    if act.settlement is None:
        raise ValidationError({"settlement": _("Вкажіть нову адресу: щонайменше населений пункт.")})
    building = act.building or Building()
    if act.kind != AssignmentAct.Kind.ASSIGN:
        building = _given(act.building)
    building.settlement, building.street = act.settlement, act.street
    building.number, building.corpus = act.house, act.corpus
    return save(building, by=by)


@operation(MODULE, Level.EDIT, on="building")
def cancel_address(building: Building, *, by: Who, reason: str = "") -> Building:
    """Out of the lists with all that is in it; whoever keeps the address still reads it as it was."""
    if building.is_archived:
        return building
    moment = timezone.now()
    inside: tuple[type[Any], ...] = (Premises, Entrance)
    for model in inside:
        live = model.objects.filter(building=building, archived_at__isnull=True)
        keys = list(live.values_list("pk", flat=True))
        live.update(archived_at=moment, updated_at=moment, version=F("version") + 1)
        tell(model, keys, "archived")
    building.archived_at = moment
    keep(building, by)
    tell(Building, [building.pk], "archived")
    return building
