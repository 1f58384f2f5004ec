"""Which records a right covers: kinds of rules, each a filter that a model ties to one of its fields.

    class Contact(models.Model):
        record_rules = {"department": "department", "settlement": "settlement", "own": "created_by_id"}

A rule that a model does not tie to a field covers none of its records.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ALL = "all"


@dataclass(frozen=True, slots=True)
class Standing:
    """What rules may ask of the person whose right it is."""

    user_id: UUID
    department: str = ""
    territories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleKind:
    code: str
    title: str | Promise
    values: Callable[[Standing], Collection[Any]]
    # The field holds a longer code that begins with the value: a settlement within a district.
    by_prefix: bool = False


_kinds: dict[str, RuleKind] = {}


def register_rule(kind: RuleKind) -> None:
    if kind.code in _kinds:
        raise ValueError(f"The record rule {kind.code!r} is registered twice.")
    _kinds[kind.code] = kind


def rule_kinds() -> dict[str, RuleKind]:
    return dict(_kinds)


def _cut(length: int) -> Callable[[Standing], Collection[str]]:
    return lambda who: {code[:length] for code in who.territories if len(code) >= length}


register_rule(RuleKind(ALL, _("усі записи"), lambda who: ()))
register_rule(RuleKind("own", _("лише свої"), lambda who: {who.user_id}))
register_rule(RuleKind("department", _("свого підрозділу"), lambda who: {who.department} - {""}))
register_rule(RuleKind("settlement", _("своїх населених пунктів"), lambda who: set(who.territories)))
register_rule(RuleKind("district", _("свого району"), _cut(6), by_prefix=True))
register_rule(RuleKind("region", _("своєї області"), _cut(4), by_prefix=True))


def _field_of(model: type[Model], rule: str) -> str | None:
    return getattr(model, "record_rules", {}).get(rule)


def as_filter(model: type[Model], rule: str, who: Standing) -> Q | None:
    """The filter a rule means for a model: None for "no record at all", an empty Q for every record."""
    if rule == ALL:
        return Q()
    kind, field = _kinds.get(rule), _field_of(model, rule)
    if kind is None or field is None or not (values := kind.values(who)):
        return None
    if not kind.by_prefix:
        return Q(**{f"{field}__in": sorted(values, key=str)})
    wanted = Q()
    for value in sorted(values):
        wanted |= Q(**{f"{field}__startswith": value})
    return wanted


def covers(obj: Model, rule: str, who: Standing) -> bool:
    """The same question of one object, which may be not saved yet."""
    if rule == ALL:
        return True
    kind, field = _kinds.get(rule), _field_of(type(obj), rule)
    if kind is None or field is None:
        return False
    value: Any = obj
    for part in field.split("__"):
        value = getattr(value, part, None)
    values = kind.values(who)
    if kind.by_prefix:
        return any(str(value or "").startswith(prefix) for prefix in values)
    return value in values
