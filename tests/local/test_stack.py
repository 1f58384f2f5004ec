"""The embedded servers: private, repeatable, and back after anything."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from provisioning.local import paths, roles, stack
from provisioning.local.daemons import gone
from provisioning.local.errors import StackError
from provisioning.local.paths import SOCKET_PATH_LIMIT, layout, shared_parents
from provisioning.local.postgres import Cluster
from provisioning.local.redis import Redis
from tests.local.conftest import listening_on_tcp, processes_of

ROOT = Path(__file__).resolve().parents[2]


def ask(url: str | None, statement: str) -> object:
    assert url is not None
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
    return row[0] if row else None


def test_start_serves_and_stop_leaves_nothing(project: Path) -> None:
    found = stack.start("test", project)
    place = layout("test", project)

    assert found.started == ("postgres", "redis")
    assert ask(found.database_url, "SELECT current_user") == roles.APP
    assert ask(found.admin_url, "SELECT current_user") == roles.OWNER
    assert ask(found.database_url, "SELECT ST_AsText(ST_Point(1, 2))") == "POINT(1 2)"
    assert Redis(place).healthy()
    assert stack.read_environment("test", project)["DATABASE_URL"] == found.database_url

    pids = processes_of(place.home)
    assert len(pids) >= 2
    assert stack.stop("test", project) == ("redis", "postgres")
    assert processes_of(place.home) == []
    assert list(place.sockets.iterdir()) == []
    assert stack.stop("test", project) == ()


def test_servers_are_private(bare_project: Path) -> None:
    stack.start("test", bare_project)
    place = layout("test", bare_project)
    pids = processes_of(place.home)

    for folder in (place.home, place.sockets, place.home / "postgres", place.home / "redis"):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert stack.environment_file("test", bare_project).stat().st_mode & 0o777 == 0o600
    assert listening_on_tcp(pids) == []
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in pids}
    assert 0 not in owners
    if os.geteuid() != 0:
        assert owners == {os.geteuid()}


def test_the_application_cannot_change_the_shared_schema(project: Path) -> None:
    found = stack.start("test", project)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(found.database_url, "CREATE TABLE public.planted ()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(found.database_url, "CREATE SCHEMA planted")
    with psycopg.connect(found.admin_url, autocommit=True) as connection:
        connection.execute(
            "CREATE ROLE t_sample LOGIN; GRANT hromada_tenants TO t_sample; GRANT t_sample TO hromada_app"
        )
        connection.execute("CREATE SCHEMA t_sample; GRANT USAGE ON SCHEMA t_sample TO t_sample")
        connection.execute("ALTER ROLE t_sample RENAME TO t_renamed; DROP SCHEMA t_sample; DROP ROLE t_renamed")


def test_names_sort_by_the_ukrainian_alphabet(project: Path) -> None:
    found = stack.start("test", project)

    assert (
        ask(
            found.database_url,
            "SELECT string_agg(name, ' ' ORDER BY name) FROM unnest(ARRAY"
            "['яма','ґава','іній','гора','їжак','єнот','едем','зуб','гава','ива']) AS name",
        )
        == "гава гора ґава едем єнот зуб ива іній їжак яма"
    )


def test_second_start_adopts_and_a_later_one_is_quick(bare_project: Path) -> None:
    began = time.monotonic()
    stack.start("test", bare_project)
    first = time.monotonic() - began
    pid = Cluster(layout("test", bare_project)).pid()

    assert stack.start("test", bare_project).started == ()
    assert Cluster(layout("test", bare_project)).pid() == pid

    stack.stop("test", bare_project)
    began = time.monotonic()
    assert stack.start("test", bare_project).started == ("postgres", "redis")
    assert (time.monotonic() - began) * 2 < first


def test_a_first_start_that_was_killed_is_finished_by_the_next(bare_project: Path) -> None:
    home = layout("test", bare_project).home
    killed = another_process(bare_project, USE)
    deadline = time.monotonic() + 30
    while not list(home.glob("postgres.new-*/PG_VERSION")) and time.monotonic() < deadline:
        time.sleep(0.005)
    end(killed)
    assert not (home / "postgres").exists()

    assert ask(stack.start("test", bare_project).database_url, "SELECT current_user") == roles.APP


def test_two_starts_at_once_make_one_stack(bare_project: Path) -> None:
    both = [another_process(bare_project, USE) for _ in range(2)]
    assert [said(process) for process in both] == ["test", "test"]
    assert len([pid for pid in processes_of(layout("test", bare_project).home) if is_postmaster(pid)]) == 1
    for process in both:
        end(process)


def is_postmaster(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].endswith(b"/bin/postgres")


def test_a_server_with_other_settings_is_restarted_not_adopted(project: Path) -> None:
    stack.start("test", project)
    cluster = Cluster(layout("test", project))
    pid = cluster.pid()
    cluster.started_with.write_text("config=of-an-older-version\n")

    assert stack.start("test", project).started == ("postgres",)
    assert cluster.pid() != pid


@pytest.mark.parametrize("profile", ["run", "test"])
def test_killed_servers_come_back_with_what_was_committed(project: Path, profile: str) -> None:
    found = stack.start(profile, project)
    place = layout(profile, project)
    with psycopg.connect(found.admin_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        for pid in (Cluster(place).pid(), Redis(place).pid()):
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert gone(pid, 10)

    assert set(stack.revive(place)) == {"postgres", "redis"}
    assert ask(found.admin_url, "SELECT n FROM kept") == 7
    assert Redis(place).healthy()


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(project: Path) -> None:
    found = stack.start("test", project)
    cluster = Cluster(layout("test", project))
    stack.stop("test", project)
    stranger = subprocess.Popen(
        ["sleep", "60"], user=layout("test", project).account.uid if os.geteuid() == 0 else None
    )
    try:
        (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n")
        (layout("test", project).home / "redis" / "redis.pid").write_text(f"{stranger.pid}\n")
        assert stack.status("test", project)["postgres"]["running"] is False
        assert stack.start("test", project).started == ("postgres", "redis")
        assert ask(found.database_url, "SELECT 1") == 1
        stack.stop("test", project)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_data_written_without_fsync_before_a_reboot_is_not_trusted(project: Path) -> None:
    found = stack.start("test", project)
    cluster = Cluster(layout("test", project))
    with psycopg.connect(found.admin_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE doubtful ()")
    os.kill(cluster.pid() or 0, signal.SIGKILL)
    cluster.started_with.write_text("config=x\nboot=another\n")
    time.sleep(0.2)

    stack.start("test", project)
    assert ask(found.admin_url, "SELECT to_regclass('public.doubtful')") is None


def test_data_of_another_version_is_refused_with_the_way_out(project: Path) -> None:
    stack.start("test", project)
    stack.stop("test", project)
    version = layout("test", project).home / "postgres" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("14\n")

    with pytest.raises(StackError, match=r"створив PostgreSQL 14(?s:.*)Що робити"):
        stack.start("test", project)
    version.write_text(kept)


@pytest.mark.parametrize("name", ["назва українською", "x" * 100])
def test_a_path_that_sockets_or_urls_cannot_carry_falls_back(bare_project: Path, name: str) -> None:
    awkward = bare_project / name
    awkward.mkdir()
    try:
        found = stack.start("run", awkward)
        place = layout("run", awkward)
        assert not place.home.is_relative_to(awkward)
        assert place.home.stat().st_mode & 0o777 == 0o700
        assert len(str(place.sockets / ".s.PGSQL.5432").encode()) <= SOCKET_PATH_LIMIT
        assert ask(found.database_url, "SELECT 1") == 1
    finally:
        stack.clean(awkward)
    assert not place.home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="лише root позичає чужий обліковий запис")
def test_a_folder_closed_to_the_servers_account_falls_back(bare_project: Path) -> None:
    bare_project.chmod(0o700)

    assert not layout("run", bare_project).home.is_relative_to(bare_project)


def test_a_stranger_in_the_shared_place_is_refused(bare_project: Path) -> None:
    awkward = bare_project / "з кирилицею"
    parent = shared_parents(awkward)[-1]
    parent.symlink_to("/tmp")
    try:
        with pytest.raises(StackError, match="належить не нам"):
            layout("run", awkward)
    finally:
        parent.unlink()


def test_what_a_deleted_clone_left_is_cleared_away(bare_project: Path) -> None:
    gone_project = bare_project / "клон"
    left = layout("run", gone_project).home
    shutil.rmtree(gone_project)

    layout("run", bare_project / "інший клон")
    assert not left.exists()
    stack.clean(bare_project / "інший клон")


def test_clean_of_one_profile_leaves_the_others(bare_project: Path) -> None:
    homes = {name: layout(name, bare_project).home for name in ("run", "test", "test-0", "bench")}
    kept = bare_project / ".local" / "media" / "files"
    kept.mkdir(parents=True)
    assert stack.clean(bare_project, "test") == [str(homes["test"]), str(homes["test-0"])]
    assert [name for name, home in homes.items() if home.exists()] == ["run", "bench"] and kept.exists()

    assert stack.clean(bare_project, "run") == [str(homes["run"])]
    assert homes["bench"].exists() and not kept.exists(), "files are of the profile that people use"
    with pytest.raises(StackError, match="Немає профілю"):
        stack.clean(bare_project, "tset")


def test_tests_live_in_memory_where_there_is_room(bare_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_roomy", lambda root: True)
    kept = layout("test", bare_project).home
    assert kept.is_relative_to(paths.MEMORY)
    assert not layout("run", bare_project).home.is_relative_to(paths.MEMORY)
    assert not layout("bench", bare_project).home.is_relative_to(paths.MEMORY)

    monkeypatch.setattr(paths, "_roomy", lambda root: False)
    assert layout("test", bare_project).home == kept
    assert layout("test-1", bare_project).home.is_relative_to(bare_project)


def test_a_foreign_database_is_used_and_nothing_of_that_kind_is_started(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = stack.start("test", project)
    assert host.superuser_url is not None
    with psycopg.connect(host.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere TEMPLATE template0")
    monkeypatch.setenv("DATABASE_URL", roles.in_database(host.superuser_url, "elsewhere"))
    monkeypatch.setenv("REDIS_URL", host.redis_url)

    found = stack.start("test-foreign", project)
    again = stack.start("test-foreign", project)

    assert found.started == again.started == ()
    assert not (layout("test-foreign", project).home / "postgres").exists()
    assert (found.database_url, found.superuser_url) == (again.database_url, None)
    assert ask(found.database_url, "SELECT current_user || '@' || current_database()") == "hromada_app@elsewhere"
    with psycopg.connect(found.admin_url) as connection:
        connection.execute("CREATE SCHEMA proof")
    assert ask(found.database_url, "SELECT rolcanlogin AND NOT rolsuper FROM pg_roles WHERE rolname = current_user")
    # Another installation on the same server would lock this one out by taking its roles over.
    (project / ".local" / f"password-{roles.APP}").unlink()
    with pytest.raises(StackError, match="DATABASE_ADMIN_URL"):
        stack.start("test-foreign", project)


def test_an_account_without_rights_is_told_what_the_administrator_must_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = stack.start("test", project)
    assert host.superuser_url is not None
    with psycopg.connect(host.superuser_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere TEMPLATE template0")
        connection.execute("CREATE ROLE guest LOGIN")
    monkeypatch.setenv("DATABASE_URL", roles.owned_by(roles.in_database(host.superuser_url, "elsewhere"), "guest"))

    with pytest.raises(StackError) as refused:
        stack.start("test-foreign", project)
    for demanded in ('CREATE EXTENSION IF NOT EXISTS "postgis"', 'ALTER SCHEMA "public" OWNER TO', "GRANT CONNECT"):
        assert demanded in str(refused.value)


def test_a_foreign_database_that_does_not_answer_is_named_without_its_password(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    monkeypatch.setenv("DATABASE_URL", f"postgresql://me:s3cret@127.0.0.1:{closed}/x")

    with pytest.raises(StackError) as refused:
        stack.start("test-foreign", project)
    assert "s3cret" not in str(refused.value)
    assert f"me:***@127.0.0.1:{closed}/x" in str(refused.value)


CLAIM = "print(stack.claim('test', project), flush=True)"
USE = "print(stack.start('test', project).profile, flush=True)"


def another_process(project: Path, what: str) -> subprocess.Popen[str]:
    """Does it, says the profile, and lives until it is killed."""
    script = (
        "import sys; from pathlib import Path; from provisioning.local import stack; "
        f"project = Path(sys.argv[1]); {what}; sys.stdin.read()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, str(project)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_two_runs_never_share_a_profile_and_a_killed_one_gives_it_back(project: Path) -> None:
    first = another_process(project, CLAIM)
    assert said(first) == "test-0"
    second = another_process(project, CLAIM)
    assert said(second) == "test-1"
    end(first)
    third = another_process(project, CLAIM)
    assert said(third) == "test-0"
    end(second)
    end(third)


def test_servers_are_stopped_only_when_nobody_uses_them(project: Path) -> None:
    user = another_process(project, USE)
    assert said(user) == "test"
    assert stack.stop_unused("test", project) == []
    end(user)

    stack.pin(layout("test", project)).touch()
    assert stack.stop_unused("test", project) == []
    stack.pin(layout("test", project)).unlink()

    assert stack.stop_unused("run", project) == []
    assert stack.stop_unused("test", project) == ["test"]
    assert stack.status("test", project)["postgres"]["running"] is False
