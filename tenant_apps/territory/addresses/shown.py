"""The words of an address, written by sets: one statement a table, whether one card changed or ten thousand.

`shown` is the address as people read it, `place` where it stands in a list; `also` is everything else it is found by: old names of the street, other
spellings of its kind and of the number. They follow every save, import and merge in the same transaction
(`follow_cards`); rows that came past registers are caught up by `refresh_unwritten`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, F, Func, OuterRef, QuerySet, StringAgg, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat

from kernel.registers.events import listen
from tenant_apps.territory.addresses.calc import ALPHABET, KINDS, kind_words
from tenant_apps.territory.addresses.models import Building, Entrance, Premises, Settlement, Street, StreetName

_NOTHING = Value("")


def _text(*parts: Any) -> Concat:
    return Concat(*parts, output_field=TextField())


def _of(queryset: QuerySet[Any], column: str) -> Coalesce:
    return Coalesce(Subquery(queryset.values(column)[:1]), _NOTHING, output_field=TextField())


def _all_of(queryset: QuerySet[Any], group: str) -> Coalesce:
    """Names of many rows in one text."""
    names = StringAgg("shown", Value(" "), order_by=("shown", "pk"))
    found = queryset.order_by().values(group).annotate(all_shown=names).values("all_shown")
    return Coalesce(Subquery(found), _NOTHING, output_field=TextField())


def _write(rows: QuerySet[Any], **words: Any) -> None:
    """Only rows whose words come out otherwise are touched."""
    fresh = {f"fresh_{name}": text for name, text in words.items()}
    same = {f"fresh_{name}": F(name) for name in words}
    rows.order_by().annotate(**fresh).exclude(**same).update(**{name: F(f"fresh_{name}") for name in words})


def street_words() -> dict[str, Any]:
    spellings = Case(
        *(When(kind=kind.code, then=Value(kind_words(kind.code))) for kind in KINDS),
        default=_NOTHING,
        output_field=TextField(),
    )
    old_names = StreetName.objects.filter(street=OuterRef("pk"), archived_at__isnull=True)
    merged = Street.objects.filter(merged_into=OuterRef("pk"))
    merged_names = StreetName.objects.filter(street__merged_into=OuterRef("pk"), archived_at__isnull=True)
    return {
        "also": _text(
            spellings,
            Value(" "),
            _all_of(old_names, "street"),
            Value(" "),
            _all_of(merged, "merged_into"),
            Value(" "),
            _all_of(merged_names, "street__merged_into"),
        )
    }


def refresh_streets(streets: QuerySet[Street]) -> None:
    _write(streets, **street_words())


def building_words() -> dict[str, Any]:
    street = Street.objects.filter(pk=OuterRef("street_id"))
    settlement = Settlement.objects.filter(pk=OuterRef("settlement_id"))
    number = Case(When(number="", then=Value("б/н")), default=F("number"), output_field=CharField())
    corpus = Case(
        When(corpus="", then=_NOTHING), default=_text(Value(", корп. "), F("corpus")), output_field=TextField()
    )
    on_street = Case(
        When(street__isnull=True, then=_NOTHING), default=_text(Value(", "), _of(street, "shown")), output_field=TextField()
    )  # fmt: skip
    return {
        "place": _text(_of(settlement, "name"), Value("|"), _of(street, "name"), Value("|"), _of(street, "kind"), Value("|"), F("number_key")),
        "shown": _text(_of(settlement, "shown"), on_street, Value(", "), number, corpus),
        "also": _text(
            _of(street, "also"), Value(" "), _of(settlement, "also"), Value(" "), _lettered("-"), Value(" "), _lettered(" "),
            Case(When(corpus="", then=_NOTHING), default=_text(Value(" корпус к"), F("corpus")), output_field=TextField()),
        ),
    }  # fmt: skip


def refresh_buildings(buildings: QuerySet[Building]) -> None:
    """The buildings themselves, then their entrances and premises: three statements."""
    _write(buildings, **building_words())
    inside = buildings.order_by().values("pk")
    refresh_entrances(Entrance.objects.filter(building__in=inside))
    refresh_premises(Premises.objects.filter(building__in=inside))


def entrance_words() -> dict[str, Any]:
    building = Building.objects.filter(pk=OuterRef("building_id"))
    return {"shown": _text(_of(building, "shown"), Value(", підʼїзд "), F("number"))}


def refresh_entrances(entrances: QuerySet[Entrance]) -> None:
    _write(entrances, **entrance_words())


def premises_words() -> dict[str, Any]:
    building = Building.objects.filter(pk=OuterRef("building_id"))
    short = Case(
        When(kind=Premises.Kind.FLAT, then=Value(", кв. ")),
        When(kind=Premises.Kind.ROOM, then=Value(", кімн. ")),
        default=Value(", прим. "),
        output_field=CharField(),
    )
    return {
        "place": _text(_of(building, "place"), Value("|"), F("number_key")),
        "shown": _text(_of(building, "shown"), short, F("number")),
        "also": _of(building, "also"),
    }


def refresh_premises(premises: QuerySet[Premises]) -> None:
    _write(premises, **premises_words())


def refresh_below_streets(streets: QuerySet[Street]) -> None:
    """A street is called otherwise: so is everything on it."""
    refresh_streets(streets)
    refresh_buildings(Building.objects.filter(street__in=streets.order_by().values("pk")))


def refresh_unwritten() -> None:
    """Whatever came by a bulk load past the registers."""
    refresh_streets(Street.objects.all())
    refresh_buildings(Building.objects.filter(shown=""))
    refresh_entrances(Entrance.objects.filter(shown=""))
    refresh_premises(Premises.objects.filter(shown=""))


@listen
def follow_cards(register: Any, keys: Sequence[Any], verb: str) -> None:
    """In the transaction of the change, be it one card of a form or a portion of an import."""
    model = register.model
    if verb == "deleted" and model is StreetName:
        # An import taken back: whose name it was is gone with it.
        refresh_below_streets(Street.objects.all())
    elif verb == "created" and model is not StreetName:
        # Written with its words; nothing is called after it yet.
        return
    elif keys and verb != "deleted" and model in _FOLLOWS:
        _FOLLOWS[model](model.objects.filter(pk__in=list(keys)))


_FOLLOWS: dict[type[Any], Any] = {
    Settlement: lambda rows: refresh_buildings(Building.objects.filter(settlement__in=rows.values("pk"))),
    Street: refresh_below_streets,
    StreetName: lambda rows: refresh_below_streets(Street.objects.filter(pk__in=rows.values("street"))),
    Building: refresh_buildings,
    Entrance: refresh_entrances,
    Premises: refresh_premises,
}


def _lettered(between: str) -> Func:
    """31А as «31-А» and «31 А»."""
    return Func(
        F("number"), Value(f"([{ALPHABET}])"), Value(rf"{between}\1"), Value("g"),
        function="regexp_replace", output_field=TextField(),
    )  # fmt: skip
