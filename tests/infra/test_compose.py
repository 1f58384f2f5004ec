"""One server: what each container may do, what reaches what, and nothing secret in the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.infra.compose_file import PATH, compose, default_of, done_once, services, variables
from tests.infra.programs import ROOT

NAMES = sorted(services())
EXAMPLE = PATH.with_name(".env.example")


def assignments(path: Path) -> dict[str, str]:
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("name", NAMES)
def test_a_container_has_only_the_rights_it_needs(name: str) -> None:
    service = services()[name]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["read_only"] is True
    assert not {"privileged", "pid", "ipc", "network_mode", "devices"} & set(service)
    assert service.get("cap_add", []) == {
        "proxy": ["NET_BIND_SERVICE"],
        "object-store": ["DAC_OVERRIDE"],
    }.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_a_container_is_bounded_and_logs_are_rotated(name: str) -> None:
    service = services()[name]
    assert {"cpus", "memory", "pids"} <= set(service["deploy"]["resources"]["limits"])
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", NAMES)
def test_a_lasting_container_is_asked_whether_it_lives(name: str) -> None:
    service = services()[name]
    if done_once(service):
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", NAMES)
def test_images_are_pinned_to_a_version(name: str) -> None:
    image = default_of(services()[name]["image"])
    tag = image.rpartition(":")[2]
    assert "/" not in tag
    assert tag == "local" or re.search(r"\d+\.\d+|\d+-\d+", tag)
    assert tag != "latest"


def test_only_the_proxy_is_open_to_the_world() -> None:
    published = {name: service["ports"] for name, service in services().items() if service.get("ports")}
    assert set(published) == {"proxy", "prometheus"}
    assert all(port.startswith("127.0.0.1:") for port in published["prometheus"])


def test_databases_are_on_a_network_without_a_way_out_or_in() -> None:
    assert compose()["networks"]["data"] == {"internal": True}
    assert compose()["networks"]["front"] == {"internal": True}
    for name in ("postgres", "pooler", "redis", "cache", "object-store"):
        assert services()[name]["networks"] == ["data"]
    assert "data" not in services()["proxy"]["networks"]


def test_secrets_come_as_files_only() -> None:
    for name, service in services().items():
        environment = service.get("environment", {})
        assert isinstance(environment, dict), name
        for key, value in environment.items():
            if re.search(r"PASSWORD|SECRET|KEY|TOKEN|(?<!DATABASE_MASTER_)URL$|DSN", key) and not key.endswith("_FILE"):
                assert str(value).startswith("${"), f"{name}: {key}"
            if key.endswith("_FILE") and str(value).startswith("/run/secrets/"):
                assert Path(value).name in service["secrets"], f"{name}: {key}"
    assert not re.search(r"://[^/\s]*:[^@/\s]+@", PATH.read_text())


def test_every_secret_is_declared_and_used() -> None:
    used = {secret for service in services().values() for secret in service.get("secrets", [])}
    assert used == set(compose()["secrets"])


def test_every_volume_is_declared_and_used_and_every_mounted_file_exists() -> None:
    used = set()
    for name, service in services().items():
        for mount in service.get("volumes", []):
            source, target = mount.split(":")[:2]
            assert target.startswith("/")
            if source.startswith("."):
                made_by_the_operator = source == "./certificates"
                assert made_by_the_operator or (PATH.parent / source).exists(), f"{name}: {source}"
                assert made_by_the_operator or mount.endswith(":ro"), f"{name}: {mount}"
            else:
                used.add(source)
    assert used == set(compose()["volumes"])


def test_every_variable_is_in_the_example_and_the_other_way_round() -> None:
    assert set(variables()) == set(assignments(EXAMPLE))


def test_the_example_holds_no_secret_and_the_real_files_are_not_committed() -> None:
    assert not any(re.search(r"PASSWORD|SECRET|KEY", name) for name in assignments(EXAMPLE))
    ignored = (PATH.with_name(".gitignore")).read_text().split()
    assert {"/.env", "/secrets/", "/certificates/"} <= set(ignored)


def test_the_application_waits_for_the_migration_and_the_migration_for_the_roles() -> None:
    for name in ("web", "worker", "scheduler"):
        assert services()[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services()["migrate"]["depends_on"]["bootstrap"] == {"condition": "service_completed_successfully"}
    assert services()["pooler"]["depends_on"]["bootstrap"] == {"condition": "service_completed_successfully"}


def test_only_one_scheduler_runs() -> None:
    assert "replicas" not in services()["scheduler"]["deploy"]


def test_the_pool_is_large_enough_for_the_threads_of_the_example() -> None:
    values = assignments(EXAMPLE)
    pooler = (ROOT / "infra/pooler/pgbouncer.ini").read_text()
    places = int(re.search(r"^default_pool_size = (\d+)", pooler, re.M)[1])  # type: ignore[index]
    web = int(values["WEB_PROCESSES"]) * int(values["WEB_THREADS"])
    worker = (int(values["WORKER_PROCESSES"]) + 1) * 2
    assert 2 * (web + worker + 1) <= places
