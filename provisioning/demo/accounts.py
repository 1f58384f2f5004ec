"""Who may sign in to the demonstration. One password, printed by `make run`; production refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from kernel.access.levels import Level
from kernel.access.models import Role, User
from kernel.access.people import create_person
from kernel.access.roles import create_ready_roles, create_role, set_levels
from kernel.access.rules import ALL
from kernel.access.subjects import area_code
from kernel.modules.manifest import Area
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.actor import Actor
from shared_apps.communities.models import Community
from shared_apps.reference.demo import REGION

PASSWORD = "Dubohir-leleka-2026"  # noqa: S105  printed for everybody; there is nothing real behind it
MAIL = "demo.test"
BY = Actor("job", name="демонстрація")


@dataclass(frozen=True, slots=True)
class Person:
    login: str
    last_name: str
    first_name: str
    patronymic: str
    position: str
    department: str
    roles: tuple[str, ...]
    territories: tuple[str, ...] = ()


HROMADA = (
    Person(
        "admin",
        "Кравець",
        "Тарас",
        "Петрович",
        "адміністратор системи",
        "Відділ цифрового розвитку",
        ("administrator",),
    ),
    Person("holova", "Бондаренко", "Олександр", "Іванович", "голова громади", "Керівництво", ("head",)),
    Person("kerivnyk", "Мельник", "Наталія", "Олегівна", "керуючий справами", "Апарат ради", ("executive_manager",)),
    Person("dilovod", "Гриценко", "Оксана", "Петрівна", "діловод", "Загальний відділ", ("clerk",)),
    Person("rechnyk", "Ткачук", "Богдан", "Олегович", "речник громади", "Відділ комунікацій", ("press_officer",)),
    Person("starosta", "Лисенко", "Микола", "Іванович", "староста", "Медвинський старостинський округ", ("starosta",)),
    Person("audytor", "Яценко", "Ірина", "Петрівна", "внутрішній аудитор", "Апарат ради", ("auditor",)),
)
# Writes the demonstration's cards and may open everything: for whoever wants to see the whole house at once.
COMPILER = Person(
    "ukladach",
    "Савчук",
    "Марія",
    "Іванівна",
    "укладач даних, усі розділи",
    "Відділ цифрового розвитку",
    ("compiler",),
)
ENTERPRISE = (
    Person("admin", "Шевчук", "Андрій", "Олегович", "адміністратор системи", "ІТ", ("administrator",)),
    Person("dyrektor", "Поліщук", "Сергій", "Петрович", "директор", "Керівництво", ("director",)),
    Person(
        "abonvidil",
        "Савчук",
        "Марія",
        "Іванівна",
        "начальник абонентського відділу",
        "Абонентський відділ",
        ("subscriber_head",),
    ),
    Person("dyspetcher", "Мороз", "Іван", "Петрович", "диспетчер", "Диспетчерська", ("dispatcher",)),
)
PLATFORM = (
    Person(
        "oblast",
        "Романюк",
        "Олена",
        "Петрівна",
        "аналітик області",
        "Департамент",
        ("oblast_analyst",),
        (REGION,),
    ),
    Person("operator", "Сидоренко", "Юлія", "Олегівна", "оператор хмари", "Хмара громад", ("operator",)),
)


def people_of(kind: str) -> tuple[Person, ...]:
    return (*(HROMADA if kind == Community.Kind.HROMADA else ENTERPRISE), COMPILER)


def settle_people(tenant: TenantRef) -> int:
    """Those not there yet."""
    with tenant_context(tenant):
        _make_compiler_role()
        return _settle(people_of(tenant.kind), f"{tenant.slug}.{MAIL}")


def _make_compiler_role() -> None:
    if not Role.objects.filter(code="compiler").exists():
        role = create_role("compiler", "Укладач даних (демонстрація)", by=BY)
        set_levels(role, {area_code(area.value): (Level.MANAGE, ALL) for area in Area}, by=BY)


def settle_console() -> int:
    with platform_context():
        create_ready_roles("platform")
        return _settle(PLATFORM, f"console.{MAIL}")


def _settle(people: tuple[Person, ...], domain: str) -> int:
    made = 0
    for person in people:
        email = f"{person.login}@{domain}"
        if User.objects.filter(email=email).exists():
            continue
        create_person(
            email,
            by=BY,
            password=PASSWORD,
            roles=person.roles,
            last_name=person.last_name,
            first_name=person.first_name,
            patronymic=person.patronymic,
            position=person.position,
            department=person.department,
            territories=list(person.territories),
        )
        made += 1
    return made


def demo_accounts(slugs: list[str]) -> list[dict[str, Any]]:
    """Sign-ins of the demonstration, where it is loaded; in platform scope."""
    from provisioning.demo.region import TENANTS

    if settings.PRODUCTION or not User.objects.filter(email=f"{PLATFORM[0].login}@console.{MAIL}").exists():
        return []
    base = settings.BASE_DOMAIN
    rows = [_row(person, f"console.{base}", f"console.{MAIL}") for person in PLATFORM]
    for new in TENANTS:
        if new.slug in slugs:
            rows += [_row(person, f"{new.slug}.{base}", f"{new.slug}.{MAIL}") for person in people_of(new.kind)]
    return rows


def _row(person: Person, host: str, domain: str) -> dict[str, Any]:
    return {"host": host, "who": person.position, "login": f"{person.login}@{domain}", "password": PASSWORD}
