"""Roles and who holds them. Nobody raises their own rights; somebody can always give rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.grants import forget_rights, own_roles, rights_of
from kernel.access.levels import Level
from kernel.access.models import Role, RoleAssignment, RoleLevel, User
from kernel.access.ready_roles import PLATFORM_RULES, READY, READY_CODES, ReadyRole
from kernel.access.rules import ALL, rule_kinds
from kernel.access.subjects import area_code, subjects
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy.locks import hold_lock

ADMINISTRATOR_ROLE = "administrator"
OPERATOR_ROLE = "operator"


def create_ready_roles(kind: str) -> int:
    """The roles of a hromada, an enterprise or the platform that are not there yet. Changed ones stay changed.

    Called by provisioning in the scope of the tenant, and again after every new version.
    """
    with transaction.atomic():
        hold_lock("access.ready_roles")
        existing = set(Role.objects.values_list("code", flat=True))
        wanted = [ready for ready in READY[kind] if ready.code not in existing]
        roles = Role.objects.bulk_create(
            Role(code=ready.code, title=ready.title, built_in=True, requires_mfa=ready.requires_mfa) for ready in wanted
        )
        RoleLevel.objects.bulk_create(
            level for role, ready in zip(roles, wanted, strict=True) for level in _levels(role, ready)
        )
    return len(wanted)


def _levels(role: Role, ready: ReadyRole) -> Iterator[RoleLevel]:
    for area, given in ready.areas.items():
        level, rule = given if isinstance(given, tuple) else (given, ALL)
        yield RoleLevel(role=role, module=area_code(area), level=level, rule=rule)
    for code, level in ready.system.items():
        rule = PLATFORM_RULES.get(ready.code, ALL) if code == "communities" else ALL
        yield RoleLevel(role=role, module=code, level=level, rule=rule)


# -- those who give rights ------------------------------------------------------------------------


def administrators() -> QuerySet[User]:
    """People who may give rights today and whose own right has no end."""
    roles = RoleLevel.objects.filter(module="access", level=Level.MANAGE).values("role")
    held = RoleAssignment.objects.filter(role__in=roles, valid_from__lte=local_today(), valid_to__isnull=True)
    return User.objects.persons().filter(is_active=True, pk__in=held.values("user"))


@contextmanager
def somebody_administers() -> Iterator[None]:
    """Undo, by an exception inside the transaction, whatever would leave the tenant without an administrator."""
    hold_lock("access.administrators")
    had = administrators().exists()
    yield
    if had and not administrators().exists():
        raise Denied(_("Це останній адміністратор: без нього ніхто не зможе надавати права. Спершу призначте іншого."))


def _refuse_self(user: User, by: Who) -> None:
    if isinstance(by, User) and by.pk == user.pk:
        raise Denied(_("Собі прав не надають. Попросіть іншого адміністратора."))


def holds(user: User, role: Role) -> bool:
    return any(held.role.pk == role.pk for held in own_roles(user, local_today()))


def _refuse_raising_own(role: Role, by: Who) -> None:
    if isinstance(by, User) and any(held.role.pk == role.pk for held in rights_of(by).held):
        raise Denied(_("Ви самі маєте роль «%(role)s»: її права збільшує інший адміністратор.") % {"role": role.title})


# -- operations -----------------------------------------------------------------------------------


@operation("access", Level.MANAGE)
def assign_role(
    user: User,
    role: Role,
    *,
    by: Who,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> RoleAssignment:
    _refuse_self(user, by)
    if user.is_support:
        raise Denied(_("Підтримка платформи входить лише за дозволом чи аварійно; ролей їй не надають."))
    if not user.is_active:
        raise Denied(_("Обліковий запис вимкнено. Спершу поверніть людині доступ."))
    start = valid_from or local_today()
    if valid_to and valid_to < start:
        raise Denied(_("Кінець строку раніше за початок. Перевірте дати."))
    overlapping = RoleAssignment.objects.filter(user=user, role=role).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=start)
    )
    if valid_to:
        overlapping = overlapping.filter(valid_from__lte=valid_to)
    if overlapping.exists():
        raise Denied(
            _("Роль «%(role)s» на ці дні людина вже має. Спершу завершіть попередній строк.") % {"role": role.title}
        )
    forget_rights(user)
    return RoleAssignment.objects.create(
        user=user, role=role, valid_from=start, valid_to=valid_to, given_by=name_of(by)
    )


@operation("access", Level.MANAGE)
def withdraw_role(assignment: RoleAssignment, *, by: Who, reason: str = "") -> None:
    """From this moment; what was in force before stays in the history."""
    with somebody_administers():
        RoleAssignment.objects.filter(pk=assignment.pk).delete()
    forget_rights(assignment.user)


@operation("access", Level.MANAGE)
def end_role_on(assignment: RoleAssignment, last_day: date, *, by: Who, reason: str = "") -> RoleAssignment:
    """Set or bring nearer the last day; a longer term is a new assignment."""
    later = assignment.valid_to is not None and last_day > assignment.valid_to
    if later:
        _refuse_self(assignment.user, by)
    if last_day < assignment.valid_from:
        raise Denied(_("Кінець строку раніше за початок. Заберіть роль зовсім."))
    with somebody_administers():
        assignment.valid_to = last_day
        assignment.save(update_fields=["valid_to"])
    forget_rights(assignment.user)
    return assignment


@operation("access", Level.MANAGE)
def create_role(code: str, title: str, *, by: Who, requires_mfa: bool = False, like: Role | None = None) -> Role:
    """A tenant's own role, empty or like another one."""
    if code == "new" or code in READY_CODES or Role.objects.filter(code=code).exists():
        raise Denied(_("Код «%(code)s» зайнято. Виберіть інший.") % {"code": code})
    role = Role(code=code, title=title, requires_mfa=requires_mfa or bool(like and like.requires_mfa))
    role.full_clean()
    role.save()
    if like:
        RoleLevel.objects.bulk_create(
            RoleLevel(role=role, module=level.module, level=level.level, rule=level.rule) for level in like.levels.all()
        )
    return role


@operation("access", Level.MANAGE)
def change_role(role: Role, *, by: Who, title: str, requires_mfa: bool, reason: str = "") -> Role:
    if role.requires_mfa and not requires_mfa:
        _refuse_raising_own(role, by)
    role.title, role.requires_mfa = title, requires_mfa
    role.full_clean()
    role.save(update_fields=["title", "requires_mfa"])
    return role


@operation("access", Level.MANAGE)
def delete_role(role: Role, *, by: Who, reason: str = "") -> None:
    if role.built_in:
        raise Denied(_("Готову роль не видаляють: заберіть у неї рівні або нікому її не надавайте."))
    if role.assignments.exists():
        raise Denied(_("Роль «%(role)s» комусь надано. Спершу заберіть її в усіх.") % {"role": role.title})
    role.delete()


@operation("access", Level.MANAGE)
def set_levels(role: Role, levels: dict[str, tuple[Level, str] | None], *, by: Who, reason: str = "") -> list[str]:
    """Rows of the matrix; None takes the row's own word away, so that the area's counts. Returns what changed."""
    known = {subject.code for subject in subjects()}
    stored = {row.module: row for row in role.levels.all()}
    changed: list[str] = []
    with somebody_administers():
        for code, given in levels.items():
            row = stored.get(code)
            if code not in known and row is None:
                raise Denied(_("Розділу «%(code)s» немає або він вимкнений.") % {"code": code})
            if given is not None and given[1] not in rule_kinds():
                raise Denied(_("Правила «%(rule)s» немає.") % {"rule": given[1]})
            before = (Level(row.level), row.rule) if row else None
            if before == given:
                continue
            changed.append(code)
            if given is None:
                role.levels.filter(module=code).delete()
            else:
                RoleLevel.objects.update_or_create(
                    role=role, module=code, defaults={"level": given[0], "rule": given[1]}
                )
            if _widens(before, given):
                _refuse_raising_own(role, by)
    if isinstance(by, User):
        forget_rights(by)
    return changed


@operation("access", Level.MANAGE)
def change_and_set(
    role: Role,
    levels: dict[str, tuple[Level, str] | None],
    *,
    by: Who,
    title: str,
    requires_mfa: bool,
    reason: str = "",
) -> None:
    """The whole card of a role at once: either everything is saved or nothing."""
    change_role(role, by=by, title=title, requires_mfa=requires_mfa, reason=reason)
    set_levels(role, levels, by=by, reason=reason)


def _widens(before: tuple[Level, str] | None, after: tuple[Level, str] | None) -> bool:
    """Whether the new word may give more. An absent one leaves the area's word, which is not known to be less."""
    if after is not None and after[0] == Level.NONE:
        return False
    if before is None or after is None:
        return True
    return after[0] > before[0] or (after[1] != before[1] and before[1] != ALL)
