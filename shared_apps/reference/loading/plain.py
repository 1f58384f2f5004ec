"""Small tables entered row by row: rates, calendar days, old codes of places. CSV or JSON with named columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from kernel.reference.bulk import copy_rows, execute, fetch
from shared_apps.reference.errors import FileRefused
from shared_apps.reference.loading.files import SourceFile
from shared_apps.reference.loading.report import Change, LoadReport
from shared_apps.reference.models import CalendarDay, MartialLaw, Rule
from shared_apps.reference.values import put_value

MOST_ERRORS = 20
REGION = re.compile(r"^UA\d\d$")
YES = frozenset({"1", "true", "так", "yes", "+"})

Row = dict[str, str]


@dataclass(frozen=True)
class PlainKind:
    title: Any
    columns: tuple[str, ...]
    apply: Callable[[SourceFile, LoadReport, bool], list[Change]]


def named_rows(file: SourceFile, columns: tuple[str, ...]) -> list[Row]:
    if file.content.lstrip().startswith(b"["):
        rows = [{name: _text(value) for name, value in one.items()} for one in file.json()]
    else:
        header, *body = file.table() or [[]]
        names = [name.casefold() for name in header]
        rows = [dict(zip(names, row, strict=False)) for row in body if any(row)]
    if not rows or not set(columns) <= set(rows[0]):
        raise FileRefused(
            _("У файлі %(file)s немає рядків зі стовпцями %(columns)s. Додайте перший рядок із цими назвами.")
            % {"file": file.name, "columns": ";".join(columns)}
        )
    return rows


def apply_values(file: SourceFile, report: LoadReport, only_add: bool) -> list[Change]:
    rules = {rule.code: rule for rule in Rule.objects.all()}
    changes: list[Change] = []
    for line, row in enumerate(named_rows(file, VALUES.columns), start=2):
        try:
            code = row["code"]
            if code not in rules:
                if not (row.get("title") and row.get("unit")):
                    raise ValueError(_("правила %(code)s ще немає: додайте стовпці title і unit") % {"code": code})
                rules[code] = Rule.objects.create(
                    code=code,
                    title=row["title"],
                    unit=row["unit"],
                    overridable=row.get("overridable", "").casefold() in YES,
                )
            was, what = put_value(
                code,
                _number(row["value"]),
                valid_from=_day(row["valid_from"]),
                valid_to=_day(row["valid_to"]) if row.get("valid_to") else None,
                region=_region(row),
                act=_act(row),
                uncertain=row.get("uncertain", "").casefold() in YES,
                only_add=only_add,
            )
        except (ValueError, KeyError) as error:
            _note(report, line, error)
            continue
        report.rows += 1
        if what == "unchanged":
            report.unchanged += 1
        else:
            changes.append(Change(what, f"{code} {row['valid_from']}", was, row["value"]))
    return changes


def apply_calendar(file: SourceFile, report: LoadReport, only_add: bool) -> list[Change]:
    known = {(day.day, day.region): day for day in CalendarDay.objects.all()}
    new: list[CalendarDay] = []
    changes: list[Change | None] = []
    for line, row in enumerate(named_rows(file, CALENDAR.columns), start=2):
        try:
            if row["kind"] == "martial_law":
                changes.append(_martial_law(row, only_add))
            else:
                day = _calendar_day(row)
                standing = known.setdefault((day.day, day.region), day)
                changes.append(_put_day(day, standing, new, only_add))
        except (ValueError, KeyError) as error:
            _note(report, line, error)
    CalendarDay.objects.bulk_create(new)
    report.rows = len(changes)
    report.unchanged = changes.count(None)
    return [change for change in changes if change]


def _calendar_day(row: Row) -> CalendarDay:
    if row["kind"] not in CalendarDay.Kind.values:
        raise ValueError(
            _("вид «%(kind)s» невідомий; можна: %(kinds)s")
            % {"kind": row["kind"], "kinds": ", ".join([*CalendarDay.Kind.values, "martial_law"])}
        )
    return CalendarDay(
        day=_day(row["day"]), region=_region(row), kind=row["kind"], note=row.get("note", ""), source_act=_act(row)
    )


def _put_day(day: CalendarDay, standing: CalendarDay, new: list[CalendarDay], only_add: bool) -> Change | None:
    shown = day.note or day.kind
    if standing is day:
        new.append(day)
        return Change("added", day.day.isoformat(), "", shown)
    differing = [name for name in ("kind", "note", "source_act") if getattr(day, name) != getattr(standing, name)]
    if only_add or not differing:
        return None
    was = standing.note or standing.kind
    for name in differing:
        setattr(standing, name, getattr(day, name))
    if standing.pk:
        standing.save(update_fields=differing)
    return Change("amended", day.day.isoformat(), was, shown)


def _martial_law(row: Row, only_add: bool) -> Change | None:
    """The switch of holidays: `until` is the first day without martial law, empty while it lasts."""
    first = _day(row["day"])
    wanted = {
        "valid_to": _day(row["until"]) if row.get("until") else None,
        "holidays_suspended_from": _day(row["holidays_from"]) if row.get("holidays_from") else first,
        "source_act": _act(row),
    }
    known = MartialLaw.objects.filter(valid_from=first).first()
    if known is None:
        MartialLaw.objects.create(valid_from=first, **wanted)
        return Change("added", row["day"], "", _("воєнний стан"))
    if only_add or all(getattr(known, name) == value for name, value in wanted.items()):
        return None
    was = str(known)
    MartialLaw.objects.filter(pk=known.pk).update(**wanted)
    known.refresh_from_db()
    return Change("amended", row["day"], was, str(known))


def apply_koatuu(file: SourceFile, report: LoadReport, only_add: bool) -> list[Change]:
    """Pairs are recognised by their form, so the order of columns and other columns do not matter."""
    pairs: dict[str, str] = {}
    for row in file.table():
        old = next((cell for cell in row if re.fullmatch(r"\d{10}", cell)), "")
        new = next((cell for cell in row if re.fullmatch(r"UA\d{17}", cell)), "")
        if old and new:
            pairs[old] = new
    if not pairs:
        raise FileRefused(
            _(
                "У файлі %(file)s немає пар кодів КОАТУУ (10 цифр) і КАТОТТГ. Потрібна таблиця відповідності CSV чи XLSX."
            )
            % {"file": file.name}
        )
    report.rows = len(pairs)
    incoming = sql.Identifier("pg_temp", "reference_koatuu_incoming")
    execute(sql.SQL("DROP TABLE IF EXISTS {}").format(incoming))
    execute(sql.SQL(
        "CREATE TEMPORARY TABLE reference_koatuu_incoming ON COMMIT DROP AS "
        "SELECT legacy_code, katottg FROM public.reference_koatuualias WITH NO DATA"
    ))  # fmt: skip
    copy_rows(sql.SQL("COPY {} (legacy_code, katottg) FROM STDIN").format(incoming), pairs.items())
    unknown = fetch(
        sql.SQL(
            "SELECT legacy_code, katottg FROM {} i WHERE NOT EXISTS "
            "(SELECT FROM public.reference_territorialunit u WHERE u.code = i.katottg) ORDER BY 1 LIMIT {}"
        ).format(incoming, sql.Literal(MOST_ERRORS))
    )
    report.errors += [
        _("КОАТУУ %(old)s веде до %(new)s, якого немає в КАТОТТГ. Спершу завантажте новіший КАТОТТГ.")
        % {"old": old, "new": new}
        for old, new in unknown
    ]
    if report.errors:
        return []
    changed = fetch(
        sql.SQL(
            "SELECT i.legacy_code, a.katottg, i.katottg FROM {} i "
            "LEFT JOIN public.reference_koatuualias a USING (legacy_code) "
            "WHERE a.katottg IS DISTINCT FROM i.katottg AND (a.katottg IS NULL OR {}) ORDER BY 1"
        ).format(incoming, sql.Literal(not only_add))
    )
    execute(
        sql.SQL(
            "INSERT INTO public.reference_koatuualias (legacy_code, katottg) SELECT legacy_code, katottg FROM {} "
            "ON CONFLICT (legacy_code) DO UPDATE SET katottg = excluded.katottg "
            "WHERE reference_koatuualias.katottg <> excluded.katottg AND {}"
        ).format(incoming, sql.Literal(not only_add))
    )
    report.unchanged = len(pairs) - len(changed)
    return [Change("amended" if was else "added", old, was or "", became) for old, was, became in changed]


VALUES = PlainKind(gettext_lazy("Ставки, норми та строки"), ("code", "value", "valid_from", "act"), apply_values)
CALENDAR = PlainKind(gettext_lazy("Календар"), ("day", "kind", "act"), apply_calendar)
KOATUU = PlainKind(gettext_lazy("КОАТУУ → КАТОТТГ"), (), apply_koatuu)
PLAIN_KINDS = {"values": VALUES, "calendar": CALENDAR, "koatuu": KOATUU}


def _note(report: LoadReport, line: int, error: Exception) -> None:
    if len(report.errors) < MOST_ERRORS:
        what = _("немає стовпця %(name)s") % {"name": error} if isinstance(error, KeyError) else error
        report.errors.append(_("Рядок %(line)s: %(what)s.") % {"line": line, "what": what})


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", ".").replace(" ", "").replace("\N{NO-BREAK SPACE}", ""))
    except InvalidOperation as error:
        raise ValueError(_("«%(text)s» — не число") % {"text": text}) from error
    if not number.is_finite():
        raise ValueError(_("«%(text)s» — не число") % {"text": text})
    return number


def _day(text: str) -> date:
    try:
        if found := re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("«%(text)s» — не дата; пишіть 2027-01-01 або 01.01.2027") % {"text": text}) from error


def _region(row: Row) -> str:
    region = row.get("region", "")
    if region and not REGION.match(region):
        raise ValueError(_("область «%(region)s» — не UA і дві цифри, напр. UA53") % {"region": region})
    return region


def _act(row: Row) -> str:
    if not row.get("act"):
        raise ValueError(_("не названо акт, звідки значення"))
    return row["act"]
