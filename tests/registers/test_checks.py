"""A declaration with a name its model lacks does not start, and the check says which name and where."""

from __future__ import annotations

import pytest
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.indicators.kinds import Count, Share, Sum
from kernel.registers import MapLayer, PublicPage, Register, Related, View, Waiting, action, registry
from kernel.registers.checks import _of, registers_are_sound
from tenant_apps.territory.bus_stops.models import BusStop


@pytest.fixture
def declared(monkeypatch):
    """declared(columns=(…)): a register of the same model with this in it, known to nobody."""
    monkeypatch.setattr(registry, "_registers", dict(registry._registers))
    monkeypatch.setattr(registry, "_by_model", dict(registry._by_model))

    def make(**attributes):
        given = {"model": BusStop, "slug": "trial", "columns": ("code",), **attributes}
        return type("Trial", (Register,), given) and registry.register_named("bus_stops.trial")

    return make


def told(register):
    return " | ".join(message.msg for message in _of(register))


def asking(name):
    def rename(_register, _card, *, by, **_given): ...

    return action(_("Назвати"), asks=(name,))(rename)


WRONG = {
    "columns": ("colour",),
    "columns (a path)": ("name__colour",),
    "more_columns": ("colour",),
    "filters": ("colour",),
    "order": ("-colour",),
    "totals": ("colour",),
    "key": ("colour",),
    "duplicates": ("colour",),
    "masked": ("colour",),
    "field_levels": {"colour": Level.EDIT},
    "units": {"colour": "м²"},
    "aliases": {"colour": ("Колір",)},
    "dependent": {"colour": "settlement"},
    "dependent (on what)": {"settlement": "colour"},
    "sections": {_("Зупинка"): ("code", "colour")},
    "label_field": "colour",
    "layer": MapLayer("colour"),
    "layer (label)": MapLayer("location", label="colour"),
    "layer (colour_by)": MapLayer("location", colour_by="colour"),
    "public": PublicPage("probe", columns=("colour",)),
    "public (where)": PublicPage("probe", columns=("name",), where=Q(colour=1)),
    "panels": (Related("nearby", "bus_stops.bus-stops", by="colour"),),
    "panels (columns)": (Related("nearby", "bus_stops.bus-stops", by="name", columns=("colour",)),),
    "panels (register)": (Related("nearby", "colour.colours", by="name"),),
    "panels (totals)": (Related("nearby", "bus_stops.bus-stops", by="name", totals=("colour",)),),
    "assignee": "colour",
    "reason_for": ("colour",),
    "waiting": (Waiting("red", _("червоні"), Q(colour=1)),),
    "indicators (by)": (Count("total", _("Усього"), by=("colour",)),),
    "indicators (field)": (Sum("area", _("Площа"), field="colour"),),
    "indicators (where)": (Count("total", _("Усього"), where=Q(colour=1)),),
    "indicators (of)": (Share("part", _("Частка"), where=Q(lit=True), of=Q(colour=1)),),
    "views": (View("red", _("Червоні"), "colour=red"),),
    "rename (asks)": asking("colour"),
}


@pytest.mark.parametrize("where", WRONG)
def test_an_unknown_name_stops_the_start(declared, where):
    attribute = where.partition(" ")[0]
    said = told(declared(**{attribute: WRONG[where]}))
    assert "colour" in said and said.startswith("Trial: ")


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"columns": ()}, "columns is empty"),
        ({"columns": "code"}, "one text, not a tuple"),
        ({"masked": ("name",)}, "personal_data"),
        ({"numbering": "ЗП-{number:04}"}, "'number'"),
        ({"filters": ("shelter",), "views": (View("odd", _("Дивні"), "shelter=castle"),)}, "castle"),
        ({"filters": ("lit",), "views": (View("odd", _("Дивні"), "lit=maybe"),)}, "maybe"),
        ({"indicators": (Count("total", _("Усього"), by=("shelter",)),)}, "no filter"),
        ({"field_levels": {"name": Level.EDIT}, "rename": asking("name")}, "'rename' asks for ['name']"),
    ],
)
def test_what_contradicts_itself_is_told(declared, attributes, words):
    assert words in told(declared(**attributes))


def test_declarations_of_the_house_are_sound():
    assert registers_are_sound() == []


def test_the_check_sees_a_new_declaration(declared):
    declared(columns=("colour",))
    [message] = [one for one in registers_are_sound() if "Trial" in one.msg]
    assert message.id == "registers.E002" and "'colour'" in message.msg and message.hint


class WithFile(forms.Form):
    scan = forms.FileField()


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("given", [{"form": WithFile}, {"level": Level.VIEW}])
def test_an_action_for_many_has_one_answer_for_all(declared, given, many):
    def rename(_register, _card, *, by, **_given): ...

    said = told(declared(rename=action(_("Назвати"), many=many, **given)(rename)))
    assert ("for many" in said) == many


def test_only_a_person_may_be_given_a_card(declared):
    assert "assignee names 'name'" in told(declared(assignee="name"))
