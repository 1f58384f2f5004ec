from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.cache import cache

from kernel.access.levels import Level
from kernel.identifiers import complete_edrpou
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import platform_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import make_person, make_role
from shared_apps.reference.models import Rule
from shared_apps.reference.values import put_value
from tenant_apps.property.land.models import LandRight, Parcel, Valuation

Party = apps.get_model("organisations.Party")


@pytest.fixture
def surveyor(in_alpha):
    cache.clear()
    role = make_role("surveyor", land=Level.MANAGE, organisations=Level.EDIT)
    yield make_person(role.code)
    cache.clear()


@pytest.fixture
def indices(in_alpha):
    with platform_context():
        Rule.objects.get_or_create(code="NGO_INDEX", defaults={"title": "Індексація НГО", "unit": "коефіцієнт"})
        for year, index in ((2024, "1.12"), (2025, "1.08")):
            put_value(
                "NGO_INDEX",
                Decimal(index),
                valid_from=date(year, 1, 1),
                valid_to=date(year + 1, 1, 1),
                act="ПКУ, ст. 289",
            )


@pytest.fixture
def tenant_farmer(in_alpha):
    party = Party(kind="legal", full_name="ФГ «Лан»", edrpou=complete_edrpou("9900777"))
    return save_card(register_named("organisations.parties"), party, by=Actor("job", name="тест"))


@pytest.fixture
def parcel(surveyor):
    def make(number="9902001000:01:001:0777", boundary=None, value=850_000, valued_on=date(2023, 6, 1), **fields):
        made = Parcel(cadastral=number, area=Decimal("1.5"), boundary=boundary, **fields)
        save_card(register_named("land.parcels"), made, by=surveyor, reason="тест")
        if value:
            card = Valuation(parcel=made, value=Decimal(value), valued_on=valued_on)
            save_card(register_named("land.valuations"), card, by=surveyor)
        return made

    return make


@pytest.fixture
def right(surveyor, tenant_farmer):
    def make(parcel, number="1", **fields):
        given = {
            "starts_on": date(2026, 1, 1), "ends_on": date(2030, 12, 31), "rate": Decimal(3), "signed_on": date(2026, 1, 1)
        } | fields  # fmt: skip
        made = LandRight(number=number, parcel=parcel, holder=tenant_farmer, **given)
        return save_card(register_named("land.rights"), made, by=surveyor)

    return make
