"""A community's own rules: setting one, undoing it, and seeing common and own side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kernel.calendar import DayKind
from kernel.reference.models import Decision, Override, OwnDay
from kernel.tenancy import current_tenant
from shared_apps.reference.errors import RuleRefused
from shared_apps.reference.lookup import Found, as_found, own_region
from shared_apps.reference.models import ReferenceValue, Rule
from shared_apps.reference.values import plain

DIGITS_BEFORE, DIGITS_AFTER = 12, 6


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule on one day: what is common, what is the community's own, and which of the two holds."""

    rule: Rule
    common: Found | None
    own: Override | None

    @property
    def effective(self) -> Decimal | None:
        if self.own is not None:
            return plain(self.own.value)
        return self.common.value if self.common else None

    @property
    def differs(self) -> bool:
        return self.own is not None and (self.common is None or self.common.value != self.own.value)


def set_own_value(
    code: str, value: Decimal, *, valid_from: date, valid_to: date | None = None, reason: str, by: str
) -> Override:
    """The community's own value from a day on. A later decision wins on the days both cover."""
    current_tenant()
    rule = Rule.objects.filter(code=code).first()
    if rule is None:
        raise RuleRefused(_("Правила %(code)s немає. Виберіть його з переліку правил.") % {"code": code})
    if not rule.overridable:
        raise RuleRefused(
            _("%(rule)s — спільне для всіх: його встановлює закон, громада змінити його не може.") % {"rule": rule}
        )
    if not isinstance(value, Decimal) or not value.is_finite():
        raise RuleRefused(_("Значення має бути числом."))
    if abs(value) >= Decimal(10) ** DIGITS_BEFORE or value != round(value, DIGITS_AFTER):
        raise RuleRefused(_("Значення завелике або має понад шість знаків після коми. Округліть його."))
    if valid_to and valid_to <= valid_from:
        raise RuleRefused(_("Кінець дії має бути пізніше за початок."))
    who = _why(reason, by)
    return Override.objects.create(code=code, value=value, valid_from=valid_from, valid_to=valid_to, **who)


def cancel_own_value(override_id: int, *, reason: str, by: str) -> Override:
    """Undo a decision; what stood before it stands again. Both rows stay in the history."""
    current_tenant()
    return _undo(Override, override_id, ("code", "valid_from", "valid_to"), _why(reason, by))


def set_own_day(day: date, kind: DayKind, *, reason: str, by: str) -> OwnDay:
    current_tenant()
    if kind not in OwnDay.Kind.values:
        raise RuleRefused(_("Громада може оголосити день вихідним, робочим або скороченим."))
    return OwnDay.objects.create(day=day, kind=kind, **_why(reason, by))


def cancel_own_day(own_day_id: int, *, reason: str, by: str) -> OwnDay:
    current_tenant()
    return _undo(OwnDay, own_day_id, ("day", "kind"), _why(reason, by))


def history(code: str) -> list[Override]:
    """Every decision on this rule, the latest first, cancellations among them."""
    current_tenant()
    return list(Override.objects.filter(code=code).select_related("cancels", "cancelled_by"))


def rule_lines(on: date, *, only_overridable: bool = True) -> list[RuleLine]:
    """Common rules and own ones side by side, in three queries."""
    current_tenant()
    rules = Rule.objects.filter(overridable=True) if only_overridable else Rule.objects.all()
    values = ReferenceValue.objects.on(on).filter(region__in=["", own_region()]).order_by("region")
    common = {row.code_id: row for row in values}
    # Ascending, so that the latest decision is what stays in the dictionary.
    own = {row.code: row for row in Override.objects.on(on).order_by("id")}
    return [
        RuleLine(
            rule,
            as_found(rule, common[rule.code]) if rule.code in common else None,
            own.get(rule.code) if rule.overridable else None,
        )
        for rule in rules
    ]


def _undo[D: Decision](model: type[D], pk: int, subject: tuple[str, ...], why: dict[str, str]) -> D:
    undone = model.objects.filter(pk=pk, cancels=None).first()
    if undone is None:
        raise RuleRefused(_("Такого рішення немає. Оновіть сторінку."))
    try:
        with transaction.atomic():
            return model.objects.create(cancels=undone, **{name: getattr(undone, name) for name in subject}, **why)
    except IntegrityError as error:
        raise RuleRefused(_("Це рішення вже скасовано. Оновіть сторінку.")) from error


def _why(reason: str, by: str) -> dict[str, str]:
    if not reason.strip():
        raise RuleRefused(_("Назвіть підставу: рішення, його дату й номер."))
    return {"reason": reason.strip(), "by": by}
