"""What each face of each register asks the database; more than it did is told at once.

The baseline is `budgets.json`, written anew by one command: RECORD_BUDGETS=1 .venv/bin/pytest -n0 tests/registers/test_budgets.py
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.registers.listing import Listing
from kernel.testing.access import enter

BUDGETS = Path(__file__).with_name("budgets.json")
RECORDING = "RECORD_BUDGETS" in os.environ
COMMAND = "RECORD_BUDGETS=1 .venv/bin/pytest -n0 tests/registers/test_budgets.py"


@pytest.fixture(scope="module")
def baseline():
    found = json.loads(BUDGETS.read_text())
    yield found
    if RECORDING:
        lines = (f"{json.dumps(label)}: {json.dumps(found[label])}" for label in sorted(found))
        BUDGETS.write_text("{\n  " + ",\n  ".join(lines) + "\n}\n")


def faces_of(register, card):
    """A face → its address, with what is asked of it."""
    found = {
        "list": (register.url(), {"size": "25"}),
        "filtered": (register.url(), {"size": "25", **_conditions(register)}),
        "card": (register.url("card", card.pk), {}),
        "api": (_api_of(register), {"limit": "25"}),
    }
    if not register.read_only:
        found["form"] = register.url("edit", card.pk), {}
    with suppress(NoReverseMatch):
        found["export"] = register.url("export"), {"format": "csv", "id": card.pk}
    return found


def _conditions(register):
    """The first filter of the register in use, and a word, as people ask."""
    asked = {"q": "а"} if register.searchable else {}
    for name in register.filters[:1]:
        facet = register.facets[name]
        if facet.kind in ("choice", "boolean"):
            asked[name] = "yes" if facet.kind == "boolean" else next(iter(facet.choices))
        elif facet.kind in ("date", "moment"):
            asked[f"{name}__from"] = "2020-01-01"
        elif facet.kind == "reference":
            asked[name] = "1"
    return asked


def _api_of(register):
    slug = register.module.replace("_", "-")
    return f"/api/v1/{slug}/" if register.is_main else f"/api/v1/{slug}/{register.code}/"


# Whose host it is, is known for a second: a slow machine asks it anew, a quick one does not.
NOT_THE_FACE_S = "communities_domain"


def asked_by(client, address, given, headers):
    """A second look: what is kept between requests has been kept."""
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address, given, headers=headers)
            if answer.streaming:
                list(answer.streaming_content)
    assert answer.status_code == 200, f"{address} {answer.status_code}"
    return [query["sql"] for query in asked if NOT_THE_FACE_S not in query["sql"]]


def test_faces_cost_as_many_queries_as_they_did(register, client_for, person_with, lived_in, baseline):
    """Whatever the number of rows. Cheaper faces are welcome: record them, so that they stay cheap."""
    person = person_with(Level.MANAGE)
    client = enter(client_for("gamma"), person)
    _token, key = create_token("Перевірка", [f"{register.module}:manage"], by=person)
    headers = {"api": {"authorization": f"Bearer {key}"}}
    card = Listing(register, lived_in).ordered().first()
    found = {face: asked_by(client, *asked, headers.get(face)) for face, asked in faces_of(register, card).items()}
    if RECORDING:
        baseline[register.label] = {face: len(asked) for face, asked in found.items()}
        return
    kept = baseline.get(register.label)
    assert kept is not None and set(kept) == set(found), f"{register.label} is not in the baseline: {COMMAND}"
    dear = {
        face: [f"{len(asked)} queries, {kept[face]} before", *(sql[:200] for sql in asked)]
        for face, asked in found.items()
        if len(asked) > kept[face]
    }
    assert dear == {}, f"If it is meant, record it anew: {COMMAND}\n" + "\n".join(
        line for lines in dear.values() for line in lines
    )
