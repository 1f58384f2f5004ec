"""A new module is written whole and stands at once; what cannot be is refused with a cure and nothing is written."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from provisioning.cli.app import app
from provisioning.cli.skeleton import Names, one_of

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "built", "tests")
# What the generated contracts stand on.
CONTRACTS = ("__init__.py", "conftest.py", "test_contracts.py")


def new(place, *options, root):
    answer = CliRunner().invoke(app, ["module", "new", place, "--root", str(root), "--json", *options])
    return answer.exit_code, json.loads(answer.stdout)


@pytest.fixture
def empty(tmp_path):
    """A place for modules and nothing else; no database is asked for it."""
    (tmp_path / "tenant_apps" / "territory").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def house(tmp_path):
    for part in ("platform", "shared_apps", "tenant_apps"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=LEFT_OUT)
    shutil.copy(ROOT / "manage.py", tmp_path)
    return tmp_path


@pytest.fixture
def scratch(tmp_path):
    """The house without any module, with the tests that every module falls under; a cluster of its own."""
    for part in ("platform", "shared_apps", "provisioning"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=LEFT_OUT)
    (tmp_path / "platform/ui/static/built").symlink_to(ROOT / "platform/ui/static/built")
    (tmp_path / "tenant_apps/operations").mkdir(parents=True)
    (tmp_path / "tests/registers").mkdir(parents=True)
    for path in ("manage.py", "pyproject.toml", "conftest.py", "tenant_apps/__init__.py"):
        shutil.copy(ROOT / path, tmp_path / path)
    for path in (ROOT / "tests").glob("*.py"):
        shutil.copy(path, tmp_path / "tests")
    for name in CONTRACTS:
        shutil.copy(ROOT / "tests/registers" / name, tmp_path / "tests/registers")
    yield tmp_path
    python(tmp_path, "-m", "provisioning.local", "down", "--profile", "test", "--unused", env=away())


def away():
    """Without what this process says of its own databases and of its own part of the tests."""
    ours = ("DATABASE", "REDIS_URL", "TEST_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def python(house, *arguments, env=None):
    paths = os.pathsep.join((str(house), str(house / "platform")))
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=house,
        env={**(os.environ if env is None else env), "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def manage(house, *arguments):
    return python(house, "manage.py", *arguments)


def processor_seconds(house, *command):
    """Of the processor, not of the wall: a busy machine is not a slow check."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = manage(house, *command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_new_module_stands(house, db):
    without = processor_seconds(house, "check")
    code, answer = new("operations/street_lamps", "--title", "Ліхтарі", "--singular", "ліхтар", root=house)
    assert code == 0
    folder = house / "tenant_apps" / "operations" / "street_lamps"
    assert (answer["folder"], answer["register"]) == (str(folder), "street_lamps.street-lamps")
    written = [path for path in folder.rglob("*") if path.suffix in (".py", ".md") and path.parent.name != "migrations"]
    assert {str(path.relative_to(folder)) for path in written} == {
        name for name in answer["files"] if not name.startswith("migrations/")
    }
    assert sum(len(path.read_text().splitlines()) for path in written) == answer["lines"] <= 150
    assert answer["migrated"] and (folder / "migrations" / "0001_initial.py").exists() and not answer["next"]
    assert processor_seconds(house, "check") < without * 1.5
    assert 'verbose_name_plural = _("Ліхтарі")' in (folder / "models.py").read_text()
    style = subprocess.run(
        [
            str(Path(sys.executable).parent / "ruff"),
            "check",
            "--config",
            str(ROOT / "pyproject.toml"),
            "--exclude",
            "migrations",
            folder,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert style.returncode == 0, style.stdout


@pytest.mark.slow
def test_what_is_written_is_tested_by_itself_and_by_the_contracts(scratch, db):
    """Its own test and every generated one, on a real database in which nothing else stands."""
    code, answer = new("operations/street_lamps", "--title", "Ліхтарі", "--singular", "ліхтар", root=scratch)
    assert (code, answer["migrated"]) == (0, True)
    folder = "tenant_apps/operations/street_lamps"
    checked = manage(scratch, "check")
    assert checked.returncode == 0, checked.stderr
    assert manage(scratch, "makemigrations", "street_lamps", "--check", "--dry-run").returncode == 0
    ruff = str(Path(sys.executable).parent / "ruff")
    for verb in (("check",), ("format", "--check")):
        style = subprocess.run(
            [ruff, *verb, "--no-cache", folder], cwd=scratch, capture_output=True, text=True, check=False
        )
        assert style.returncode == 0, style.stdout
    ran = python(
        scratch, "-m", "pytest", "-q", "-n0", f"{folder}/tests", "tests/registers/test_contracts.py", env=away()
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    passed = re.search(r"(\d+) passed", ran.stdout)
    assert passed and int(passed[1]) >= 18 and "failed" not in ran.stdout


def test_without_a_database_the_next_command_is_told(empty, monkeypatch):
    monkeypatch.setattr("provisioning.cli.module._migrate", lambda home, name: False)
    code, answer = new("territory/street_lamps", root=empty)
    assert (code, answer["migrated"]) == (0, False)
    assert answer["next"][0].endswith("manage.py makemigrations street_lamps")
    assert (empty / "tenant_apps/territory/street_lamps/apps.py").exists()


def test_dry_run_writes_nothing(empty):
    code, answer = new("territory/street_lamps", "--dry-run", root=empty)
    assert (code, answer["dry_run"]) == (0, True) and "models.py" in answer["files"]
    assert list((empty / "tenant_apps" / "territory").iterdir()) == []


@pytest.mark.parametrize(
    ("place", "code", "error", "said"),
    [
        ("territory", 2, "bad_input", "немає назви"),
        ("territory/", 2, "bad_input", "немає назви"),
        ("nowhere/street_lamps", 3, "not_found", "territory, property"),
        ("../street_lamps", 3, "not_found", "Напряму"),
        ("territory/Street", 2, "bad_input", "малі латинські"),
        ("territory/ліхтарі", 2, "bad_input", "малі латинські"),
        ("territory/street-lamps", 2, "bad_input", "малі латинські"),
        ("territory/../lamps", 2, "bad_input", "малі латинські"),
        ("territory/class", 2, "bad_input", "слово Python"),
        ("territory/" + "a" * 41, 2, "bad_input", "40"),
        ("territory/contacts", 4, "taken", "належить"),
        ("territory/audit", 4, "taken", "належить"),
        ("territory/open", 4, "taken", "/open/"),
    ],
)
def test_refusals_have_codes_and_cures(empty, place, code, error, said):
    refused, answer = new(place, root=empty)
    assert (refused, answer["error"]) == (code, error)
    assert said in json.dumps(answer, ensure_ascii=False) and answer["cure"]
    assert list((empty / "tenant_apps" / "territory").iterdir()) == []


@pytest.mark.parametrize("words", ['з "лапками', "", "дві\nстрічки", "$name", "а" * 81])
def test_words_that_would_break_the_code_are_refused(empty, words):
    code, answer = new("territory/street_lamps", "--singular", words, root=empty)
    assert (code, answer["error"]) == (2, "bad_input")


def test_what_stands_is_not_overwritten(empty):
    (empty / "tenant_apps/territory/street_lamps").mkdir()
    assert new("territory/street_lamps", root=empty)[1]["error"] == "taken"
    (empty / "tenant_apps/territory/street_lamps/apps.py").touch()
    assert "уже є" in new("operations/street_lamps", root=empty)[1]["fact"]


@pytest.mark.parametrize(
    ("many", "one"),
    [("bus_stops", "bus_stop"), ("policies", "policy"), ("benches", "bench"), ("staff", "staff"), ("taxes", "tax")],
)
def test_singular(many, one):
    assert one_of(many) == one


def test_module_whose_name_has_no_plural_gets_a_register_of_its_own_name():
    names = Names("people", "staff")
    assert (names.model, names.register, names.label) == ("Staff", "StaffRegister", "staff.staff-register")
