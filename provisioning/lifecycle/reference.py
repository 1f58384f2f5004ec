"""What the shared reference data says of a community's place."""

from __future__ import annotations

from dataclasses import dataclass

from shared_apps.communities.models import Community
from shared_apps.reference.models import TerritorialUnit

Category = TerritorialUnit.Category
OF_HROMADA = frozenset({Category.HROMADA, Category.SPECIAL_CITY})


@dataclass(frozen=True, slots=True)
class Place:
    """`problem` refuses the code, `doubt` only warns."""

    problem: str = ""
    doubt: str = ""


def look_up(code: str, kind: str) -> Place:
    unit = TerritorialUnit.objects.filter(code=code).order_by("-valid_from").first()
    if unit is None:
        if not TerritorialUnit.objects.exists():
            return Place(doubt=f"Довідник КАТОТТГ порожній: код {code} не перевірено (hromada reference load katottg).")
        return Place(f"Коду {code} у довіднику КАТОТТГ немає. Знайдіть свій за назвою: hromada reference list katottg.")
    if unit.valid_to is not None:
        return Place(f"Код {code} ({unit.name}) не діє з {unit.valid_to:%d.%m.%Y}: візьміть чинний.")
    if kind == Community.Kind.HROMADA and unit.category not in OF_HROMADA:
        return Place(doubt=f"Код {code} — {unit.get_category_display()} {unit.name}, а не громада.")
    return Place()
