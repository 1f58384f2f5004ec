"""Departments, positions and people of a small community; those with accounts of the demonstration are tied to them."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from kernel.access.models import User
from kernel.identifiers import complete_rnokpp
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.people.staff.models import Absence, Department, Employee, Position
from tenant_apps.people.staff.operations import appoint, replace, save_department, save_employee, save_position

BY = Actor("job", name="демонстрація")
SINCE = date(2025, 1, 2)

# Department, the one above it.
DEPARTMENTS = (
    ("Керівництво", ""),
    ("Апарат ради", "Керівництво"),
    ("Загальний відділ", "Апарат ради"),
    ("Відділ цифрового розвитку", "Апарат ради"),
    ("Відділ комунікацій", "Апарат ради"),
    ("Фінансовий відділ", "Керівництво"),
    ("Земельний відділ", "Керівництво"),
    ("ЦНАП", "Керівництво"),
    ("Медвинський старостинський округ", "Керівництво"),
)
# Without accounts: department, position, КП, surname, name, patronymic, birthday, room.
PEOPLE = (
    ("Фінансовий відділ", "начальник відділу", "1231", "Романюк", "Оксана", "Петрівна", date(1979, 4, 12), "21"),
    ("Фінансовий відділ", "головний спеціаліст", "2419.3", "Савчук", "Ірина", "Олегівна", date(1988, 9, 3), "22"),
    ("Земельний відділ", "начальник відділу", "1229.1", "Гнатюк", "Сергій", "Іванович", date(1975, 11, 30), "7"),
    ("Земельний відділ", "спеціаліст-землевпорядник", "2148.2", "Мороз", "Тарас", "Петрович", date(1991, 2, 17), "7"),
    ("ЦНАП", "начальник центру", "1229.1", "Поліщук", "Марія", "Іванівна", date(1983, 7, 21), "1"),
    ("ЦНАП", "адміністратор", "2419.3", "Шевчук", "Юлія", "Петрівна", date(1995, 5, 8), "1"),
    ("ЦНАП", "адміністратор", "2419.3", "Петренко", "Андрій", "Олегович", date(1993, 12, 1), "1"),
    ("Загальний відділ", "архіваріус", "4141", "Сидоренко", "Наталія", "Іванівна", date(1970, 1, 25), "5"),
)


def load(by: User) -> int:
    """Once: what is there already stays as it is."""
    if Department.objects.exists():
        return 0
    made = len(DEPARTMENTS)
    known: dict[str, Department] = {}
    for name, above in DEPARTMENTS:
        known[name] = save_department(Department(name=name, parent=known.get(above)), by=BY)
    for user in User.objects.persons().filter(is_active=True, department__gt="").order_by("last_name"):
        if user.department not in known:
            known[user.department] = save_department(Department(name=user.department), by=BY)
        person = Employee(
            last_name=user.last_name,
            first_name=user.first_name,
            patronymic=user.patronymic,
            account=user,
            email=user.email,
        )
        _seat(person, known[user.department], user.position or "спеціаліст", "")
        made += 1
    for number, (department, title, kp_code, last, first, patronymic, born, room) in enumerate(PEOPLE, 1):
        person = Employee(
            personnel_number=f"{number:04}",
            last_name=last,
            first_name=first,
            patronymic=patronymic,
            room=room,
            rnokpp=complete_rnokpp(born, f"{number:03}{1 if patronymic.endswith('ч') else 2}"),
            phone=f"+3805363212{number:02}",
        )
        _seat(person, known[department], title, kp_code)
        made += 1
    for department in known.values():
        leader = Employee.objects.filter(
            department=department, position__title__iregex="начальник|голова|керуючий|директор"
        )
        department.refresh_from_db()
        department.head = leader.order_by("pk").first()
        if department.head:
            save_department(department, by=BY)
    return made + _vacation()


def _vacation() -> int:
    """The archivist rests for two weeks, an administrator of the ЦНАП does her work."""
    absent, substitute = (Employee.objects.get(personnel_number=number) for number in ("0008", "0006"))
    today = timezone.localdate()
    until = today + timedelta(days=13)
    absence = Absence(employee=absent, kind="vacation", starts_on=today, ends_on=until, basis="розпорядження № 41-в")
    save_card(register_named("staff.absences"), absence, by=BY)
    replace(absent, substitute, by=BY, starts_on=today, ends_on=until, basis="розпорядження № 41-в")
    return 2


def _seat(person: Employee, department: Department, title: str, kp_code: str) -> None:
    position = Position.objects.filter(department=department, title=title).first()
    if position is None:
        position = save_position(Position(department=department, title=title, kp_code=kp_code), by=BY)
    else:
        position.rate += 1
        position = save_position(position, by=BY)
    save_employee(person, by=BY)
    appoint(person, position, by=BY, starts_on=SINCE, basis="розпорядження від 02.01.2025 № 1-к")
