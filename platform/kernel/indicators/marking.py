"""A changed card leaves a mark in its own transaction; what it means for figures is worked out later.

One short insert into a table without other indexes or readers: it waits for nobody and holds nobody up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from kernel.indicators.catalogue import dependents
from kernel.indicators.models import Mark
from kernel.registers.events import listen
from kernel.registers.register import Register


@listen
def mark_changed(register: Register, keys: Sequence[Any], verb: str) -> None:
    if keys and register.label in dependents():
        mark(register.label)


def mark(label: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO indicators_mark (register) VALUES (%s)", [label])


def marked() -> set[str]:
    """Labels of registers to count anew."""
    changed = Mark.objects.values_list("register", flat=True).distinct()
    return {label for one in changed for label in dependents().get(one, ())}


def take_marks(labels: Iterable[str]) -> int:
    """Those seen so far. Whoever is writing now leaves a mark that is seen next time."""
    wanted = set(labels)
    behind = [changed for changed, due in dependents().items() if due & wanted]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM indicators_mark WHERE register = ANY(%s)", [behind])
        return int(cursor.rowcount)
