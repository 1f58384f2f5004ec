"""Training copies: people's data replaced in the database itself, the same value always by the same mask."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from psycopg import sql

from kernel.tenancy.personal import FIRST_NAMES, LAST_NAMES, PATRONYMICS, personal_fields
from provisioning.archive.errors import ArchiveRefused
from provisioning.blueprint.model import Blueprint
from provisioning.db import Connection

# Journals, sessions and keys are the original's; a copy starts with none.
EMPTIED = (
    *("django_session", "account_emailconfirmation", "mfa_authenticator", "usersessions_usersession"),
    *("socialaccount_socialaccount", "socialaccount_socialtoken", "socialaccount_socialapp"),
)

HASH = "('x' || left(md5({column}::text || {salt}), 8))::bit(32)::bigint"
ACCOUNT = "('899998' || lpad((" + HASH + ")::text, 19, '0'))"
MASKS = {
    "last_name": "({last_names}::text[])[1 + " + HASH + " %% {last_count}]",
    "first_name": "({first_names}::text[])[1 + " + HASH + " %% {first_count}]",
    "patronymic": "({patronymics}::text[])[1 + " + HASH + " %% {patronymic_count}]",
    "email": "'person-' || left(md5(lower({column}) || {salt}), 10) || '@navchannia.invalid'",
    "phone": "'+380' || lpad((" + HASH + " %% 1000000000)::text, 9, '0')",
    "digits": "lpad((" + HASH + " %% 1000000000)::text, length({column}), '0')",
    # A treasury account that nobody has, with its control number right.
    "iban": "'UA' || lpad((98 - (" + ACCOUNT + " || '301000')::numeric %% 97)::text, 2, '0') || " + ACCOUNT,
    "text": "'(приховано)'",
    "secret": "'!'",
    "blank": "''",
    "address": "'192.0.2.1'",
}


def tenant_models() -> list[type[Model]]:
    wanted = set(settings.TENANT_APPS)
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_config.name in wanted]


def mask_people(connection: Connection, schema: str, blueprint: Blueprint) -> None:
    """Runs before indexes and triggers exist, so a unique mask is checked afterwards and nothing lands in history."""
    present = {table.name for table in blueprint.tables}
    salt = sql.Literal(schema)
    names = {
        "last_names": sql.Literal(list(LAST_NAMES)),
        "first_names": sql.Literal(list(FIRST_NAMES)),
        "patronymics": sql.Literal(list(PATRONYMICS)),
        "last_count": sql.Literal(len(LAST_NAMES)),
        "first_count": sql.Literal(len(FIRST_NAMES)),
        "patronymic_count": sql.Literal(len(PATRONYMICS)),
    }
    for model in tenant_models():
        table = model._meta.db_table
        if getattr(model, "append_only", False) or table in EMPTIED or getattr(model, "forgotten_in_copies", False):
            if table in present:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(schema, table)))
            continue
        changes = []
        for field, kind in personal_fields(model).items():
            column = sql.Identifier(model._meta.get_field(field).column)
            if kind not in MASKS:
                raise ArchiveRefused(
                    f"{model.__name__}.{field}: невідома маска «{kind}».", "виправте personal_data моделі."
                )
            mask = sql.SQL(MASKS[kind].replace("%%", "%")).format(column=column, salt=salt, **names)  # type: ignore[arg-type]
            changes.append(
                sql.SQL("{column} = CASE WHEN {column}::text = '' THEN {column} ELSE {mask} END").format(
                    column=column, mask=mask
                )
            )
        if changes:
            connection.execute(
                sql.SQL("UPDATE {} SET {}").format(sql.Identifier(schema, table), sql.SQL(", ").join(changes))
            )
