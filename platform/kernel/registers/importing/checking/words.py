"""Texts into values: by SQL where the type says it all, else once for every different text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.registers.importing.checking import fast
from kernel.registers.importing.checking.reading import read
from kernel.registers.register import Register
from kernel.search.folding import fold
from kernel.search.query import find

if TYPE_CHECKING:
    from kernel.registers.importing.checking.stage import Field, Stage

# What an accepted advice looks like: «вул. Лісова, 8 [#12]» is exactly that card.
BY_NUMBER = re.compile(r"\[#(\d{1,18})\]$")
MOST_ADVICE = 100
MOST_LABELS = 2000
MOST_ALIKE = 30
_TEXTUAL = ("CharField", "TextField", "SlugField")
_NAMING = ("code", "number", "title", "name", "short_name")

Word = tuple[str, int | None, str | None, str, str]


def cut(stage: Stage) -> None:
    """Every cell as a text, and whether plain SQL reads it: asked once, for it is asked by an expression."""
    columns = [
        sql.SQL("nullif(cells[{}], '') AS {}").format(sql.Literal(field.place + 1), field.t) for field in stage.fields
    ]
    plain = [
        sql.SQL(", (c.{} IS NULL OR ({})) AS {}").format(field.t, easy[0], field.plain)
        for field in stage.fields
        if (easy := _easy(field)) is not None
    ]
    stage.run(
        "CREATE TEMPORARY TABLE {cut} ON COMMIT DROP AS SELECT c.*{plain} FROM (SELECT number, {columns} FROM {raw} OFFSET 0) c",
        columns=sql.SQL(", ").join(columns),
        plain=sql.SQL("").join(plain),
    )
    stage.run("ANALYZE {cut}")


def read_all(stage: Stage) -> None:
    joins: list[sql.Composable] = []
    values: list[sql.Composable] = []
    # A field whose every text plain SQL reads has no words to join.
    judged: list[Field] = []
    for field in _parents_first(stage):
        easy = _easy(field)
        parent = stage.by_name.get(stage.register.dependent.get(field.name, ""))
        if parent is not None and (field.facet.kind != "reference" or parent.facet.kind != "reference"):
            parent = None
        asked = _slow(stage, field, parent, mixed=easy is not None)
        if not asked and easy is not None and field.facet.kind != "reference":
            value = sql.SQL("CASE WHEN c.{} THEN ({})::{} END").format(field.plain, easy[1], field.type)
            values.append(sql.SQL("c.{t}, {value} AS {v}").format(t=field.t, value=value, v=field.v))
            continue
        judged.append(field)
        word = sql.Identifier(f"w{field.place}")
        on = sql.SQL("{w}.t = c.{t}").format(w=word, t=field.t)
        if parent is not None:
            on += sql.SQL(" AND {w}.p = coalesce({parent}.v::bigint, 0)").format(
                w=word, parent=sql.Identifier(f"w{parent.place}")
            )
        joins.append(sql.SQL(" LEFT JOIN {} {} ON {}").format(field.words, word, on))
        slow = sql.SQL("{}.v::{}").format(word, field.type)
        if easy is not None:
            slow = sql.SQL("CASE WHEN c.{} THEN ({})::{} ELSE {} END").format(field.plain, easy[1], field.type, slow)
        values.append(sql.SQL("c.{t}, {value} AS {v}").format(t=field.t, value=slow, v=field.v))
    stage.run(
        "CREATE TEMPORARY TABLE {read} ON COMMIT DROP AS SELECT c.number, {values} FROM {cut} c{joins}",
        values=sql.SQL(", ").join(values),
        joins=sql.SQL("").join(joins),
    )
    for field in judged:
        parent = stage.by_name.get(stage.register.dependent.get(field.name, ""))
        within: sql.Composable = sql.SQL("")
        if parent is not None and field.facet.kind == "reference" and parent.facet.kind == "reference":
            within = sql.SQL(" AND w.p = coalesce(c.{}::bigint, 0)").format(parent.v)
        stage.run(
            "INSERT INTO {faults} SELECT c.number, {name}, w.t, w.message, w.advice, w.v IS NOT NULL FROM {read} c "
            "JOIN {words} w ON w.t = c.{t}{within} WHERE w.message <> ''",
            name=field.name, words=field.words, t=field.t, within=within,
        )  # fmt: skip


def _easy(field: Field) -> tuple[sql.Composable, sql.Composable] | None:
    if field.facet.kind == "reference":
        return None
    return fast.conditions(field.facet, sql.SQL("c.{}").format(field.t))


def _parents_first(stage: Stage) -> list[Field]:
    order: list[Field] = []

    def add(field: Field) -> None:
        parent = stage.by_name.get(stage.register.dependent.get(field.name, ""))
        if parent is not None and parent not in order and parent is not field:
            add(parent)
        if field not in order:
            order.append(field)

    for field in stage.fields:
        add(field)
    return order


def _slow(stage: Stage, field: Field, parent: Field | None, *, mixed: bool) -> bool:
    """Texts Python reads, each once; whether there were any."""
    stage.run(
        "CREATE TEMPORARY TABLE {words} (t text, p bigint, v text, message text, advice text) ON COMMIT DROP",
        words=field.words,
    )
    hard = sql.SQL("c.{} IS NOT NULL").format(field.t)
    if mixed:
        hard += sql.SQL(" AND NOT c.{}").format(field.plain)
    if parent is None:
        found = stage.rows("SELECT DISTINCT c.{t}, 0 FROM {cut} c WHERE {hard}", t=field.t, hard=hard)
    else:
        found = stage.rows(
            "SELECT DISTINCT c.{t}, coalesce(w.v::bigint, 0) FROM {cut} c LEFT JOIN {words} w ON w.t = c.{of} WHERE {hard}",
            t=field.t, words=parent.words, of=parent.t, hard=hard,
        )  # fmt: skip
    if not found:
        return False
    if field.facet.kind == "reference":
        _keep(field, _references(stage, field, found, parent))
    else:
        readings = ((text, read(field.facet, text)) for text, _none in found)
        _keep(field, ((text, 0, one.value, one.message, one.advice) for text, one in readings))
    stage.run("ANALYZE {words}", words=field.words)
    return True


def _keep(field: Field, words: Iterable[Word]) -> None:
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(field.words)) as copy:
        for word in words:
            copy.write_row(word)


# -- references -------------------------------------------------------------------------------------


def _references(stage: Stage, field: Field, found: list[tuple[Any, ...]], parent: Field | None) -> list[Word]:
    """Cards this person may see, by number, by key, by what they are called."""
    reference = field.facet.reference
    assert reference is not None
    cards = stage.register.fits(field.name, reference.rows(stage.user))
    matches: dict[tuple[str, int], set[Any]] = {}
    exact = {int(number[1]): key for key in found if (number := BY_NUMBER.search(key[0]))}
    for pk in cards.filter(pk__in=list(exact)).values_list("pk", flat=True):
        matches[exact[pk]] = {pk}
    rest = [pair for pair in found if pair not in matches]
    resolve = getattr(reference, "resolve", None)
    if resolve is not None:
        for pair, pks in resolve([pair for pair in rest], user=stage.user).items():
            matches.setdefault(pair, set()).update(pks)
        rest = [pair for pair in rest if pair not in matches]
    _by_names(stage, reference, cards, rest, field, parent, matches)
    _by_labels(reference, cards, [pair for pair in rest if pair not in matches], matches)
    unknown = [pair for pair in found if pair not in matches]
    advice = _nearest(stage, reference, cards, unknown[:MOST_ADVICE])
    words: list[Word] = []
    for text, within in found:
        pks = matches.get((text, within), set())
        if len(pks) == 1:
            words.append((text, within, str(next(iter(pks))), "", ""))
        elif pks:
            message = _("У реєстрі «%(register)s» таких кілька: %(count)d. Допишіть, котра саме, або вкажіть її код.")
            words.append((text, within, None, message % {"register": reference.name, "count": len(pks)}, ""))
        else:
            near = advice.get(text, "")
            message = _("Немає в реєстрі «%(register)s».") % {"register": reference.name}
            if near:
                message += " " + _("Схоже на «%(label)s».") % {"label": BY_NUMBER.sub("", near).strip()}
            words.append((text, within, None, message, near))
    return words


def naming_columns(reference: Register) -> list[str]:
    """Own text columns by which people name a card."""
    fields = {field.name: field for field in reference.model._meta.concrete_fields}
    names = dict.fromkeys([*reference.key, reference.label_field, *_NAMING])
    return [name for name in names if name in fields and _textual(fields[name])]


def _textual(field: Any) -> bool:
    return (field.output_field if field.generated else field).get_internal_type() in _TEXTUAL


def _by_names(
    stage: Stage, reference: Register, cards: Any, pairs: list[tuple[str, int]], field: Field, parent: Field | None,
    matches: dict[tuple[str, int], set[Any]],
) -> None:  # fmt: skip
    columns = naming_columns(reference)
    if not pairs or not columns:
        return
    owner = None
    if parent is not None:
        owner = next((f for f in reference.model._meta.concrete_fields if f.name == parent.name), None)
    selected = cards.order_by().values_list("pk", *columns, *([owner.attname] if owner else []))
    inner = sql.SQL("SELECT * FROM ({}) q (pk, {}{})").format(
        literal_sql(selected),
        sql.SQL(", ").join(sql.Identifier(f"n{number}") for number in range(len(columns))),
        sql.SQL(", owner") if owner else sql.SQL(""),
    )
    asked = sql.SQL("unnest({}::text[], {}::bigint[]) AS a (t, p)").format(
        sql.Literal([text for text, _p in pairs]), sql.Literal([within for _t, within in pairs])
    )
    for number in range(len(columns)):
        statement = sql.SQL(
            "SELECT a.t, a.p, r.pk FROM {asked} JOIN ({inner}) r ON public.hromada_fold(btrim(r.{name})) = "
            "public.hromada_fold(btrim(a.t)){within}"
        ).format(
            asked=asked,
            inner=inner,
            name=sql.Identifier(f"n{number}"),
            within=sql.SQL(" AND (a.p = 0 OR r.owner = a.p)") if owner else sql.SQL(""),
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)
            for text, within, pk in cursor.fetchall():
                matches.setdefault((text, within), set()).add(pk)


def _by_labels(
    reference: Register, cards: Any, pairs: list[tuple[str, int]], matches: dict[tuple[str, int], set[Any]]
) -> None:
    """What a card is called where no single column says it: found by its words, compared as a whole."""
    if not reference.searchable:
        return
    for text, within in pairs[:MOST_LABELS]:
        wanted = fold(text).split()
        for card in find(cards, text)[:MOST_ALIKE]:
            if fold(reference.label_of(card)).split() == wanted:
                matches.setdefault((text, within), set()).add(card.pk)


def _nearest(stage: Stage, reference: Register, cards: Any, pairs: list[tuple[str, int]]) -> dict[str, str]:
    """{text: label with its number} of the card that looks most alike."""
    if not pairs or not reference.searchable:
        return {}
    selected = literal_sql(cards.order_by().values_list("pk", "sought"))
    statement = sql.SQL(
        "SELECT a.t, best.pk FROM unnest({asked}::text[]) AS a (t) CROSS JOIN LATERAL (SELECT r.pk FROM ({inner}) r "
        "(pk, sought) WHERE public.hromada_fold(a.t) <% r.sought ORDER BY word_similarity(public.hromada_fold(a.t), "
        "r.sought) DESC, r.pk LIMIT 1) best"
    ).format(asked=sql.Literal(sorted({text for text, _within in pairs})), inner=selected)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found = dict(cursor.fetchall())
    known = cards.in_bulk(list(set(found.values())))
    return {text: f"{reference.label_of(known[pk])} [#{pk}]" for text, pk in found.items() if pk in known}


def literal_sql(queryset: Any) -> sql.SQL:
    """A compiled queryset with its parameters inside, to stand within a larger statement."""
    text, parameters = queryset.query.sql_with_params()
    return sql.SQL(connection.ops.compose_sql(text, parameters))  # type: ignore[attr-defined]
