"""What the journal keeps by key is told by name: as the card is called now, to whoever may see that card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Exists, Field, Model, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import allowed
from kernel.audit.declare import TrackedTable, tracked_tables
from kernel.audit.models import History
from kernel.files.models import StoredFile
from kernel.registers.registry import register_of
from kernel.search.query import find

# So many cards of one register are looked for by a text; a text that fits more says too little.
MOST_FOUND = 100

Key = tuple[type[Model], str]


class Names:
    """Of the cards one page mentions: one query per model. Without a reader nothing is named."""

    def __init__(self, reader: Any = None, mentioned: Iterable[tuple[type[Model], Any]] = ()) -> None:
        self.reader = reader
        self._named: dict[Key, str] = {}
        wanted: dict[type[Model], set[str]] = defaultdict(set)
        for model, key in mentioned if reader is not None else ():
            wanted[model].add(str(key))
        for model, keys in wanted.items():
            self._ask(model, keys)

    def _ask(self, model: type[Model], keys: set[str]) -> None:
        known = {key: read for key in keys if (read := _key(model, key)) is not None}
        found = {str(card.pk): card for card in _told(model, self.reader).filter(pk__in=list(known.values()))}
        register = register_of(model)
        for key in known:
            card = found.get(key)
            if card is None:
                self._named[model, key] = _("№ %(key)s (видалено)") % {"key": key}
            elif card.told_to_reader:
                self._named[model, key] = register.label_of(card) if register else str(card)

    def of(self, model: type[Model], key: Any) -> str:
        """Empty when the reader may not know it: then the key alone stands there."""
        return self._named.get((model, str(key)), "")


def _key(model: type[Model], key: str) -> Any:
    try:
        read = model._meta.pk.to_python(key)
    except ValidationError:
        return None
    return read if not isinstance(read, int) or 0 < read < 2**63 else None


def _told(model: type[Model], reader: Any) -> QuerySet[Any]:
    """Every card, each with whether this reader may see it."""
    rows: QuerySet[Any] = model._default_manager.all()
    register = register_of(model)
    if register is not None:
        seen = register.rows(reader, archived=None).order_by().filter(pk=OuterRef("pk"))
        # What a card is called may take a word from the cards it points to.
        return register.queryset().select_related(*register.references).annotate(told_to_reader=Exists(seen))
    # Colleagues are named all over the journal, a file belongs to the card whose values are told anyway; the rest to
    # those who may open that part of the system.
    told = model in (User, StoredFile) or allowed(reader, model._meta.app_label, Level.VIEW)
    return rows.annotate(told_to_reader=Value(told, output_field=BooleanField()))


def pointed_at(model: type[Model] | None) -> dict[str, Field[Any, Any]]:
    """Columns that hold a key of another card."""
    if model is None:
        return {}
    return {
        str(field.column): field
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is not None and field.target_field.primary_key  # type: ignore[attr-defined]
    }


def names_in(entries: Iterable[History], tables: Mapping[str, TrackedTable], reader: Any) -> Names:
    return Names(reader, _mentioned(entries, tables) if reader is not None else ())


def names_of_state(card: Model, reader: Any) -> Names:
    """Of the cards that one card pointed to at a moment of its past."""
    mentioned: list[tuple[Any, Any]] = [
        (field.related_model, value)
        for field in pointed_at(type(card)).values()
        if (value := getattr(card, field.attname)) is not None
    ]
    return Names(reader, mentioned)


def _mentioned(entries: Iterable[History], tables: Mapping[str, TrackedTable]) -> Iterator[tuple[type[Model], Any]]:
    columns: dict[str, dict[str, Field[Any, Any]]] = {}
    for entry in entries:
        tracked = tables.get(entry.table_name)
        if tracked is None:
            continue
        pointing = columns.setdefault(entry.table_name, pointed_at(tracked.model))
        for state in (entry.before or {}, entry.after or {}):
            for column in pointing.keys() & state.keys():
                if state[column] not in (None, ""):
                    yield pointing[column].related_model, state[column]  # type: ignore[misc]


def entries_naming(text: str, reader: Any, tables: Iterable[str]) -> Q:
    """Entries whose values point to a card called so; matches nothing when no card is."""
    asked = set(tables)
    keys: dict[type[Model], list[Any]] = {}
    condition = Q(pk__in=[])
    for tracked in tracked_tables():
        if tracked.table not in asked:
            continue
        for column, field in pointed_at(tracked.model).items():
            model: Any = field.related_model
            if model not in keys:
                keys[model] = _called(model, text, reader)
            if found := keys[model]:
                condition |= Q(table_name=tracked.table) & (
                    Q(**{f"before__{column}__in": found}) | Q(**{f"after__{column}__in": found})
                )
    return condition


def _called(model: type[Model], text: str, reader: Any) -> list[Any]:
    register = register_of(model)
    if model is User:
        found: QuerySet[Any] = User.objects.filter(last_name__istartswith=text)
    elif register is not None and register.searchable:
        found = find(register.rows(reader, archived=None), text)
    else:
        return []
    keys = found.order_by().values_list("pk", flat=True)[:MOST_FOUND]
    return [key if isinstance(key, int) else str(key) for key in keys]
