"""The rows of the rights matrix: the kernel's own subjects, the areas, the modules."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AREA_PREFIX = "area:"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something rights are given to; `area` is empty for the kernel's own."""

    code: str
    title: str | Promise
    area: str = ""

    @property
    def is_area(self) -> bool:
        return self.code.startswith(AREA_PREFIX)


TENANT_SYSTEM = {
    "access": _("Люди і права"),
    "modules": _("Модулі та тариф"),
    "audit": _("Журнали дій"),
    "jobs": _("Завдання"),
    "bus": _("Шина подій і вебхуки"),
    "reference": _("Довідники й норми"),
    "designer": _("Конструктор реєстрів"),
}
PLATFORM_SYSTEM = {
    "communities": _("Громади і підприємства"),
    "fleet": _("Парк громад"),
    "console": _("Зведення"),
}
SYSTEM = {**TENANT_SYSTEM, **PLATFORM_SYSTEM}


def area_code(area: str) -> str:
    return f"{AREA_PREFIX}{area}"


def subjects() -> list[Subject]:
    """Rows of the matrix in the current scope: the kernel's, then each area followed by its enabled modules."""
    from kernel.modules.added import added_modules
    from kernel.modules.entitlement import enabled_modules
    from kernel.modules.manifest import Area
    from kernel.tenancy import current_scope

    if current_scope().is_platform:
        return [Subject(code, title) for code, title in SYSTEM.items()]
    enabled = enabled_modules()
    rows = [Subject(code, title) for code, title in TENANT_SYSTEM.items()]
    for area in Area:
        rows.append(Subject(area_code(area), area.label, area))
        rows += [Subject(module.label, module.title, area) for module in enabled if module.area == area]
        rows += [Subject(added.label, added.title, area) for added in added_modules() if added.area == area]
    return rows
