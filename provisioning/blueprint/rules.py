"""The rules that keep every tenant's schema able to move to another node of a sharded cluster.

They are read from the SQL itself and from the facts beside it, so they hold for whatever produced
the template: Django, a module's own SQL, or a hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator

from psycopg.rows import tuple_row

from provisioning.blueprint.errors import Problem
from provisioning.blueprint.model import Blueprint, Section, TableFacts
from provisioning.blueprint.names import ROLE, SCHEMA, without_constants
from provisioning.blueprint.reader import Connection

# Django made these with integer keys, and a session is found by its own random text.
DJANGO_KEYS = frozenset(
    {"auth_group", "auth_permission", "django_content_type", "django_session", "django_site", "django_migrations"}
)

KEY_TYPES = frozenset({"bigint", "uuid"})
OWNER = "hromada_owner"
EXTENSIONS_SCHEMA = "extensions"
FUNCTIONS_SCHEMA = "public"
# Where nobody but the owner and the server itself can put anything.
OWNERS_PLACES = frozenset({"pg_catalog", FUNCTIONS_SCHEMA, EXTENSIONS_SCHEMA})

_LATE_IDENTITY = re.compile(r"^\s*ALTER\s+TABLE\b.*\bADD\s+GENERATED\b", re.IGNORECASE | re.DOTALL)
_FUNCTION = re.compile(r"^\s*CREATE\s+(OR\s+REPLACE\s+)?(FUNCTION|PROCEDURE|AGGREGATE)\b", re.IGNORECASE)
_ROLE = re.compile(r"^\s*(CREATE|ALTER|DROP)\s+(ROLE|USER|GROUP)\b", re.IGNORECASE)
_EXTENSION = re.compile(r"^\s*CREATE\s+EXTENSION\b", re.IGNORECASE)
_TRANSITION = re.compile(r"\bREFERENCING\s+(NEW|OLD)\s+TABLE\b", re.IGNORECASE)
_GRANTEE = re.compile(r' TO ("(?:[^"]|"")+"|PUBLIC)(?: WITH GRANT OPTION)?$')
_REFERENCES = re.compile(r"\bREFERENCES\s+(?P<target>\S+)", re.IGNORECASE)


def check_rules(
    blueprint: Blueprint, *, owner: str = OWNER, named_keys: Collection[str] = DJANGO_KEYS
) -> list[Problem]:
    """Every broken rule; an empty list is the only pass."""
    rules: tuple[Callable[[], Iterator[Problem]], ...] = (
        lambda: _identity(blueprint),
        lambda: _keys(blueprint, named_keys),
        lambda: _references(blueprint),
        lambda: _transitions(blueprint),
        lambda: _functions(blueprint),
        lambda: _extensions(blueprint),
        lambda: _owners(blueprint, owner),
        lambda: _access(blueprint),
        lambda: _strangers(blueprint),
    )
    return [problem for rule in rules for problem in rule()]


def check_role(conn: Connection, role: str) -> list[Problem]:
    """A tenant's role logs in (nodes connect as it), has no password, and is nothing more than a tenant."""
    with conn.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(
            "SELECT rolcanlogin, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls, "
            "has_table_privilege('pg_catalog.pg_authid', 'SELECT') FROM pg_roles WHERE rolname = %s",
            [role],
        ).fetchone()
        login, elevated, may_look = found or (False, False, False)
        guarded = may_look and cursor.execute(
            "SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = %s", [role]
        ).fetchone() == (True,)
    if found is None:
        return [Problem(f"Ролі «{role}» немає.", f"CREATE ROLE {role} LOGIN; далі hromada doctor.")]
    problems = []
    if not login:
        problems.append(Problem(f"Роль «{role}» не має LOGIN.", f"ALTER ROLE {role} LOGIN PASSWORD NULL."))
    if elevated:
        problems.append(
            Problem(
                f"Роль «{role}» має зайві повноваження.",
                f"ALTER ROLE {role} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS.",
            )
        )
    if guarded:
        problems.append(Problem(f"Роль «{role}» має пароль.", f"ALTER ROLE {role} PASSWORD NULL."))
    return problems


def _identity(blueprint: Blueprint) -> Iterator[Problem]:
    for statement in blueprint.statements:
        if _LATE_IDENTITY.search(without_constants(statement.text)):
            yield Problem(
                f"Колонка IDENTITY таблиці «{statement.subject}» додається після CREATE TABLE.",
                "оголосіть її в самому CREATE TABLE: шардований кластер іншого не приймає.",
            )


def _keys(blueprint: Blueprint, named_keys: Collection[str]) -> Iterator[Problem]:
    for table in blueprint.tables:
        if table.name in named_keys or table.partition_of:
            continue
        if not table.primary_key:
            yield Problem(f"Таблиця «{table.name}» не має первинного ключа.", "додайте ключ bigint або uuid.")
            continue
        for column in _key_columns(table):
            yield Problem(
                f"Ключ таблиці «{table.name}» — колонка «{column}» не bigint і не uuid.",
                "візьміть bigint IDENTITY або uuid; природний ключ лишіть обмеженням UNIQUE.",
            )


def _key_columns(table: TableFacts) -> list[str]:
    """The wrong part of the key; a composite one needs a right part, the rest may divide the table."""
    types = {column.name: column.type for column in table.columns}
    wrong = [name for name in table.primary_key if types[name] not in KEY_TYPES]
    return wrong if len(wrong) == len(table.primary_key) else []


def _references(blueprint: Blueprint) -> Iterator[Problem]:
    cure = "зберігайте код і дату замість зовнішнього ключа: схема громади переїздить сама."
    for key in blueprint.foreign_keys:
        if key.target_schema != SCHEMA:
            yield Problem(f"Зовнішній ключ «{key.name}» таблиці «{key.table}» виходить зі схеми.", cure)
    for statement in blueprint.statements:
        if statement.section in {Section.TABLES, Section.FOREIGN_KEYS, Section.CONSTRAINTS}:
            for found in _REFERENCES.finditer(without_constants(statement.text)):
                if not found["target"].startswith(f"{SCHEMA}."):
                    yield Problem(f"Таблиця «{statement.subject}» посилається на {found['target']}.", cure)


def _transitions(blueprint: Blueprint) -> Iterator[Problem]:
    cure = "порахуйте залишки одним INSERT … ON CONFLICT в операції: такі тригери не працюють на шардах."
    named = {trigger.name for trigger in blueprint.triggers if trigger.transition}
    for trigger in blueprint.triggers:
        if trigger.transition:
            yield Problem(f"Тригер «{trigger.name}» таблиці «{trigger.table}» має перехідні таблиці.", cure)
    for statement in blueprint.statements:
        spoken = without_constants(statement.text)
        if statement.section is Section.TRIGGERS and statement.subject not in named and _TRANSITION.search(spoken):
            yield Problem(f"Тригер «{statement.subject}» має перехідні таблиці.", cure)


def _functions(blueprint: Blueprint) -> Iterator[Problem]:
    for statement in blueprint.statements:
        for banned, what in ((_FUNCTION, "функцію"), (_ROLE, "роль"), (_EXTENSION, "розширення")):
            if banned.search(statement.text):
                yield Problem(
                    f"Шаблон створює {what}: {statement.text[:80]}.", "у схемі громади цьому не місце: лишіть у public."
                )
    for trigger in blueprint.triggers:
        function = f"{trigger.function_schema}.{trigger.function}()"
        if trigger.function_schema == "pg_catalog" or _of_extension(blueprint, trigger.function):
            continue
        if trigger.function_schema != FUNCTIONS_SCHEMA:
            yield Problem(
                f"Тригер «{trigger.name}» таблиці «{trigger.table}» кличе {function}.",
                "тримайте функції тригерів у public.",
            )
        if trouble := _loose(trigger.function_settings):
            yield Problem(
                f"Функція {function} тригера «{trigger.name}» {trouble}.",
                f"ALTER FUNCTION {function} SET search_path = pg_catalog, pg_temp, а таблиці адресуйте через TG_TABLE_SCHEMA.",
            )


def _loose(settings: Iterable[str]) -> str:
    """Whose objects the function might take for its own: it runs with its owner's rights over others' rows.

    A pg_temp that is not named is searched before everything else, so it is named, and last.
    """
    path = next((text.partition("=")[2] for text in settings if text.startswith("search_path=")), None)
    if path is None:
        return "не закріплена"
    places = [place.strip().strip('"') for place in path.split(",")]
    if places[-1] != "pg_temp":
        return "закріплена так, що тимчасові таблиці йдуть першими: шлях має кінчатися на pg_temp"
    strangers = [place for place in places[:-1] if place not in OWNERS_PLACES]
    return f"закріплена на {', '.join(strangers)}, де пише не лише власник" if strangers else ""


def _of_extension(blueprint: Blueprint, function: str) -> bool:
    return any(function in use.object for use in blueprint.extensions)


def _extensions(blueprint: Blueprint) -> Iterator[Problem]:
    for use in blueprint.extensions:
        if use.schema not in {EXTENSIONS_SCHEMA, "pg_catalog"}:
            yield Problem(
                f"Шаблон користується {use.object} розширення {use.extension} зі схеми {use.schema}.",
                f"ALTER EXTENSION {use.extension} SET SCHEMA {EXTENSIONS_SCHEMA}.",
            )


def _owners(blueprint: Blueprint, owner: str) -> Iterator[Problem]:
    strangers = {table.owner for table in blueprint.tables} | {blueprint.owner}
    for stranger in sorted(strangers - {owner}):
        tables = [table.name for table in blueprint.tables if table.owner == stranger]
        what = f"таблиці {', '.join(tables[:5])}" if tables else "схема"
        yield Problem(f"Власник — {stranger}, а не {owner}: {what}.", f"REASSIGN OWNED або ALTER … OWNER TO {owner}.")


def _access(blueprint: Blueprint) -> Iterator[Problem]:
    closed = [t.name for t in blueprint.tables if not t.privileges and not t.partition_of]
    if closed:
        yield Problem(
            f"Роль громади не має жодного права на таблиці: {', '.join(closed[:10])}"
            f"{' …' if len(closed) > 10 else ''}.",
            "створюйте шаблон через prepare_schema (права за замовчуванням) або надайте їх grant_access.",
        )


def _strangers(blueprint: Blueprint) -> Iterator[Problem]:
    """Nobody but the tenant's own role: the application enters by becoming it, the group must never."""
    for statement in blueprint.statements:
        found = _GRANTEE.search(statement.text) if statement.section is Section.GRANTS else None
        if found and found[1] != ROLE:
            yield Problem(
                f"Права в схемі громади має {found[1]}: {statement.text[:120]}.",
                "заберіть їх (REVOKE): застосунок заходить роллю самої громади.",
            )
