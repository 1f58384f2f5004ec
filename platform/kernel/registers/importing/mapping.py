"""Columns of a file and fields of a register: matched by what people call them, and remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.registers.facets import Facet
from kernel.registers.importing.models import Mapping
from kernel.registers.importing.reading.geojson import GEOMETRY
from kernel.registers.register import Register
from kernel.search.folding import fold

READABLE = frozenset(
    {
        "text", "long_text", "integer", "decimal", "money", "date", "moment", "boolean", "choice", "reference",
        "point", "geometry", "email", "phone", "code",
    }
)  # fmt: skip
NEAREST = 0.5


@dataclass(slots=True)
class Match:
    """`columns[i]` is the field of the i-th column, or ''."""

    columns: list[str]
    notes: list[str] = field(default_factory=list)


def fields_for(register: Register, user: Any) -> dict[str, Facet]:
    """What this person may fill from a file: no more than in the form, and a number where cards have one."""
    found = {name: facet for name, facet in register.written(user).items() if _readable(facet)}
    for name in register.key:
        facet = register.facets[name]
        if name not in found and facet.is_own and _readable(facet) and register.may_see(name, user):
            found[name] = facet
    return found


def _readable(facet: Facet) -> bool:
    return facet.kind in READABLE and (facet.kind != "reference" or facet.reference is not None)


def folded(text: str) -> str:
    """«S, кв.м» and «s кв м» are one head."""
    return " ".join(fold(text).replace("-", " ").replace("№", " номер ").replace("*", " ").split())


def fingerprint(header: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(map(folded, header))).encode()).hexdigest()


def spellings(register: Register, name: str, facet: Facet) -> set[str]:
    words = [facet.label, name, name.replace("_", " "), *map(str, register.aliases.get(name, ()))]
    if facet.unit:
        words += [f"{facet.label}, {facet.unit}", f"{facet.label} {facet.unit}"]
    if facet.field is not None:
        words.append(str(facet.field.verbose_name))
    if name == _drawn(register):
        words.append(GEOMETRY)
    return {folded(word) for word in words}


def _drawn(register: Register) -> str:
    """What a file of shapes calls its geometry goes where the map of the register draws from."""
    if register.layer is not None:
        return register.layer.geometry
    return next((name for name, facet in register.facets.items() if facet.kind in ("point", "geometry")), "")


def guess(register: Register, header: Sequence[str], user: Any) -> Match:
    """The remembered matching first; then labels, names and aliases; then what only begins alike."""
    fields = fields_for(register, user)
    remembered, notes = _remembered(register, header)
    columns: list[str] = [remembered.get(folded(head), "") for head in header]
    columns = [name if name in fields and columns.index(name) == place else "" for place, name in enumerate(columns)]
    lost = {name for name in remembered.values() if name and name not in register.facets}
    if lost:
        notes.append(
            _("Поля, у які вантажили раніше, у реєстрі більше немає: %(names)s. Перевірте відповідність.")
            % {"names": ", ".join(sorted(lost))}
        )
    if remembered:
        return Match(columns, notes)
    known = {name: spellings(register, name, facet) for name, facet in fields.items()}
    for exact in (True, False):
        for place, head in enumerate(header):
            if not columns[place]:
                columns[place] = next(
                    (
                        name
                        for name, words in known.items()
                        if name not in columns and _alike(folded(head), words, exact=exact)
                    ),
                    "",
                )
    return Match(columns, notes)


def _alike(head: str, words: set[str], *, exact: bool) -> bool:
    if exact:
        return head in words
    return any(len(word) > 3 and (head.startswith(f"{word} ") or word.startswith(f"{head} ")) for word in words if head)


def _remembered(register: Register, header: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """{folded head: field} of the nearest file loaded before, and how this one differs from it."""
    own = Mapping.objects.filter(register=register.label, fingerprint=fingerprint(header)).first()
    if own is not None:
        return {folded(head): name for head, name in own.columns.items()}, []
    now = {folded(head): head for head in header}
    best: tuple[float, Mapping | None] = (0.0, None)
    for one in Mapping.objects.filter(register=register.label)[:20]:
        then = {folded(head) for head in one.columns}
        best = max(best, (len(then & now.keys()) / max(1, len(then | now.keys())), one), key=lambda pair: pair[0])
    share, nearest = best
    if nearest is None or share < NEAREST:
        return {}, []
    before = {folded(head): head for head in nearest.columns}
    notes = []
    gone = [head for key, head in before.items() if key not in now and nearest.columns[head]]
    if gone:
        notes.append(
            _("Минулого разу у файлі були ще стовпці: %(names)s. Якщо їх перейменовано, зіставте їх знову.")
            % {"names": ", ".join(gone)}
        )
    new = [head for key, head in now.items() if key not in before]
    if new:
        notes.append(_("Нові стовпці: %(names)s. Виберіть для них поля.") % {"names": ", ".join(new)})
    return {key: nearest.columns[head] for key, head in before.items() if key in now}, notes


def remember(register: Register, header: Sequence[str], columns: Sequence[str], *, by: Any) -> None:
    Mapping.objects.update_or_create(
        register=register.label,
        fingerprint=fingerprint(header),
        defaults={"columns": dict(zip(header, columns, strict=True)), "by": by, "saved_at": timezone.now()},
    )


def refusals(register: Register, columns: Sequence[str], user: Any) -> list[str]:
    """Why these columns cannot be loaded: a field twice, a field that is not this person's, a required one missing."""
    problems = []
    fields = fields_for(register, user)
    used = [name for name in columns if name]
    for name in sorted({name for name in used if used.count(name) > 1}):
        label = register.facets[name].label if name in register.facets else name
        problems.append(_("Поле «%(field)s» вибрано для двох стовпців. Залиште один.") % {"field": label})
    for name in sorted(set(used) - fields.keys()):
        # A field out of sight is named as the file names it, not as the register would.
        problems.append(
            _("У поле «%(field)s» вам не можна записувати. Виберіть для стовпця інше поле або «Не завантажувати».")
            % {"field": name}
        )
    if not used:
        problems.append(_("Не вибрано жодного поля. Зіставте хоча б один стовпець."))
    return problems


def missing(register: Register, columns: Sequence[str], user: Any) -> list[str]:
    """Labels of required fields without a column: new cards cannot be made, existing ones can be changed."""
    return [facet.label for name, facet in fields_for(register, user).items() if facet.required and name not in columns]
