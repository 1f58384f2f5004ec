"""In a tenant: what its region offers, how it differs from what holds here, taking it and taking it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Denied, Who, name_of, operation
from kernel.reference.models import Override
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.locks import hold_lock
from shared_apps.patterns.models import Adoption, RuleSet
from shared_apps.patterns.rule_sets import latest_editions
from shared_apps.reference.errors import RuleRefused
from shared_apps.reference.models import Rule
from shared_apps.reference.overrides import cancel_own_value, rule_lines, set_own_value


@dataclass(frozen=True, slots=True)
class Offer:
    edition: RuleSet
    # What holds here of this set: an earlier edition, this one, or nothing.
    adopted: Adoption | None

    @property
    def state(self) -> str:
        if self.adopted is None:
            return "offered"
        return "newer" if self.adopted.edition.number < self.edition.number else "current"


def offers() -> list[Offer]:
    """Of the tenant's own region; what the region withdrew and is still in force here stays in the list."""
    tenant = current_tenant()
    with platform_context():
        held = {row.edition.code: row for row in _held(tenant.id)}
        offered = latest_editions(tenant.region) if tenant.region else []
    known = {one.code for one in offered}
    kept = [Offer(row.edition, row) for code, row in held.items() if code not in known]
    return [*(Offer(one, held.get(one.code)) for one in offered), *kept]


def offer_named(code: str) -> Offer | None:
    return next((one for one in offers() if one.edition.code == code), None)


def _held(community: UUID, code: str = "") -> list[Adoption]:
    """In platform scope; of a set the latest comes last and is what holds."""
    rows = Adoption.objects.filter(community_id=community, undone_at=None).select_related("edition")
    if code:
        rows = rows.filter(edition__code=code)
    return list(rows.order_by("adopted_at", "pk"))


# -- comparing -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of an edition beside what holds here. `ours`: decided here by itself, not by an earlier edition."""

    rule: Rule
    offered: Decimal
    here: Decimal | None
    ours: Override | None

    @property
    def differs(self) -> bool:
        return self.here != self.offered


def compare(offer: Offer, on: date) -> list[Line]:
    told = {line.rule.code: line for line in rule_lines(on)}
    from_set = set(offer.adopted.decisions.values()) if offer.adopted else set()
    found = []
    for row in offer.edition.lines:
        line = told.get(row["code"])
        # A rule that has been closed to communities since is offered no more.
        if line is not None:
            own = line.own if line.own is not None and line.own.pk not in from_set else None
            found.append(Line(line.rule, Decimal(row["value"]), line.effective, own))
    return found


# -- taking and taking back ----------------------------------------------------------------------------


@operation("reference", Level.EDIT)
def adopt(edition: RuleSet, codes: Collection[str], *, by: Who, reason: str = "") -> Adoption:
    """The chosen rules of the edition become the community's own; those of an earlier edition give way to them."""
    tenant = current_tenant()
    hold_lock("patterns.adopting")
    if edition.region != tenant.region or edition.withdrawn_at is not None:
        raise Denied(_("Область більше не пропонує цієї редакції. Поверніться до переліку наборів."))
    values = {row["code"]: Decimal(row["value"]) for row in edition.lines if row["code"] in set(codes)}
    if not values:
        raise ValidationError(_("Позначте хоча б одне правило."))
    with platform_context():
        held = _held(tenant.id, edition.code)
    if held and held[-1].edition.number >= edition.number:
        raise Denied(_("Цю або новішу редакцію вже прийнято. Оновіть сторінку."))
    who = name_of(by)
    if held:
        _cancel(held[-1], _("Замінено: %(edition)s") % {"edition": edition}, who)
    decisions = _set(edition, values, who)
    with platform_context():
        return Adoption.objects.create(community_id=tenant.id, edition=edition, decisions=decisions, adopted_by=who)


@operation("reference", Level.EDIT)
def undo_adoption(code: str, *, by: Who, reason: str) -> Adoption:
    """Only the latest; the edition before it, if there was one, stands again."""
    if not reason.strip():
        raise Denied(_("Назвіть підставу: рішення, його дату й номер."))
    tenant = current_tenant()
    hold_lock("patterns.adopting")
    with platform_context():
        held = _held(tenant.id, code)
    if not held:
        raise Denied(_("Цей набір уже скасовано. Оновіть сторінку."))
    last, who = held[-1], name_of(by)
    _cancel(last, reason.strip(), who)
    with platform_context():
        Adoption.objects.filter(pk=last.pk).update(undone_at=timezone.now(), undone_by=who)
    if len(held) > 1:
        before = held[-2]
        values = {row["code"]: Decimal(row["value"]) for row in before.edition.lines if row["code"] in before.decisions}
        decisions = _set(before.edition, values, who)
        with platform_context():
            Adoption.objects.filter(pk=before.pk).update(decisions=decisions)
    return last


def _set(edition: RuleSet, values: dict[str, Decimal], who: str) -> dict[str, int]:
    reason = _("Набір правил області %(edition)s; %(act)s") % {"edition": edition, "act": edition.act}
    try:
        return {
            code: set_own_value(code, value, valid_from=edition.valid_from, reason=reason[:500], by=who).pk
            for code, value in values.items()
        }
    except RuleRefused as refused:
        raise ValidationError(str(refused)) from refused


def _cancel(adoption: Adoption, reason: str, who: str) -> None:
    """What the community has undone by itself since stays undone."""
    standing = Override.objects.standing().filter(pk__in=list(adoption.decisions.values()))
    for pk in standing.values_list("pk", flat=True):
        cancel_own_value(pk, reason=reason[:500], by=who)
