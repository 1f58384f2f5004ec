from __future__ import annotations

from datetime import date

from django.utils import timezone

from kernel.tenancy import platform_context, tenant_context
from shared_apps.rollups.demo import load_demo_figures
from shared_apps.rollups.models import Kept
from shared_apps.rollups.periods import last
from shared_apps.rollups.verify import verify_tenant
from tests.rollups.conftest import STOPS, count_in, kept


def test_made_up_figures_are_marked_and_give_way_to_real_ones(alpha, stop):
    month = last("month", timezone.localdate(), 3)[0]
    with platform_context():
        made = load_demo_figures()
        assert made > 0 and load_demo_figures() == 0
        assert not Kept.objects.filter(demo=False).exists()
    with tenant_context(alpha):
        stop("1", date(int(month[:4]), int(month[5:]), 1))
    count_in(alpha)
    assert kept(alpha, "opened", month) == 1
    with platform_context():
        own = Kept.objects.filter(community_id=alpha.id, indicator=f"{STOPS}.opened", period__regex=r"^\d{4}-\d\d$")
        assert not own.get(period=month).demo and own.filter(demo=True).count() == 22
    with tenant_context(alpha):
        assert not [one for one in verify_tenant().differences if one.indicator.startswith(STOPS)]
