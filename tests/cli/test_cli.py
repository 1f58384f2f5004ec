"""The operators' commands as a program sees them: one JSON document, an exit code, nothing changed by a dry run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HROMADA = Path(sys.executable).parent / "hromada"


def run(*arguments: str, **environment: str) -> tuple[int, Any]:
    done = subprocess.run(
        [str(HROMADA), *arguments, "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


CREATE = ("tenant", "create", "--name", "Зоряна сільська територіальна громада", "--kind", "hromada")


def test_life_of_a_tenant(transactional_db, tmp_path):
    """What the issue must show, one after another."""
    archive = tmp_path / "zoriana.hromada"
    code, created = run(
        *CREATE, "--short-name", "Зоряна громада", "--edrpou", "99000100", "--admin-email", "a@z.example"
    )
    assert (code, created["slug"], created["state"]) == (0, "zoriana", "active")
    assert "/accounts/" in created["invitation"]
    code, exported = run("tenant", "export", "zoriana", "--to", str(archive))
    assert (code, exported["tables"] > 20, archive.exists()) == (0, True, True)
    code, restored = run("tenant", "restore", str(archive), "--as", "zoriana-2")
    assert (code, restored["rows"]) == (0, exported["rows"])
    code, verified = run("tenant", "verify", "zoriana-2")
    assert (code, verified["problems"]) == (0, [])
    assert run("tenant", "suspend", "zoriana", "--reason", "перевірка")[1]["state"] == "suspended"
    assert run("tenant", "resume", "zoriana")[1]["state"] == "active"
    code, refused = run("tenant", "delete", "zoriana-2", "--reason", "зайва", "--yes")
    assert (code, refused["error"]) == (4, "illegal_move")
    code, deleted = run("tenant", "delete", "zoriana-2", "--reason", "зайва", "--yes", "--force")
    assert (code, deleted["state"]) == (0, "deleted")
    assert "zoriana-2" not in {tenant["slug"] for tenant in run("tenant", "list")[1]}
    assert run("tenant", "recover", "zoriana-2", "--reason", "помилка")[1]["state"] == "archived"


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("tenant", "show", "nema"), 3, "not_found"),
        (("tenant", "suspend", "alpha", "--reason", " "), 2, "bad_input"),
        (("tenant", "resume", "alpha"), 4, "illegal_move"),
        ((*CREATE, "--slug", "admin", "--edrpou", "99000100"), 2, "bad_input"),
        ((*CREATE, "--slug", "аlpha", "--edrpou", "99000100"), 2, "bad_input"),
        ((*CREATE, "--slug", "zoriana", "--edrpou", "99000101"), 2, "bad_input"),
        ((*CREATE, "--slug", "beta", "--edrpou", "99000100"), 4, "taken"),
        (("tenant", "restore", "/nowhere.hromada", "--as", "delta"), 7, "archive_refused"),
        (("tenant", "plan", "set", "alpha", "unknown"), 3, "not_found"),
        (("user", "roles", "nobody@example.com", "--tenant", "alpha"), 3, "not_found"),
        (("tenant", "open", "alpha", "--reason", "допомога"), 4, "illegal_move"),
        (("tenant", "modules", "enable", "alpha", "nothing"), 3, "not_found"),
    ],
)
def test_refusals_have_codes(transactional_db, arguments, code, error):
    assert run(*arguments)[0] == code
    answer = run(*arguments)[1]
    assert answer["error"] == error
    assert answer.get("cure") or answer.get("facts")


def test_dry_run_of_creation(transactional_db):
    code, preview = run(*CREATE, "--edrpou", "99000100", "--dry-run")
    assert (code, preview["dry_run"], preview["schema"]) == (0, True, "t_zoriana")
    assert run("tenant", "show", "zoriana")[0] == 3


def test_destroying_asks_first(transactional_db):
    done = subprocess.run(
        [str(HROMADA), "tenant", "archive", "alpha", "--reason", "тест"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert run("tenant", "show", "alpha")[1]["state"] == "active"


def test_people(transactional_db):
    code, invited = run("user", "invite", "new@alpha.example", "--tenant", "alpha", "--role", "clerk")
    assert (code, "alpha.localhost" in invited["url"]) == (0, True)
    assert run("user", "list", "--tenant", "alpha")[1] == []


def test_support_door(transactional_db):
    code, opened = run("tenant", "open", "alpha", "--reason", "аварія", "--emergency")
    assert code == 0
    assert opened["url"].startswith("http://alpha.localhost")


@pytest.mark.parametrize(
    "arguments",
    [
        ("fleet", "status"),
        ("fleet", "verify"),
        ("fleet", "migrate"),
        ("template", "verify"),
        ("reference", "list"),
        ("jobs", "list"),
        ("audit", "verify", "alpha"),
        ("tenant", "modules", "list", "alpha"),
        ("tenant", "domain", "list", "alpha"),
        ("status",),
    ],
    ids=lambda arguments: "-".join(arguments),
)
def test_questions_answer(transactional_db, arguments):
    assert run(*arguments)[0] == 0


def test_status_has_the_promised_keys(transactional_db):
    found = run("status")[1]
    assert {"landing", "console", "tenants", "accounts"} <= set(found)
    assert {"url", "schema", "kind"} <= set(found["tenants"][0])


def test_doctor_names_the_cure(transactional_db):
    code, found = run("doctor", DATABASE_ADMIN_URL="postgresql://nobody@/nothing?host=/nowhere")
    assert code == 1
    broken = [finding for finding in found["findings"] if finding["level"] == "bad"]
    assert broken
    assert all(finding["cure"] for finding in broken)


def test_silent_database_is_a_sentence():
    nowhere = "postgresql://nobody@/nothing?host=/nowhere"
    code, answer = run("tenant", "list", DATABASE_URL=nowhere, DATABASE_ADMIN_URL=nowhere)
    assert (code, answer["error"]) == (6, "unreachable")
