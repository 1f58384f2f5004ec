"""Alerts and runbooks lead somewhere: every figure, page, command and container that they name exists."""

from __future__ import annotations

import re
from typing import Any

import pytest
import typer
import yaml

from provisioning.cli.app import app
from tests.infra.compose_file import compose, services
from tests.infra.programs import ROOT

RUNBOOKS = sorted((ROOT / "infra/runbooks").glob("*.md"))
ALERTS = [
    rule
    for group in yaml.safe_load((ROOT / "infra/monitoring/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
# What web counts (/metrics), and what Prometheus itself knows.
FIGURES = {
    "hromada_requests_total": {"status"},
    "hromada_request_seconds_bucket": {"le"},
    "hromada_jobs_failed_total": {"kind"},
    "hromada_pool_ready": set(),
    "hromada_tenants": {"state"},
    "up": {"job"},
}


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_known_figures_and_says_what_to_do(rule: dict[str, Any]) -> None:
    named = set(re.findall(r"\b(?:hromada_\w+|up)\b", rule["expr"]))
    assert named
    assert named <= set(FIGURES)
    labels = set(re.findall(r"(\w+)=~?\"", rule["expr"])) | set(re.findall(r"by \((\w+)\)", rule["expr"]))
    assert labels <= set().union(*(FIGURES[name] for name in named))
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["action"]
    if page := rule["annotations"].get("runbook"):
        assert (ROOT / "infra/runbooks" / page).exists()


def test_prometheus_asks_containers_that_exist() -> None:
    config = yaml.safe_load((ROOT / "infra/monitoring/prometheus.yml").read_text())
    for job in config["scrape_configs"]:
        for target in job["static_configs"][0]["targets"]:
            assert target.partition(":")[0] in services()


def commands_in(text: str) -> set[str]:
    found = re.findall(r"(?:^ {4,}|`|run --rm )(?:hromada|cli) ([a-z-]+(?: [a-z-]+)*)", text, re.M)
    return {" ".join(match.split()) for match in found}


@pytest.mark.parametrize(
    "text",
    [*(path.read_text() for path in RUNBOOKS), *(rule["annotations"]["action"] for rule in ALERTS)],
    ids=[*(path.stem for path in RUNBOOKS), *(rule["alert"] for rule in ALERTS)],
)
def test_the_commands_of_a_runbook_exist(text: str) -> None:
    for words in commands_in(text):
        command: Any = typer.main.get_command(app)
        for word in words.split():
            if not getattr(command, "commands", None):
                break
            assert word in command.commands, words
            command = command.commands[word]


def test_runbooks_name_containers_and_volumes_that_exist() -> None:
    for path in RUNBOOKS:
        text = path.read_text()
        assert text.startswith("# ")
        for names in re.findall(r"docker compose (?:stop|exec|logs(?: --tail \d+)?|build) ([a-z ]+)", text):
            first = names.split()[0]
            assert first in services(), f"{path.name}: {first}"
        for volume in re.findall(r"-v hromada_([a-z-]+):", text):
            assert volume in compose()["volumes"], path.name
