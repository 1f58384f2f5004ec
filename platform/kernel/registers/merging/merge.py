"""Cards of one thing become one: what pointed at either points at the one that stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.operations import Who, actor_of, operation
from kernel.registers.events import announce
from kernel.registers.merging.declare import Merging, rules_of
from kernel.registers.merging.models import Likely, Merge
from kernel.registers.merging.references import Reference, moving_references
from kernel.registers.merging.values import plain, remembered
from kernel.registers.register import Register
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.tenancy.actor import acting

MOST_AT_ONCE = 6
YIELDED = "yielded:"
KNOWINGLY = 20  # letters of a reason to make one of two different codes


@operation("registers", None)
def merge_cards(
    register: Register,
    kept: Any,
    dropped: Sequence[Any],
    *,
    by: Who,
    reason: str,
    chosen: Mapping[str, Any] | None = None,
    knowingly: bool = False,
) -> Merge:
    """`chosen` names, by field, the card whose value the one that stays takes; `knowingly` allows two different codes."""
    keys = [kept.pk, *(one.pk for one in dropped)]
    cards = held(register, keys)
    kept, losers = cards[0], cards[1:]
    if len(losers) == 1 and (standing := _standing(register, kept, losers[0])):
        return standing
    _refuse(register, kept, losers, by, reason, knowingly)
    values = {
        name: (next(card for card in cards if card.pk == pk), name)
        for name, pk in (chosen or {}).items()
        if pk != kept.pk and pk in keys
    }
    head: Merge | None = None
    with acting(actor_of(by, _reason_told(register, kept, losers, reason))):
        for loser in losers:
            merge = _merge(register, kept, loser, by, reason, head)
            head = head or merge
        assert head is not None
        _take(register, kept, values, head, by)
        Likely.objects.filter(register=register.label).filter(
            Q(one_id__in=[one.pk for one in losers]) | Q(other_id__in=[one.pk for one in losers])
        ).delete()
    return head


def held(register: Register, keys: Sequence[Any]) -> list[Any]:
    """The rows, locked in one order whoever merges what with what."""
    if len(set(keys)) != len(keys) or len(keys) < 2:
        raise ValidationError(_("Це та сама картка. Оберіть іншу, з якою її обʼєднати."))
    if len(keys) > MOST_AT_ONCE:
        raise ValidationError(
            _("За раз обʼєднують до %(most)s карток. Оберіть менше й повторіть.") % {"most": MOST_AT_ONCE}
        )
    rows = register.model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) < len(keys):
        raise ValidationError(_("Однієї з карток уже немає. Поверніться до переліку й оберіть інші."))
    return [found[key] for key in keys]


def _standing(register: Register, kept: Any, loser: Any) -> Merge | None:
    """Asked twice, done once."""
    found = Merge.objects.filter(register=register.label, kept_id=kept.pk, dropped_id=loser.pk, undone_at=None)
    return found.first()


def _reason_told(register: Register, kept: Any, losers: Sequence[Any], reason: str) -> str:
    others = ", ".join(f"«{register.label_of(one)}»" for one in losers)
    told = _("%(others)s обʼєднано з «%(kept)s»: %(reason)s")
    return told % {"others": others, "kept": register.label_of(kept), "reason": reason.strip()}


def _refuse(register: Register, kept: Any, losers: Sequence[Any], by: Who, reason: str, knowingly: bool) -> None:
    rules = rules_of(register)
    if isinstance(by, User):
        for card in (kept, *losers):
            require(by, register.module, Level.MANAGE, card)
    if not reason.strip():
        raise ValidationError({"reason": _("Вкажіть підставу обʼєднання: вона лишиться в історії.")})
    for card in (kept, *losers):
        if getattr(card, "archived_at", None):
            raise ValidationError(
                _("«%(card)s» в архіві. Поверніть її з архіву або оберіть чинну.") % {"card": register.label_of(card)}
            )
    for loser in losers:
        _refuse_apart(register, rules, kept, loser)
        if rules.refuse is not None:
            rules.refuse(kept, loser)
    different = different_codes(register, [kept, *losers])
    if different and not (knowingly and len(reason.strip()) >= KNOWINGLY):
        raise ValidationError(
            {
                "knowingly": _(
                    "Різні чинні коди: %(codes)s. Найпевніше, це двоє різних. Якщо все ж обʼєднуєте, позначте це й "
                    "поясніть у підставі докладно, не коротше %(letters)s знаків."
                )
                % {"codes": ", ".join(different), "letters": KNOWINGLY}
            }
        )


def _refuse_apart(register: Register, rules: Merging, kept: Any, loser: Any) -> None:
    for name in rules.within:
        field: Any = kept._meta.get_field(name)
        if getattr(kept, field.attname) != getattr(loser, field.attname):
            raise ValidationError(
                _("У карток різне «%(field)s», тож це не одне й те саме. Оберіть картки зі спільним «%(field)s».")
                % {"field": register.facet(name).label}
            )


def different_codes(register: Register, cards: Sequence[Any]) -> list[str]:
    """Codes in which the cards disagree, both being filled in."""
    rules = rules_of(register)
    found = []
    for name in rules.distinct:
        if len({getattr(card, name) for card in cards} - {"", None}) > 1:
            found.append(register.facet(name).label)
    return found


def _merge(
    register: Register, kept: Any, loser: Any, by: Who, reason: str, part_of: Merge | None, *, within: bool = False
) -> Merge:
    merge = Merge(
        register=register.label,
        kept_id=kept.pk,
        dropped_id=loser.pk,
        shown=f"{register.label_of(loser)} → {register.label_of(kept)}"[:1300],
        part_of=part_of,
        reason=reason.strip(),
        made_by=by if isinstance(by, User) else None,
    )
    merge.full_clean(exclude=["moved"])
    merge.save()
    _merge_inner(register, kept, loser, by, merge)
    _leave(register, kept, loser)
    yielded = _yield_marks(register, kept, loser)
    merge.moved = yielded | _move_all(register, kept, loser, settled=not within)
    merge.save(update_fields=["moved"])
    announce(register, [loser.pk], "archived")
    announce(register, [kept.pk], "saved")
    return merge


def _merge_inner(register: Register, kept: Any, loser: Any, by: Who, merge: Merge) -> None:
    """Rows that both have are made one first, or two of the same would meet on one card."""
    for inner in rules_of(register).inner:
        model = apps.get_model(inner.model)
        within = register_of(model)
        if within is None or within.merges is None:
            continue
        live = model._default_manager.filter(archived_at__isnull=True).select_for_update(of=("self",)).order_by("pk")
        own = {tuple(getattr(row, name) for name in inner.key): row for row in live.filter(**{inner.by: kept})}
        for twin in live.filter(**{inner.by: loser}):
            key = tuple(getattr(twin, name) for name in inner.key)
            if key in own and any(str(part) for part in key):
                _merge(within, own[key], twin, by, merge.reason, merge, within=True)


def _yield_marks(register: Register, kept: Any, loser: Any) -> dict[str, list[Any]]:
    """Marks given up by rows of the loser; kept under «yielded» for the way back."""
    given: dict[str, list[Any]] = {}
    for inner in rules_of(register).inner:
        if not inner.yields:
            continue
        marked = apps.get_model(inner.model)._default_manager.filter(archived_at__isnull=True, **{inner.yields: True})
        keys = list(marked.filter(**{inner.by: loser}).values_list("pk", flat=True))
        if keys and marked.filter(**{inner.by: kept}).exists():
            marked.filter(pk__in=keys).update(**{inner.yields: False}, **touched())
            given[f"{YIELDED}{inner.model}.{inner.yields}"] = keys
    return given


def touched() -> dict[str, Any]:
    return {"version": F("version") + 1, "updated_at": timezone.now()}


def _leave(register: Register, kept: Any, loser: Any) -> None:
    changes: dict[str, Any] = {"archived_at": timezone.now(), **touched()}
    if hasattr(loser, "merged_into_id"):
        changes["merged_into"] = kept
    register.model._default_manager.filter(pk=loser.pk).update(**changes)


def _move_all(register: Register, kept: Any, loser: Any, *, settled: bool) -> dict[str, list[Any]]:
    moved: dict[str, list[Any]] = {}
    try:
        with transaction.atomic():
            for reference in moving_references(register):
                rows = _movable(reference, reference.pointing_at(register.model, loser.pk))
                if reference.model is register.model and rows.filter(pk=kept.pk).exists():
                    raise ValidationError(
                        _("«%(kept)s» сама належить до «%(dropped)s». Спершу змініть це в картці, потім обʼєднуйте.")
                        % {"kept": register.label_of(kept), "dropped": register.label_of(loser)}
                    )
                keys = reference.point(list(rows.values_list("pk", flat=True)), register.model, loser.pk, kept.pk)
                if keys:
                    moved[reference.label] = [key if isinstance(key, int) else str(key) for key in keys]
                    tell_of(reference, keys)
            if settled:
                _settle()
    except IntegrityError as refused:
        raise ValidationError(
            _(
                "Обʼєднати «%(dropped)s» з «%(kept)s» не вийшло: на обох є записи, які не можуть бути на одній "
                "картці (%(why)s). Архівуйте зайвий запис і повторіть."
            )
            % {
                "dropped": register.label_of(loser),
                "kept": register.label_of(kept),
                "why": _constraint(refused),
            }
        ) from None
    return moved


def _movable(reference: Reference, rows: QuerySet[Any]) -> QuerySet[Any]:
    """What was merged away earlier stays where it was, but for its own pointer."""
    register = register_of(reference.model)
    if register is None or register.merges is None or reference.field == "merged_into":
        return rows
    gone = Merge.objects.filter(register=register.label, undone_at=None).values("dropped_id")
    return rows.exclude(pk__in=gone)


def tell_of(reference: Reference, keys: Sequence[Any]) -> None:
    register = register_of(reference.model)
    if register is not None and keys:
        announce(register, list(keys), "saved")


def _settle() -> None:
    """What the database would check at the very end is checked now, where it can be put into words."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _constraint(refused: IntegrityError) -> str:
    diagnosis = getattr(refused.__cause__, "diag", None)
    table = getattr(diagnosis, "table_name", "") or ""
    model = next((one for one in apps.get_models() if one._meta.db_table == table), None)
    return str(model._meta.verbose_name_plural) if model else table or str(refused)


def _take(register: Register, kept: Any, values: Mapping[str, Any], merge: Merge, by: Who) -> None:
    """Values of the cards that left, by the register's own save with all its checks."""
    if not values:
        return
    kept.refresh_from_db()
    before = {name: plain(kept, name) for name in values}
    for name, (source, _name) in values.items():
        attname = kept._meta.get_field(name).attname
        setattr(kept, attname, getattr(source, attname))
    if {name: plain(kept, name) for name in values} == before:
        return
    saved = save_card(register, kept, by=by, reason=merge.reason)
    merge.chosen = remembered({name: [was, now] for name, was in before.items() if (now := plain(saved, name)) != was})
    merge.save(update_fields=["chosen"])
