from __future__ import annotations

import json

from typer.testing import CliRunner

from kernel.tenancy import tenant_context
from provisioning.cli.app import app
from shared_apps.rollups.models import Kept
from shared_apps.rollups.pushing import recount_all


def run(*arguments: str) -> tuple[int, dict]:
    answer = CliRunner().invoke(app, ["rollup", *arguments, "--json"])
    return answer.exit_code, json.loads(answer.stdout)


def test_recount_then_verify_then_a_difference_is_named(alpha, beta, gamma, platform):
    code, status = run("status", "alpha")
    assert code == 1 and status["registers"][0]["quality"] == "none"
    code, counted = run("recount", "alpha", "beta")
    assert code == 0 and counted["tenants"] == 2 and counted["changed"] > 0
    assert run("recount", "alpha")[1]["changed"] == 0
    code, verified = run("verify", "alpha", "beta")
    assert code == 0 and verified["ok"] and verified["values"] > 10
    Kept.objects.filter(community_id=alpha.id, indicator="bus_stops.bus-stops.total", dimension="").update(value=7)
    code, verified = run("verify", "alpha")
    assert code == 1
    assert [(one["indicator"], one["kept"], one["why"]) for one in verified["differences"]] == [
        ("bus_stops.bus-stops.total", "7.000000", "інше значення")
    ]
    code, status = run("status", "alpha", "beta")
    assert code == 0 and {row["quality"] for row in status["registers"]} == {"ok"}


def test_one_broken_tenant_stops_no_other(alpha, beta, platform, monkeypatch):
    from shared_apps.rollups import pushing

    whole = pushing.figures_of

    def broken(register, **given):
        from kernel.tenancy import current_tenant

        if current_tenant().slug == "alpha":
            raise RuntimeError("немає місця")
        return whole(register, **given)

    monkeypatch.setattr(pushing, "figures_of", broken)
    code, counted = run("recount", "alpha", "beta")
    assert code == 1 and "alpha" in counted["failed"] and "beta" not in counted["failed"]
    with tenant_context(beta):
        assert recount_all()
