"""A new table is written whole, so that a fresh database is built in seconds however many modules there are."""

from __future__ import annotations

from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

from kernel.modules.autodetector import folded

KEY = [("id", models.BigAutoField(primary_key=True))]


def index(name):
    return models.Index(fields=["id"], name=name)


def check(name):
    return models.CheckConstraint(condition=models.Q(id__gt=0), name=name)


def test_a_new_table_has_its_indexes_and_constraints_in_itself():
    operations = [
        CreateModel("Park", KEY),
        CreateModel("Bench", [*KEY, ("park", models.ForeignKey("x.park", models.CASCADE))]),
        AddIndex("park", index("park_in_order")),
        AddConstraint("park", check("park_counted")),
        AddConstraint("bench", check("bench_counted")),
    ]
    park, bench = folded(operations, "x")
    assert [one.name for one in park.options["indexes"]] == ["park_in_order"]
    assert [one.name for one in park.options["constraints"]] == ["park_counted"]
    assert [one.name for one in bench.options["constraints"]] == ["bench_counted"]


def test_what_needs_a_later_column_comes_after_it():
    operations = [
        CreateModel("Park", KEY),
        CreateModel("Bench", KEY),
        AddField("park", "bench", models.ForeignKey("x.bench", models.CASCADE)),
        AddIndex("park", models.Index(fields=["bench"], name="park_of_bench")),
    ]
    assert folded(operations, "x") == operations


def test_an_older_table_is_not_touched():
    operations = [AddIndex("park", index("park_in_order")), AddConstraint("park", check("park_counted"))]
    assert folded(operations, "x") == operations
