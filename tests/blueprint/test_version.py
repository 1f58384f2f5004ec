"""The version names what would be built, not when, by whom, or in what order it grew."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from provisioning.blueprint import build_schema, read_blueprint
from tests.blueprint import samples

PIECES = (
    "CREATE TABLE {s}.\"Б\" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text DEFAULT 'x', b int)",
    "CREATE TABLE {s}.a (id uuid PRIMARY KEY, n bigint NOT NULL)",
    "CREATE TABLE {s}.zz (id bigint PRIMARY KEY, tags text[] NOT NULL DEFAULT '{}')",
    "CREATE TYPE {s}.kind AS ENUM ('x', 'y')",
    "CREATE SEQUENCE {s}.free",
    "CREATE DOMAIN {s}.plus AS numeric CHECK (VALUE > 0)",
)
FINISH = (
    "CREATE INDEX b_first ON {s}.a (n)",
    "CREATE INDEX a_second ON {s}.a (n DESC)",
    'ALTER TABLE {s}.a ADD CONSTRAINT fk_b FOREIGN KEY (n) REFERENCES {s}."Б" (id)',
    'ALTER TABLE {s}.zz ADD CONSTRAINT fk_a FOREIGN KEY (id) REFERENCES {s}."Б" (id)',
    "ALTER TABLE {s}.zz ADD CONSTRAINT has_tags CHECK (array_length(tags, 1) > 0)",
    "CREATE VIEW {s}.v1 AS SELECT id FROM {s}.a",
    "CREATE VIEW {s}.v0 AS SELECT id FROM {s}.zz",
    "CREATE TRIGGER t AFTER INSERT ON {s}.a FOR EACH ROW EXECUTE FUNCTION public.sample_history()",
    "COMMENT ON TABLE {s}.a IS 'а'",
    "GRANT TRUNCATE ON {s}.a TO {s}",
    "CREATE STATISTICS {s}.st ON id, n FROM {s}.a",
)


@pytest.fixture(scope="module")
def versions():
    return set()


@pytest.mark.parametrize("seed", range(10))
def test_same_schema_same_version_whatever_its_history(owner, template, versions, seed):
    chance = random.Random(seed)
    pieces, finish = list(PIECES), list(FINISH)
    chance.shuffle(pieces)
    chance.shuffle(finish)
    if seed % 2:
        pieces.append("ALTER TABLE {s}.a ADD gone text; ALTER TABLE {s}.a DROP gone")
        pieces.append("CREATE TABLE {s}.gone (id int); DROP TABLE {s}.gone")
    schema = template(*pieces, *finish)
    blueprint = read_blueprint(owner, schema)
    assert blueprint == read_blueprint(owner, schema)
    versions.add(blueprint.version)
    assert len(versions) == 1


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE {s}.people ADD note text",
        "ALTER TABLE {s}.people ALTER name SET DEFAULT 'x'",
        "ALTER TABLE {s}.people ALTER name DROP NOT NULL",
        "CREATE INDEX extra ON {s}.people (name)",
        "ALTER TABLE {s}.people ADD CONSTRAINT c CHECK (name <> '')",
        "COMMENT ON COLUMN {s}.people.name IS 'ім''я'",
        "REVOKE DELETE ON {s}.people FROM {s}",
        "ALTER TABLE {s}.people ALTER id SET GENERATED ALWAYS",
        "ALTER TABLE {s}.people ALTER id SET CACHE 5",
        "CREATE VIEW {s}.v AS SELECT 1 AS one",
    ],
)
def test_any_change_changes_it(owner, template, change):
    schema = template(samples.PEOPLE)
    before = read_blueprint(owner, schema).version
    owner.execute(change.replace("{s}", schema))
    assert read_blueprint(owner, schema).version != before


def test_moments_and_used_numbers_do_not_change_it(owner, template):
    schema = template(samples.EVERYTHING)
    before = read_blueprint(owner, schema, base_rows=samples.BASE_ROWS)
    owner.execute(
        f"UPDATE {schema}.django_migrations SET applied = now(), id = id + 10; SELECT nextval('{schema}.numbers')"
    )
    after = read_blueprint(owner, schema, base_rows=samples.BASE_ROWS)
    assert after.version == before.version and after != before
    owner.execute(f"INSERT INTO {schema}.django_migrations (app, name, applied) VALUES ('x', '0003', now())")
    assert read_blueprint(owner, schema, base_rows=samples.BASE_ROWS).version != before.version


def test_who_asks_does_not_change_it(owner, superuser, connect, template):
    schema = template(samples.EVERYTHING)
    plain = read_blueprint(owner, schema, base_rows=samples.BASE_ROWS)
    other = connect("hromada_owner")
    other.execute(
        f"SET DateStyle = 'German'; SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = 'sql_standard';"
        f"SET search_path = {schema}, extensions; SET quote_all_identifiers = on; SET bytea_output = 'escape'"
    )
    assert read_blueprint(other, schema, base_rows=samples.BASE_ROWS) == plain
    assert read_blueprint(superuser, schema, base_rows=samples.BASE_ROWS) == plain


def test_settings_of_the_builder_do_not_spoil_the_copy(owner, connect, everything, names):
    from provisioning.blueprint import diff_schemas

    schema, blueprint = everything
    other, name = connect("hromada_owner"), names("t")
    other.execute("SET DateStyle = 'German'; SET standard_conforming_strings = off; SET TimeZone = 'Asia/Tokyo'")
    build_schema(other, blueprint, name)
    assert diff_schemas(owner, schema, name) == []
    rows = "SELECT * FROM {}.django_migrations ORDER BY id"
    assert owner.execute(rows.format(name)).fetchall() == owner.execute(rows.format(schema)).fetchall()


def test_many_may_read_at_once(connect, template):
    schema = template(samples.EVERYTHING)

    def read(conn):
        return [read_blueprint(conn, schema, base_rows=samples.BASE_ROWS) for _ in range(3)]

    connections = [connect("hromada_owner") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = [blueprint for some in pool.map(read, connections) for blueprint in some]
    assert all(blueprint == outcomes[0] for blueprint in outcomes)
