"""The demonstration: believable, loaded once, found by old names."""

from __future__ import annotations

import pytest

from kernel.tenancy import platform_context
from shared_apps.communities.models import Community
from shared_apps.reference.demo import DUBOHIR, load_demo_territory
from tenant_apps.territory.addresses import demo
from tenant_apps.territory.addresses.models import Building, Entrance, Premises, Settlement
from tenant_apps.territory.addresses.public import find_addresses


@pytest.fixture
def dubohir(alpha):
    load_demo_territory()
    with platform_context():
        Community.objects.filter(slug="alpha").update(katottg=DUBOHIR)


def test_demo_is_loaded_once_and_whole(dubohir, clerk, calendar):
    assert demo.load(clerk) > 300
    assert demo.load(clerk) == 0
    assert Settlement.objects.count() == 11
    assert not Building.objects.filter(shown="").exists() and not Premises.objects.filter(shown="").exists()
    assert Entrance.objects.count() == 12
    assert not Building.objects.filter(location=None).exists()
    assert find_addresses("Комарова 7а")[0].shown == "м. Дубогір, вул. Козацька, 7А"
    assert find_addresses("Жовтнева 3")[0].street == "вул. Соборна"


def test_community_that_katottg_does_not_know_stays_empty(clerk):
    assert demo.load(clerk) == 0
