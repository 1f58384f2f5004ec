"""Taken on, moved, dismissed, stood in for: whatever changes where a person works, and so what they see."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.delegations import delegate, end_delegation
from kernel.access.departments import place_person, rename_department
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.people import deactivate_person
from kernel.operations import Denied, Who, name_of, operation
from kernel.periods import covering, overlapping
from kernel.tenancy.actor import Actor
from tenant_apps.people.staff.models import Absence, Appointment, Department, Deputy, Employee, Position

LIVE = Q(archived_at__isnull=True)
LENT_WITH = ("absent_id", "substitute_id", "starts_on", "ends_on")


def _saved(card: Any) -> Any:
    if not card._state.adding:
        card.version, card.updated_at = F("version") + 1, timezone.now()
    card.save()
    card.refresh_from_db()
    return card


def _made(card: Any, by: Who) -> Any:
    card.created_by = by if isinstance(by, User) else None
    card.full_clean()
    card.save()
    return card


def _locked(employee: Employee) -> Employee:
    """Two orders about one person wait for each other."""
    return Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)


def _not_about_oneself(employee: Employee, by: Who) -> None:
    if isinstance(by, User) and employee.account_id == by.pk:
        raise Denied(_("Про себе наказів не вносять: від підрозділу залежить, що ви бачите. Попросіть колегу."))


# -- departments ----------------------------------------------------------------------------------


@operation("staff", Level.EDIT, on="department")
def save_department(department: Department, *, by: Who, reason: str = "") -> Department:
    """A new name reaches, in the same transaction, every account and record that knows the department by it."""
    # One tree, one writer: two moves that are right apart could close a circle together.
    list(Department.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    department.full_clean()
    was = "" if department._state.adding else Department.objects.values_list("name", flat=True).get(pk=department.pk)
    saved: Department = _saved(department)
    if was and was != saved.name:
        same_name = Department.objects.filter(LIVE, name=was).exclude(pk=saved.pk).exists()
        accounts = Employee.objects.filter(department=saved, account__isnull=False).values_list("account_id", flat=True)
        rename_department(was, saved.name, only=list(accounts) if same_name else None)
    return saved


@operation("staff", Level.EDIT, on="position")
def save_position(position: Position, *, by: Who, reason: str = "") -> Position:
    """Whoever is on it goes by the new title and department."""
    position.full_clean()
    if not position._state.adding:
        taken = _taken(position, timezone.localdate(), None)
        if taken > position.rate:
            raise Denied(
                _("На посаді вже зайнято %(taken)s шт. од. Спершу переведіть або звільніть людей.") % {"taken": taken}
            )
    saved: Position = _saved(position)
    for employee in Employee.objects.filter(position=saved):
        settle(employee)
    return saved


@operation("staff", Level.EDIT, on="employee")
def save_employee(employee: Employee, *, by: Who, reason: str = "") -> Employee:
    """An account tied to a card works where the card says, so nobody ties his own."""
    was = None if employee._state.adding else Employee.objects.values_list("account_id", flat=True).get(pk=employee.pk)
    if was != employee.account_id:
        _not_about_oneself(employee, by)
    employee.full_clean()
    return settle(_saved(employee))


# -- appointments ---------------------------------------------------------------------------------


def settle(employee: Employee, on: date | None = None) -> Employee:
    """The card and the account say what the main appointment of the day says."""
    day = on or timezone.localdate()
    found = (
        Appointment.objects.filter(LIVE, covering(day), employee=employee, main=True)
        .select_related("position__department")
        .first()
    )
    position = found.position if found else None
    department = position.department if position else None
    if (employee.position_id, employee.department_id) != (position and position.pk, department and department.pk):
        employee.position, employee.department = position, department
        _saved(employee)
    if employee.account and (found or employee.left_on):
        place_person(
            employee.account,
            department=department.name if department else "",
            position=position.title if position else "",
        )
    return employee


@operation("staff", Level.EDIT)
def settle_day(*, by: Who, on: date | None = None) -> int:
    """Everybody whose card no longer says what the appointments of the day say."""
    day = on or timezone.localdate()
    current = Appointment.objects.filter(LIVE, covering(day), main=True)
    begun = current.filter(~Q(position=F("employee__position")) | Q(employee__position__isnull=True))
    over = Q(position__isnull=False) & ~Q(pk__in=current.values("employee"))
    stale = list(Employee.objects.filter(Q(pk__in=begun.values("employee")) | over))
    for employee in stale:
        settle(_locked(employee), day)
    return len(stale)


def _taken(position: Position, starts_on: date, ends_on: date | None) -> Decimal:
    rows = Appointment.objects.filter(LIVE, overlapping(starts_on, ends_on), position=position)
    return rows.aggregate(sum=Sum("share"))["sum"] or Decimal(0)


def _room_for(position: Position, share: Decimal, starts_on: date, ends_on: date | None) -> None:
    Position.objects.select_for_update(of=("self",)).get(pk=position.pk)
    taken = _taken(position, starts_on, ends_on)
    if taken + share > position.rate:
        raise Denied(
            _("Посада «%(position)s» має %(rate)s шт. од., зайнято %(taken)s. Збільште кількість одиниць або дати.")
            % {"position": position.title, "rate": position.rate, "taken": taken}
        )


@operation("staff", Level.EDIT, on="employee")
def appoint(
    employee: Employee,
    position: Position,
    *,
    by: Who,
    starts_on: date,
    ends_on: date | None = None,
    main: bool = True,
    share: Decimal = Decimal(1),
    basis: str = "",
) -> Appointment:
    _not_about_oneself(employee, by)
    employee = _locked(employee)
    if employee.left_on and starts_on > employee.left_on:
        employee.left_on = None
    if employee.left_on and (ends_on is None or ends_on > employee.left_on):
        raise Denied(
            _("Людину звільнено %(day)s. Вкажіть дату після звільнення.") % {"day": f"{employee.left_on:%d.%m.%Y}"}
        )
    _room_for(position, share, starts_on, ends_on)
    made: Appointment = _made(
        Appointment(
            employee=employee,
            position=position,
            starts_on=starts_on,
            ends_on=ends_on,
            main=main,
            share=share,
            basis=basis,
        ),
        by,
    )
    if employee.hired_on is None or employee.hired_on > starts_on:
        employee.hired_on = starts_on
    _saved(employee)
    settle(employee)
    return made


@operation("staff", Level.EDIT, on="employee")
def move(employee: Employee, position: Position, *, by: Who, on: date, basis: str = "") -> Appointment:
    """The old main appointment ends the day before, the new one begins."""
    _not_about_oneself(employee, by)
    employee = _locked(employee)
    current = Appointment.objects.filter(LIVE, covering(on), employee=employee, main=True).first()
    if current is None:
        raise Denied(_("На цей день у людини немає основного місця, переводити нізвідки. Скористайтеся призначенням."))
    if current.position_id == position.pk:
        raise Denied(_("Людина вже на цій посаді. Виберіть іншу."))
    ends_on, share = current.ends_on, current.share
    if current.starts_on >= on:
        raise Denied(_("На цій посаді людина саме з цього дня. Виберіть пізніший день або виправте призначення."))
    current.ends_on = on - timedelta(days=1)
    _saved(current)
    _leave_the_head(employee, position.department_id)
    return appoint(employee, position, by=by, starts_on=on, ends_on=ends_on, share=share, basis=basis)


@operation("staff", Level.EDIT, on="employee")
def dismiss(employee: Employee, *, by: Who, on: date, reason: str, switch_off_account: bool = False) -> Employee:
    """`on` is the last working day. The account is switched off by the operation that does it, with its rights."""
    _not_about_oneself(employee, by)
    if not reason.strip():
        raise Denied(_("Назвіть підставу звільнення: номер і дату наказу."))
    employee = _locked(employee)
    if switch_off_account and on > timezone.localdate():
        raise Denied(_("Звільнення ще попереду: обліковий запис вимкніть в останній день. Зніміть цю позначку."))
    if employee.left_on:
        raise Denied(_("Людину вже звільнено %(day)s.") % {"day": f"{employee.left_on:%d.%m.%Y}"})
    if employee.hired_on and on < employee.hired_on:
        raise Denied(_("Звільнення раніше за прийняття. Перевірте дату."))
    for appointment in Appointment.objects.filter(LIVE, overlapping(on, None), employee=employee):
        if appointment.starts_on > on:
            appointment.archived_at = timezone.now()
        else:
            appointment.ends_on = on
        _saved(appointment)
    for deputy in Deputy.objects.filter(LIVE, overlapping(on, None)).filter(
        Q(absent=employee) | Q(substitute=employee)
    ):
        _end(deputy, on, by=by)
    for absence in Absence.objects.filter(LIVE, employee=employee, ends_on__gt=on):
        absence.ends_on = max(on, absence.starts_on)
        absence.archived_at = timezone.now() if absence.starts_on > on else None
        _saved(absence)
    employee.left_on = on
    _leave_the_head(employee, None)
    _saved(employee)
    settle(employee)
    if switch_off_account and employee.account and employee.account.is_active:
        deactivate_person(employee.account, by=by, reason=reason)
    return employee


def _leave_the_head(employee: Employee, department_id: int | None) -> None:
    """Whoever leaves a department no longer heads it."""
    for department in Department.objects.filter(head=employee).exclude(pk=department_id):
        department.head = None
        _saved(department)


# -- standing in ----------------------------------------------------------------------------------


@operation("staff", Level.EDIT, on="absent")
def replace(
    absent: Employee,
    substitute: Employee,
    *,
    by: Who,
    starts_on: date,
    ends_on: date,
    basis: str,
    lend_rights: bool = False,
) -> Deputy:
    """With `lend_rights` the rights of the absent go with the work, by the rules of delegation."""
    if substitute.left_on and substitute.left_on < ends_on:
        raise Denied(_("На ці дні %(name)s уже не працює. Виберіть іншу людину.") % {"name": substitute.initials})
    deputy: Deputy = _made(
        Deputy(absent=_locked(absent), substitute=substitute, starts_on=starts_on, ends_on=ends_on, basis=basis), by
    )
    if lend_rights:
        giver, taker = absent.account, substitute.account
        if giver is None or taker is None:
            raise Denied(_("Передати права можна, коли обидва мають обліковий запис. Оформіть заміщення без прав."))
        deputy.delegation = delegate(giver, taker, by=by, from_date=starts_on, to_date=ends_on, reason=basis)
        deputy.save(update_fields=["delegation"])
    return deputy


@operation("staff", Level.EDIT, on="deputy")
def end_replacement(deputy: Deputy, *, by: Who, on: date, reason: str = "") -> Deputy:
    """`on` is the last day of standing in; rights that were lent end at once when it is over."""
    if not deputy.starts_on <= on <= deputy.ends_on:
        raise Denied(_("Цей день поза заміщенням. Виберіть день між першим і останнім."))
    return _end(deputy, on, by=by)


@operation("staff", Level.EDIT, on="deputy")
def save_deputy(deputy: Deputy, *, by: Who, reason: str = "") -> Deputy:
    if not deputy._state.adding and deputy.delegation_id:
        was = Deputy.objects.get(pk=deputy.pk)
        if any(getattr(was, name) != getattr(deputy, name) for name in LENT_WITH):
            raise Denied(_("Разом із заміщенням передано права. Припиніть його й оформіть нове на інші дні."))
    deputy.full_clean()
    saved: Deputy = _saved(deputy)
    return saved


def _end(deputy: Deputy, on: date, *, by: Who) -> Deputy:
    if deputy.starts_on > on:
        deputy.archived_at = timezone.now()
    else:
        deputy.ends_on = min(on, deputy.ends_on)
    if deputy.delegation and deputy.delegation.ended_at is None and on <= timezone.localdate():
        # Whoever ends the standing in may end what was lent for it: rights only shrink by that.
        end_delegation(deputy.delegation, by=Actor("system", name=name_of(by)), reason=deputy.basis)
    ended: Deputy = _saved(deputy)
    return ended
