"""One change of many cards: previewed, remembered, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.jobs.registry import JobRun, job
from kernel.operations import Denied, operation
from kernel.registers.added import attached
from kernel.registers.assigning import one_notice
from kernel.registers.facets import Facet
from kernel.registers.listing import Listing
from kernel.registers.models import BulkChange, BulkLine
from kernel.registers.register import Register
from kernel.registers.registry import register_named
from kernel.registers.saving import Stale, archive_card, restore_card, save_card

AT_ONCE = 200
JOB = "registers.bulk"


class Unfit(Exception):
    """Some cards do not take the change; none is changed."""

    def __init__(self, problems: list[tuple[Any, str]]) -> None:
        super().__init__("; ".join(f"{card}: {why}" for card, why in problems[:5]))
        self.problems = problems


def changeable(register: Register, user: Any) -> list[str]:
    """Fields that may be set for many at once: not the ones that tell a card from its neighbours."""
    unique = {name for name in register.key} | {
        name
        for name, facet in register.facets.items()
        if facet.field is not None and (facet.field.unique or (facet.added is not None and facet.added.unique))
    }
    kinds = ("text", "long_text", "choice", "boolean", "date", "decimal", "money", "integer", "reference")
    return [
        name
        for name, facet in register.written(user).items()
        if facet.kind in kinds and name not in unique and name not in register.masked
    ]


def change_many(
    register: Register, cards: Sequence[Any], values: Mapping[str, Any], *, by: User, reason: str = ""
) -> BulkChange:
    """All or nothing: the cards that refuse are named."""

    @operation(register.module, Level.EDIT)
    def change_cards(*, by: User, reason: str = "") -> BulkChange:
        change = _begin(register, BulkChange.Verb.CHANGE, len(cards), by, reason, _plain(register, values))
        lines, problems = [], []
        with one_notice(register, by):
            for card in attached(register, cards, values):
                before = {name: _stored(register.facets[name], card) for name in values}
                for name, value in values.items():
                    _set(register.facets[name], card, value)
                try:
                    saved = save_card(register, card, by=by, version=card.version, reason=reason)
                except (ValidationError, Denied, Stale) as refused:
                    problems.append((card, told(refused)))
                    continue
                lines.append(BulkLine(change=change, row_id=card.pk, version=saved.version, before=before))
        if problems:
            raise Unfit(problems)
        BulkLine.objects.bulk_create(lines, batch_size=1000)
        return change

    return change_cards(by=by, reason=reason)


def move_many(register: Register, cards: Sequence[Any], *, archive: bool, by: User, reason: str = "") -> BulkChange:
    """Out of the lists, or back into them."""
    verb = BulkChange.Verb.ARCHIVE if archive else BulkChange.Verb.RESTORE
    move = archive_card if archive else restore_card

    @operation(register.module, Level.EDIT)
    def move_cards(*, by: User, reason: str = "") -> BulkChange:
        change = _begin(register, verb, len(cards), by, reason, {})
        moved, problems = [], []
        for card in cards:
            try:
                moved.append(move(register, card, by=by, reason=reason))
            except Denied as refused:
                problems.append((card, str(refused)))
        if problems:
            raise Unfit(problems)
        for card in moved:
            card.refresh_from_db(fields=["version"])
        BulkLine.objects.bulk_create(
            [BulkLine(change=change, row_id=card.pk, version=card.version) for card in moved], batch_size=1000
        )
        return change

    return move_cards(by=by, reason=reason)


def undo(change: BulkChange, *, by: User) -> tuple[int, int]:
    """Put the values back where nobody touched the card since. How many were put back, how many were left."""
    register = register_named(change.register)
    level = level_to_undo(register, change)

    @operation(register.module, level)
    def undo_bulk_change(*, by: User) -> tuple[int, int]:
        held = BulkChange.objects.select_for_update().get(pk=change.pk)
        if held.undone_at:
            raise Denied(_("Цю зміну вже скасовано."))
        if not may_be_undone(register, held):
            raise Denied(_("Ця дія зробила більше, ніж змінила поля карток. Відкрийте картку й виправте там."))
        back = left = 0
        versions = {line.row_id: line for line in held.lines.all()}
        rows = register.rows(by, level, archived=None).filter(pk__in=list(versions))
        for card in attached(register, rows, held.fields):
            line = versions[card.pk]
            if card.version != line.version:
                left += 1
                continue
            _put_back(register, held, card, line, by)
            back += 1
        left += len(versions) - back - left
        held.undone_at = timezone.now()
        held.save(update_fields=["undone_at"])
        return back, left

    return undo_bulk_change(by=by)


def may_be_undone(register: Register, change: BulkChange) -> bool:
    """An action is taken back only when it says that fields of the card are all it changes."""
    if change.verb != BulkChange.Verb.ACTION:
        return True
    action = register.actions.get(change.action)
    return action is not None and action.reversible


def level_to_undo(register: Register, change: BulkChange) -> Level:
    action = register.actions.get(change.action)
    return action.level if action is not None else Level.EDIT


def _put_back(register: Register, change: BulkChange, card: Any, line: BulkLine, by: User) -> None:
    reason = str(_("скасування групової зміни № %(number)s") % {"number": change.pk})
    if change.verb == BulkChange.Verb.CHANGE:
        for name, value in line.before.items():
            # A tenant's own field may have been retired since.
            if name in register.facets:
                _put_value_back(register.facets[name], card, value)
        save_card(register, card, by=by, reason=reason)
    elif change.verb == BulkChange.Verb.ACTION:
        for column, value in line.before.items():
            field = next(one for one in register.model._meta.concrete_fields if one.column == column)
            to_python = (field.target_field if field.is_relation else field).to_python
            setattr(card, field.attname, None if value is None else to_python(value))
        save_card(register, card, by=by, reason=reason)
    elif change.verb == BulkChange.Verb.ARCHIVE:
        restore_card(register, card, by=by, reason=reason)
    else:
        archive_card(register, card, by=by, reason=reason)


def _set(facet: Facet, card: Any, value: Any) -> None:
    if facet.added is not None:
        facet.added.set(card, value)
    else:
        setattr(card, facet.name, value)


def _put_value_back(facet: Facet, card: Any, value: Any) -> None:
    field = facet.field
    if value is not None:
        value = (field.target_field if field.is_relation else field).to_python(value)
    if facet.added is not None:
        facet.added.set(card, value)
    else:
        setattr(card, field.attname, value)


def _begin(register: Register, verb: str, count: int, by: User, reason: str, fields: Mapping[str, Any]) -> BulkChange:
    return BulkChange.objects.create(
        register=register.label, verb=verb, count=count, reason=reason[:500], made_by=by, fields=dict(fields)
    )


def _stored(facet: Facet, card: Any) -> Any:
    if facet.added is not None:
        return facet.added.raw(facet.value(card))
    return as_json(getattr(card, facet.field.attname))


def _plain(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: facet.added.raw(value) if (facet := register.facets[name]).added else as_json(getattr(value, "pk", value))
        for name, value in values.items()
    }


def as_json(value: Any) -> Any:
    plain = value is None or isinstance(value, bool | int | float | str | list | dict)
    return value if plain else DjangoJSONEncoder().default(value)


def told(refused: Exception) -> str:
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


@job(JOB)
def run_bulk(
    run: JobRun, *, register: str, query: str, verb: str, values: dict[str, Any], user: str, reason: str
) -> None:
    """The same change over a long list, in portions; a repeated run passes over the cards already changed."""
    here = register_named(register)
    person = User.objects.get(pk=user)
    fields = {name: _read(here, name, value) for name, value in values.items()}
    listing = Listing(here, person, query, level=Level.EDIT)
    keys = list(listing.ordered().values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        try:
            _portion(here, listing, keys[start : start + AT_ONCE], verb, fields, person, reason)
        except Unfit as unfit:
            how_far = {"done": start, "all": len(keys), "why": unfit}
            raise Denied(
                _("Змінено %(done)s карток із %(all)s, далі стоїть: %(why)s. Виправте й повторіть.") % how_far
            ) from None
        run.progress(min(start + AT_ONCE, len(keys)), len(keys))
    run.finish(url=here.url())


def _portion(
    register: Register,
    listing: Listing,
    keys: list[Any],
    verb: str,
    fields: Mapping[str, Any],
    person: User,
    reason: str,
) -> None:
    with transaction.atomic():
        chosen = attached(register, listing.rows.filter(pk__in=keys), fields)
        cards = [card for card in chosen if _due(register, card, fields, verb)]
        if cards and verb == BulkChange.Verb.CHANGE:
            change_many(register, cards, fields, by=person, reason=reason)
        elif cards:
            move_many(register, cards, archive=verb == BulkChange.Verb.ARCHIVE, by=person, reason=reason)


def _due(register: Register, card: Any, fields: Mapping[str, Any], verb: str) -> bool:
    if verb == BulkChange.Verb.CHANGE:
        return any(register.facets[name].value(card) != value for name, value in fields.items())
    return (card.archived_at is None) == (verb == BulkChange.Verb.ARCHIVE)


def _read(register: Register, name: str, value: Any) -> Any:
    field = register.facets[name].field
    if value is None:
        return None
    if field.is_relation:
        return field.related_model._default_manager.get(pk=value)
    return field.to_python(value)
