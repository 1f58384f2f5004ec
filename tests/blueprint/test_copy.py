"""A copy is the template in all but its name, and works like it."""

from __future__ import annotations

import json

import psycopg
import pytest

from provisioning.blueprint import Blueprint, BlueprintError, Section, build_schema, diff_schemas, read_blueprint
from tests.blueprint import samples

REGISTER = '"Реєстр ""Дозволів"" o\'clock"'


def test_copy_differs_in_nothing(owner, copy):
    template, fresh, _ = copy
    assert diff_schemas(owner, template, fresh) == []


def test_the_sample_holds_every_section(everything):
    _, blueprint = everything
    assert {statement.section for statement in blueprint.statements} == set(Section)


def test_copy_of_a_copy_is_the_same_version(owner, copy):
    _, fresh, blueprint = copy
    assert read_blueprint(owner, fresh, base_rows=samples.BASE_ROWS).version == blueprint.version


def test_nothing_in_the_copy_leans_on_the_template(owner, copy):
    template, fresh, _ = copy
    leaning = owner.execute(
        "SELECT pg_describe_object(d.classid, d.objid, 0) FROM pg_depend d, pg_depend mine "
        "WHERE mine.refobjid = %s::regnamespace AND d.objid = mine.objid AND d.refobjid IN "
        "(SELECT objid FROM pg_depend WHERE refobjid = %s::regnamespace)",
        [fresh, template],
    ).fetchall()
    assert leaning == []


def test_words_that_look_like_the_template_stay_words(owner, copy):
    template, fresh, _ = copy
    origin, sentence = owner.execute(
        f"INSERT INTO {fresh}.{REGISTER} (code, term) VALUES ('12345678', 'empty') RETURNING origin, sentence"
    ).fetchone()
    assert origin == template
    assert sentence == f'скопійовано з {template}. Так і лишити: "{template}"'
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(f"INSERT INTO {fresh}.{REGISTER} (code, \"Назва\") VALUES ('12345678', 'hromada_blueprint')")


def test_a_template_called_as_in_production_keeps_its_literal(owner, names, superuser):
    from provisioning.blueprint import drop_schema, prepare_schema

    prepare_schema(owner, "hromada_blueprint")
    try:
        owner.execute(
            "CREATE TABLE hromada_blueprint.hromada_blueprint (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
            "hromada_blueprint text DEFAULT 'hromada_blueprint' CHECK (hromada_blueprint <> 'hromada_blueprint.x'));"
            "CREATE VIEW hromada_blueprint.v AS SELECT hromada_blueprint.hromada_blueprint "
            "FROM hromada_blueprint.hromada_blueprint AS hromada_blueprint"
        )
        fresh = names("t")
        build_schema(owner, read_blueprint(owner, "hromada_blueprint"), fresh)
        assert diff_schemas(owner, "hromada_blueprint", fresh) == []
        made = owner.execute(f"INSERT INTO {fresh}.hromada_blueprint DEFAULT VALUES RETURNING 2").fetchone()
        assert made and owner.execute(f"SELECT * FROM {fresh}.v").fetchall() == [("hromada_blueprint",)]
    finally:
        drop_schema(owner, "hromada_blueprint")


def test_base_rows_come_and_numbering_goes_on(owner, copy):
    template, fresh, _ = copy
    rows = "SELECT id, app, name, applied FROM {}.django_migrations ORDER BY id"
    assert owner.execute(rows.format(fresh)).fetchall() == owner.execute(rows.format(template)).fetchall()
    added = owner.execute(
        f"INSERT INTO {fresh}.django_migrations (app, name, applied) VALUES ('a', 'b', now()) RETURNING id"
    ).fetchone()
    assert added == (3,)


def test_positions_that_were_only_set_are_kept(owner, template, names):
    schema = template(
        "CREATE SEQUENCE {s}.called; SELECT nextval('{s}.called'), nextval('{s}.called');"
        "CREATE SEQUENCE {s}.restarted; ALTER SEQUENCE {s}.restarted RESTART 500; CREATE SEQUENCE {s}.fresh START 7;"
        "CREATE TABLE {s}.t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); ALTER TABLE {s}.t ALTER id RESTART 40"
    )
    fresh = names("t")
    build_schema(owner, read_blueprint(owner, schema), fresh)
    following = owner.execute(
        f"SELECT nextval('{fresh}.called'), nextval('{fresh}.restarted'), nextval('{fresh}.fresh')"
    ).fetchone()
    assert following == (3, 500, 7)
    assert owner.execute(f"INSERT INTO {fresh}.t DEFAULT VALUES RETURNING id").fetchone() == (40,)


def test_the_copy_counts_by_its_own_sequence(owner, copy):
    template, fresh, _ = copy
    before = owner.execute(f"SELECT last_value, is_called FROM {template}.numbers").fetchone()
    numbers = [
        owner.execute(
            f"INSERT INTO {fresh}.{REGISTER} (code, \"Назва\") VALUES ('12345678', %s) RETURNING number", [str(n)]
        ).fetchone()[0]
        for n in range(2)
    ]
    assert numbers == [20, 25]
    assert owner.execute(f"SELECT last_value, is_called FROM {template}.numbers").fetchone() == before


def test_identity_always_refuses_a_given_number(owner, copy):
    _, fresh, _ = copy
    with pytest.raises(psycopg.errors.GeneratedAlways):
        owner.execute(f"INSERT INTO {fresh}.history (id, relation) VALUES (1, 'x')")
    ids = [
        owner.execute(f"INSERT INTO {fresh}.history (relation) VALUES ('x') RETURNING id").fetchone()[0]
        for _ in range(2)
    ]
    assert ids == [100, 110]


def test_generated_column_is_computed(owner, copy):
    _, fresh, _ = copy
    gross = owner.execute(
        f"INSERT INTO {fresh}.{REGISTER} (code, amount, term) VALUES ('12345678', 10, '[2026-01-01,2026-02-01)') "
        "RETURNING gross"
    ).fetchone()
    assert str(gross[0]) == "12.00"
    with pytest.raises(psycopg.errors.GeneratedAlways):
        owner.execute(f"INSERT INTO {fresh}.{REGISTER} (code, gross) VALUES ('12345678', 1)")


def test_exclusion_and_deferred_unique_hold(owner, copy):
    _, fresh, _ = copy
    insert = (
        f'INSERT INTO {fresh}.{REGISTER} (code, "Назва", number, amount, term) '
        "VALUES ('12345678', %s, %s, 1, '[2026-01-01,2026-02-01)')"
    )
    owner.execute(insert, ["перша", 1])
    with pytest.raises(psycopg.errors.ExclusionViolation):
        owner.execute(insert.replace("2026-01-01", "2026-01-15"), ["друга", 1])
    with owner.transaction():
        owner.execute(f"UPDATE {fresh}.{REGISTER} SET amount = 0")
        owner.execute(insert.replace(", 1, '[", ", 0, '["), ["третя", 1])
        owner.execute(f"UPDATE {fresh}.{REGISTER} SET number = 2 WHERE \"Назва\" = 'третя'")


def test_deferred_reference_waits_for_the_end(owner, copy):
    _, fresh, _ = copy
    with pytest.raises(psycopg.errors.ForeignKeyViolation), owner.transaction():
        owner.execute(f"INSERT INTO {fresh}.\"Line\" (permit_id, name_key) VALUES (777, 'x')")
        owner.execute("SELECT 1")


def test_partitions_route_rows_and_share_indexes(owner, copy):
    _, fresh, _ = copy
    permit = owner.execute(
        f"INSERT INTO {fresh}.{REGISTER} (code, term) VALUES ('12345678', 'empty') RETURNING id"
    ).fetchone()[0]
    owner.execute(f'INSERT INTO {fresh}."Line" (permit_id, name_key) VALUES (%s, %s)', [permit, "x"])
    owner.execute(
        f"INSERT INTO {fresh}.charges (period, line_id, amount) VALUES ('2026-05-01', 1, 5), ('2030-01-01', NULL, 6)"
    )
    where = owner.execute(f"SELECT tableoid::regclass::text FROM {fresh}.charges ORDER BY amount").fetchall()
    assert where == [(f"{fresh}.charges_2026_spring",), (f"{fresh}.charges_rest",)]
    invalid = owner.execute(
        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "WHERE c.relnamespace = %s::regnamespace AND NOT i.indisvalid",
        [fresh],
    ).fetchone()
    assert invalid == (0,)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner.execute(f"INSERT INTO {fresh}.charges_rest (id, period, line_id, amount) VALUES (9, '2030-01-01', 9, 1)")


def test_triggers_write_into_their_own_schema(owner, copy):
    template, fresh, _ = copy
    owner.execute(f"INSERT INTO {fresh}.{REGISTER} (code, term) VALUES ('12345678', 'empty')")
    assert owner.execute(f"SELECT count(*) FROM {fresh}.history").fetchone() == (1,)
    assert owner.execute(f"SELECT count(*) FROM {template}.history").fetchone() == (0,)
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute(f"DELETE FROM {fresh}.history")
    with pytest.raises(psycopg.errors.RestrictViolation):
        owner.execute(f"INSERT INTO {fresh}.b_base (id) VALUES (1)")


def test_views_read_the_copy(owner, copy):
    _, fresh, _ = copy
    owner.execute(f"INSERT INTO {fresh}.{REGISTER} (code, raw, term) VALUES ('12345678', '01', 'empty')")
    assert owner.execute(f"SELECT title FROM {fresh}.a_upper").fetchall() == [("Перший",)]
    owner.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {fresh}.m_sums")
    assert owner.execute(f"SELECT n FROM {fresh}.m_sums").fetchall() == [(1,)]


def test_privileges_are_the_templates_not_more(owner, copy):
    _, fresh, _ = copy
    may = "SELECT has_table_privilege(%s, %s, %s)"
    for privilege, expected in (("SELECT", True), ("INSERT", True), ("UPDATE", False), ("DELETE", False)):
        assert owner.execute(may, [fresh, f"{fresh}.history", privilege]).fetchone() == (expected,)
    owner.execute(f"CREATE TABLE {fresh}.later (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")
    assert owner.execute(may, [fresh, f"{fresh}.later", "DELETE"]).fetchone() == (True,)


def test_rows_of_another_tenant_can_replace_the_templates(owner, everything, names):
    """What restore does: tables, its own rows by COPY, then indexes, references and triggers."""
    schema, blueprint = everything
    fresh = names("t")

    def load(conn, into):
        with conn.cursor().copy(f"COPY {into}.history (id, relation) FROM STDIN") as copy:
            copy.write_row((5, "з архіву"))
        with conn.cursor().copy(f'COPY {into}."Line" (id, permit_id, name_key) FROM STDIN') as copy:
            copy.write_row((7, 1, "раніше за свій дозвіл"))
        register = next(table for table in blueprint.tables if table.name.startswith("Реєстр"))
        assert "gross" not in register.copied_columns and "number" in register.copied_columns
        with conn.cursor().copy(f'COPY {into}.{REGISTER} (id, public_id, "Назва", origin, code) FROM STDIN') as copy:
            copy.write_row((1, "7b1c2a4e-0000-4000-8000-000000000001", "назва", "o", "12345678"))

    build_schema(owner, blueprint, fresh, load=load)
    assert diff_schemas(owner, schema, fresh) == []
    assert owner.execute(f"SELECT id, relation FROM {fresh}.history").fetchall() == [(5, "з архіву")]
    assert owner.execute(f"SELECT count(*) FROM {fresh}.django_migrations").fetchone() == (0,)


def test_broken_rows_are_refused_with_the_reference_named(owner, everything, names):
    _, blueprint = everything
    fresh = names("t")

    def load(conn, into):
        conn.execute(f"INSERT INTO {into}.\"Line\" (permit_id, name_key) VALUES (404, 'нічия')")

    with pytest.raises(BlueprintError, match="permit_fk"):
        build_schema(owner, blueprint, fresh, load=load)
    assert owner.execute("SELECT to_regnamespace(%s)", [fresh]).fetchone() == (None,)


def test_parts_together_are_the_whole(everything):
    _, blueprint = everything
    parts = blueprint.structure_parts("t_x")
    assert "".join(parts) == blueprint.sql("t_x")
    assert "INSERT INTO" in parts.rows and "INSERT INTO" not in parts.before_rows
    assert "CREATE TABLE" in parts.before_rows and "CREATE INDEX" in parts.after_rows
    assert "@schema@" not in blueprint.sql("t_x") and "@role@" not in blueprint.sql("t_x")


def test_json_there_and_back(everything):
    _, blueprint = everything
    text = blueprint.to_json()
    again = Blueprint.from_json(text)
    assert again == blueprint and again.version == blueprint.version and again.to_json() == text


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-40],
        lambda text: text.replace("NOT NULL", "NULL", 1),
        lambda text: "[]",
        lambda text: json.dumps({**json.loads(text), "format": 99}),
        lambda text: json.dumps({**json.loads(text), "version": "0" * 64}),
    ],
)
def test_damaged_json_is_refused(everything, damage):
    _, blueprint = everything
    with pytest.raises(BlueprintError):
        Blueprint.from_json(damage(blueprint.to_json()))


def test_whole_build_is_a_handful_of_round_trips(owner, everything, names, monkeypatch):
    _, blueprint = everything
    sent = []
    plain = psycopg.Cursor.execute
    monkeypatch.setattr(psycopg.Cursor, "execute", lambda self, *a, **k: sent.append(a[0]) or plain(self, *a, **k))
    build_schema(owner, blueprint, names("t"))
    assert len(sent) <= 8


def test_privileges_of_others_are_copied_as_they_are(owner, template, names):
    schema, fresh = template(samples.PEOPLE), names("t")
    owner.execute(
        f"GRANT SELECT ON {schema}.people TO PUBLIC; GRANT SELECT (id) ON {schema}.visits TO hromada_app;"
        f"GRANT USAGE ON SCHEMA {schema} TO hromada_app WITH GRANT OPTION"
    )
    build_schema(owner, read_blueprint(owner, schema, lawful=False), fresh)
    assert diff_schemas(owner, schema, fresh) == []
