"""What a container of the image does: its roles, its refusals, its web server, its health."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from infra.image import bootstrap, entrypoint, healthcheck
from infra.image.environment import NotReady, setting
from tests.infra.database_bench import APP_PASSWORD, OWNER_PASSWORD, Database, pooler
from tests.infra.programs import ROOT, free_port, running

DOCKERFILES = sorted(ROOT.glob("infra/**/Dockerfile"))


class Became(Exception):
    """Stands for the program that the process turned into."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, database: Database) -> list[list[str]]:
    programs: list[list[str]] = []

    def become(_file: str, argv: list[str]) -> None:
        programs.append(argv)
        raise Became

    monkeypatch.setattr(os, "execvp", become)
    monkeypatch.setattr(entrypoint, "check_application", lambda: None)
    monkeypatch.setenv("DATABASE_URL", database.app_url)
    monkeypatch.delenv("DATABASE_CA_PEM", raising=False)
    return programs


@pytest.mark.parametrize("role", ["web", "worker", "scheduler", "migrate"])
def test_a_role_becomes_its_program_once_the_database_answers(started: list[list[str]], role: str) -> None:
    with pytest.raises(Became):
        entrypoint.main([role])
    program = {"web": "gunicorn", "worker": "celery", "scheduler": "celery", "migrate": "hromada"}[role]
    assert started[0][0] == program


def test_the_operators_tool_starts_even_when_the_database_is_away(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://hromada_app:x@127.0.0.1:1/hromada")
    with pytest.raises(Became):
        entrypoint.main(["cli", "doctor", "--json"])
    assert started == [["hromada", "doctor", "--json"]]


def test_a_transaction_pooler_stops_every_role_with_the_reason(
    started: list[list[str]],
    database: Database,
    service_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pooler(database, service_folder / "pooler", mode="transaction") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        for role in ("web", "worker", "scheduler", "migrate"):
            with pytest.raises(SystemExit) as stopped:
                entrypoint.main([role])
            assert stopped.value.code == 78
            assert "pool_mode = session" in capsys.readouterr().err
    assert started == []


def test_a_database_that_stays_away_is_named_with_what_to_do(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://hromada_app:x@127.0.0.1:1/hromada")
    monkeypatch.setenv("DATABASE_PATIENCE_SECONDS", "0")
    with pytest.raises(SystemExit) as stopped:
        entrypoint.main(["web"])
    assert stopped.value.code == 78
    assert "перевірте DATABASE_URL" in capsys.readouterr().err
    assert started == []


def test_an_unknown_role_names_the_known_ones(started: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        entrypoint.main(["wbe"])
    assert "scheduler" in capsys.readouterr().err


def test_a_managed_databases_authority_is_trusted_and_demanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(entrypoint, "gettempdir", lambda: str(tmp_path))
    for name, value in {"DATABASE_CA_PEM": "certificate", "PGSSLMODE": "x", "PGSSLROOTCERT": "x"}.items():
        monkeypatch.setenv(name, value)
    entrypoint.trust_database_authority()
    assert os.environ["PGSSLMODE"] == "verify-full"
    assert Path(os.environ["PGSSLROOTCERT"]).read_text() == "certificate"


def test_a_secret_is_read_from_its_file_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("SOME_SECRET", "from the environment")
    assert setting("SOME_SECRET") == "from the environment"
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))
    assert setting("SOME_SECRET") == "from the file"
    with pytest.raises(NotReady, match="NOT_SET"):
        setting("NOT_SET")


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def test_the_bucket_is_made_once_and_keeps_old_versions(object_store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    for _ in range(2):
        bootstrap.prepare_bucket("hromada-media", object_store)
    store = boto3.client("s3", endpoint_url=object_store, region_name="us-east-1")
    # The stand-in keeps one set of buckets for the whole process: other tests have theirs there.
    assert [bucket["Name"] for bucket in store.list_buckets()["Buckets"]].count("hromada-media") == 1
    assert store.get_bucket_versioning(Bucket="hromada-media")["Status"] == "Enabled"


def test_bootstrap_reports_what_is_missing_and_says_when_all_is_there(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("S3_ENDPOINT", "DATABASE_MASTER_URL", "DATABASE_MASTER_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", database.app_url)
    monkeypatch.setenv("DATABASE_ADMIN_URL", database.owner_url)
    assert bootstrap.main() == 1
    assert "DATABASE_MASTER_URL" in capsys.readouterr().err
    # All is there already, so even the owner's own rights are enough.
    monkeypatch.setenv("DATABASE_MASTER_URL", database.owner_url)
    assert bootstrap.main() == 0
    told = capsys.readouterr()
    assert OWNER_PASSWORD not in told.out + told.err
    assert APP_PASSWORD not in told.out + told.err


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()

    def ready() -> bool:
        try:
            return ask(port, "/")[0] == 200
        except OSError:
            return False

    folder = tmp_path_factory.mktemp("gunicorn")
    settings = {"WEB_PROCESSES": "2", "WEB_THREADS": "2", "TMPDIR": str(folder)}
    gunicorn = [sys.executable, "-m", "gunicorn", "--chdir", str(ROOT)]
    with running(
        [*gunicorn, "--config", str(ROOT / "infra/image/gunicorn.conf.py"), "tests.infra.tiny:application"],
        log=folder / "log",
        ready=ready,
        environment={**os.environ, "WEB_PORT": str(port), **settings},
    ):
        yield port


def ask(port: int, path: str, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, json.loads(body) if answer.status == 200 else {}


def test_web_knows_from_the_proxy_that_the_visitor_came_by_https(web: int) -> None:
    assert ask(web, "/")[1]["wsgi.url_scheme"] == "http"
    assert ask(web, "/", **{"X-Forwarded-Proto": "https"})[1]["wsgi.url_scheme"] == "https"


def test_web_drops_a_header_that_only_looks_like_a_trusted_one(web: int) -> None:
    seen = ask(web, "/", **{"X_Forwarded_Proto": "https", "X_Forwarded_For": "203.0.113.7"})[1]
    assert seen["wsgi.url_scheme"] == "http"
    assert "HTTP_X_FORWARDED_FOR" not in seen


def test_figures_are_those_of_all_processes_of_web(web: int) -> None:
    def counted() -> float:
        found = re.search(r"^tiny_requests_total (\S+)", ask(web, "/figures")[1], re.M)
        return float(found[1]) if found else 0.0

    before = counted()
    for _ in range(40):
        assert ask(web, "/")[0] == 200
    assert counted() == before + 40


def test_health_of_web_is_asked_of_web_itself(web: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["healthcheck", "web"])
    monkeypatch.setenv("WEB_PORT", str(web))
    assert healthcheck.main() == 0
    monkeypatch.setenv("WEB_PORT", str(free_port()))
    assert healthcheck.main() == 1


def test_health_of_the_scheduler_is_how_lately_it_wrote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["healthcheck", "scheduler"])
    monkeypatch.setattr(healthcheck, "SCHEDULE", tmp_path / "celerybeat-schedule")
    assert healthcheck.main() == 1
    written = tmp_path / "celerybeat-schedule-wal"
    written.touch()
    assert healthcheck.main() == 0
    os.utime(written, (time.time() - 3600,) * 2)
    assert healthcheck.main() == 1


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: str(path.parent.name))
def test_dockerfiles_have_nothing_to_reproach(path: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    text = path.read_text()
    assert re.search(r"^USER \d+$", text, re.M)
    assert "HEALTHCHECK" in text
    assert all(re.search(r":\d+\.\d+", line) for line in re.findall(r"^FROM (?!base)(\S+)", text, re.M))


def test_the_image_is_built_from_a_list_of_what_it_runs() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    wanted = [line[1:] for line in lines if line.startswith("!")]
    assert [path for path in wanted if not (ROOT / path).exists()] == []
    assert {"**/.env", "**/secrets", "**/tests"} <= set(lines)
