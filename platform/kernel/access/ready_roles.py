"""The roles a new tenant begins with. Levels are given to whole areas, so tomorrow's module has them too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as _

from kernel.access.levels import Level
from kernel.modules.manifest import Area as A

V, E, M = Level.VIEW, Level.EDIT, Level.MANAGE
Given = Level | tuple[Level, str]


@dataclass(frozen=True, slots=True)
class ReadyRole:
    code: str
    title: str
    areas: Mapping[str, Given] = field(default_factory=dict)
    system: Mapping[str, Level] = field(default_factory=dict)
    requires_mfa: bool = False


EVERYWHERE: dict[str, Given] = dict.fromkeys(A.values, V)

# The administrator arranges who may do what; the community's records are not his business.
ADMINISTRATOR = ReadyRole(
    "administrator",
    _("Адміністратор системи"),
    {A.PORTAL: M},
    {"access": M, "modules": M, "audit": M, "jobs": M, "bus": M, "reference": M, "designer": M},
    requires_mfa=True,
)
AUDITOR = ReadyRole(
    "auditor",
    _("Аудитор"),
    EVERYWHERE,
    {"access": V, "modules": V, "audit": V, "jobs": V, "bus": V, "reference": V, "designer": V},
    requires_mfa=True,
)
SUPPORT = ReadyRole(
    "support",
    _("Підтримка платформи"),
    EVERYWHERE,
    {"access": V, "modules": V, "audit": V, "jobs": V, "bus": V, "reference": V, "designer": V},
)
ACCOUNTANT = ReadyRole(
    "accountant",
    _("Бухгалтер"),
    {A.FINANCE: E, A.WORKFORCE: E, A.UTILITIES: V, A.PROPERTY: V, A.RECORDS: E, A.INSIGHT: V},
)
CHIEF_ACCOUNTANT = ReadyRole(
    "chief_accountant",
    _("Головний бухгалтер"),
    {A.FINANCE: M, A.WORKFORCE: E, A.UTILITIES: V, A.PROPERTY: V, A.RECORDS: E, A.INSIGHT: V},
    requires_mfa=True,
)
PERSONNEL = ReadyRole("personnel", _("Інспектор з кадрів"), {A.WORKFORCE: M, A.RECORDS: E})
LAWYER = ReadyRole("lawyer", _("Юрист"), {A.RECORDS: E, A.COUNCIL: V, A.PROPERTY: V, A.FINANCE: V, A.UTILITIES: V})

HROMADA = (
    ReadyRole(
        "head",
        _("Голова громади"),
        {**EVERYWHERE, A.RECORDS: E, A.COUNCIL: E},
        {"audit": V, "access": V},
        requires_mfa=True,
    ),
    ReadyRole("deputy_head", _("Заступник голови"), {**EVERYWHERE, A.RECORDS: E, A.COUNCIL: E}, requires_mfa=True),
    ReadyRole(
        "executive_manager",
        _("Керуючий справами"),
        {**EVERYWHERE, A.RECORDS: M, A.COUNCIL: M, A.WORKFORCE: E},
        {"audit": V, "access": V},
        requires_mfa=True,
    ),
    ReadyRole("council_secretary", _("Секретар ради"), {A.COUNCIL: M, A.RECORDS: E, A.PORTAL: E, A.INSIGHT: V}),
    ReadyRole(
        "clerk", _("Діловод"), {A.RECORDS: E, A.COUNCIL: V, A.SERVICES: V, A.PORTAL: V, A.PEOPLE: V, A.TERRITORY: V}
    ),
    ReadyRole(
        "cnap_administrator",
        _("Адміністратор ЦНАП"),
        {A.SERVICES: E, A.PEOPLE: E, A.RECORDS: E, A.TERRITORY: V, A.PROPERTY: V, A.PORTAL: V},
        requires_mfa=True,
    ),
    ReadyRole(
        "cnap_head",
        _("Керівник ЦНАП"),
        {A.SERVICES: M, A.PEOPLE: E, A.RECORDS: E, A.TERRITORY: V, A.PROPERTY: V, A.PORTAL: E, A.INSIGHT: V},
        requires_mfa=True,
    ),
    ReadyRole(
        "registrar",
        _("Реєстратор місця проживання"),
        {A.PEOPLE: M, A.SERVICES: E, A.TERRITORY: V, A.RECORDS: V},
        requires_mfa=True,
    ),
    ACCOUNTANT,
    CHIEF_ACCOUNTANT,
    ReadyRole("financier", _("Фінансист"), {A.FINANCE: M, A.INSIGHT: E, A.RECORDS: E, A.UTILITIES: V}),
    ReadyRole("land_surveyor", _("Землевпорядник"), {A.PROPERTY: M, A.TERRITORY: E, A.RECORDS: E, A.COUNCIL: V}),
    ReadyRole("architect", _("Архітектор"), {A.TERRITORY: M, A.PROPERTY: E, A.RECORDS: E, A.COUNCIL: V}),
    ReadyRole(
        "starosta",
        _("Староста"),
        {
            A.TERRITORY: (E, "settlement"),
            A.PROPERTY: (V, "settlement"),
            A.PEOPLE: (E, "settlement"),
            A.SERVICES: (E, "settlement"),
            A.OPERATIONS: (E, "settlement"),
            A.PORTAL: (E, "settlement"),
            A.RECORDS: (E, "own"),
            A.COUNCIL: V,
        },
    ),
    ReadyRole(
        "social_worker",
        _("Фахівець із соціального захисту"),
        {A.PEOPLE: E, A.SERVICES: E, A.RECORDS: (E, "own"), A.TERRITORY: V},
        requires_mfa=True,
    ),
    ReadyRole("specialist", _("Спеціаліст відділу"), {A.RECORDS: (E, "department"), A.TERRITORY: V, A.PORTAL: V}),
    PERSONNEL,
    LAWYER,
    ReadyRole("dispatcher", _("Диспетчер 1563"), {A.OPERATIONS: E, A.TERRITORY: V, A.UTILITIES: V}),
    ReadyRole("press_officer", _("Речник громади"), {A.PORTAL: M, A.COUNCIL: V, A.INSIGHT: V}),
    ADMINISTRATOR,
    AUDITOR,
    SUPPORT,
)

ENTERPRISE = (
    ReadyRole("director", _("Директор"), {**EVERYWHERE, A.RECORDS: E}, {"audit": V, "access": V}, requires_mfa=True),
    ReadyRole("chief_engineer", _("Головний інженер"), {A.OPERATIONS: M, A.TERRITORY: E, A.UTILITIES: V, A.RECORDS: E}),
    ReadyRole("economist", _("Економіст"), {A.FINANCE: E, A.UTILITIES: E, A.INSIGHT: M, A.WORKFORCE: V, A.RECORDS: E}),
    ReadyRole(
        "subscriber_desk",
        _("Абонентський відділ"),
        {A.UTILITIES: E, A.SERVICES: E, A.RECORDS: E, A.TERRITORY: V, A.PORTAL: V},
    ),
    ReadyRole(
        "subscriber_head",
        _("Начальник абонентського відділу"),
        {A.UTILITIES: M, A.SERVICES: E, A.RECORDS: E, A.TERRITORY: E, A.INSIGHT: V, A.PORTAL: E},
    ),
    ReadyRole("cashier", _("Касир"), {A.UTILITIES: E, A.FINANCE: (E, "own")}),
    ReadyRole("dispatcher", _("Диспетчер"), {A.OPERATIONS: M, A.TERRITORY: V, A.UTILITIES: V}),
    ReadyRole("foreman", _("Майстер"), {A.OPERATIONS: (E, "department"), A.TERRITORY: V}),
    ReadyRole("controller", _("Контролер обліку"), {A.UTILITIES: (E, "settlement"), A.TERRITORY: V}),
    ReadyRole("storekeeper", _("Комірник"), {A.FINANCE: (E, "department"), A.OPERATIONS: V}),
    ACCOUNTANT,
    CHIEF_ACCOUNTANT,
    PERSONNEL,
    LAWYER,
    ReadyRole("clerk", _("Діловод"), {A.RECORDS: E, A.SERVICES: V, A.PORTAL: V}),
    ADMINISTRATOR,
    AUDITOR,
    SUPPORT,
)

# Accounts of the console; every one of them needs a second step whatever the role says.
PLATFORM = (
    ReadyRole(
        "oblast_analyst",
        _("Аналітик області"),
        {},
        {"console": V, "communities": V, "reference": V, "designer": V},
        True,
    ),
    ReadyRole("district_analyst", _("Аналітик району"), {}, {"console": V, "communities": V}, True),
    ReadyRole("ministry_reader", _("Читач міністерства"), {}, {"console": V}, True),
    ReadyRole(
        "region_administrator",
        _("Адміністратор області"),
        {},
        {"console": M, "communities": E, "reference": E, "access": V, "audit": V},
        True,
    ),
    ReadyRole(
        "operator",
        _("Оператор платформи"),
        {},
        {
            "access": M,
            "modules": M,
            "audit": M,
            "jobs": M,
            "reference": M,
            "communities": M,
            "fleet": M,
            "console": M,
        },
        True,
    ),
)

# Which records of `communities` a console role sees.
PLATFORM_RULES = {
    "oblast_analyst": "region",
    "region_administrator": "region",
    "district_analyst": "district",
}

READY = {"hromada": HROMADA, "enterprise": ENTERPRISE, "platform": PLATFORM}
READY_CODES = frozenset(role.code for roles in READY.values() for role in roles)
