"""Finding oneself: a community in КАТОТТГ by any of its names or codes, an enterprise by its ЄДРПОУ."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kernel.text import slug_from_name
from shared_apps.communities.models import Community
from shared_apps.communities.names import edrpou_is_valid
from shared_apps.reference.models import TerritorialUnit
from shared_apps.reference.territory import breadcrumb, former_names, search_territory, settlements_of

Category = TerritorialUnit.Category
HERE = (Community.State.ACTIVE, Community.State.SUSPENDED, Community.State.REQUESTED, Community.State.PROVISIONING)
EDRPOU = re.compile(r"^\d{8}$")
LATIN = re.compile(r"[A-Za-z]")
MOST = 8

# Latin spellings back into the letters that fold() compares; what the spelling loses (ь, ʼ) the likeness forgives.
_BACK = (
    ("shch", "щ"), ("zgh", "зг"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("ye", "є"),
    ("ie", "є"), ("yi", "ї"), ("iu", "ю"), ("yu", "ю"), ("ia", "я"), ("ya", "я"), ("a", "а"), ("b", "б"), ("v", "в"),
    ("h", "г"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("y", "и"), ("i", "і"), ("k", "к"), ("l", "л"),
    ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A community as КАТОТТГ knows it, and whether it is here already."""

    unit: TerritorialUnit
    path: str
    former: str
    through: str
    settlements: int
    here: Community | None
    closed: bool

    @property
    def told(self) -> str:
        parts = [self.path]
        if self.settlements:
            parts.append(_("населених пунктів: %(count)s") % {"count": self.settlements})
        if self.through:
            parts.append(_("знайдено за місцем: %(place)s") % {"place": self.through})
        if self.former:
            parts.append(_("раніше: %(name)s") % {"name": self.former})
        if self.closed:
            parts.append(_("код закрито новою редакцією КАТОТТГ"))
        return " · ".join(parts)


def find_places(text: str) -> list[Place]:
    """Hromadas; a village leads to its own hromada, an old name to the present one."""
    hits = search_territory(text, limit=MOST * 3)
    if not hits and LATIN.search(text):
        hits = search_territory(from_latin(text), limit=MOST * 3)
    found: dict[str, tuple[str, str]] = {}
    for hit in hits:
        code = hit.unit.code if hit.unit.category in (Category.HROMADA, Category.SPECIAL_CITY) else hit.unit.hromada
        own = code == hit.unit.code
        # Its own name says more than a village that happens to bear it too.
        if code and (own or code not in found):
            found[code] = (hit.former_name if own else "", "" if own else (hit.former_name or hit.unit.label))
    return places(list(found)[:MOST], found)


def places(codes: Iterable[str], found: dict[str, tuple[str, str]] | None = None) -> list[Place]:
    codes = list(codes)
    latest = {row.code: row for row in TerritorialUnit.objects.filter(code__in=codes).order_by("valid_from")}
    here = {
        row.katottg: row
        for row in Community.objects.filter(katottg__in=codes, kind="hromada", state__in=HERE, training=False)
    }
    made = []
    for code in codes:
        unit = latest.get(code)
        if unit is None:
            continue
        former, through = (found or {}).get(code, ("", ""))
        above = ", ".join(one.label for one in reversed(breadcrumb(unit)))
        closed = unit.valid_to is not None
        made.append(Place(unit, above, former, through, len(settlements_of(code)), here.get(code), closed))
    return made


def place_of(code: str) -> Place | None:
    return next(iter(places([code])), None)


def enterprise_here(edrpou: str) -> Community | None:
    return Community.objects.filter(edrpou=edrpou, state__in=HERE).select_related("parent").first()


def is_edrpou(text: str) -> bool:
    return bool(EDRPOU.match("".join(text.split())))


def edrpou_problem(code: str) -> str:
    if not EDRPOU.match(code):
        return _("Код ЄДРПОУ — рівно 8 цифр, разом із нулями на початку.")
    if not edrpou_is_valid(code):
        return _("Контрольна цифра коду %(code)s не збігається. Звірте код із довідкою ЄДРПОУ.") % {"code": code}
    return ""


def former_of(unit: TerritorialUnit) -> list[str]:
    return [row.name for row in former_names(unit.code) if row.name != unit.name]


def from_latin(text: str) -> str:
    told = text.lower()
    for latin, letter in _BACK:
        told = told.replace(latin, letter)
    return told


def resembles(one: str, other: str, *, least: int = 5) -> bool:
    """Whether a domain or an organisation's name speaks of the same place: both begin with the same stem."""
    first, second = slug_from_name(one), slug_from_name(other)
    stem = min(len(first), len(second), max(least, len(second) - 5))
    return stem >= least and first[:stem] == second[:stem]
