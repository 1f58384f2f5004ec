"""Plans, quotas, and the administrator a tenant is born with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.access.models import Invitation, Role, User
from kernel.tenancy import TenantRef, platform_context, tenant_context
from provisioning.errors import BadInput, NotFound
from provisioning.lifecycle import (
    NewTenant,
    create_tenant,
    create_with_report,
    quota,
    quotas,
    seed_plans,
    set_plan,
    set_quota,
)
from shared_apps.communities.models import Community, Plan


def test_plans_are_seeded_once_and_stay_as_changed(transactional_db: None):
    with platform_context():
        seed_plans()
        Plan.objects.filter(pk="start").update(title="Для малих")
        assert seed_plans() == 0
        assert Plan.objects.get(pk="start").title == "Для малих"
        assert set(Plan.objects.values_list("code", flat=True)) == {"start", "standard", "full"}


def test_plan_then_own_quota_then_none(transactional_db: None, alpha: TenantRef):
    set_plan("alpha", "start", by="Коваль")
    with platform_context():
        community = Community.objects.select_related("plan").get(slug="alpha")
        assert quota(community, "users") == 25
        assert set_quota("alpha", "users", 40, by="Коваль", reason="додаткова угода") == 40
        assert quota(community, "users") == 40
        assert quotas(community)["users"] == 40
        assert set_quota("alpha", "users", None, by="Коваль") == 25
        set_plan("alpha", "full", by="Коваль")
        community.refresh_from_db()
        assert quota(community, "users") is None
        assert set_quota("alpha", "users", 7, by="Коваль", dry_run=True) == 7
        assert quota(community, "users") is None


def test_unknown_plans_and_quotas_are_refused(transactional_db: None, alpha: TenantRef):
    with pytest.raises(NotFound, match="full, standard, start"):
        set_plan("alpha", "golden", by="Коваль")
    with pytest.raises(BadInput, match="users"):
        set_quota("alpha", "gold", 1, by="Коваль")
    with pytest.raises(BadInput, match="від’ємним"):
        set_quota("alpha", "users", -1, by="Коваль")


def test_born_with_ready_roles(transactional_db: None, dubova: NewTenant):
    with tenant_context(create_tenant(dubova, by="Коваль")):
        assert Role.objects.filter(code="administrator", built_in=True).exists()


def test_the_administrator_is_invited(transactional_db: None, dubova: NewTenant, mailoutbox: list):
    created = create_with_report(replace(dubova, admin_email="holova@dubova.gov.ua"), by="Коваль")
    assert created.invitation_url.startswith("http://dubivska.localhost")
    with tenant_context(created.community):
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.roles, invitation.invited_by) == (
            "holova@dubova.gov.ua",
            ["administrator"],
            "Коваль",
        )
    assert created.invitation_url in mailoutbox[0].body


def test_the_administrator_gets_an_account(transactional_db: None, dubova: NewTenant):
    new = replace(
        dubova,
        admin_email="holova@dubova.gov.ua",
        admin_password="Синій-тролейбус-на-мосту-7",
        admin_last_name="Коваленко",
        admin_first_name="Олена",
    )
    created = create_with_report(new, by="Коваль")
    assert created.invitation_url == ""
    with tenant_context(created.community):
        user = User.objects.get(email="holova@dubova.gov.ua")
        assert user.check_password("Синій-тролейбус-на-мосту-7")
        assert [assignment.role.code for assignment in user.assignments.all()] == ["administrator"]
    assert "тролейбус" not in str(created.operation.arguments)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"admin_password": "Синій-тролейбус-на-мосту-7"}, "admin_last_name"),
        ({"admin_password": "12345", "admin_last_name": "К", "admin_first_name": "О"}, "admin_password"),
    ],
)
def test_a_poor_account_is_refused(transactional_db: None, dubova: NewTenant, facts: dict[str, str], field: str):
    with pytest.raises(BadInput) as refused:
        create_tenant(replace(dubova, admin_email="holova@dubova.gov.ua", **facts), by="Коваль")
    assert field in {name for name, _ in refused.value.problems}
