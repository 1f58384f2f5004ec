"""The manifest of a module: its AppConfig, and nothing else, says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.apps import AppConfig
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level


class Area(TextChoices):
    """The rooms of the house; a module lives in the folder of the same name."""

    TERRITORY = "territory", _("Територія")
    PROPERTY = "property", _("Майно і земля")
    PEOPLE = "people", _("Мешканці")
    SERVICES = "services", _("Послуги")
    RECORDS = "records", _("Документи")
    COUNCIL = "council", _("Рада і виконком")
    UTILITIES = "utilities", _("Комунальні послуги")
    FINANCE = "finance", _("Фінанси")
    WORKFORCE = "workforce", _("Кадри")
    OPERATIONS = "operations", _("Диспетчерська")
    INSIGHT = "insight", _("Аналітика")
    PORTAL = "portal", _("Портал")


KINDS = ("hromada", "enterprise")
RoleDefault = Level | tuple[Level, str]


class ModuleConfig(AppConfig):
    """Subclass it in apps.py and fill in the attributes; folder and label follow from Django."""

    # With this class imported into apps.py Django sees two candidates and takes neither unless told.
    default = False

    title: ClassVar[str | Promise] = ""
    area: ClassVar[Area]
    icon: ClassVar[str] = "square"
    depends: ClassVar[tuple[str, ...]] = ()
    # What a ready role may do here, where that differs from what it may do in the whole area.
    roles: ClassVar[Mapping[str, RoleDefault]] = {}
    kinds: ClassVar[tuple[str, ...]] = KINDS
    on_by_default: ClassVar[bool] = True
    # A function of the module's public.py for the tenant's home: () → (template, context), or None.
    home_panel: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True
        cls.verbose_name = cls.title  # type: ignore[assignment]

    @property
    def slug(self) -> str:
        """The module's part of every address: pages at /<slug>/, API at /api/v1/<slug>/."""
        return self.label.replace("_", "-")

    def role_default(self, code: str) -> tuple[Level, str] | None:
        given = self.roles.get(code)
        if given is None:
            return None
        level, rule = given if isinstance(given, tuple) else (given, "all")
        return Level(level), rule
