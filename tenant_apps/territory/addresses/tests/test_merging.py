"""Duplicates of addresses become one and two again, with everything that pointed at them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from kernel.operations import Denied
from kernel.registers.merging.merge import merge_cards
from kernel.registers.merging.models import Merge
from kernel.registers.merging.references import references_to
from kernel.registers.merging.undo import contradictions, undo_merge
from kernel.registers.registry import register_of
from kernel.search.query import find
from kernel.tenancy.actor import Actor
from kernel.testing.access import make_person
from tenant_apps.territory.addresses.models import (
    AssignmentAct,
    Building,
    Entrance,
    Premises,
    Settlement,
    Street,
    StreetName,
)
from tenant_apps.territory.addresses.operations import save
from tenant_apps.territory.addresses.public import address_of
from tenant_apps.territory.addresses.shown import refresh_below_streets

MODELS = (Street, StreetName, Building, Entrance, Premises, AssignmentAct)
PASSING = {"version", "updated_at"}
REGISTRAR = Actor("system", name="реєстратор")


def merge(kept, dropped, reason="двійник", **given):
    given.setdefault("by", REGISTRAR)
    return merge_cards(register_of(type(kept)), kept, [dropped], reason=reason, **given)


def snapshot() -> dict:
    return {
        (model.__name__, row["id"]): {name: value for name, value in row.items() if name not in PASSING}
        for model in MODELS
        for row in model.objects.values()
    }


@pytest.fixture
def doubles(street_named, house, clerk):
    """Козацька 1, 2 (кв. 1, 2) and «Козацкая» 2 (кв. 2, 3), 3; a renamed past; an act."""
    kept, dropped = street_named("Козацька"), street_named("Козацкая")
    StreetName.objects.create(street=dropped, name="Комарова", valid_to=date(2023, 1, 1), act="рішення")
    house(kept, "1")
    for street, flats in ((kept, ("1", "2")), (dropped, ("2", "3"))):
        building = house(street, "2")
        entrance = Entrance.objects.create(building=building, number=1, shown="…")
        for number in flats:
            save(Premises(building=building, entrance=entrance, number=number), by=clerk)
    third = house(dropped, "3")
    AssignmentAct.objects.create(
        kind="cancel", building=third, settlement=dropped.settlement, street=dropped, reason="знесено", received_on=date(2026, 1, 5)
    )  # fmt: skip
    refresh_below_streets(Street.objects.all())
    return kept, dropped


def test_references_are_found_by_walking_the_models():
    labels = {reference.label for reference in references_to(Building)}
    assert {"addresses.Premises.building", "addresses.Entrance.building", "addresses.AssignmentAct.building"} <= labels
    assert {"organisations.Party.building", "files.Attachment.row_id", "remarks.Comment.row_id"} <= labels


def test_streets_become_one_with_their_twin_houses_and_flats(doubles):
    kept, dropped = doubles
    done = merge(kept, dropped)
    live = Building.objects.filter(archived_at__isnull=True)
    assert [(b.number, b.street_id) for b in live.order_by("number_key")] == [(n, kept.pk) for n in ("1", "2", "3")]
    second = live.get(number="2")
    flats = Premises.objects.filter(building=second, archived_at__isnull=True).order_by("number_key")
    assert [flat.number for flat in flats] == ["1", "2", "3"]
    assert {flat.entrance_id for flat in flats} == {Entrance.objects.get(building=second, archived_at=None).pk}
    assert live.get(number="3").shown == "м. Дубогір, вул. Козацька, 3"
    assert AssignmentAct.objects.get().street_id == kept.pk
    assert StreetName.objects.get().street_id == dropped.pk
    assert list(done.parts.values_list("register", flat=True)) == ["addresses.addresses"]
    for text in ("козацкая 3", "комарова 3", "козацька 3"):
        assert [row.number for row in find(live, text)] == ["3"], text


def test_merged_card_leads_to_the_one_it_became(doubles):
    kept, dropped = doubles
    gone = Building.objects.get(street=dropped, number="2")
    merge(kept, dropped)
    assert address_of(gone.pk).id == Building.objects.get(street=kept, number="2").pk


def test_undo_restores_every_row(doubles):
    before = snapshot()
    done = merge(*doubles)
    assert snapshot() != before
    undo_merge(done, by=REGISTRAR)
    undo_merge(done, by=REGISTRAR)
    assert snapshot() == before
    assert not Merge.objects.filter(undone_at=None).exists()


def test_undo_leaves_what_was_pointed_elsewhere_since_and_says_so(doubles, street_named):
    done = merge(*doubles)
    elsewhere = street_named("Соборна")
    Building.objects.filter(number="3").update(street=elsewhere)
    assert any("1 відтоді перенесено" in told for told in contradictions(done))
    assert undo_merge(done, by=REGISTRAR)
    assert Building.objects.get(number="3").street_id == elsewhere.pk


def test_merging_again_is_the_same_merge(doubles):
    first = merge(*doubles)
    assert merge(*doubles).pk == first.pk
    undo_merge(first, by=REGISTRAR)
    assert merge(*doubles).pk != first.pk


def test_houses_become_one(street_named, house, clerk):
    street = street_named("Миру")
    kept, dropped = house(street, "5"), house(street, "5А")
    flat = save(Premises(building=dropped, number="7"), by=clerk)
    done = merge(kept, dropped)
    flat.refresh_from_db()
    assert flat.building_id == kept.pk and flat.shown == "м. Дубогір, вул. Миру, 5, кв. 7"
    undo_merge(done, by=REGISTRAR)
    flat.refresh_from_db()
    assert flat.building_id == dropped.pk and flat.shown == "м. Дубогір, вул. Миру, 5А, кв. 7"


def test_wrong_merges_are_refused(doubles, street_named):
    kept, dropped = doubles
    village = Settlement.objects.create(katottg="UA99020010030000013", kind="C", name="Медвинка")
    foreign = street_named("Козацька", settlement=village)
    for one, other, reason, told in (
        (kept, kept, "двійник", "та сама"),
        (kept, foreign, "двійник", "різне «Населений пункт»"),
        (kept, dropped, " ", "підставу"),
    ):
        with pytest.raises(ValidationError, match=told):
            merge(one, other, reason)
    merge(kept, dropped)
    with pytest.raises(ValidationError, match="в архіві"):
        merge(street_named("Соборна"), dropped)


def test_what_cannot_be_on_one_card_stops_the_merge_whole(street_named, house):
    """Entrances of both houses hold the same flats; nothing is half-merged."""
    street = street_named("Миру")
    kept, dropped = house(street, "5"), house(street, "7")
    for building, number in ((kept, 1), (dropped, 2)):
        Entrance.objects.create(building=building, number=number, flat_first=1, flat_last=20)
    before = snapshot()
    with pytest.raises(ValidationError, match=r"підʼїзди.*Архівуйте зайвий запис"):
        merge(kept, dropped)
    assert snapshot() == before and not Merge.objects.exists()


def test_undo_is_refused_when_the_place_is_taken_or_something_stands_on_it(doubles, street_named):
    kept, dropped = doubles
    done = merge(kept, dropped)
    taken = street_named("Козацкая")
    with pytest.raises(Denied, match="зайняте"):
        undo_merge(done, by=REGISTRAR)
    later = merge(taken, kept)
    with pytest.raises(Denied, match="пізніше"):
        undo_merge(done, by=REGISTRAR)
    undo_merge(later, by=REGISTRAR)
    with pytest.raises(Denied, match="більшого"):
        undo_merge(done.parts.get(), by=REGISTRAR)


def test_reader_and_editor_merge_nothing(doubles, clerk):
    for person in (make_person(), clerk):
        with pytest.raises(Denied):
            merge(*doubles, by=person)
