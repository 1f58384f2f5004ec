"""Values of own fields: as they lie in a row, as a card gives them, and the words in which they are refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kernel.designer.known import Known, Said
from kernel.designer.models import Extra, FileKept, UniqueValue
from kernel.files.models import StoredFile
from kernel.registers.registry import UnknownRegister, register_named

_KEPT, _NEW = "_own_values", "_own_changes"
LONGEST = 500


def raw_of(said: Said, value: Any) -> Any:
    """As it lies in the row; None is not kept."""
    if value is None or value == "":
        return None
    if said.kind in ("number", "money"):
        step = Decimal(1).scaleb(-(2 if said.kind == "money" else said.decimals))
        return format(Decimal(value).quantize(step, ROUND_HALF_UP), "f")
    if said.kind == "date":
        return value.isoformat()
    if said.kind == "boolean":
        return bool(value)
    if said.kind == "reference":
        return int(getattr(value, "pk", value))
    if said.kind == "file":
        return str(getattr(value, "pk", value))
    if said.kind == "point":
        return json.loads(value.geojson)
    return str(value)


def value_of(said: Said, raw: Any) -> Any:
    """As Python has it; a card or a file stays a key here."""
    if raw is None:
        return None
    if said.kind in ("number", "money"):
        return Decimal(raw)
    if said.kind == "date":
        return date.fromisoformat(raw)
    if said.kind == "point":
        # The journal reads figures exactly.
        return GEOSGeometry(json.dumps(raw, default=float), srid=4326)
    return raw


class Keeping:
    """Own values of the cards of one register."""

    def __init__(self, known: Known, table: str) -> None:
        self.known, self.table = known, table
        self.fields = {one.name: one for one in known.live}

    # -- reading ------------------------------------------------------------------------------

    def attach(self, cards: Iterable[Any]) -> None:
        """One question for the values, one for each register that is pointed at."""
        waiting = {card.pk: card for card in cards if _KEPT not in card.__dict__}
        if not waiting:
            return
        found = dict(
            Extra.objects.filter(table_name=self.table, row_id__in=list(waiting)).values_list("row_id", "values")
        )
        for pk, card in waiting.items():
            card.__dict__[_KEPT] = dict(found.get(pk, {}))
        for said in self.fields.values():
            if said.kind in ("reference", "file"):
                named = _named(said, {raw for card in waiting.values() if (raw := card.__dict__[_KEPT].get(said.key))})
                for card in waiting.values():
                    if said.key in card.__dict__[_KEPT]:
                        card.__dict__[_KEPT][said.key] = named.get(str(card.__dict__[_KEPT][said.key]))

    def get(self, card: Any, name: str) -> Any:
        said = self.fields[name]
        changes = card.__dict__.get(_NEW, {})
        if name in changes:
            return changes[name]
        if card.pk is None:
            return None
        if _KEPT not in card.__dict__:
            self.attach([card])
        return value_of(said, card.__dict__[_KEPT].get(said.key))

    # -- writing ------------------------------------------------------------------------------

    def put(self, card: Any, name: str, value: Any) -> None:
        card.__dict__.setdefault(_NEW, {})[name] = value

    def check(self, card: Any) -> None:
        """What was put on the card must fit; a card saved without a word of own fields keeps what it has."""
        if _NEW not in card.__dict__:
            return
        wrong: dict[str, list[str]] = {}
        for name, said in self.fields.items():
            value = self.get(card, name)
            if said.required and value in (None, ""):
                wrong[name] = [_("Поле «%(field)s» обовʼязкове. Заповніть його.") % {"field": said.title}]
            elif isinstance(value, str) and said.kind in ("text", "choice"):
                if len(value) > LONGEST:
                    told = _("«%(field)s»: задовгий текст, не більше %(most)s знаків. Скоротіть його.")
                    wrong[name] = [told % {"field": said.title, "most": LONGEST}]
                elif (
                    said.kind == "choice" and value and value not in dict(said.options) and name in card.__dict__[_NEW]
                ):
                    told = _("«%(field)s»: варіанта «%(value)s» немає. Оберіть зі списку.")
                    wrong[name] = [told % {"field": said.title, "value": value[:60]}]
        if wrong:
            raise ValidationError(wrong)

    def hand_over(self, card: Any, saved: Any) -> None:
        """An operation of a module may answer with another object of the same card."""
        if _NEW in card.__dict__:
            saved.__dict__[_NEW] = card.__dict__.pop(_NEW)

    def write(self, card: Any) -> None:
        """In the transaction of the card."""
        changes = card.__dict__.pop(_NEW, None)
        card.__dict__.pop(_KEPT, None)
        if changes is None:
            return
        row = Extra.objects.select_for_update().filter(table_name=self.table, row_id=card.pk).first()
        before = row.values if row else {}
        after = dict(before)
        for name, value in changes.items():
            said, raw = self.fields[name], raw_of(self.fields[name], value)
            if raw is None:
                after.pop(said.key, None)
            else:
                after[said.key] = raw
        changed = [said for said in self.fields.values() if before.get(said.key) != after.get(said.key)]
        if not changed:
            return
        for said in changed:
            if said.unique:
                self._keep_unique(card, said, after.get(said.key))
            if said.kind == "file":
                FileKept.objects.filter(field_id=said.pk, row_id=card.pk).delete()
                if said.key in after:
                    FileKept.objects.create(field_id=said.pk, row_id=card.pk, file_id=after[said.key])
        if row:
            row.values = after
            row.save(update_fields=["values"])
        else:
            Extra.objects.create(table_name=self.table, row_id=card.pk, values=after)

    def kept_of(self, card: Any) -> dict[str, Any]:
        """As it lies in the row now."""
        found = Extra.objects.filter(table_name=self.table, row_id=card.pk).values_list("values", flat=True).first()
        return dict(found or {})

    def set_back(self, row_id: int, values: dict[str, Any]) -> None:
        """As it lay before; what has become somebody else's in the meantime is refused by the database."""
        Extra.objects.filter(table_name=self.table, row_id=row_id).update(values=values)
        unique = [said for said in self.fields.values() if said.unique]
        UniqueValue.objects.filter(field_id__in=[said.pk for said in unique], row_id=row_id).delete()
        UniqueValue.objects.bulk_create(
            UniqueValue(field_id=said.pk, value=unique_text(values[said.key]), row_id=row_id)
            for said in unique
            if said.key in values
        )

    def drop(self, row_ids: list[int]) -> None:
        """Of cards that are no more."""
        keys = [said.pk for said in self.fields.values()]
        UniqueValue.objects.filter(field_id__in=keys, row_id__in=row_ids).delete()
        FileKept.objects.filter(field_id__in=keys, row_id__in=row_ids).delete()
        Extra.objects.filter(table_name=self.table, row_id__in=row_ids).delete()

    def _keep_unique(self, card: Any, said: Said, raw: Any) -> None:
        UniqueValue.objects.filter(field_id=said.pk, row_id=card.pk).delete()
        if raw is None:
            return
        try:
            with transaction.atomic():
                UniqueValue.objects.create(field_id=said.pk, value=unique_text(raw), row_id=card.pk)
        except IntegrityError:
            told = _("Поле «%(field)s»: таке значення вже має інша картка, у реєстрі чи в архіві. Впишіть інше.")
            raise ValidationError({said.name: [told % {"field": said.title}]}) from None


def unique_text(raw: Any) -> str:
    """Two spellings of one value are one: spaces and capitals tell nothing apart."""
    return " ".join(str(raw).split()).lower()[:LONGEST]


def _named(said: Said, keys: set[Any]) -> dict[str, Any]:
    if not keys:
        return {}
    if said.kind == "file":
        return {str(one.pk): one for one in StoredFile.objects.filter(pk__in=keys)}
    try:
        register = register_named(said.points_to)
    except UnknownRegister:
        return {}
    cards = register.queryset().filter(pk__in=keys)
    if register.references:
        cards = cards.select_related(*register.references)
    return {str(one.pk): one for one in cards}
