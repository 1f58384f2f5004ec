"""The sharding rules, each broken once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provisioning.blueprint import BlueprintError, Section, check_role, check_rules, read_blueprint
from provisioning.blueprint.access import Cast, create_role, join_role
from provisioning.blueprint.model import Statement
from tests.blueprint import samples

BROKEN = {
    "integer key": ("CREATE TABLE {s}.t (id integer PRIMARY KEY)", "bigint"),
    "text key": ("CREATE TABLE {s}.t (code text PRIMARY KEY)", "bigint"),
    "no key": ("CREATE TABLE {s}.t (id bigint)", "не має первинного ключа"),
    "transition table": (
        "CREATE TRIGGER sums AFTER INSERT ON {s}.people REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION public.sample_history()",
        "перехідні таблиці",
    ),
    "loose function": (
        "CREATE TRIGGER t AFTER INSERT ON {s}.people FOR EACH ROW EXECUTE FUNCTION public.sample_loose()",
        "не закріплена",
    ),
    "temporary tables first": (
        "CREATE TRIGGER t AFTER INSERT ON {s}.people FOR EACH ROW EXECUTE FUNCTION public.sample_temporary()",
        "кінчатися на pg_temp",
    ),
    "temporary tables named first": (
        "CREATE TRIGGER t AFTER INSERT ON {s}.people FOR EACH ROW EXECUTE FUNCTION public.sample_reversed()",
        "кінчатися на pg_temp",
    ),
    "a path others write in": (
        "CREATE TRIGGER t AFTER INSERT ON {s}.people FOR EACH ROW EXECUTE FUNCTION public.sample_wandering()",
        r"закріплена на \$user",
    ),
    "the application by itself": ("GRANT SELECT ON {s}.people TO hromada_app", "hromada_app"),
    "the group": ("GRANT USAGE ON SCHEMA {s} TO hromada_tenants", "hromada_tenants"),
    "everybody": ("GRANT SELECT ON {s}.people TO PUBLIC", "PUBLIC"),
    "another tenant later": (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {s} GRANT SELECT ON TABLES TO hromada_tenants",
        "hromada_tenants",
    ),
    "closed table": ("CREATE TABLE {s}.t (id bigint PRIMARY KEY); REVOKE ALL ON {s}.t FROM {s}", "жодного права"),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_broken_rule_stops_the_template(owner, template, rule):
    script, message = BROKEN[rule]
    schema = template(samples.PEOPLE, script)
    with pytest.raises(BlueprintError, match=message):
        read_blueprint(owner, schema)
    assert [p for p in check_rules(read_blueprint(owner, schema, lawful=False)) if p.cure]


def test_lawful_template_passes(everything):
    _, blueprint = everything
    assert check_rules(blueprint) == []


def test_extension_outside_its_schema_is_named(owner, superuser, template):
    superuser.execute("CREATE EXTENSION citext WITH SCHEMA public")
    try:
        schema = template("CREATE TABLE {s}.t (id bigint PRIMARY KEY, email public.citext)")
        with pytest.raises(BlueprintError, match="ALTER EXTENSION citext SET SCHEMA extensions"):
            read_blueprint(owner, schema)
    finally:
        superuser.execute("DROP EXTENSION citext CASCADE")


def test_table_of_another_owner_is_named(owner, superuser, template):
    schema = template(samples.PEOPLE)
    superuser.execute(f"ALTER TABLE {schema}.people OWNER TO postgres")
    with pytest.raises(BlueprintError, match="postgres"):
        read_blueprint(superuser, schema)


@pytest.mark.parametrize(
    ("section", "text", "message"),
    [
        (Section.TABLES, 'ALTER TABLE "@schema@".t ALTER id ADD GENERATED ALWAYS AS IDENTITY', "IDENTITY"),
        (Section.FOREIGN_KEYS, 'ALTER TABLE "@schema@".t ADD FOREIGN KEY (a) REFERENCES public.x (id)', "public.x"),
        (Section.TRIGGERS, "CREATE TRIGGER t AFTER INSERT ON x REFERENCING NEW TABLE AS n", "перехідні"),
        (Section.VIEWS, 'CREATE FUNCTION "@schema@".f() RETURNS int', "функцію"),
        (Section.TYPES, "CREATE EXTENSION hstore", "розширення"),
        (Section.GRANTS, "ALTER ROLE x PASSWORD 'y'", "роль"),
    ],
)
def test_rules_read_the_sql_itself(everything, section, text, message):
    """A blueprint may come from an archive or another hand: its facts alone are not believed."""
    _, blueprint = everything
    spoiled = replace(blueprint, statements=(*blueprint.statements, Statement(section, "t", text)))
    assert [problem for problem in check_rules(spoiled) if message in problem.fact]


def test_identity_is_inside_create_table(everything):
    _, blueprint = everything
    texts = [statement.text for statement in blueprint.statements]
    assert sum("AS IDENTITY" in text for text in texts) == 4
    assert all(text.startswith(("CREATE TABLE", "CREATE UNLOGGED")) for text in texts if "AS IDENTITY" in text)


def test_tenant_role_logs_in_without_a_password(owner, superuser, copy):
    _, fresh, _ = copy
    assert check_role(superuser, fresh) == []
    superuser.execute(f"ALTER ROLE {fresh} PASSWORD 'ззовні' NOLOGIN CREATEDB")
    told = " ".join(problem.fact for problem in check_role(superuser, fresh))
    assert "пароль" in told and "LOGIN" in told and "повноваження" in told
    assert check_role(owner, "немає_такої")[0].cure


def test_role_statements_follow_the_servers_version():
    cast = Cast()
    assert "PASSWORD" not in create_role("t_x") and "LOGIN" in create_role("t_x")
    assert "WITH" not in join_role("t_x", cast, 150018)
    newer = join_role("t_x", cast, 160000)
    assert 'GRANT "hromada_tenants" TO "t_x" WITH INHERIT TRUE, SET FALSE' in newer
    assert 'GRANT "t_x" TO "hromada_app" WITH INHERIT FALSE, SET TRUE' in newer
