"""What a person holds right now: own roles, roles lent for a vacation, and what they come to in each module."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import Delegation, Role, RoleAssignment, RoleLevel, User
from kernel.access.rules import ALL, Standing
from kernel.access.subjects import SYSTEM, area_code
from kernel.modules.entitlement import enabled_labels
from kernel.modules.registry import UnknownModule, module_named
from kernel.tenancy import current_scope

_MEMO = "_rights"


@dataclass(frozen=True, slots=True)
class Grant:
    """One right and where it came from."""

    level: Level
    rule: str
    who: Standing
    role: str
    delegation: Delegation | None = None


@dataclass(frozen=True, slots=True)
class HeldRole:
    role: Role
    who: Standing
    until: date | None
    delegation: Delegation | None = None


def standing_of(user: User) -> Standing:
    return Standing(user.pk, user.department, tuple(user.territories))


def own_roles(user: User, day: date) -> list[HeldRole]:
    rows = RoleAssignment.objects.on(day).filter(user=user).select_related("role")
    return [HeldRole(row.role, standing_of(user), row.valid_to) for row in rows]


def lent_roles(user: User, day: date) -> list[HeldRole]:
    """Only what the lender holds himself: what was lent to him does not travel on."""
    delegations = list(
        Delegation.objects.on(day).filter(to_user=user, from_user__is_active=True).select_related("from_user")
    )
    if not delegations:
        return []
    lenders = {delegation.from_user_id for delegation in delegations}
    held: dict[Any, list[RoleAssignment]] = {}
    for row in RoleAssignment.objects.on(day).filter(user__in=lenders).select_related("role"):
        held.setdefault(row.user_id, []).append(row)
    return [
        HeldRole(row.role, standing_of(delegation.from_user), delegation.to_date, delegation)
        for delegation in delegations
        for row in held.get(delegation.from_user_id, [])
        if not delegation.roles or row.role.code in delegation.roles
    ]


@dataclass(slots=True)
class Rights:
    """A person's rights on one day, read from the database once."""

    day: date
    scope: str
    held: list[HeldRole]
    levels: dict[int, dict[str, tuple[Level, str]]]
    cap: dict[str, Level] | None = None
    _known: dict[str, tuple[Grant, ...]] = field(default_factory=dict)
    _enabled: frozenset[str] | None = None

    @property
    def requires_mfa(self) -> bool:
        return any(held.role.requires_mfa for held in self.held)

    def grants(self, module: str) -> tuple[Grant, ...]:
        if module not in self._known:
            self._known[module] = tuple(self._compute(module))
        return self._known[module]

    def level(self, module: str) -> Level:
        return max((grant.level for grant in self.grants(module)), default=Level.NONE)

    def _compute(self, module: str) -> list[Grant]:
        area = ""
        if module not in SYSTEM:
            try:
                area = module_named(module).area
            except UnknownModule:
                return []
            if self._enabled is None:
                self._enabled = enabled_labels()
            if module not in self._enabled:
                return []
        found = []
        for held in self.held:
            level, rule = level_in(held.role, self.levels.get(held.role.pk, {}), module, area)
            if self.cap is not None:
                level = min(level, self.cap.get(module, Level.NONE))
            if level > Level.NONE:
                found.append(Grant(level, rule, held.who, held.role.code, held.delegation))
        return found


def level_in(role: Role, levels: dict[str, tuple[Level, str]], module: str, area: str) -> tuple[Level, str]:
    """The nearest word counts: the role's own for the module, the manifest's for the role, the area's."""
    if module in levels:
        return levels[module]
    if area:
        default = module_named(module).role_default(role.code) if role.built_in else None
        return default or levels.get(area_code(area), (Level.NONE, ALL))
    return Level.NONE, ALL


def roles_with(module: str, level: Level) -> list[Role]:
    """Every role that has this right, whoever holds it."""
    roles = list(Role.objects.order_by("title"))
    area = "" if module in SYSTEM else module_named(module).area
    levels = levels_of({role.pk for role in roles})
    return [role for role in roles if level_in(role, levels.get(role.pk, {}), module, area)[0] >= level]


def levels_of(role_ids: set[int]) -> dict[int, dict[str, tuple[Level, str]]]:
    found: dict[int, dict[str, tuple[Level, str]]] = {}
    rows = RoleLevel.objects.filter(role__in=role_ids).values_list("role_id", "module", "level", "rule")
    for role_id, module, level, rule in rows:
        found.setdefault(role_id, {})[module] = (Level(level), rule)
    return found


def rights_of(user: Any) -> Rights:
    """Kept on the object for the time of a request; another day or another scope reads anew."""
    if not getattr(user, "is_active", False) or not isinstance(user, User):
        return Rights(date.min, "", [], {})
    day, scope = local_today(), current_scope().key
    known: Rights | None = getattr(user, _MEMO, None)
    if known is None or known.day != day or known.scope != scope:
        held = own_roles(user, day) + lent_roles(user, day)
        levels = levels_of({one.role.pk for one in held}) if held else {}
        known = Rights(day, scope, held, levels, getattr(user, "rights_cap", None))
        setattr(user, _MEMO, known)
    return known


def forget_rights(user: Any) -> None:
    if hasattr(user, _MEMO):
        delattr(user, _MEMO)


def limit_rights(user: User, cap: dict[str, Level]) -> None:
    """From here on this object may do no more than `cap` says, whatever the person holds: for tokens."""
    user.rights_cap = cap  # type: ignore[attr-defined]
    forget_rights(user)
