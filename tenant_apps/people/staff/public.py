"""Whom errands and rights point at: the employee of an account, who acts for whom on a day, who heads what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from kernel.access.models import User
from kernel.access.rights import visible
from kernel.periods import covering
from kernel.search.query import find
from tenant_apps.people.staff.models import Absence, Department, Deputy, Employee

LIVE = Q(archived_at__isnull=True)


@dataclass(frozen=True, slots=True)
class EmployeeRef:
    id: int
    name: str
    initials: str
    position: str
    department: str
    department_id: int | None
    account_id: UUID | None
    works: bool


@dataclass(frozen=True, slots=True)
class DepartmentRef:
    id: int
    name: str
    parent_id: int | None
    head_id: int | None


def employee(employee_id: int) -> EmployeeRef | None:
    found = _employees().filter(pk=employee_id).first()
    return _ref(found) if found else None


def employees(ids: Iterable[int]) -> dict[int, EmployeeRef]:
    return {found.pk: _ref(found) for found in _employees().filter(pk__in=set(ids))}


def employee_of(user: User) -> EmployeeRef | None:
    found = _employees().filter(LIVE, account=user).first()
    return _ref(found) if found else None


def find_employees(text: str, *, by: User, limit: int = 20) -> list[EmployeeRef]:
    """Those who work today, by words of the name; only whom the person may see."""
    rows = visible(_employees().filter(LIVE, _working(timezone.localdate())), by)
    return [_ref(one) for one in find(rows, text).order_by("last_name", "first_name", "id")[:limit]]


def acting_for(employee_id: int, on: date) -> EmployeeRef | None:
    """Who does this person's work on that day: the person, or the last of the chain of deputies.

    None when nobody does: dismissed, or in a circle of those who stand in for each other.
    """
    seen: set[int] = set()
    current = employee_id
    while current not in seen:
        seen.add(current)
        deputy = Deputy.objects.filter(LIVE, covering(on), absent=current).values_list("substitute", flat=True).first()
        if deputy is None:
            found = _employees().filter(_working(on), pk=current).first()
            return _ref(found) if found else None
        current = deputy
    return None


def stands_in_for(employee_id: int, on: date) -> list[EmployeeRef]:
    """Whose work this person does besides his own on that day."""
    absent = Deputy.objects.filter(LIVE, covering(on), substitute=employee_id).values("absent")
    return [_ref(one) for one in _employees().filter(pk__in=absent)]


def is_absent(employee_id: int, on: date) -> bool:
    return Absence.objects.filter(LIVE, covering(on), employee=employee_id).exists()


def head_of(department_id: int) -> EmployeeRef | None:
    """The head of the department, or of the nearest one above it that has a head."""
    found = Department.objects.filter(pk=department_id).first()
    for department in reversed(found.chain() if found else []):
        if department.head_id:
            return employee(department.head_id)
    return None


def departments() -> list[DepartmentRef]:
    rows = Department.objects.filter(LIVE)
    return [DepartmentRef(one.pk, one.name, one.parent_id, one.head_id) for one in rows]


def department_names(department_id: int) -> list[str]:
    """The department and everything below it, as record rules know them."""
    below: dict[int | None, list[DepartmentRef]] = {}
    known = departments()
    for one in known:
        below.setdefault(one.parent_id, []).append(one)
    names: list[str] = []
    waiting = [one for one in known if one.id == department_id]
    while waiting:
        one = waiting.pop(0)
        names.append(one.name)
        waiting += below.get(one.id, [])
    return names


def _employees() -> QuerySet[Employee]:
    return Employee.objects.select_related("position", "department")


def _working(day: date) -> Q:
    return (Q(left_on__isnull=True) | Q(left_on__gte=day)) & (Q(hired_on__isnull=True) | Q(hired_on__lte=day))


def _ref(one: Employee) -> EmployeeRef:
    return EmployeeRef(
        one.pk,
        str(one),
        one.initials,
        one.position.title if one.position else "",
        one.department.name if one.department else "",
        one.department_id,
        one.account_id,
        one.archived_at is None and (one.left_on is None or one.left_on >= timezone.localdate()),
    )
