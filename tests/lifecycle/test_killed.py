"""kill -9 of whoever creates or deletes a tenant: asking again finishes the work, and nothing is left of halves."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from kernel.tenancy import platform_context
from provisioning.errors import IllegalMove, NotFound, Taken
from provisioning.lifecycle import NewTenant, create_tenant, delete, journal, pool, rename, rollback_creation
from provisioning.progress import Report, silent
from shared_apps.communities.models import Community
from shared_apps.fleet.models import Operation
from tests.lifecycle.conftest import die, in_a_dying_process, require_no_orphans, require_whole

Owner = psycopg.Connection[Any]
ACCOUNT = {
    "admin_email": "holova@dubova.gov.ua",
    "admin_password": "Синій-тролейбус-7",
    "admin_last_name": "Коваль",
    "admin_first_name": "Олена",
}
MARKS = ("begin", "mark", "mark_as_owner", "finish")


def killed(work: Callable[[], object], *, inside: str = "", before: str = "") -> None:
    """It dies within the transaction of a step, or before the step."""

    def dying() -> None:
        os.environ["DIE_BEFORE"] = before
        for name in MARKS:
            setattr(journal, name, _deadly(getattr(journal, name), inside))
        work()

    in_a_dying_process(dying)


def _deadly(mark: Callable[..., Any], step: str) -> Callable[..., Any]:
    def marking(*args: Any, **kwargs: Any) -> Any:
        result = mark(*args, **kwargs)
        if step and step in (mark.__name__, *args):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return marking


def deadly(report: Report) -> None:
    if not report.finished and report.step == os.environ.get("DIE_BEFORE"):
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("inside", "from_pool"),
    [
        *((step, False) for step in ("begin", "schema", "roles", "administrator", "finish")),
        # A ready schema is born with its roles.
        *((step, True) for step in ("begin", "schema", "administrator", "finish")),
    ],
)
def test_killed_inside_a_step(owner: Owner, dubova: NewTenant, inside: str, from_pool: bool):
    if from_pool:
        pool.refill(1)
    new = replace(dubova, **ACCOUNT)
    killed(lambda: create_tenant(new, by="оператор"), inside=inside)
    require_no_halves(owner)
    create_tenant(new, by="оператор")
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)
    with platform_context():
        assert Operation.objects.filter(kind="create", subject="dubivska").count() == 1


@pytest.mark.parametrize("before", ["reserve", "schema", "roles", "administrator", "activate"])
def test_killed_between_steps(owner: Owner, dubova: NewTenant, before: str):
    killed(lambda: create_tenant(dubova, by="оператор", progress=deadly), before=before)
    require_no_halves(owner)
    create_tenant(dubova, by="оператор")
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)


@pytest.mark.parametrize("before", ["schema", "activate"])
def test_killed_and_taken_back(owner: Owner, dubova: NewTenant, before: str):
    killed(lambda: create_tenant(dubova, by="оператор", progress=deadly), before=before)
    rollback_creation("dubivska", by="оператор")
    require_no_orphans(owner)
    with platform_context():
        assert not Community.objects.filter(slug="dubivska").exists()
    create_tenant(dubova, by="оператор")
    require_whole(owner, "t_dubivska")


def test_killed_after_the_end_is_simply_done(owner: Owner, dubova: NewTenant):
    def die_at_the_end(report: Report) -> None:
        if report.finished and report.step == "activate":
            os.kill(os.getpid(), signal.SIGKILL)

    killed(lambda: create_tenant(dubova, by="оператор", progress=die_at_the_end))
    with pytest.raises(Taken, match="працює"):
        create_tenant(dubova, by="оператор")
    require_whole(owner, "t_dubivska")
    require_no_orphans(owner)


@pytest.mark.parametrize("place", ["record_version", "create_ready_roles"])
def test_killed_while_filling_the_pool(owner: Owner, monkeypatch: pytest.MonkeyPatch, place: str):
    with monkeypatch.context() as world:
        world.setattr(pool, place, die)
        in_a_dying_process(lambda: pool.refill(1))
    assert pool.count_ready(owner, "hromada") == 0
    assert pool.refill(1).ready == 2
    require_no_orphans(owner)


@pytest.mark.parametrize("inside", ["begin", "stop", "export", "drop", "files"])
def test_killed_while_deleting(owner: Owner, dubova: NewTenant, inside: str):
    create_tenant(dubova, by="оператор")
    killed(lambda: delete("dubivska", reason="закрито", by="оператор", force=True), inside=inside)
    deleted = delete("dubivska", reason="закрито", by="оператор", force=True, progress=silent)
    assert deleted.archive.is_file()
    require_no_orphans(owner)
    with platform_context():
        assert deleted.community.state == Community.State.DELETED
        assert Operation.objects.filter(kind="delete", subject="dubivska", status="done").count() == 1


def test_an_interrupted_deletion_is_not_confused_with_the_heir(owner: Owner, dubova: NewTenant):
    """The address went to somebody else before the deletion was finished: the heir is not deleted in its place."""
    first = create_tenant(dubova, by="оператор")
    killed(lambda: delete("dubivska", reason="закрито", by="оператор", force=True), inside="files")
    heir = create_tenant(replace(dubova, edrpou="31502447"), by="оператор")
    with pytest.raises(IllegalMove):
        delete("dubivska", reason="закрито", by="оператор")
    with platform_context():
        assert Community.objects.get(pk=heir.pk).state == "active"
        assert Community.objects.get(pk=first.pk).state == "deleted"
        assert Operation.objects.get(kind="delete").status == "done"
    require_no_orphans(owner)


def test_an_interrupted_deletion_does_not_follow_a_renamed_community(owner: Owner, dubova: NewTenant):
    create_tenant(dubova, by="оператор")
    killed(lambda: delete("dubivska", reason="закрито", by="оператор", force=True), inside="export")
    rename("dubivska", new_slug="nova-dubivska", by="оператор")
    with pytest.raises(NotFound):
        delete("dubivska", reason="закрито", by="оператор", force=True)
    with platform_context():
        assert Community.objects.get(slug="nova-dubivska").state == "archived"
        assert Operation.objects.get(kind="delete").status == "rolled_back"
    delete("nova-dubivska", reason="закрито", by="оператор")
    require_no_orphans(owner)


def require_no_halves(owner: Owner) -> None:
    """A schema without its version, or a version without its schema, is half a tenant."""
    schemas = {row[0] for row in owner.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")}
    versions = {
        row[0] for row in owner.execute("SELECT schema_name FROM fleet_schemaversion WHERE schema_name LIKE 't\\_%'")
    }
    roles = {row[0] for row in owner.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 't\\_%'")}
    assert schemas == versions == roles
