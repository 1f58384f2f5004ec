"""Suspended, archived, renamed, deleted, brought back: each with its row of who, when and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.utils.timezone import now

from kernel.audit.models import History
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.directory import tenant_for_host
from kernel.tenancy.files import storage
from provisioning.errors import BadInput, IllegalMove, NotFound, Taken
from provisioning.lifecycle import (
    NewTenant,
    add_domain,
    archive,
    create_tenant,
    delete,
    deleted_communities,
    purge_expired,
    recover_deleted,
    release_kept_hosts,
    rename,
    restore_archived,
    resume,
    set_read_only,
    suspend,
)
from shared_apps.communities.models import Community, Domain, StateChange
from tests.lifecycle.conftest import everything, require_no_orphans

Owner = psycopg.Connection[Any]


def _history(slug: str) -> list[tuple[str, str, str, str]]:
    with platform_context():
        rows = StateChange.objects.filter(community__slug=slug).order_by("id")
        return list(rows.values_list("was", "became", "by", "reason"))


def test_suspended_and_resumed(transactional_db: None, alpha: TenantRef):
    suspend("alpha", reason="несплата за жовтень", by="Коваль")
    with platform_context():
        community = Community.objects.get(slug="alpha")
        assert (community.state, community.state_reason) == ("suspended", "несплата за жовтень")
        assert tenant_for_host("alpha.localhost").state == "suspended"
    resume("alpha", by="Коваль")
    with platform_context():
        assert tenant_for_host("alpha.localhost").state == "active"
    assert _history("alpha")[-2:] == [
        ("active", "suspended", "Коваль", "несплата за жовтень"),
        ("suspended", "active", "Коваль", ""),
    ]


@pytest.mark.parametrize("move", [suspend, archive, delete])
def test_a_reason_is_obligatory(transactional_db: None, alpha: TenantRef, move: Any):
    forced = {"force": True} if move is delete else {}
    with pytest.raises(BadInput, match="причини"):
        move("alpha", reason=" ", by="Коваль", **forced)


def test_illegal_moves_name_the_legal(transactional_db: None, alpha: TenantRef):
    with pytest.raises(IllegalMove, match="hromada tenant suspend alpha"):
        resume("alpha", by="Коваль")
    with pytest.raises(IllegalMove, match="hromada tenant archive alpha"):
        delete("alpha", reason="закрито", by="Коваль")
    with pytest.raises(IllegalMove):
        restore_archived("alpha", by="Коваль")
    with pytest.raises(NotFound, match="alpha"):
        suspend("alpa", reason="?", by="Коваль")


def test_archived_and_returned(transactional_db: None, alpha: TenantRef, archives: Path):
    archive("alpha", reason="громаду приєднано", by="Коваль")
    with platform_context():
        community = Community.objects.get(slug="alpha")
        assert (community.state, community.read_only) == ("archived", True)
    kept = list(archives.rglob("*.hromada"))
    assert len(kept) == 1
    restore_archived("alpha", by="Коваль", reason="рішення скасовано")
    with platform_context():
        community.refresh_from_db()
        assert (community.state, community.read_only) == ("active", False)


def test_read_only_is_on_record(transactional_db: None, alpha: TenantRef):
    with pytest.raises(BadInput, match="причини"):
        set_read_only("alpha", True, by="Коваль")
    set_read_only("alpha", True, by="Коваль", reason="перенесення на інший сервер")
    with platform_context():
        assert Community.objects.get(slug="alpha").read_only
    set_read_only("alpha", False, by="Коваль")
    with platform_context():
        assert not Community.objects.get(slug="alpha").read_only
    assert "перенесення на інший сервер" in _history("alpha")[-2][3]


def test_dry_runs_change_nothing(owner: Owner, alpha: TenantRef):
    before = everything(owner)
    suspend("alpha", reason="борг", by="Коваль", dry_run=True)
    archive("alpha", reason="борг", by="Коваль", dry_run=True)
    delete("alpha", reason="борг", by="Коваль", force=True, dry_run=True)
    set_read_only("alpha", True, reason="борг", by="Коваль", dry_run=True)
    assert rename("alpha", new_slug="alfivska", by="Коваль", dry_run=True).host == "alfivska.localhost"
    add_domain("alpha", "rada.alfa.gov.ua", by="Коваль", dry_run=True)
    assert everything(owner) == before


def test_renamed_with_the_old_address_kept_for_a_time(transactional_db: None, alpha: TenantRef):
    renamed = rename("alpha", new_slug="alfivska", name="Альфівська міська громада", by="Коваль")
    assert renamed.community.schema_name == alpha.schema
    with platform_context():
        assert tenant_for_host("alfivska.localhost").id == alpha.id
        assert tenant_for_host("alpha.localhost").id == alpha.id
        assert Domain.objects.get(domain="alfivska.localhost").is_primary
        assert not Domain.objects.get(domain="alpha.localhost").is_primary
    assert release_kept_hosts() == []
    assert release_kept_hosts(renamed.kept_until + timedelta(seconds=1)) == ["alpha.localhost"]
    with platform_context():
        assert tenant_for_host("alpha.localhost") is None


def test_renamed_back_and_forth(transactional_db: None, alpha: TenantRef):
    rename("alpha", new_slug="alfivska", by="Коваль")
    back = rename("alfivska", new_slug="alpha", by="Коваль")
    with platform_context():
        assert Domain.objects.get(domain="alpha.localhost").is_primary
        assert Domain.objects.filter(tenant_id=alpha.id, is_primary=True).count() == 1
    # The first renaming's term is over, but that address is the main one again.
    assert release_kept_hosts(back.kept_until + timedelta(days=1)) == ["alfivska.localhost"]
    with platform_context():
        assert tenant_for_host("alpha.localhost").id == alpha.id


@pytest.mark.parametrize(
    ("slug", "error", "why"),
    [("beta", Taken, "зайнята"), ("admin", BadInput, "зарезервована"), ("be-ta", BadInput, "виглядає")],
)
def test_a_new_name_obeys_the_same_rules(
    transactional_db: None, alpha: TenantRef, beta: TenantRef, slug: str, error: type[Exception], why: str
):
    with pytest.raises(error, match=why):
        rename("alpha", new_slug=slug, by="Коваль")


def test_deleted_the_name_is_free_and_the_data_can_return(owner: Owner, dubova: NewTenant, archives: Path):
    account = {"admin_password": "Синій-тролейбус-7", "admin_last_name": "Коваль", "admin_first_name": "Олена"}
    community = create_tenant(replace(dubova, admin_email="holova@dubova.gov.ua", **account), by="Коваль")
    with tenant_context(community):
        from django.core.files.base import ContentFile

        storage.save("рішення/1.txt", ContentFile(b"text"))
    add_domain("dubivska", "rada.dubova.gov.ua", by="Коваль")
    rows = _rows(owner, "t_dubivska")
    archive("dubivska", reason="приєднано", by="Коваль")
    deleted = delete("dubivska", reason="приєднано", by="Коваль")
    assert deleted.archive.is_file()
    assert deleted.recoverable_until > now() + timedelta(days=80)
    require_no_orphans(owner)
    with platform_context():
        gone = Community.objects.get(pk=community.pk)
        assert gone.state == "deleted"
        assert gone.slug.startswith("dubivska-x")
        assert not Domain.objects.filter(tenant=gone).exists()
        assert [row["slug"] for row in deleted_communities()] == ["dubivska"]
        # The owner's connection drops schemas and changes this row; the history knows for whom.
        assert History.objects.filter(row_id=str(gone.pk), action="update").latest("id").actor_name == "Коваль"
    with tenant_context(community):
        assert not storage.exists("рішення/1.txt")

    recover_deleted("dubivska", reason="помилка", by="Коваль")
    require_no_orphans(owner)
    assert _rows(owner, "t_dubivska") == rows
    with tenant_context(community):
        assert storage.open("рішення/1.txt").read() == b"text"
    with platform_context():
        back = Community.objects.get(slug="dubivska")
        assert (back.pk, back.state, back.read_only) == (community.pk, "archived", True)
        hosts = Domain.objects.filter(tenant=back).order_by("-is_primary").values_list("domain", "verified_at")
        assert [(host, moment is not None) for host, moment in hosts] == [
            ("dubivska.localhost", True),
            ("rada.dubova.gov.ua", False),
        ]
        assert deleted_communities() == []
    restore_archived("dubivska", by="Коваль")
    assert [row[:2] for row in _history("dubivska")[2:]] == [
        ("active", "active"),
        ("active", "archived"),
        ("archived", "deleted"),
        ("deleted", "archived"),
        ("archived", "active"),
    ]


def test_a_name_given_to_others_is_not_taken_back(owner: Owner, dubova: NewTenant):
    create_tenant(dubova, by="Коваль")
    delete("dubivska", reason="приєднано", by="Коваль", force=True)
    heir = create_tenant(replace(dubova, edrpou="31502447"), by="Коваль")
    assert heir.schema_name == "t_dubivska_2"
    with pytest.raises(Taken, match="віддано іншим"):
        recover_deleted("dubivska", reason="помилка", by="Коваль")
    back = recover_deleted("dubivska", reason="помилка", by="Коваль", as_slug="stara-dubivska")
    assert (back.slug, back.schema_name) == ("stara-dubivska", "t_dubivska")
    require_no_orphans(owner)


def test_after_its_term_the_archive_is_gone(owner: Owner, dubova: NewTenant):
    create_tenant(dubova, by="Коваль")
    deleted = delete("dubivska", reason="приєднано", by="Коваль", force=True)
    assert purge_expired() == []
    assert purge_expired(deleted.recoverable_until + timedelta(seconds=1)) == ["dubivska"]
    assert not deleted.archive.exists()
    with pytest.raises(NotFound, match="строк зберігання минув"):
        recover_deleted("dubivska", reason="пізно", by="Коваль")


def test_a_lost_archive_is_told(owner: Owner, dubova: NewTenant):
    create_tenant(dubova, by="Коваль")
    delete("dubivska", reason="приєднано", by="Коваль", force=True).archive.unlink()
    with pytest.raises(NotFound, match="резервної копії"):
        recover_deleted("dubivska", reason="помилка", by="Коваль")
    with pytest.raises(NotFound, match="list --deleted"):
        recover_deleted("nobody", reason="помилка", by="Коваль")


def test_a_hromada_with_enterprises_is_not_deleted(transactional_db: None, alpha: TenantRef, dubova: NewTenant):
    create_tenant(
        replace(dubova, kind="enterprise", parent="alpha", name="КП «Водоканал»", short_name="", slug="vodokanal"),
        by="Коваль",
    )
    with pytest.raises(IllegalMove, match="vodokanal"):
        delete("alpha", reason="приєднано", by="Коваль", force=True)


def _rows(owner: Owner, schema: str) -> dict[str, Any]:
    tables = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])]
    return {
        table: owner.execute(f'SELECT array_agg(t::text ORDER BY t::text) FROM {schema}."{table}" t').fetchone()
        for table in tables
    }
