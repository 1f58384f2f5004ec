"""The verbs of every register: save, archive, restore. Pages, the API and imports call the same ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import F, Model
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.cards.numbering import take_number
from kernel.operations import Denied, Who, operation
from kernel.registers.assigning import follow_assignee
from kernel.registers.events import announce
from kernel.registers.holding import Kept
from kernel.registers.reasons import require_reason
from kernel.registers.register import Register


class Stale(Exception):
    """Somebody saved the card in the meantime; `theirs` is the card as it is now."""

    def __init__(self, theirs: Any) -> None:
        super().__init__(_("Картку тим часом змінено."))
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Verbs:
    save: Callable[..., Any]
    archive: Callable[..., Any]
    restore: Callable[..., Any]


def save_card(register: Register, card: Any, *, by: Who, version: int | None = None, reason: str = "") -> Any:
    """New or changed. With `version`, refused when the card was saved since by somebody else."""
    try:
        return verbs_of(register).save(card, by=by, version=version, reason=reason)
    except IntegrityError as refused:
        if not isinstance(refused.__cause__, UniqueViolation):
            raise
        # Two people at the same moment: the checks of both passed before either was written.
        raise ValidationError(
            _("Таку саму картку щойно записав хтось інший. Знайдіть її в реєстрі або змініть те, що має бути своїм.")
        ) from refused


def archive_card(register: Register, card: Any, *, by: Who, reason: str = "") -> Any:
    return verbs_of(register).archive(card, by=by, reason=reason)


def restore_card(register: Register, card: Any, *, by: Who, reason: str = "") -> Any:
    return verbs_of(register).restore(card, by=by, reason=reason)


def card_or_404(register: Register, user: Any, pk: Any, level: Level = Level.VIEW) -> Any:
    """A card out of sight does not exist; archived ones are still there for whoever knows the address."""
    found = register.rows(user, level, archived=None).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _lock(register: Register, card: Any, by: Who, version: int | None) -> Any:
    """The row as it is now, held until the end; the right must cover it as it was, too."""
    current = register.model._default_manager.select_for_update(of=("self",)).filter(pk=card.pk).first()
    if current is None:
        raise Http404
    if isinstance(by, User):
        require(by, register.module, Level.EDIT, current)
    if version is not None and hasattr(current, "version") and current.version != version:
        raise Stale(current)
    return current


def _touch(card: Any) -> None:
    card.version = F("version") + 1
    card.updated_at = timezone.now()


def _saved(register: Register, card: Any, *, by: Who, version: int | None, reason: str) -> Any:
    adding = card._state.adding
    was = None
    for name, value in register.within.items():
        setattr(card, name, value)
    if not adding:
        was = _lock(register, card, by, version)
        if isinstance(by, User):
            require_reason(register, was, card, reason)
    elif isinstance(by, User) and hasattr(card, "created_by_id"):
        card.created_by = by
    if isinstance(by, User):
        require(by, register.module, Level.EDIT, card)
    if adding and register.numbering and not card.number:
        number = take_number(register.label)
        card.number = register.numbering.format(number=number, year=timezone.localdate().year)
    added = register.added
    if added is not None:
        added.keeping.check(card)
    saved = (
        _placed(register, card, was, by=by, reason=reason)
        if register.topology
        else _written(register, card, by=by, reason=reason)
    )
    if added is not None:
        if saved is not card:
            added.keeping.hand_over(card, saved)
        added.keeping.write(saved)
    follow_assignee(register, was, saved, by=by)
    return saved


def _placed(register: Register, card: Any, was: Any, *, by: Who, reason: str) -> Any:
    """Its shape is asked of the rules between shapes; what they let through is kept with the reason."""
    from kernel.maps.topology.checking import check_shapes, keep_broken

    broken = check_shapes(register, card, reason=reason, was=was)
    card = _written(register, card, by=by, reason=reason)
    keep_broken(register, card, was, broken, by=by, reason=reason)
    return card


def _written(register: Register, card: Any, *, by: Who, reason: str) -> Any:
    if register.saves is not None:
        saves: Any = type(register).saves
        return saves(card, by=by, reason=reason)
    adding = card._state.adding
    card.full_clean()
    if not adding and hasattr(card, "version"):
        _touch(card)
    card.save()
    return card


def _move(card: Any, moment: Any) -> Any:
    if (card.archived_at is None) == (moment is None):
        return card
    card.archived_at = moment
    _touch(card)
    card.save(update_fields=["archived_at", "version", "updated_at"])
    return card


def changed_values(card: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the given values, those that differ from the card's own."""
    return {name: value for name, value in values.items() if getattr(card, name) != value}


@cache
def verbs_of(register: Register) -> Verbs:
    if register.read_only:

        def refuse(card: Any, *, by: Who, **_given: Any) -> Any:
            raise Denied(_("«%(register)s» лише читають: записи робить сама система.") % {"register": register.name})

        return Verbs(refuse, refuse, refuse)

    def save(card: Any, *, by: Who, version: int | None = None, reason: str = "") -> Any:
        saved = _saved(register, card, by=by, version=version, reason=reason)
        saved.refresh_from_db()
        announce(register, [saved.pk], "saved", getattr(saved, "version", 0))
        return saved

    def archive(card: Any, *, by: Who, reason: str = "") -> Any:
        _lock(register, card, by, None)
        if card.archived_at is None and (reasons := register.keeps(card)):
            raise Kept(reasons)
        moved = _move(card, timezone.now())
        announce(register, [moved.pk], "archived")
        return moved

    def restore(card: Any, *, by: Who, reason: str = "") -> Any:
        _lock(register, card, by, None)
        _refuse_double(register, card)
        moved = _move(card, None)
        announce(register, [moved.pk], "restored")
        return moved

    singular = register.model._meta.model_name
    declared = {}
    for verb, function in (("save", save), ("archive", archive), ("restore", restore)):
        function.__name__ = f"{verb}_{singular}"
        function.__qualname__ = f"{register.label}.{function.__name__}"
        # Registers of tenants are not in the table of operations, which is one for all.
        declared[verb] = operation(register.module, Level.EDIT, listed=not register.within)(function)
    return Verbs(**declared)


def _refuse_double(register: Register, card: Any) -> None:
    """What is unique among the living may have been taken while the card was away."""
    was, card.archived_at = card.archived_at, None
    try:
        card.validate_constraints()
    except ValidationError as taken:
        raise Denied(_("З архіву не повернути: %(why)s") % {"why": " ".join(taken.messages)}) from None
    finally:
        card.archived_at = was
