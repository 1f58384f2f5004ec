"""Lists of codes: what each is, how its file is recognised and read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.reference.errors import FileRefused
from shared_apps.reference.folding import fold, tidy
from shared_apps.reference.loading.engine import Target
from shared_apps.reference.loading.files import SourceFile
from shared_apps.reference.loading.hierarchy import Parents, by_prefix, by_segments, by_zeros, flat, levels
from shared_apps.reference.models import SINCE_EVER

MOST_ERRORS = 20
LONGEST_TITLE = 2000
_GLUED = re.compile(r"(?<=[а-яіїєґ])(?=[А-ЯІЇЄҐ][а-яіїєґ])")
_CODE_NAMES = ("code", "id", "glmfo", "mfo")
_TITLE_NAMES = ("title", "name", "name_uk", "title_uk", "fullname", "shortname", "description")


@dataclass(frozen=True)
class ClassifierSpec:
    kind: str
    title: Any
    act: str
    since: date
    form: re.Pattern[str]
    # A code and the beginning of a word of its title: a file without them is of some other list.
    anchor: tuple[str, str]
    hierarchy: Callable[[Collection[str]], Parents]

    @property
    def target(self) -> Target:
        return Target(
            table="reference_classifiercode",
            columns=("title", "parent", "level", "attributes", "folded"),
            shown="title",
            watched={"renamed": ("title",), "moved": ("parent", "level"), "amended": ("attributes",)},
            fixed={"classifier_id": self.kind},
        )


def _spec(
    kind: str,
    title: Any,
    act: str,
    since: date,
    form: str,
    anchor: tuple[str, str],
    hierarchy: Callable[[Collection[str]], Parents] = flat,
) -> ClassifierSpec:
    return ClassifierSpec(kind, title, act, since, re.compile(form), anchor, hierarchy)


_BUDGET = "Наказ Мінфіну від 14.01.2011 № 11"

SPECS = {
    spec.kind: spec
    for spec in (
        _spec("kekv", gettext_lazy("КЕКВ — економічна класифікація видатків"),
              f"{_BUDGET} (у редакції наказу від 26.12.2011 № 1738)", date(2013, 1, 1),
              r"^\d{4}$", ("2111", "заробітна"), by_zeros),
        _spec("revenue", gettext_lazy("ККД — класифікація доходів бюджету"), _BUDGET, date(2011, 1, 1),
              r"^\d{8}$", ("11010100", "податок"), by_zeros),
        _spec("tkpkmb", gettext_lazy("ТПКВКМБ — типова програмна класифікація"),
              "Наказ Мінфіну від 20.09.2017 № 793", date(2018, 1, 1),
              r"^\d{4}$", ("0100", "державне управління"), by_zeros),
        _spec("dk021", gettext_lazy("ДК 021:2015 — єдиний закупівельний словник"),
              "Наказ Мінекономрозвитку від 23.12.2015 № 1749", date(2016, 1, 1),
              r"^\d{8}-\d$", ("03000000-1", "сільськогосподарська"), by_zeros),
        _spec("dk018", gettext_lazy("ДК 018-2000 — будівлі та споруди"),
              "Наказ Держстандарту від 17.08.2000 № 507", date(2001, 1, 1),
              r"^\d{2,4}(\.\d)?$", ("11", "будівлі житлові"), by_prefix),
        _spec("dk015", gettext_lazy("ДК 015-97 — науково-технічна діяльність"),
              "Наказ Держстандарту від 30.12.1997 № 822", date(1999, 1, 1),
              r"^I{1,2}(\.\d+([. ]\d+)*)?$", ("I", "природничих"), by_segments),
        _spec("dk003", gettext_lazy("ДК 003:2010 — професії"),
              "Наказ Держспоживстандарту від 28.07.2010 № 327", date(2010, 11, 1),
              r"^\d{1,4}(\.\d)?$", ("1", "законодавці"), by_prefix),
        _spec("kved", gettext_lazy("КВЕД-2010 — види економічної діяльності"),
              "Наказ Держспоживстандарту від 11.10.2010 № 457", date(2012, 1, 1),
              r"^([A-U]|\d{2}(\.\d{1,2})?)$", ("84.11", "державне управління"), by_prefix),
        _spec("kvcpz", gettext_lazy("КВЦПЗ — цільове призначення земельних ділянок"),
              "Постанова КМУ від 17.10.2012 № 1051, додаток 59 (у редакції № 821 від 28.07.2021)", date(2021, 8, 1),
              r"^\d{2}(\.\d{2})?$", ("03.07", "торгівлі"), by_prefix),
        _spec("mfo", gettext_lazy("Банки (МФО)"), "Довідник банків України, НБУ", SINCE_EVER,
              r"^\d{6}$", ("300465", "ощадбанк")),
        _spec("units", gettext_lazy("Одиниці виміру"), "Рекомендація № 20 ЄЕК ООН", SINCE_EVER,
              r"^[A-Z0-9]{2,3}$", ("KGM", "кілограм")),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    code: str
    title: str
    parent: str | None = None
    level: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    act: str = ""
    attributes: str = "{}"


class CodeList:
    """A read file; `errors` is empty when it may be loaded."""

    def __init__(self, spec: ClassifierSpec, file: SourceFile, *, partial: bool = False) -> None:
        self.spec = spec
        self.file = file
        self.entries: dict[str, Entry] = {}
        self.errors: list[str] = []
        for code, fields in _pairs(file, spec):
            self._take(code, fields)
        if not partial:
            self._recognise()
        listed = spec.hierarchy(self.entries.keys())
        self.parents = {
            code: listed[code] if entry.parent is None else entry.parent for code, entry in self.entries.items()
        }
        if orphans := sorted({parent for parent in self.parents.values() if parent} - self.entries.keys()):
            self._error(_("немає вищих кодів: %(codes)s") % {"codes": ", ".join(orphans[:10])})

    @property
    def act(self) -> str:
        """The act the file itself names, when it names one for all its codes."""
        acts = {entry.act for entry in self.entries.values()}
        return acts.pop() if len(acts) == 1 else ""

    @property
    def starts_on(self) -> date | None:
        return max((entry.starts_on for entry in self.entries.values() if entry.starts_on), default=None)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        depth = levels(self.parents)
        for code, entry in self.entries.items():
            yield (
                code,
                entry.title,
                self.parents[code],
                entry.level or depth[code],
                entry.attributes,
                fold(entry.title),
                entry.starts_on,
                entry.ends_on,
            )

    def _take(self, code: str, fields: dict[str, Any]) -> None:
        title = tidy(str(next((fields[name] for name in _TITLE_NAMES if fields.get(name)), "")))
        if not self.spec.form.match(code):
            self._error(_("код «%(code)s» не схожий на коди цього довідника") % {"code": code})
        elif not title:
            self._error(_("код %(code)s без назви") % {"code": code})
        elif len(title) > LONGEST_TITLE:
            self._error(_("назва коду %(code)s довша за %(limit)s знаків") % {"code": code, "limit": LONGEST_TITLE})
        elif code in self.entries:
            self._error(_("код %(code)s трапляється вдруге") % {"code": code})
        else:
            try:
                self.entries[code] = _entry(code, title, fields)
            except ValueError as error:
                self._error(_("код %(code)s: %(error)s") % {"code": code, "error": error})

    def _recognise(self) -> None:
        code, word = self.spec.anchor
        if code in self.entries and fold(word) in fold(self.entries[code].title):
            return
        raise FileRefused(
            _(
                "Файл %(file)s — не «%(title)s»: у ньому немає коду %(code)s («%(word)s…»). "
                "Виберіть інший файл або інший довідник."
            )
            % {"file": self.file.name, "title": self.spec.title, "code": code, "word": word}
        )

    def _error(self, what: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(f"{what[:1].upper()}{what[1:]}.")


def _entry(code: str, title: str, fields: dict[str, Any]) -> Entry:
    """Codes of ТПКВКМБ bring their own place, dates and act; other lists bring only extra attributes."""
    known = {"beginDate", "endDate", "parentCode", "level", "beginDoc", "endDoc", "isactive", "version", "details"}
    known |= set(_CODE_NAMES) | {"parent"}
    if fields.get("title") or fields.get("name"):
        known |= {"title", "name"}
    extra = {
        name: " ".join(str(value).split())
        for name, value in fields.items()
        if name not in known and value not in (None, "") and tidy(str(value)) != title
    }
    starts_on, ends_on = _date(fields.get("beginDate")), _date(fields.get("endDate"))
    if starts_on and ends_on and ends_on <= starts_on:
        raise ValueError(_("закінчується раніше, ніж починається"))
    dated = "beginDate" in fields
    return Entry(
        code,
        title,
        parent=(fields.get("parentCode") or "") if dated else fields.get("parent"),
        level=fields.get("level") if dated else None,
        starts_on=starts_on,
        ends_on=ends_on,
        act=_act(fields.get("beginDoc")),
        attributes=json.dumps(extra, ensure_ascii=False, sort_keys=True),
    )


def _act(text: str | None) -> str:
    """«постановиКабінету Міністрів…   \\r\\nвід 20 березня» → one clean line."""
    cleaned = " ".join(_GLUED.sub(" ", text or "").split())
    return cleaned[:1].upper() + cleaned[1:500]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _pairs(file: SourceFile, spec: ClassifierSpec) -> Iterator[tuple[str, dict[str, Any]]]:
    """Codes with their fields, from {code: title}, {code: {…}}, [{code, title…}] or a CSV with a header."""
    if file.is_xlsx or not file.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")):
        header, *body = file.table() or [[]]
        names = [name.casefold() for name in header]
        listed: Any = [dict(zip(names, row, strict=False)) for row in body if any(row)]
    else:
        listed = file.json()
    if isinstance(listed, dict):
        for code, value in listed.items():
            yield code.strip(), value if isinstance(value, dict) else {"title": value}
        return
    if not listed or not all(isinstance(one, dict) for one in listed):
        raise FileRefused(_shape(file, spec))
    for one in listed:
        fields = {name.casefold() if name.isupper() else name: value for name, value in one.items()}
        code = next((fields[name] for name in _CODE_NAMES if fields.get(name)), None)
        if code is None:
            raise FileRefused(_shape(file, spec))
        yield str(code).strip(), fields


def _shape(file: SourceFile, spec: ClassifierSpec) -> str:
    return _(
        "Файл %(file)s не схожий на «%(title)s». Потрібен JSON {код: назва} або таблиця зі стовпцями code;title."
    ) % {"file": file.name, "title": spec.title}
