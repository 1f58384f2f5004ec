"""An action of the register over many cards: who takes it, doing it, and the trace it is taken back by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.jobs.registry import JobRun, job
from kernel.operations import Denied, operation
from kernel.registers.asking import form_of
from kernel.registers.bulk import AT_ONCE, Unfit, as_json, told
from kernel.registers.declarations import Action
from kernel.registers.listing import Listing
from kernel.registers.models import BulkChange, BulkLine
from kernel.registers.register import Register
from kernel.registers.registry import register_named

JOB = "registers.action"
# Guards of the action are code, not conditions: so many cards are asked before anything is done.
LOOKED = 2000
NOT_FIELDS = frozenset({"version", "updated_at"})


@dataclass(slots=True)
class Chosen:
    """The cards that were meant, as the action finds them before it does anything."""

    fit: list[Any]
    refused: list[tuple[Any, str]] = field(default_factory=list)
    # Of a long list only the beginning is asked; the job asks the rest.
    count: int = 0
    looked: int = 0

    @property
    def whole(self) -> bool:
        return self.looked >= self.count


def actions_for_many(register: Register, user: Any) -> list[Action]:
    return [one for one in register.actions.values() if one.many and register.may(user, one.level)]


def refusal_of(register: Register, action: Action, card: Any, user: Any) -> str:
    """Why the card does not take the action now; nothing when it does."""
    if getattr(card, "archived_at", None):
        return _("Картка в архіві. Спершу поверніть її до реєстру.")
    if action.when is None or action.when(card):
        return ""
    standing = register.status_of(card) if not register.status or register.may_see(register.status, user) else None
    if standing:
        return _("Зараз це неможливо: стан картки — «%(state)s».") % {"state": standing[1]}
    return _("Зараз це неможливо для такої картки: відкрийте її й перевірте, чого бракує.")


def choose(register: Register, action: Action, user: Any, listing: Listing) -> Chosen:
    """Those who take it, and those who do not with the reason: out of reach, in the archive, not the time for it."""
    found = listing.ordered()
    if joined := register.joined(listing.column_names):
        found = found.select_related(*joined)
    chosen = Chosen([], count=listing.counted)
    for card in found[:LOOKED]:
        chosen.looked += 1
        if why := refusal_of(register, action, card, user):
            chosen.refused.append((card, why))
        else:
            chosen.fit.append(card)
    chosen.refused += [(card, why) for card, why in out_of_reach(register, user, listing)]
    return chosen


def out_of_reach(register: Register, user: Any, listing: Listing) -> list[tuple[Any, str]]:
    """Of the cards that were ticked, those the person sees and may not touch, and those that left the list."""
    ticked = [key for key in listing.query.getlist("id") if key.isdecimal() and len(key) < 19]
    if ticked:
        seen = register.rows(user, archived=None).filter(pk__in=ticked)
    else:
        seen = Listing(register, user, listing.query).rows
    left = seen.exclude(pk__in=listing.rows.order_by().values("pk")).order_by("pk")[:LOOKED]
    archived = _("Картка в архіві. Спершу поверніть її до реєстру.")
    foreign = _("Поза вашими правами: зверніться до того, хто веде цю картку.")
    return [
        (card, archived if getattr(card, "archived_at", None) and not listing.archived else foreign) for card in left
    ]


def begin(register: Register, action: Action, *, by: User, reason: str) -> BulkChange:
    return BulkChange.objects.create(
        register=register.label,
        verb=BulkChange.Verb.ACTION,
        action=action.name,
        count=0,
        reason=reason[:500],
        made_by=by,
    )


def act_on_many(
    register: Register,
    action: Action,
    cards: Sequence[Any],
    given: dict[str, Any],
    change: BulkChange,
    *,
    by: User,
    skip: bool = False,
) -> list[tuple[Any, str]]:
    """All of them or none; with `skip` those that refuse are left as they are, and named."""

    @operation(register.module, action.level)
    def act_on_cards(*, by: User, reason: str = "") -> list[tuple[Any, str]]:
        lines, problems = [], []
        for card in cards:
            # As it stands in the table, so that both looks are alike.
            before = register.model._default_manager.get(pk=card.pk)
            try:
                with transaction.atomic():
                    action.run(register, card, by=by, **given)
            except (ValidationError, Denied) as refused:
                problems.append((card, told(refused)))
                continue
            after = register.model._default_manager.filter(pk=card.pk).first()
            was = _changed(before, after) if action.reversible and after is not None else {}
            version = getattr(after, "version", 0)
            lines.append(BulkLine(change=change, row_id=card.pk, version=version, before=was))
        if problems and not skip:
            raise Unfit(problems)
        BulkLine.objects.bulk_create(lines, batch_size=1000)
        change.count += len(lines)
        change.save(update_fields=["count"])
        return problems

    return act_on_cards(by=by, reason=str(given.get("reason") or ""))


def _changed(before: Any, after: Any) -> dict[str, Any]:
    """Columns the action wrote, with what stood there."""
    return {
        one.column: as_json(getattr(before, one.attname))
        for one in before._meta.concrete_fields
        if not one.generated
        and one.name not in NOT_FIELDS
        and not isinstance(one, GeometryField)
        and getattr(before, one.attname) != getattr(after, one.attname)
    }


@job(JOB)
def run_action(
    run: JobRun,
    *,
    register: str,
    action: str,
    query: str,
    data: dict[str, list[str]],
    user: str,
    change: int,
    skip: bool,
) -> None:
    """A long list in portions, under one number; a repeated run passes over the cards that have it behind them."""
    here, person = register_named(register), User.objects.get(pk=user)
    verb, held = here.actions[action], BulkChange.objects.get(pk=change)
    sent = QueryDict(mutable=True)
    for name, values in data.items():
        sent.setlist(name, values)
    form = form_of(verb, here, person, sent, {})
    if not form.is_valid():
        raise Denied(_("Те, що було введено у форму дії, вже не підходить. Повторіть її з переліку."))
    listing = Listing(here, person, query, level=verb.level)
    done = set(held.lines.values_list("row_id", flat=True))
    keys = list(listing.ordered().values_list("pk", flat=True))
    # The action may take its cards out of the list it was chosen from: what is done is counted, not listed again.
    passed = 0
    for start in range(0, len(keys), AT_ONCE):
        held.refresh_from_db(fields=["undone_at"])
        if held.undone_at:
            raise Denied(_("Дію тим часом скасовано, тож решти карток вона не торкнулася. Повторіть її, якщо треба."))
        portion = [key for key in keys[start : start + AT_ONCE] if key not in done]
        cards = here.rows(person, verb.level).in_bulk(portion)
        fit = [cards[key] for key in portion if key in cards and not refusal_of(here, verb, cards[key], person)]
        passed += len(portion) - len(fit)
        try:
            passed += len(act_on_many(here, verb, fit, form.cleaned_data, held, by=person, skip=skip)) if fit else 0
        except Unfit as unfit:
            how_far = {"done": held.count, "all": len(keys), "why": unfit}
            raise Denied(
                _("Зроблено для %(done)s карток із %(all)s, далі стоїть: %(why)s. Виправте й повторіть.") % how_far
            ) from None
        run.progress(min(start + AT_ONCE, len(keys)), len(keys))
    message = _("Зроблено для карток: %(done)s.") % {"done": held.count}
    if passed:
        message += " " + _("Пропущено: %(count)s.") % {"count": passed}
    run.finish(url=here.url("bulk-change", held.pk), message=message)
