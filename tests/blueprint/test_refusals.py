"""What cannot be copied faithfully is named, with what to do about it."""

from __future__ import annotations

import pytest

from provisioning.blueprint import BlueprintError, SchemaMissing, drop_schema, read_blueprint
from tests.blueprint import samples

UNSUPPORTED = {
    "function": ("CREATE FUNCTION {s}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "функція .*f.*public"),
    "procedure": ("CREATE PROCEDURE {s}.p() LANGUAGE sql AS ''", "функція"),
    "rule": ("CREATE RULE quiet AS ON DELETE TO {s}.people DO INSTEAD NOTHING", "RULE.*quiet.*тригерами"),
    "policy": ("CREATE POLICY mine ON {s}.people USING (true)", "RLS"),
    "row security": ("ALTER TABLE {s}.people ENABLE ROW LEVEL SECURITY", "RLS"),
    "inheritance": ("CREATE TABLE {s}.child () INHERITS ({s}.people)", "успадковує.*PARTITION BY"),
    "composite type": ("CREATE TYPE {s}.pair AS (a int, b int)", "тип .*pair"),
    "range type": ("CREATE TYPE {s}.span AS RANGE (subtype = numeric)", "тип .*span"),
    "row-typed column": ("ALTER TABLE {s}.visits ADD who {s}.people", "visits.who"),
    "collation": ("CREATE COLLATION {s}.mine (provider = icu, locale = 'uk')", "правило сортування"),
    "operator": (
        "CREATE OPERATOR {s}.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = pg_catalog.int4eq)",
        "оператор",
    ),
    "text search": ("CREATE TEXT SEARCH CONFIGURATION {s}.uk (COPY = pg_catalog.simple)", "конфігурація пошуку"),
    "closed type": ("CREATE TYPE {s}.k AS ENUM ('x'); REVOKE USAGE ON TYPE {s}.k FROM PUBLIC", "закритий"),
    "not valid": ("ALTER TABLE {s}.people ADD CONSTRAINT c CHECK (name <> '') NOT VALID", "NOT VALID.*VALIDATE"),
    "foreign key out": (
        "ALTER TABLE {s}.people ADD code text REFERENCES public.classifier (code)",
        "people_code_fkey.*public.classifier.*код і дату",
    ),
    "named in text": (
        "CREATE SEQUENCE {s}.n; ALTER TABLE {s}.people ADD n int DEFAULT nextval('{s}.n'::text)",
        "people.n.*regclass",
    ),
    "named in a trigger": (
        "CREATE TRIGGER t AFTER INSERT ON {s}.people FOR EACH ROW EXECUTE FUNCTION public.sample_history('{s}')",
        "TG_TABLE_SCHEMA",
    ),
}


@pytest.mark.parametrize("kind", UNSUPPORTED)
def test_refused_with_its_name_and_cure(owner, template, kind):
    script, message = UNSUPPORTED[kind]
    schema = template(samples.PEOPLE, script)
    with pytest.raises(BlueprintError, match=f"(?s){message}") as refused:
        read_blueprint(owner, schema)
    assert all(problem.cure for problem in refused.value.problems)
    assert "@schema" not in str(refused.value)


def test_foreign_table_is_refused(owner, superuser, template):
    schema = template(samples.PEOPLE)
    superuser.execute(
        "CREATE EXTENSION IF NOT EXISTS file_fdw WITH SCHEMA extensions; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;"
        f"CREATE FOREIGN TABLE {schema}.passwd (line text) SERVER files OPTIONS (filename '/etc/hostname')"
    )
    try:
        with pytest.raises(BlueprintError, match="passwd"):
            read_blueprint(owner, schema)
    finally:
        superuser.execute("DROP EXTENSION file_fdw CASCADE")


def test_view_over_another_tenant_is_refused(owner, template):
    other = template(samples.PEOPLE)
    schema = template(samples.PEOPLE, f"CREATE VIEW {{s}}.spy AS SELECT * FROM {other}.people")
    with pytest.raises(BlueprintError, match=f"spy.*{other}"):
        read_blueprint(owner, schema)
    with pytest.raises(BlueprintError, match=f"Поза схемою.*{schema}"):
        read_blueprint(owner, other)
    with pytest.raises(BlueprintError, match="spy"):
        drop_schema(owner, other)


def test_business_rows_are_refused(owner, template):
    schema = template(samples.PEOPLE, "INSERT INTO {s}.people (name) VALUES ('Мешканка')")
    with pytest.raises(BlueprintError, match=r"(?s)people.*порожній"):
        read_blueprint(owner, schema)
    assert read_blueprint(owner, schema, base_rows={"people": ()}).base_rows[0].rows == (("1", "Мешканка"),)


def test_row_in_a_partition_is_a_business_row(owner, template):
    schema = template(samples.EVERYTHING, "INSERT INTO {s}.charges (period, amount) VALUES ('2030-01-01', 1)")
    with pytest.raises(BlueprintError, match="charges_rest"):
        read_blueprint(owner, schema, base_rows=samples.BASE_ROWS)


def test_base_table_that_is_not_there_is_named(owner, template):
    with pytest.raises(BlueprintError, match="django_migrations"):
        read_blueprint(owner, template(samples.PEOPLE), base_rows=samples.BASE_ROWS)


def test_missing_schema_is_named(owner):
    with pytest.raises(SchemaMissing, match="немає_такої"):
        read_blueprint(owner, "немає_такої")


def test_every_problem_is_told_at_once(owner, template):
    schema = template(samples.PEOPLE, *(script for script, _ in list(UNSUPPORTED.values())[:4]))
    with pytest.raises(BlueprintError) as refused:
        read_blueprint(owner, schema)
    assert len(refused.value.problems) >= 4


def test_the_placeholder_cannot_be_smuggled_in(owner, template):
    schema = template("""CREATE TABLE {s}.t (id bigint PRIMARY KEY, x text DEFAULT '"@schema@".people')""")
    with pytest.raises(BlueprintError, match="службовий запис"):
        read_blueprint(owner, schema)


def test_reading_leaves_no_trace(owner, template):
    schema = template(samples.PEOPLE)
    read_blueprint(owner, schema)
    assert owner.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE '@%'").fetchone() == (0,)
    assert owner.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema]).fetchone() == (True,)
    assert owner.execute("SHOW search_path").fetchone() == ("public, extensions",)
