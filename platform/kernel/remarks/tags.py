"""Tags: words of the tenant's own. A new word is made by whoever first puts it on a card."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.operations import operation
from kernel.remarks.comments import place_of
from kernel.remarks.models import Tag, Tagging

LONGEST = 40
MOST_AT_CARD = 30


def tags_at(table: str, row_id: str) -> QuerySet[Tag]:
    return Tag.objects.filter(taggings__table=table, taggings__row_id=row_id)


def tags_of(card: Model) -> QuerySet[Tag]:
    return tags_at(**place_of(card))


def tagged(table: str, tag: Tag) -> QuerySet[Tagging]:
    """Keys of the cards of one table: `rows.filter(pk__in=[…])`."""
    return Tagging.objects.filter(table=table, tag=tag)


def clean_name(text: str) -> str:
    visible = "".join(
        letter
        for letter in unicodedata.normalize("NFC", text)
        if letter == "\u200d" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    name = re.sub(r"\s+", " ", visible).strip(" #")
    if not name or len(name) > LONGEST:
        raise ValidationError(
            _("Позначка — це від 1 до %(limit)s знаків. Напишіть коротше слово.") % {"limit": LONGEST}, code="length"
        )
    return name


def _same(name: str) -> QuerySet[Tag]:
    return Tag.objects.annotate(folded=Lower("name")).filter(folded=Lower(Value(name)))


@operation("remarks", None)
def add_tag(card: Model, name: str, *, by: User, colour: str = Tag.Colour.IDLE) -> Tag:
    """An existing tag keeps its spelling and colour."""
    name, place = clean_name(name), place_of(card)
    if colour not in Tag.Colour.values:
        raise ValidationError(_("Такого кольору немає. Виберіть із запропонованих."), code="colour")
    if Tagging.objects.filter(**place).count() >= MOST_AT_CARD:
        raise ValidationError(
            _("На картці вже %(limit)s позначок. Зніміть зайву, щоб додати нову.") % {"limit": MOST_AT_CARD},
            code="many",
        )
    same = _same(name)
    tag = same.first()
    if tag is None:
        Tag.objects.bulk_create([Tag(name=name, colour=colour)], ignore_conflicts=True)
        tag = same.get()
    Tagging.objects.bulk_create([Tagging(**place, tag=tag)], ignore_conflicts=True)
    return tag


@operation("remarks", None)
def take_tag(card: Model, tag: Tag, *, by: User) -> None:
    Tagging.objects.filter(**place_of(card), tag=tag).delete()


@operation("access", Level.MANAGE)
def change_tag(tag: Tag, *, by: User, name: str, colour: str) -> Tag:
    """For the whole tenant, so only by its administrator."""
    name = clean_name(name)
    if _same(name).exclude(pk=tag.pk).exists():
        raise ValidationError(
            {"name": _("Позначка «%(name)s» уже є. Назвіть інакше або обʼєднайте обидві.") % {"name": name}}
        )
    tag.name, tag.colour = name, colour
    tag.full_clean()
    tag.save()
    return tag


@operation("access", Level.MANAGE)
def merge_tags(tag: Tag, into: Tag, *, by: User) -> int:
    """The cards of one become the cards of the other; says how many had only the first."""
    if tag.pk == into.pk:
        raise ValidationError({"into": _("Це та сама позначка. Виберіть іншу.")})
    # The same order for whoever merges at the same moment.
    held = {one.pk: one for one in Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk]).order_by("pk")}
    if len(held) < 2:
        raise ValidationError({"into": _("Однієї з позначок уже немає. Відкрийте перелік і перевірте.")})
    has_both = Tagging.objects.filter(tag=into, table=OuterRef("table"), row_id=OuterRef("row_id"))
    moved = Tagging.objects.filter(tag=tag).exclude(Exists(has_both)).update(tag=into)
    tag.delete()
    return moved


@operation("access", Level.MANAGE)
def delete_tag(tag: Tag, *, by: User) -> int:
    """Off every card; the history of the cards remembers it."""
    count = tag.taggings.count()
    tag.delete()
    return count
