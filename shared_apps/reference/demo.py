"""A fictional oblast, code 99, for shows and tests: no place in Ukraine has these names or numbers.

The unique numbers of КАТОТТГ begin with 10001; these take the unused ones below.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.tenancy import platform_context
from shared_apps.reference.errors import FileRefused
from shared_apps.reference.folding import fold
from shared_apps.reference.models import TerritorialUnit

SINCE = date(2020, 11, 26)
ACT = "Вигадана область для показу"

REGION = "UA99000000000000001"
DISTRICT = "UA99020000000000002"
DUBOHIR = "UA99020010000000003"
KALYNOBRID = "UA99020030000000004"
SRIBNOVODDIA = "UA99020050000000005"

_ABOVE = (("O", "Дубогірська", REGION), ("P", "Дубогірський", DISTRICT))
_HROMADAS = {
    DUBOHIR: (
        "Дубогірська міська",
        (
            ("M", "Дубогір"),
            ("X", "Зореград"),
            ("C", "Медвинка"),
            ("C", "Вербополе"),
            ("C", "Ведмежани"),
            ("C", "Верболозівка"),
            ("C", "Кленоводи"),
            ("C", "Лелечани"),
            ("C", "Озерогай"),
            ("C", "Смерекодол"),
            ("C", "Тихолісся"),
        ),
    ),
    KALYNOBRID: (
        "Калинобродська селищна",
        (("X", "Калинобрід"), ("C", "Березоводи"), ("C", "Світлодолина"), ("C", "Хмелегай")),
    ),
    SRIBNOVODDIA: (
        "Срібноводська сільська",
        (("C", "Срібноводдя"), ("C", "Вишнезір"), ("C", "Терноводи")),
    ),
}


def demo_units() -> list[TerritorialUnit]:
    units = [_unit(code, category, name) for category, name, code in _ABOVE]
    units[1].parent = REGION
    number = 10
    for code, (name, settlements) in _HROMADAS.items():
        units.append(_unit(code, "H", name, parent=DISTRICT, hromada=code))
        for place, (category, settlement) in enumerate(settlements, start=1):
            number += 1
            own = f"{code[:9]}{place * 10:03d}00{number:05d}"
            units.append(_unit(own, category, settlement, parent=code, hromada=code))
    return units


def load_demo_territory() -> int:
    """How many units were added; a second call adds none."""
    with platform_context(), transaction.atomic():
        units = demo_units()
        real = TerritorialUnit.objects.filter(code__startswith="UA99", demo=False).first()
        if real is not None:
            raise FileRefused(
                _("Код області 99 уже зайнято справжньою одиницею %(unit)s. Демонстраційної області тут не створити.")
                % {"unit": real}
            )
        known = set(TerritorialUnit.objects.filter(demo=True).values_list("code", flat=True))
        missing = [unit for unit in units if unit.code not in known]
        TerritorialUnit.objects.bulk_create(missing)
        return len(missing)


def _unit(code: str, category: str, name: str, *, parent: str = "", hromada: str = "") -> TerritorialUnit:
    return TerritorialUnit(
        code=code,
        category=category,
        name=name,
        parent=parent,
        region=REGION,
        district="" if category == "O" else DISTRICT,
        hromada=hromada,
        folded=fold(name),
        demo=True,
        valid_from=SINCE,
        source_act=ACT,
    )
