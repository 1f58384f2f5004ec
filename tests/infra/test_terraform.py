"""The cloud as text: it parses, its parts fit together, it explains itself, and it holds no secret."""

from __future__ import annotations

import re

import pytest

from tests.infra.terraform_files import FOLDER, Module, bare, modules, references, strings

MODULES = list(modules().values())
EXPECTED = {"network", "database", "redis", "storage", "dns", "secrets", "services"}
each = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)


def test_every_part_of_the_house_is_there() -> None:
    assert {f"modules/{name}" for name in EXPECTED} <= set(modules())
    production = modules()["environments/production"]
    assert {bare(call["source"]).rpartition("/")[2] for call in production.calls.values()} == EXPECTED


@each
def test_variables_say_what_they_are_and_of_which_type(module: Module) -> None:
    for name, body in module.variables.items():
        assert len(bare(body["description"])) > 15, name
        assert "type" in body, name


@each
def test_outputs_say_what_they_are(module: Module) -> None:
    for name, body in module.outputs.items():
        assert len(bare(body["description"])) > 10, name


@each
def test_what_is_named_is_declared_and_what_is_declared_is_used(module: Module) -> None:
    variables = references(module, r"\bvar\.(\w+)")
    assert variables == set(module.variables)
    assert references(module, r"\blocal\.(\w+)") == module.locals
    pattern = r"(?<![\w.\"/-])((?:data\.|ephemeral\.)?(?:aws|random)_\w+\.\w+)"
    assert references(module, pattern) <= set(module.resources)


@each
def test_a_call_fits_the_module_it_calls(module: Module) -> None:
    for name, call in module.calls.items():
        called = modules()[str((module.path / bare(call["source"])).resolve().relative_to(FOLDER))]
        given = {key for key in call if key not in {"source", "for_each", "count"} and not key.startswith("__")}
        assert given <= set(called.variables), name
        assert {key for key, body in called.variables.items() if "default" not in body} <= given, name
    used = references(module, r"\bmodule\.(\w+)(?:\[[^\]]+\])?\.(\w+)")
    for reference in used:
        name, _, output = reference.partition(".")
        source = (module.path / bare(module.calls[name]["source"])).resolve().relative_to(FOLDER)
        assert output in modules()[str(source)].outputs, reference


@each
def test_versions_are_pinned(module: Module) -> None:
    required = [block for block in module.settings if "required_version" in block]
    assert len(required) == 1
    pins = {
        name: bare(body["version"]) for name, body in required[0]["required_providers"][0].items() if name[0] != "_"
    }
    exact = module.name.startswith("environments/")
    assert pins
    for provider, version in pins.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+" if exact else r">= \d+\.\d+, < \d+\.0", version), provider


@each
def test_no_secret_is_written_down(module: Module) -> None:
    for name, body in module.resources.items():
        for attribute, value in body.items():
            if not re.search(r"password$|secret_string|auth_token$|private_key", attribute):
                continue
            for text in strings(value):
                plain = re.sub(r"\$\{[^}]*\}", "", text)
                assert "${" in text or text in {"true", "false"}, f"{name}: {attribute}"
                assert not re.search(r":[^:@/]+@", plain), f"{name}: {attribute}"
    assert not re.search(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY", module.text)


def test_passwords_of_the_database_never_reach_the_state() -> None:
    secrets = modules()["modules/secrets"]
    kept = {name for name in secrets.resources if name.startswith("random_password.")}
    # Redis' resource asks for the value itself; everything else is written once and forgotten.
    assert kept == {"random_password.redis"}
    for name, body in secrets.resources.items():
        if name.startswith("aws_secretsmanager_secret_version.") and "redis" not in name:
            assert "secret_string" not in body, name
            assert "secret_string_wo_version" in body, name


def test_the_database_is_never_reached_without_tls_or_from_outside() -> None:
    database = modules()["modules/database"]
    server = database.resources["aws_db_instance.this"]
    assert not server["publicly_accessible"]
    assert server["storage_encrypted"]
    assert server["deletion_protection"]
    assert re.search(r'name\s+= "rds.force_ssl"\s+value = "1"', database.text)
    # A managed proxy would share sessions between tenants.
    assert "aws_db_proxy" not in "".join(module.text for module in MODULES)


def test_only_the_load_balancer_is_reachable_from_anywhere() -> None:
    network = modules()["modules/network"]
    open_to_all = {
        name
        for name, body in network.resources.items()
        if name.startswith("aws_vpc_security_group_ingress_rule.") and "0.0.0.0/0" in set(strings(body))
    }
    assert {name.partition(".")[2] for name in open_to_all} == {"balancer_https", "balancer_http"}


def test_one_scheduler_at_a_time_also_while_a_new_one_comes() -> None:
    scheduler = modules()["modules/services"].resources["aws_ecs_service.scheduler"]
    assert scheduler["desired_count"] == 1
    assert scheduler["deployment_maximum_percent"] == 100
    assert scheduler["deployment_minimum_healthy_percent"] == 0


def test_the_inside_addresses_are_closed_from_outside() -> None:
    rule = modules()["modules/services"].resources["aws_lb_listener_rule.internal"]
    assert {"/internal", "/internal/*", "/metrics", "/healthz", "/readyz"} <= set(strings(rule))


def test_a_skipped_check_says_why() -> None:
    for module in MODULES:
        for line in module.text.splitlines():
            if "checkov:skip" in line:
                assert re.search(r"checkov:skip=CKV\d?_AWS_\d+:.{20,}", line), f"{module.name}: {line}"
