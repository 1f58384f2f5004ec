"""Saved views as tabs: whose they are, who sees them, who may change them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kernel.access.grants import rights_of
from kernel.access.levels import Level
from kernel.access.models import Role, User
from kernel.registers.models import SavedView
from kernel.registers.register import Register

MINE, EVERYBODY = "", "all"
ROLE, DEPARTMENT = "role:", "department:"


def views_of(register: Register, user: Any) -> QuerySet[SavedView]:
    """One's own, everybody's, those of one's roles (held or lent) and of one's department."""
    seen = Q(owner=user) | Q(shared=True) | Q(role__in=_roles(user))
    if user.department:
        seen |= Q(department=user.department)
    return SavedView.objects.filter(register=register.label).filter(seen).select_related("role", "owner")


def may_change(view: SavedView, register: Register, user: Any) -> bool:
    """The owner; what is shown to others is also kept in order by whoever manages the register."""
    return view.owner_id == user.pk or (is_shared(view) and register.may(user, Level.MANAGE))


def is_shared(view: SavedView) -> bool:
    return view.shared or view.role_id is not None or bool(view.department)


def audiences(register: Register, user: Any) -> list[tuple[str, str]]:
    """To whom this person may show a view: everybody, their own roles and department; a manager, to any."""
    manages = register.may(user, Level.MANAGE)
    roles = Role.objects.exclude(code="support")
    if not manages:
        roles = roles.filter(pk__in=_roles(user))
    departments = {user.department} - {""}
    if manages:
        people = User.objects.filter(is_active=True).exclude(department="")
        departments |= set(people.order_by().values_list("department", flat=True).distinct()[:100])
    return [
        (MINE, _("лише я")),
        (EVERYBODY, _("усі, хто бачить реєстр")),
        *((f"{ROLE}{role.code}", _("роль «%(role)s»") % {"role": role.title}) for role in roles),
        *((f"{DEPARTMENT}{one}", _("підрозділ «%(department)s»") % {"department": one}) for one in sorted(departments)),
    ]


def show_to(view: SavedView, audience: str) -> None:
    """One of `audiences`."""
    view.shared = audience == EVERYBODY
    role = audience.removeprefix(ROLE) if audience.startswith(ROLE) else ""
    view.role = Role.objects.get(code=role) if role else None
    view.department = audience.removeprefix(DEPARTMENT) if audience.startswith(DEPARTMENT) else ""


def audience_of(view: SavedView) -> str:
    if view.shared:
        return EVERYBODY
    if view.role is not None:
        return f"{ROLE}{view.role.code}"
    return f"{DEPARTMENT}{view.department}" if view.department else MINE


def _roles(user: Any) -> list[Any]:
    return [held.role.pk for held in rights_of(user).held]
