"""The history of own fields: told field by field, the retired ones too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from kernel.audit.beside import Told
from kernel.designer.facets import column_of
from kernel.designer.known import Said, snapshot
from kernel.designer.models import Extra
from kernel.designer.values import value_of
from kernel.registers.facets import Facet


def rows_of(obj: Model) -> Iterable[str]:
    """Asked only where the tenant has fields at all."""
    if not snapshot().by_register or not isinstance(obj.pk, int):
        return []
    found = Extra.objects.filter(table_name=obj._meta.db_table, row_id=obj.pk).values_list("pk", flat=True)
    return [str(pk) for pk in found]


def unfold(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Told]:
    was, became = (dict((given or {}).get("values") or {}) for given in (before, after))
    found: list[Told] = []
    for key in dict.fromkeys([*was, *became]):
        if was.get(key) == became.get(key):
            continue
        place = snapshot().field_by_key(key)
        if place is None:
            found.append((key, _("поле, якого вже немає"), _plain(was.get(key)), _plain(became.get(key))))
            continue
        said = place[1]
        label = said.title if said.retired is None else _("%(field)s (вилучене)") % {"field": said.title}
        found.append((said.name, label, words_of(said, was.get(key)), words_of(said, became.get(key))))
    return found


def words_of(said: Said, raw: Any) -> str:
    if raw is None:
        return _("порожньо")
    if said.kind in ("reference", "file"):
        return _("№ %(key)s") % {"key": raw}
    facet = Facet(
        said.name, said.title, "decimal" if said.kind == "number" else said.kind, field=column_of(said),
        options=dict(said.options) if said.kind == "choice" else {},
    )  # fmt: skip
    return f"«{facet.words(value_of(said, raw))}»"


def _plain(raw: Any) -> str:
    return _("порожньо") if raw is None else f"«{raw}»"
