"""The subject of the benchmarks is itself a lawful template, and its copy is exact."""

from __future__ import annotations

import pytest

from provisioning.blueprint import build_schema, diff_schemas, prepare_schema, read_blueprint
from tests.benchmarks import synthetic


@pytest.mark.slow
def test_synthetic_template_is_what_it_says(owner, names):
    source, fresh = names("tpl"), names("t")
    prepare_schema(owner, source)
    synthetic.fill_schema(owner, source, tables=40)
    blueprint = read_blueprint(owner, source)
    indexes = owner.execute(
        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE relnamespace = %s::regnamespace",
        [source],
    ).fetchone()
    assert indexes == (synthetic.INDEXES * 40 // synthetic.TABLES,)
    assert len(blueprint.foreign_keys) == synthetic.FOREIGN_KEYS * 40 // synthetic.TABLES
    build_schema(owner, blueprint, fresh)
    assert diff_schemas(owner, source, fresh) == []
