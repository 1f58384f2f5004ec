"""A tenant comes into being: whole, once, and with every refusal explained."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.directory import tenant_for_host
from provisioning.errors import BadInput, Busy, IllegalMove, ProvisioningError, Taken
from provisioning.lifecycle import (
    NewTenant,
    create_tenant,
    create_with_report,
    finish_creation,
    pool,
    preview_creation,
    reserve_tenant,
    rollback_creation,
)
from provisioning.lifecycle import steps as creation_steps
from shared_apps.communities.models import Community, Domain, StateChange
from shared_apps.fleet.models import Operation
from tests.lifecycle.conftest import Heard, everything, require_no_orphans, require_whole

Owner = psycopg.Connection[Any]


def test_built_from_the_template(owner: Owner, dubova: NewTenant, heard: Heard):
    community = create_tenant(dubova, by="оператор", progress=heard)
    assert (community.slug, community.schema_name, community.state) == ("dubivska", "t_dubivska", "active")
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)
    assert heard.steps == ["validate", "reserve", *(step.name for step in creation_steps.STEPS)]
    assert heard[-1].percent == 100
    with platform_context():
        assert tenant_for_host("dubivska.localhost") == community.ref
        moves = list(StateChange.objects.filter(community=community).order_by("id").values_list("was", "became", "by"))
        assert moves == [("requested", "provisioning", "оператор"), ("provisioning", "active", "оператор")]
        operation = Operation.objects.get(kind="create", subject="dubivska")
        assert (operation.status, operation.progress, operation.error) == ("done", 100, "")
        assert operation.done_steps == heard.steps
        assert tenant_for_host("dubivska.localhost").name == "Дубівська громада"


def test_taken_from_the_pool(owner: Owner, dubova: NewTenant):
    pool.refill(1)
    created = create_with_report(dubova, by="оператор")
    assert "із запасу" in created.notes["schema"]
    assert pool.count_ready(owner, "hromada") == 0
    require_whole(owner, created.community.schema_name)
    require_no_orphans(owner)


def test_the_new_tenant_cannot_reach_its_neighbour(transactional_db: None, alpha: TenantRef, dubova: NewTenant):
    from django.db import ProgrammingError, connection

    pool.refill(1)
    community = create_tenant(dubova, by="оператор")
    with tenant_context(community), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.execute(f"SELECT count(*) FROM {alpha.schema}.django_session")


def test_dry_run_changes_nothing(owner: Owner, dubova: NewTenant):
    before = everything(owner)
    preview = preview_creation(dubova)
    unsaved = create_tenant(dubova, by="оператор", dry_run=True)
    assert everything(owner) == before
    assert (preview.slug, preview.schema, preview.host) == ("dubivska", "t_dubivska", "dubivska.localhost")
    assert preview.from_pool is False
    assert len(preview.steps) == len(creation_steps.STEPS)
    assert unsaved.slug == "dubivska"
    with platform_context():
        assert not Community.objects.filter(slug="dubivska").exists()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"slug": "admin"}, "зарезервована"),
        ({"slug": "дубова"}, "нелатинські"),
        ({"slug": "dubоva"}, "нелатинські"),
        ({"slug": "du"}, "не годиться"),
        ({"slug": "du--bova"}, "не годиться"),
        ({"slug": "t-dubova"}, "зарезервована"),
        ({"name": "Дубiвська громада"}, "змішано"),
        ({"name": "Дубівська\u202e громада", "short_name": "Дубівська"}, "керівні"),
        ({"edrpou": "21556731"}, "Контрольна цифра"),
        ({"edrpou": "2155673"}, "8 цифр"),
        ({"katottg": "UA123"}, "КАТОТТГ"),
        ({"kind": "village"}, "village"),
        ({"plan": "golden"}, "Є: full, standard, start"),
        ({"parent": "alpha"}, "не має власника"),
        ({"kind": "enterprise", "parent": "nobody"}, "«nobody» немає"),
        ({"admin_email": "not mail"}, "не адреса пошти"),
        ({"name": "Альфівська громада", "katottg": "UA99020010000000003"}, "така сама, як"),
        ({"slug": "a1pha"}, "виглядає так само, як «alpha»"),
        ({"slug": "al-pha"}, "виглядає так само, як «alpha»"),
    ],
)
def test_refusals_say_why_and_leave_nothing(owner: Owner, dubova: NewTenant, facts: dict[str, Any], why: str):
    before = everything(owner)
    with pytest.raises(BadInput) as refused:
        create_tenant(replace(dubova, **facts), by="оператор")
    assert why in str(refused.value)
    assert refused.value.exit_code == 2
    assert everything(owner) == before


def test_all_that_is_wrong_is_told_at_once(transactional_db: None, dubova: NewTenant):
    wrong = replace(dubova, slug="admin", edrpou="123", katottg="UA1", plan="golden", admin_email="?")
    with pytest.raises(BadInput) as refused:
        create_tenant(wrong, by="оператор")
    assert {field for field, _ in refused.value.problems} >= {"slug", "edrpou", "katottg", "plan", "admin_email"}


def test_a_taken_address_is_refused_with_a_free_one(transactional_db: None, dubova: NewTenant):
    with pytest.raises(Taken) as refused:
        create_tenant(replace(dubova, slug="alpha"), by="оператор")
    assert "alpha-2" in refused.value.cure
    assert "Альфівська громада" in refused.value.fact


def test_a_taken_code_is_refused(transactional_db: None, dubova: NewTenant):
    with pytest.raises(BadInput, match="ЄДРПОУ вже є"):
        create_tenant(replace(dubova, edrpou="99000011"), by="оператор")


def test_overrides_are_allowed_with_a_reason_that_stays(transactional_db: None, dubova: NewTenant):
    odd = replace(
        dubova, slug="a1pha", look_alike_reason="інша громада з тією ж назвою", edrpou="21556731",
        edrpou_override_reason="код старого зразка",
    )  # fmt: skip
    created = create_with_report(odd, by="оператор")
    assert any("інша громада з тією ж назвою" in warning for warning in created.warnings)
    assert any("код старого зразка" in warning for warning in created.warnings)
    with platform_context():
        assert StateChange.objects.filter(community=created.community, reason="інша громада з тією ж назвою").exists()


def test_an_enterprise_stands_where_its_hromada_does(owner: Owner, dubova: NewTenant):
    waterworks = replace(
        dubova, kind="enterprise", parent="alpha", name="КП «Водоканал»", short_name="", katottg="", slug="vodokanal"
    )
    community = create_tenant(waterworks, by="оператор")
    assert community.katottg == "UA99020010000000003"
    assert community.parent.slug == "alpha"
    with pytest.raises(BadInput, match="власником буває лише громада"):
        create_tenant(replace(waterworks, parent="vodokanal", slug="inshe", edrpou="31502447"), by="оператор")


def test_a_kept_host_is_not_given_away(transactional_db: None, alpha: TenantRef, dubova: NewTenant):
    with platform_context():
        community = Community.objects.get(slug="alpha")
        Domain.objects.bulk_create([Domain(tenant=community, domain="dubivska.localhost", is_primary=False)])
    with pytest.raises(Taken, match="після перейменування"):
        create_tenant(dubova, by="оператор")


def test_the_schema_of_a_gone_tenant_is_not_taken_over(owner: Owner, dubova: NewTenant):
    owner.execute("CREATE SCHEMA t_dubivska")
    assert create_tenant(dubova, by="оператор").schema_name == "t_dubivska_2"


def test_eight_at_once_make_one(owner: Owner, dubova: NewTenant):
    from django.db import connections

    def attempt(number: int) -> str:
        try:
            return create_tenant(dubova, by=f"оператор {number}").slug
        except ProvisioningError as refused:
            return type(refused).__name__
        finally:
            with platform_context():
                connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(attempt, range(8)))
    assert sorted(outcomes).count("dubivska") == 1
    assert set(outcomes) <= {"dubivska", Busy.__name__, Taken.__name__}
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)


def test_look_alikes_at_once_make_one(owner: Owner, dubova: NewTenant):
    """Neither sees the other's row before it is committed, so they wait for each other."""
    from django.db import connections

    def attempt(slug: str) -> str:
        new = replace(dubova, slug=slug, name=f"Громада {slug}", short_name="", edrpou_override_reason=f"для {slug}")
        try:
            return create_tenant(new, by="оператор").slug
        except ProvisioningError as refused:
            return type(refused).__name__
        finally:
            with platform_context():
                connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(attempt, ["lypova", "1ypova", "ly-pova", "lyp0va"]))
    assert len([outcome for outcome in outcomes if outcome.islower()]) <= 1
    require_no_orphans(owner)


def test_a_failed_step_is_finished_by_asking_again(
    owner: Owner, dubova: NewTenant, heard: Heard, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError("зламано")

    with monkeypatch.context() as broken_world:
        broken_world.setattr(creation_steps.journal, "finish", broken)
        with pytest.raises(ValueError, match="зламано"):
            create_tenant(dubova, by="оператор")
    with platform_context():
        assert Operation.objects.get(subject="dubivska").status == "failed"
        assert Operation.objects.get(subject="dubivska").error == "зламано"
        assert Community.objects.get(slug="dubivska").state == "provisioning"
        assert tenant_for_host("dubivska.localhost").state == "provisioning"
    with pytest.raises(Taken, match="з іншими даними"):
        create_tenant(replace(dubova, population=5000), by="оператор")
    assert preview_creation(dubova).resumes
    create_tenant(dubova, by="оператор", progress=heard)
    assert heard.steps == ["administrator", "activate"]
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)


def test_an_unfinished_creation_is_taken_back_whole(owner: Owner, dubova: NewTenant, monkeypatch: pytest.MonkeyPatch):
    before = everything(owner)

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise ValueError("зламано")

    with monkeypatch.context() as broken_world:
        broken_world.setattr(creation_steps, "move_community", broken)
        with pytest.raises(ValueError, match="зламано"):
            create_tenant(dubova, by="оператор")
    assert rollback_creation("dubivska", by="оператор", dry_run=True) == "t_dubivska"
    assert rollback_creation("dubivska", by="оператор") == "t_dubivska"
    after = everything(owner)
    for part in ("rows", "catalogue", "roles", "schemas"):
        if part == "rows":
            remembered = ("fleet_operation", "communities_plan", "audit_history")
            assert {n: r for n, r in after["rows"].items() if n not in remembered} == {
                n: r for n, r in before["rows"].items() if n not in remembered
            }
        else:
            assert after[part] == before[part]
    with platform_context():
        assert Operation.objects.get(kind="create", subject="dubivska").status == "rolled_back"
    assert create_tenant(dubova, by="оператор").schema_name == "t_dubivska"


def test_a_working_tenant_is_not_rolled_back(transactional_db: None):
    with pytest.raises(IllegalMove, match="уже працює"):
        rollback_creation("alpha", by="оператор")


def test_a_sign_up_is_reserved_now_and_finished_later(owner: Owner, dubova: NewTenant):
    operation = reserve_tenant(dubova, by="форма на сайті")
    with platform_context():
        assert Community.objects.get(slug="dubivska").state == "provisioning"
    assert operation.done_steps == ["validate", "reserve"]
    created = finish_creation(operation.pk)
    assert created.community.state == "active"
    require_whole(owner, "t_dubivska")


def test_two_addresses_at_once_do_not_wait_for_each_other(owner: Owner, another: Callable[..., NewTenant]):
    from django.db import connections

    pool.refill(2)

    def attempt(new: NewTenant) -> str:
        try:
            return create_with_report(new, by="оператор").notes["schema"]
        finally:
            with platform_context():
                connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        notes = list(threads.map(attempt, [another(), another()]))
    assert all("із запасу" in note for note in notes)
    require_no_orphans(owner)
