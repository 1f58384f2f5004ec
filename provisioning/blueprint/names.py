"""Names in SQL text, and the two placeholders that stand for the schema and its role.

The server itself writes the schema placeholder into every definition (see `catalogue`), always in
double quotes, so replacing it can never touch a word of somebody's data.
"""

from __future__ import annotations

import re
import secrets

from provisioning.blueprint.errors import BlueprintError

SCHEMA = '"@schema@"'
ROLE = '"@role@"'

LONGEST_NAME = 63
_TENANT_SCHEMA = re.compile(r"[a-z_][a-z0-9_]*")
QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*\"""")
_RESERVED = frozenset({"public", "extensions", "information_schema", "none", "current_user", "session_user"})


def ident(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """A quoted constant that reads the same whatever standard_conforming_strings says."""
    if value is None:
        return "NULL"
    quoted = "'" + value.replace("'", "''").replace("\\", "\\\\") + "'"
    return f"E{quoted}" if "\\" in value else quoted


def in_schema(name: str) -> str:
    """A name inside the placeholder schema."""
    return f"{SCHEMA}.{ident(name)}"


def constants_in(text: str) -> list[str]:
    """The string constants of a definition; an apostrophe inside a quoted identifier opens none."""
    return [found for found in QUOTED.findall(text) if found.startswith("'")]


def without_constants(text: str) -> str:
    """A definition with its string constants emptied, so that its words are words of SQL."""
    return QUOTED.sub(lambda found: "''" if found[0].startswith("'") else found[0], text)


def require_tenant_name(name: str) -> str:
    """Schemas we create are named so that no quoting rule can ever matter."""
    if not _TENANT_SCHEMA.fullmatch(name) or len(name) > LONGEST_NAME or name in _RESERVED or name.startswith("pg_"):
        raise BlueprintError.because(
            f"Назва схеми «{name}» не годиться.",
            f"візьміть латинські малі літери, цифри й підкреслення, до {LONGEST_NAME} знаків, "
            "не pg_… і не службову назву (public, extensions).",
        )
    return name


def fill(text: str, schema: str, role: str) -> str:
    """The placeholders replaced by real names, which `require_tenant_name` has passed."""
    return text.replace(SCHEMA, ident(schema)).replace(ROLE, ident(role))


class Alias:
    """A name the schema bears while it is read: random, so it occurs nowhere else in the database."""

    def __init__(self) -> None:
        # The sign @ makes the server quote the name everywhere, even inside regclass constants.
        self.name = f"@schema-{secrets.token_hex(8)}@"
        self._quoted = ident(self.name)

    def settle(self, text: str) -> str:
        """The server's text with the lasting placeholder instead of the random name."""
        if SCHEMA in text or ROLE in text:
            raise BlueprintError.because(
                f"У визначенні трапився службовий запис {SCHEMA} або {ROLE}: {text[:200]}",
                "перейменуйте об'єкт або змініть текст, щоб цього запису там не було.",
            )
        return text.replace(self._quoted, SCHEMA)
