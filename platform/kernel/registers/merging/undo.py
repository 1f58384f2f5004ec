"""A merge taken back: every row where it was, unless somebody has since decided otherwise; that is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.operations import Denied, Who, operation
from kernel.registers.events import announce
from kernel.registers.merging.merge import YIELDED, held, tell_of, touched
from kernel.registers.merging.models import Merge
from kernel.registers.merging.references import reference_labelled
from kernel.registers.merging.values import plain, put, recalled
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named
from kernel.registers.saving import save_card


@operation("registers", None)
def undo_merge(merge: Merge, *, by: Who, reason: str = "") -> list[str]:
    """As it was. What is left otherwise, in sentences; empty when everything is as before."""
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at:
        return []
    if merge.part_of_id:
        raise Denied(_("Це частина більшого обʼєднання: %(merge)s. Скасуйте його.") % {"merge": merge.part_of})
    register = register_named(merge.register)
    if isinstance(by, User):
        for card in register.model._default_manager.filter(pk__in=[merge.kept_id, merge.dropped_id]):
            require(by, register.module, Level.MANAGE, card)
    left = list(contradictions(merge))
    _undo(merge, by)
    return left


def contradictions(merge: Merge) -> Iterator[str]:
    """What has been decided since and stays as it was decided."""
    register = register_named(merge.register)
    kept = register.model._default_manager.filter(pk=merge.kept_id).first()
    if kept is None:
        return
    for name, (_was, became) in recalled(merge.chosen).items():
        if plain(kept, name) != became:
            yield _("«%(field)s» картки «%(card)s» відтоді змінено; лишиться змінене.") % {
                "field": register.facet(name).label,
                "card": register.label_of(kept),
            }
    for label, keys in merge.moved.items():
        reference = reference_labelled(register, label)
        if reference is None:
            continue
        still = reference.pointing_at(register.model, merge.kept_id).filter(pk__in=keys).count()
        if still < len(keys):
            yield _("%(what)s: %(count)s відтоді перенесено деінде або прибрано; повернуто не буде.") % {
                "what": reference.title,
                "count": len(keys) - still,
            }
    for part in merge.parts.filter(undone_at=None):
        yield from contradictions(part)


def _undo(merge: Merge, by: Who) -> None:
    try:
        register = register_named(merge.register)
    except UnknownRegister:
        raise Denied(_("Модуль цих карток вимкнено. Увімкніть його й повторіть.")) from None
    kept, loser = held(register, [merge.kept_id, merge.dropped_id])
    if kept.archived_at:
        raise Denied(
            _("«%(kept)s» тим часом пішла в архів або влита в іншу. Спершу скасуйте те, що зроблено пізніше.")
            % {"kept": register.label_of(kept)}
        )
    # First the values: the card that comes back may need its own code again.
    _give_back(register, merge, kept, by)
    loser.archived_at = None
    if hasattr(loser, "merged_into"):
        loser.merged_into = None
    try:
        loser.validate_constraints()
    except ValidationError as taken:
        raise Denied(
            _("Розʼєднати не вийшло: місце «%(dropped)s» уже зайняте (%(why)s) Архівуйте нову картку й повторіть.")
            % {"dropped": register.label_of(loser), "why": " ".join(taken.messages)}
        ) from None
    loser.version, loser.updated_at = F("version") + 1, timezone.now()
    loser.save()
    for part in merge.parts.filter(undone_at=None).order_by("-pk"):
        _undo(part, by)
    for label, keys in merge.moved.items():
        if reference := reference_labelled(register, label):
            tell_of(reference, reference.point(keys, register.model, kept.pk, loser.pk))
    _take_back_marks(merge)
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    announce(register, [kept.pk], "saved")
    announce(register, [loser.pk], "restored")


def _take_back_marks(merge: Merge) -> None:
    """Marks that were given up, where nothing of the same card carries one now."""
    for label, keys in merge.moved.items():
        if label.startswith(YIELDED):
            path, _dot, flag = label.removeprefix(YIELDED).rpartition(".")
            rows = apps.get_model(path)._default_manager.filter(pk__in=keys, archived_at__isnull=True)
            rows.update(**{flag: True}, **touched())


def _give_back(register: Register, merge: Merge, kept: Any, by: Who) -> None:
    """Only what is still as the merge left it."""
    chosen = recalled(merge.chosen)
    mine = {name: was for name, (was, became) in chosen.items() if plain(kept, name) == became}
    if mine:
        for name, value in mine.items():
            put(kept, name, value)
        save_card(register, kept, by=by, reason=_("скасовано обʼєднання: %(merge)s") % {"merge": merge})
