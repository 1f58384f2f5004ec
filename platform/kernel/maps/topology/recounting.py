"""The work list of disorder: counted anew over whole registers, keeping what was allowed and why."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from psycopg import sql

from kernel.maps.models import Problem
from kernel.maps.topology.rules import NoOverlap
from kernel.maps.topology.searching import all_broken
from kernel.modules.entitlement import enabled_labels
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.tenancy.locks import hold_lock

JOB = "maps.problems"

_RECOUNT = """
WITH found (card, other, measure) AS MATERIALIZED ({found}),
gone AS (
  DELETE FROM maps_problem p WHERE register = {register} AND rule = {rule} {cards}
  AND NOT EXISTS (SELECT 1 FROM found f WHERE f.card = p.card AND f.other IS NOT DISTINCT FROM p.other)
)
INSERT INTO maps_problem (register, rule, card, other, measure, found_at, allowed_by, reason)
SELECT {register}, {rule}, card, other, coalesce(measure, 0), now(), '', '' FROM found
ON CONFLICT (register, rule, card, other) DO UPDATE SET measure = excluded.measure
WHERE maps_problem.measure IS DISTINCT FROM excluded.measure
"""
# Two that overlap are one disorder, whichever of them was looked at.
_PAIRS = (
    "SELECT DISTINCT least(card, other), greatest(card, other), measure FROM ({found}) AS looked (card, other, measure)"
)
_OF_CARDS = "AND (p.card = ANY({keys}::bigint[]) OR (p.other = ANY({keys}::bigint[]) AND p.rule LIKE 'overlap%'))"


def registers_with_rules() -> list[Register]:
    enabled = enabled_labels()
    return [one for one in registers() if one.topology and one.module in enabled]


def recount(register: Register, keys: Sequence[int] | None = None) -> int:
    """How many shapes are in disorder now. With `keys` only those cards are looked at: what an import has written."""
    found = 0
    for rule in register.topology:
        statement = all_broken(register, rule, keys)
        if statement is None:
            continue
        if keys is not None and isinstance(rule, NoOverlap):
            statement = sql.SQL(_PAIRS).format(found=statement)
        cards = sql.SQL("") if keys is None else sql.SQL(_OF_CARDS).format(keys=sql.Literal(list(keys)))
        with transaction.atomic():
            hold_lock(f"maps.problems:{register.label}")
            with connection.cursor() as cursor:
                cursor.execute(
                    sql.SQL(_RECOUNT).format(
                        found=statement, register=sql.Literal(register.label), rule=sql.Literal(rule.name), cards=cards
                    )
                )
        found += Problem.objects.filter(register=register.label, rule=rule.name, allowed_at__isnull=True).count()
    return found
