"""Stops as trip planners read them: stops.txt of GTFS, asked of the reference's rules and of a reader of feeds."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kernel.registers.declarations import TransitStops
from kernel.registers.public import checks
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from kernel.testing.access import OPERATOR
from tenant_apps.territory.bus_stops.models import BusStop

ROOT = Path(__file__).resolve().parents[2]
READ = """
import json, sys, gtfs_kit
stops = gtfs_kit.get_stops(gtfs_kit.read_feed(sys.argv[1], dist_units="km"))
print(json.dumps(stops.set_index("stop_id").to_dict("index"), default=str))
"""


@pytest.fixture
def stops(in_alpha):
    return register_named("bus_stops.bus-stops")


@pytest.fixture
def place(stops):
    def put(code, **given):
        given = {"name": f"Зупинка {code}", "location": "SRID=4326;POINT(33.5 49.25)"} | given
        return save_card(stops, BusStop(code=code, **given), by=OPERATOR)

    return put


@pytest.fixture
def file_of_stops(client_for, in_alpha):
    def read():
        answer = client_for("alpha").get("/open/zupynky/stops.txt")
        assert answer.status_code == 200 and "stops.txt" in answer["Content-Disposition"]
        return b"".join(answer.streaming_content)

    return read


@pytest.fixture(scope="session")
def reader():
    """The Python of an environment of its own, made once."""
    uv, home, lock = ROOT / ".local/uv/bin/uv", ROOT / ".local/gtfs", ROOT / "requirements-gtfs.lock"
    python, synced = home / "bin/python", home / ".synced"
    if not synced.exists() or synced.stat().st_mtime < lock.stat().st_mtime:
        if not uv.exists():
            pytest.fail("no uv to make the reader's environment with: run infra/dev/bootstrap.sh")
        ours = ROOT / ".venv/bin/python"
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", ours, home], check=True)
        subprocess.run([uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", lock], check=True)
        synced.touch()
    return python


def test_it_keeps_the_rules_of_the_format(stops, place, file_of_stops):
    place("ЗП-001", name="Ринок\t(до центру)", landmark="=біля мосту", accessible=True)
    place("ЗП-002")
    place("ЗП-003", location=None)
    archive_card(stops, place("ЗП-004"), by=OPERATOR, reason="знято")
    text = file_of_stops().decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert not text.startswith("\ufeff")
    assert [row["stop_id"] for row in rows] == ["ЗП-001", "ЗП-002"], "one without a place is no stop of the format"
    assert rows[0] == {
        "stop_id": "ЗП-001",
        "stop_code": "ЗП-001",
        "stop_name": "Ринок (до центру)",
        "stop_desc": "'=біля мосту",
        "stop_lat": "49.2500000",
        "stop_lon": "33.5000000",
        "wheelchair_boarding": "1",
    }
    assert rows[1]["wheelchair_boarding"] == "2" and rows[1]["stop_desc"] == ""


def test_a_reader_of_feeds_reads_it(place, file_of_stops, reader, tmp_path):
    place("ЗП-001", name="Ринок, «Старий»", accessible=True)
    place("ЗП-002", location="SRID=4326;POINT(33.6 49.2)")
    (tmp_path / "stops.txt").write_bytes(file_of_stops())
    done = subprocess.run([reader, "-c", READ, tmp_path], check=True, capture_output=True, text=True)
    known = json.loads(done.stdout)
    assert set(known) == {"ЗП-001", "ЗП-002"}
    assert known["ЗП-001"]["stop_name"] == "Ринок, «Старий»" and known["ЗП-001"]["wheelchair_boarding"] == 1
    assert (known["ЗП-002"]["stop_lat"], known["ЗП-002"]["stop_lon"]) == (49.2, 33.6)


def test_the_page_offers_it_where_all_of_it_is_open(client_for, stops, place, monkeypatch):
    place("1")
    resident = client_for("alpha")
    assert "/open/zupynky/stops.txt" in resident.get("/open/zupynky/").content.decode()
    assert "/open/zupynky/stops.txt" in resident.get("/open/catalogue.jsonld").content.decode()
    monkeypatch.setattr(type(stops), "public", replace(stops.public, columns=("code", "name", "location")))
    assert resident.get("/open/zupynky/stops.txt").status_code == 404
    assert "stops.txt" not in resident.get("/open/zupynky/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"columns": ("code", "name", "location")}, "['accessible', 'landmark'] are not among columns"),
        ({"stops": TransitStops("name", "name")}, "'name' is not the key"),
        ({"columns": ("code", "name", "landmark", "accessible")}, "no point"),
        ({"open_data": False}, "open_data is off"),
    ],
)
def test_a_declaration_nobody_could_read_is_told(stops, monkeypatch, wrong, said):
    monkeypatch.setattr(type(stops), "public", replace(stops.public, **wrong))
    assert said in " ".join(problem.msg for problem in checks.problems(stops))
