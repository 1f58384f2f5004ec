"""The files of a new module: one card, one register, demonstration cards, a test. They work as they are."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

_APPS = """from django.utils.translation import gettext_lazy as _

from kernel.modules import Area, ModuleConfig


class ${classes}Config(ModuleConfig):
    name = "tenant_apps.$area.$name"
    title = _("$title")
    area = Area.$AREA
    icon = "square"
"""

_MODELS = """from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.cards.rules import filled, once
from kernel.search.text import SearchText


class $model(Card):
    name = models.CharField(_("назва"), max_length=200)
    note = models.TextField(_("примітка"), blank=True)
    since = models.DateField(_("діє з"), null=True, blank=True)
    sought = SearchText("name", "note")

    class Meta(Card.Meta):
        verbose_name = _("$singular")
        verbose_name_plural = _("$title")
        constraints = [
            once(
                "name",
                name="${name}_name_once",
                told=_("Картка з такою назвою вже є. Знайдіть її в реєстрі або дайте іншу назву."),
            ),
            filled("name", name="${name}_named"),
        ]

    def __str__(self) -> str:
        return self.name
"""

_REGISTERS = """from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.registers import Count, Register
from tenant_apps.$area.$name.models import $model


class $register(Register):
    model = $model
    columns = ("name", "since")
    filters = ("since",)
    order = ("name",)
    key = ("name",)
    sections = {_("Картка"): ("name", "since", "note")}
    indicators = (Count("total", _("Усього карток"), tile=True),)
"""

_DEMO = '''"""Believable cards; the demonstration and the tests use them."""

from __future__ import annotations

from datetime import date

from kernel.access.models import User
from kernel.registers.showing import add_missing
from tenant_apps.$area.$name.models import $model

NAMES = ("Перша", "Друга", "Третя")


def load(by: User) -> int:
    return add_missing(($model(name=name, since=date(2026, 1, 1)) for name in NAMES), by=by)
'''

_README = """# $title

What a card is, and the law it stands on.

- A name is used once among the cards in the register; an archived card frees it.
- What it does not do: name it here.
"""

_TEST = """from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from kernel.access.levels import Level
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.$area.$name import demo
from tenant_apps.$area.$name.models import $model


@pytest.fixture
def author(in_alpha):
    return make_person(make_role("author", $name=Level.EDIT).code)


def test_demonstration_is_loaded_once(author):
    assert demo.load(author) == len(demo.NAMES)
    assert demo.load(author) == 0


@pytest.mark.parametrize("name", ["", "Перша"])
def test_name_is_given_and_used_once(author, name):
    demo.load(author)
    with pytest.raises(ValidationError):
        save_card(register_named("$label"), $model(name=name), by=author)
"""

_FILES = {
    "__init__.py": "",
    "apps.py": _APPS,
    "models.py": _MODELS,
    "registers.py": _REGISTERS,
    "demo.py": _DEMO,
    "README.md": _README,
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "tests/test_$name.py": _TEST,
}


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a module is called by, from its area and its own name."""

    area: str
    name: str

    @property
    def classes(self) -> str:
        return self.name.title().replace("_", "")

    @property
    def model(self) -> str:
        return one_of(self.name).title().replace("_", "")

    @property
    def register(self) -> str:
        return self.classes if self.classes != self.model else f"{self.classes}Register"

    @property
    def label(self) -> str:
        code = "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in self.register).lstrip("-")
        return f"{self.name}.{code}"


def one_of(plural: str) -> str:
    """bus_stops → bus_stop, policies → policy, benches → bench, staff → staff."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ss", "ss")):
        if plural.endswith(ending):
            return plural.removesuffix(ending) + instead
    return plural.removesuffix("s")


def files_of(names: Names, *, title: str, singular: str) -> dict[str, str]:
    """Path inside the module's folder → text."""
    given = {
        "area": names.area,
        "AREA": names.area.upper(),
        "name": names.name,
        "classes": names.classes,
        "model": names.model,
        "register": names.register,
        "label": names.label,
        "title": title,
        "singular": singular,
    }
    return {Template(path).substitute(given): Template(text).substitute(given) for path, text in _FILES.items()}
