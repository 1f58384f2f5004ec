"""Looking for doubles over a whole register: a few statements, whatever its size.

Likeness is the share of common three-letter pieces. Two texts that share enough of them must share one of the
rarest few of each (prefix filtering), so every text is compared with a handful of others, not with all. What is
missed: texts that have nothing rare in common, such as two misspellings of the commonest name of the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.db import connection
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from kernel.access.levels import Level
from kernel.operations import Who, operation
from kernel.registers.merging.declare import Merging, rules_of
from kernel.registers.merging.models import Likely, Search
from kernel.registers.register import Register
from kernel.search.text import Folded
from kernel.tenancy.locks import hold_lock

MOST = 5_000
COMMON = 50  # a piece that so many texts have tells nothing of any two of them
ZONE = 3857  # metres of the web map; a degree of latitude at 50° N is stretched by 1/cos 50°
STRETCH = 1.56
_TARGET = "(register, one_id, other_id, why, likeness, found_at)"


@operation("registers", None)
def find_doubles(register: Register, *, by: Who) -> int:
    """Pairs as they are now; what people dismissed stays dismissed. How many wait for a decision."""
    hold_lock(f"merging.find:{register.label}")
    rules, started = rules_of(register), timezone.now()
    for sql, parameters in _statements(register, rules):
        with connection.cursor() as cursor:
            # What a statement makes on its way has no statistics; without them loops within loops look cheap.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(sql, [register.label, started, *parameters])
            cursor.execute("SET LOCAL enable_nestloop = on")
    Likely.objects.filter(register=register.label, found_at__lt=started, dismissed_at=None).delete()
    found = Likely.objects.filter(register=register.label, dismissed_at=None).count()
    Search.objects.update_or_create(register=register.label, defaults={"at": started, "found": found})
    return found


def _statements(register: Register, rules: Merging) -> Iterator[tuple[str, list[Any]]]:
    rows = register.queryset().filter(archived_at__isnull=True).order_by()
    within = _text(rules.within)
    for group in rules.same:
        live = rows.exclude(**{group[0]: ""}) if _is_text(register, group[0]) else rows.exclude(**{group[0]: None})
        yield _insert("same", live.annotate(merging_grp=_text((*rules.within, *group))), _SAME)
    if rules.alike:
        live = rows.annotate(merging_grp=within, merging_words=Folded(*rules.alike)).exclude(
            merging_words__regex=r"^\s*$"
        )
        yield _insert("alike", live, _ALIKE, rules.likeness)
    if rules.near:
        place: Any = Transform(rules.near, ZONE)
        live = rows.filter(**{f"{rules.near}__isnull": False}).annotate(merging_grp=within, merging_place=place)
        yield _insert("near", live, _NEAR, rules.metres * STRETCH)


def _is_text(register: Register, name: str) -> bool:
    return register.facet(name).kind not in ("reference", "date", "integer", "decimal", "money", "point")


def _text(names: tuple[str, ...]) -> Any:
    """The values of several columns as one text to group by."""
    parts: list[Any] = [Value("")]
    for name in names:
        parts += [Cast(F(name), TextField()), Value("|")]
    return Concat(*parts, Value(""), output_field=TextField())


def _insert(why: str, live: QuerySet[Any], pairs: str, least: float = 1) -> tuple[str, list[Any]]:
    """The newest word on a pair is kept, and a dismissal stays."""
    # Under names of its own: a model may well have a field called «place».
    names = [name for name in ("grp", "words", "place") if f"merging_{name}" in live.query.annotations]
    asked = live.annotate(merging_card=F("pk")).values("merging_card", *(f"merging_{name}" for name in names))
    source, parameters = asked.query.sql_with_params()
    columns = ", ".join(f"merging_{name} AS {name}" for name in ("card", *names))
    pairs = pairs.replace("{least}", f"{least:.4f}").replace("{common}", str(COMMON))
    sql = (
        "WITH asked AS (SELECT %s::text AS register, %s::timestamptz AS started), "  # noqa: S608 - text of this module
        f"live AS MATERIALIZED (SELECT {columns} FROM ({source}) AS source), {pairs} "
        f"INSERT INTO {Likely._meta.db_table} {_TARGET} "
        f"SELECT register, one, other, '{why}', likeness, started FROM pairs, asked "
        f"ORDER BY likeness DESC, one, other LIMIT {MOST} "
        "ON CONFLICT (register, one_id, other_id) DO UPDATE SET found_at = excluded.found_at, "
        f"likeness = excluded.likeness, why = excluded.why"
    )
    return sql, list(parameters)


# Of many equal rows each is paired with the next one, not all with all.
_SAME = """
pairs AS (
  SELECT one, other, 1.0 AS likeness FROM (
    SELECT card AS one, lead(card) OVER (PARTITION BY grp ORDER BY card) AS other FROM live
  ) neighbours WHERE other IS NOT NULL
)"""

# By squares as wide as the bound: whatever is near stands in the same square or in one of the eight around it.
_NEAR = """
squares AS MATERIALIZED (
  SELECT card, grp, place, floor(ST_X(place) / {least})::bigint AS x, floor(ST_Y(place) / {least})::bigint AS y FROM live
),
around AS (
  SELECT card, grp, place, x + dx AS x, y + dy AS y
  FROM squares, generate_series(-1, 1) AS dx, generate_series(-1, 1) AS dy
),
pairs AS (
  SELECT a.card AS one, b.card AS other, 1.0 AS likeness
  FROM around a JOIN squares b ON a.x = b.x AND a.y = b.y AND a.grp = b.grp AND a.card < b.card
  WHERE ST_Distance(a.place, b.place) <= {least}
)"""

_ALIKE = """
texts AS MATERIALIZED (SELECT min(card) AS card, grp, words FROM live GROUP BY grp, words),
grams AS MATERIALIZED (
  SELECT card, grp, gram, count(*) OVER (PARTITION BY card) AS size FROM texts, unnest(show_trgm(words)) AS gram
),
rare AS MATERIALIZED (SELECT grp, gram, count(*) AS uses FROM grams GROUP BY grp, gram),
placed AS MATERIALIZED (
  SELECT card, grp, gram, size, uses, row_number() OVER (PARTITION BY card ORDER BY uses, gram) AS place
  FROM grams JOIN rare USING (grp, gram)
),
heads AS MATERIALIZED (
  SELECT card, grp, gram, size FROM placed WHERE place <= size - ceil({least} * size) + 1 AND uses BETWEEN 2 AND {common}
),
near AS MATERIALIZED (
  SELECT DISTINCT a.card AS one, b.card AS other
  FROM heads a JOIN heads b ON a.gram = b.gram AND a.grp = b.grp AND a.card < b.card
  WHERE b.size >= {least} * a.size AND a.size >= {least} * b.size
),
pairs AS (
  SELECT one, other, similarity(x.words, y.words) AS likeness
  FROM near JOIN texts x ON x.card = one JOIN texts y ON y.card = other
  WHERE similarity(x.words, y.words) >= {least}
  UNION ALL
  SELECT one, other, 1.0 FROM (
    SELECT card AS one, lead(card) OVER (PARTITION BY grp, words ORDER BY card) AS other FROM live
  ) neighbours WHERE other IS NOT NULL
)"""


def likely_pairs(register: Register, user: Any) -> QuerySet[Likely]:
    """Those of which the person may make one: both cards are theirs to manage, and in the lists."""
    mine = register.rows(user, Level.MANAGE).order_by().values("pk")
    found = Likely.objects.filter(register=register.label, dismissed_at=None)
    return found.filter(one_id__in=mine, other_id__in=mine)


def likely_of(register: Register, card: Any, user: Any, most: int = 5) -> list[Any]:
    """Cards that look like this one, by the last search."""
    pairs = Likely.objects.filter(register=register.label, dismissed_at=None)
    keys = [
        *pairs.filter(one_id=card.pk).values_list("other_id", flat=True)[:most],
        *pairs.filter(other_id=card.pk).values_list("one_id", flat=True)[:most],
    ]
    return list(register.rows(user, Level.MANAGE).filter(pk__in=keys)[:most]) if keys else []


@operation("registers", None)
def dismiss(pair: Likely, *, by: Any) -> None:
    """A person looked: these are two things. They are not offered again."""
    Likely.objects.filter(pk=pair.pk, dismissed_at=None).update(dismissed_at=timezone.now(), dismissed_by=by)
