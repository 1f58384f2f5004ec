"""Duplicates become one card, and can become two again: every row that was moved is remembered (peers.md E1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.audit.declare import append_only_rule
from kernel.operations import Denied, Who, operation
from tenant_apps.territory.addresses.models import Building, Entrance, Merge, Premises, Street, StreetName
from tenant_apps.territory.addresses.operations import MODULE, tell

Place = Street | Building | Entrance | Premises
MODELS: dict[str, type[Any]] = {model.__name__: model for model in (Street, Building, Entrance, Premises)}
# What is within: its model, the column that points up, and what makes two of them one.
WITHIN: dict[type[Any], tuple[tuple[type[Any], str, tuple[str, ...]], ...]] = {
    Street: ((Building, "street", ("number", "corpus")),),
    # Premises first: twins stay behind, and so does the entrance they name.
    Building: ((Premises, "building", ("kind", "number")), (Entrance, "building", ("number",))),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of some module that points to places of one kind."""

    model: type[models.Model]
    field: str

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field}"

    def pointing_at(self, pk: int) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{self.field: pk})


@cache
def references_to(label: str) -> tuple[Reference, ...]:
    """Of all modules, whichever appear tomorrow. Old names stay with their street, append-only rows as they were."""
    wanted = apps.get_model(label)
    inside = set(settings.TENANT_APPS)
    return tuple(
        Reference(model, field.name)
        for model in apps.get_models()
        if model._meta.app_config.name in inside and model is not StreetName and not append_only_rule(model)
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model is wanted
    )


@operation(MODULE, Level.EDIT)
def merge_streets(kept: Street, dropped: Street, *, by: Who, reason: str) -> Merge:
    """Addresses of the one go to the other; houses that are on both become one, too."""
    return _merge(kept, dropped, by, reason)


@operation(MODULE, Level.EDIT)
def merge_buildings(kept: Building, dropped: Building, *, by: Who, reason: str) -> Merge:
    return _merge(kept, dropped, by, reason)


@operation(MODULE, Level.EDIT)
def undo_merge(merge: Merge, *, by: Who, reason: str = "") -> Merge:
    """As it was. Rows that somebody has since pointed elsewhere stay where they were put."""
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone_at:
        return merge
    if merge.part_of_id:
        raise Denied(_("Це частина більшого обʼєднання: %(merge)s. Скасуйте його.") % {"merge": merge.part_of})
    _undo(merge)
    merge.refresh_from_db()
    return merge


def _merge(kept: Any, dropped: Any, by: Who, reason: str, part_of: Merge | None = None) -> Merge:
    model = type(kept)
    kept, dropped = _held(model, kept.pk, dropped.pk)
    if dropped.pk != kept.pk and getattr(dropped, "merged_into_id", None) == kept.pk:
        return Merge.objects.get(table=model.__name__, kept_id=kept.pk, dropped_id=dropped.pk, undone_at=None)
    if part_of is None:
        _refuse(kept, dropped, by, reason)
    merge = Merge(
        table=model.__name__, kept_id=kept.pk, dropped_id=dropped.pk, shown=f"{dropped} → {kept}"[:1300],
        part_of=part_of, reason=reason.strip(), created_by=by if isinstance(by, User) else None,
    )  # fmt: skip
    merge.full_clean(exclude=["moved"])
    merge.save()
    _merge_twins(kept, dropped, by, merge)
    _archive(dropped, kept)
    try:
        with transaction.atomic():
            merge.moved = {
                reference.label: ids
                for reference in references_to(model._meta.label)
                if (ids := _move(reference, dropped.pk, kept.pk))
            }
    except IntegrityError as refused:
        raise ValidationError(
            _(
                "Обʼєднати «%(dropped)s» з «%(kept)s» не вийшло: на обидві є записи, які не можуть бути на одній "
                "(%(why)s). Архівуйте зайвий запис і повторіть."
            )
            % {"dropped": dropped, "kept": kept, "why": _constraint(refused)}
        ) from None
    merge.save(update_fields=["moved"])
    tell(model, [dropped.pk], "archived")
    tell(model, [kept.pk], "saved")
    return merge


def _held(model: type[Any], *keys: int) -> tuple[Any, Any]:
    """Both rows, locked in one order whoever merges what with what."""
    rows = {row.pk: row for row in model.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    return rows[keys[0]], rows[keys[1]]


def _refuse(kept: Any, dropped: Any, by: Who, reason: str) -> None:
    if isinstance(by, User):
        require(by, MODULE, Level.EDIT, kept)
        require(by, MODULE, Level.EDIT, dropped)
    if kept.pk == dropped.pk:
        raise ValidationError(_("Це та сама картка. Оберіть іншу, з якою її обʼєднати."))
    if kept.is_archived or dropped.is_archived:
        raise ValidationError(_("Одна з карток в архіві. Поверніть її з архіву або оберіть чинну."))
    if kept.settlement_id != dropped.settlement_id:
        raise ValidationError(_("Картки в різних населених пунктах. Обʼєднують лише в межах одного."))
    if not reason.strip():
        raise ValidationError(_("Вкажіть підставу обʼєднання: вона лишиться в історії."))


def _merge_twins(kept: Any, dropped: Any, by: Who, merge: Merge) -> None:
    for model, up, key in WITHIN.get(type(kept), ()):
        live = model.objects.filter(archived_at__isnull=True)
        own = {tuple(getattr(row, name) for name in key): row for row in live.filter(**{up: kept})}
        for twin in live.filter(**{up: dropped}):
            found = own.get(tuple(getattr(twin, name) for name in key))
            if found is not None and str(twin.number):
                _merge(found, twin, by, merge.reason, merge)


def _archive(dropped: Any, kept: Any) -> None:
    moment = timezone.now()
    changes: dict[str, Any] = {"archived_at": moment, "updated_at": moment, "version": F("version") + 1}
    if hasattr(dropped, "merged_into_id"):
        changes["merged_into"] = kept
    type(dropped).objects.filter(pk=dropped.pk).update(**changes)


def _move(reference: Reference, dropped: int, kept: int) -> list[Any]:
    """One statement a column, however many rows; twins stay with the card that left."""
    rows = reference.pointing_at(dropped)
    if any(field.name == "merged_into" for field in reference.model._meta.concrete_fields):
        rows = rows.filter(merged_into__isnull=True) if reference.field != "merged_into" else rows
    if reference.model in (Entrance, Premises):
        twins = Merge.objects.filter(table=reference.model.__name__, undone_at=None).values("dropped_id")
        rows = rows.exclude(pk__in=twins)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    if ids:
        _point(reference, ids, dropped, kept)
    return ids


def _point(reference: Reference, ids: list[Any], source: int, target: int) -> None:
    """Those that still point at the source; their registers are told."""
    rows = reference.pointing_at(source).filter(pk__in=ids)
    keys = list(rows.values_list("pk", flat=True))
    changes: dict[str, Any] = {f"{reference.field}_id": target}
    names = {field.name for field in reference.model._meta.concrete_fields}
    if {"version", "updated_at"} <= names:
        changes.update(version=F("version") + 1, updated_at=timezone.now())
    rows.update(**changes)
    tell(reference.model, keys, "saved")


def _undo(merge: Merge) -> None:
    model = MODELS[merge.table]
    kept, dropped = _held(model, merge.kept_id, merge.dropped_id)
    if kept.is_archived:
        raise Denied(
            _("«%(kept)s» тим часом пішла в архів або влита в іншу. Спершу скасуйте те, що зроблено пізніше.")
            % {"kept": kept}
        )
    dropped.archived_at = None
    if hasattr(dropped, "merged_into"):
        dropped.merged_into = None
    try:
        dropped.validate_constraints()
    except ValidationError as taken:
        raise Denied(
            _("Розʼєднати не вийшло: місце «%(dropped)s» уже зайняте (%(why)s) Архівуйте нову картку й повторіть.")
            % {"dropped": dropped, "why": " ".join(taken.messages)}
        ) from None
    dropped.version, dropped.updated_at = F("version") + 1, timezone.now()
    dropped.save()
    for part in merge.parts.filter(undone_at=None).order_by("-pk"):
        _undo(part)
    for reference in references_to(model._meta.label):
        if ids := merge.moved.get(reference.label):
            _point(reference, ids, kept.pk, dropped.pk)
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    tell(model, [kept.pk, dropped.pk], "saved")


def _constraint(refused: IntegrityError) -> str:
    diagnosis = getattr(refused.__cause__, "diag", None)
    return str(getattr(diagnosis, "table_name", "") or refused)
