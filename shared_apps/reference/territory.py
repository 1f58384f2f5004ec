"""Places: one by its code, the way down from an oblast, and search by any name a place has or had."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, F, FloatField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Collate, Length
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from shared_apps.reference.errors import MissingReference
from shared_apps.reference.folding import LATIN_FOR_CYRILLIC, fold
from shared_apps.reference.models import KoatuuAlias, TerritorialUnit

Category = TerritorialUnit.Category
REGIONS = (Category.OBLAST, Category.SPECIAL_CITY)
PLACES = (Category.CITY, Category.TOWN, Category.SETTLEMENT, Category.VILLAGE, Category.SPECIAL_CITY)

_CODE = re.compile(r"^(?:UA)?(\d{2,17})$")
_TYPES = re.compile(r"^(?:м|с|смт|сел|селище|село|місто)[. ]+(?=\w)", re.IGNORECASE)
_ORDER = "KOMXTHCPB"
ENOUGH_SIMILAR = 0.35


@dataclass(frozen=True, slots=True)
class TerritoryHit:
    """A place that was found: its present row, the old name it was found by, and where it is."""

    unit: TerritorialUnit
    former_name: str
    path: str


def by_name(units: QuerySet[TerritorialUnit]) -> QuerySet[TerritorialUnit]:
    """In the order of the Ukrainian alphabet."""
    return units.order_by(Collate("name", "uk-x-icu"), "code")


def regions() -> list[TerritorialUnit]:
    """Oblasts, Crimea and the two cities with special status: a picker without K has no Kyiv."""
    return list(by_name(TerritorialUnit.objects.current().filter(category__in=REGIONS)))


def children(code: str, *, kinds: Iterable[str] = ()) -> list[TerritorialUnit]:
    units = TerritorialUnit.objects.current().filter(parent=code)
    return list(by_name(units.filter(category__in=list(kinds)) if kinds else units))


def settlements_of(hromada: str) -> list[TerritorialUnit]:
    return list(by_name(TerritorialUnit.objects.current().filter(hromada=hromada, category__in=PLACES)))


def find_unit(code: str, on: date | None = None) -> TerritorialUnit:
    """The place as it was on that day, or as it is.

    Before the earliest loaded edition nothing is known of its name, and the earliest known row stands for it.
    """
    rows = TerritorialUnit.objects.filter(code=code)
    if on is None:
        found = rows.order_by("-valid_from").first()
    else:
        found = rows.on(on).first() or rows.filter(valid_from__gt=on).order_by("valid_from").first()
    if found is None:
        raise MissingReference(
            _("код КАТОТТГ %(code)s") % {"code": code},
            on or localdate(),
            _("Знайдіть місце за назвою або попросіть оператора хмари завантажити новіший КАТОТТГ."),
        )
    return found


def former_names(code: str) -> list[TerritorialUnit]:
    """Rows of the place that no longer hold, the latest first."""
    return list(TerritorialUnit.objects.filter(code=code).exclude(valid_to=None).order_by("-valid_from"))


def unit_by_koatuu(legacy_code: str) -> TerritorialUnit:
    alias = KoatuuAlias.objects.filter(legacy_code=legacy_code).first()
    if alias is None:
        raise MissingReference(
            _("код КОАТУУ %(code)s") % {"code": legacy_code},
            localdate(),
            _("Знайдіть місце за назвою."),
        )
    return find_unit(alias.katottg)


def breadcrumb(unit: TerritorialUnit) -> list[TerritorialUnit]:
    """From the oblast down to what holds this place: область → район → громада."""
    return _above([unit])[unit.code]


def search_territory(text: str, *, kinds: Iterable[str] = (), limit: int = 20) -> list[TerritoryHit]:
    """By a name, present or former, or by a code of КАТОТТГ or КОАТУУ; apostrophes, case and look-alike
    Latin letters do not matter, and a slip of the finger is forgiven when nothing matches exactly."""
    code = _CODE.match("".join(text.split()).translate(LATIN_FOR_CYRILLIC).upper())
    units = TerritorialUnit.objects.all()
    if kinds:
        units = units.filter(category__in=list(kinds))
    if code:
        rows = list(units.filter(_code_condition(code[1])).order_by("code", "-valid_from")[: limit * 3])
    else:
        rows = _by_text(units, fold(_TYPES.sub("", text.strip())), limit * 3)
    return _hits(rows, limit)


def _code_condition(digits: str) -> Q:
    condition = Q(code__startswith=f"UA{digits}")
    if len(digits) == 10:
        condition |= Q(code__in=KoatuuAlias.objects.filter(legacy_code=digits).values("katottg"))
    return condition


def _by_text(units: QuerySet[TerritorialUnit], wanted: str, limit: int) -> list[TerritorialUnit]:
    if len(wanted) < 2:
        return []
    importance = Case(
        *(When(category=letter, then=Value(rank)) for rank, letter in enumerate(_ORDER)),
        output_field=IntegerField(),
    )
    closeness = Case(
        When(folded=wanted, then=Value(0)),
        When(folded__startswith=wanted, then=Value(1)),
        When(folded__contains=f" {wanted}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    exact = units.filter(folded__contains=wanted).annotate(closeness=closeness, importance=importance)
    found = list(
        exact.order_by("closeness", F("valid_to").desc(nulls_first=True), "importance", Length("name"), "name", "code")[
            :limit
        ]
    )
    if found:
        return found
    similar = units.filter(folded__trigram_similar=wanted).annotate(
        similarity=TrigramSimilarity("folded", wanted, output_field=FloatField()), importance=importance
    )
    return list(
        similar.filter(similarity__gte=ENOUGH_SIMILAR).order_by("-similarity", "importance", "name", "code")[:limit]
    )


def _hits(rows: list[TerritorialUnit], limit: int) -> list[TerritoryHit]:
    matched: dict[str, TerritorialUnit] = {}
    for row in rows:
        matched.setdefault(row.code, row)
    codes = list(matched)[:limit]
    latest: dict[str, TerritorialUnit] = {}
    for row in TerritorialUnit.objects.filter(code__in=codes).order_by("valid_from"):
        latest[row.code] = row
    above = _above(latest.values())
    return [
        TerritoryHit(
            latest[code],
            matched[code].name if matched[code].name != latest[code].name else "",
            ", ".join(unit.label for unit in reversed(above[code])),
        )
        for code in codes
    ]


def _above(units: Iterable[TerritorialUnit]) -> dict[str, list[TerritorialUnit]]:
    units = list(units)
    steps = {unit.code: [step for step in (unit.region, unit.district, unit.hromada) if step] for unit in units}
    for unit in units:
        if unit.parent not in ("", *steps[unit.code]):
            steps[unit.code].append(unit.parent)
        steps[unit.code] = [step for step in steps[unit.code] if step != unit.code]
    wanted = {step for path in steps.values() for step in path}
    known = {row.code: row for row in TerritorialUnit.objects.filter(code__in=wanted).order_by("valid_from")}
    return {code: [known[step] for step in path if step in known] for code, path in steps.items()}
