"""Three formats of a statement: client-bank's CSV, CAMT.053 and MT940. Debits are passed over."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from shared_apps.subscriptions.bank.line import Line, StatementRefused, day, money

LARGEST = 20 * 1024 * 1024
HEADS = {
    "booked_on": ("дата операції", "дата документа", "дата проводки", "дата"),
    "amount": ("кредит", "сума кредит", "сума"),
    "payer_edrpou": ("єдрпоу кореспондента", "єдрпоу платника", "код платника", "єдрпоу", "окпо кореспондента"),
    "payer_name": ("кореспондент", "назва кореспондента", "платник", "назва платника"),
    "purpose": ("призначення платежу", "призначення"),
    "reference": ("номер документа", "референс", "№ документа"),
}
MT_LINE = re.compile(r"^(\d{6})(?:\d{4})?(R?[CD])([A-Z])?([\d,]+)[NFS][A-Z0-9]{3}([^/\r\n]{0,16})(?://(\S+))?")


def read_statement(content: bytes, name: str = "") -> list[Line]:
    if len(content) > LARGEST:
        raise StatementRefused(_("Виписка більша за 20 МБ. Вивантажте її за коротший час."))
    head = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:2000]
    if not head:
        raise StatementRefused(_("Файл порожній."))
    if head.startswith(b"<"):
        return list(_camt(content))
    if re.match(rb"(\{1:|:20:)", head) or b"\n:61:" in content:
        return list(_mt940(_text(content)))
    return list(_csv(_text(content)))


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise StatementRefused(_("Кодування файла не впізнано. Збережіть виписку в UTF-8 або Windows-1251."))


def _csv(text: str) -> Iterator[Line]:
    lines = text.splitlines()
    separator = max(";\t,", key=lambda sign: lines[0].count(sign))
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    places = _places([head.strip().casefold() for head in next(rows)])
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        cell = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        where = _("Рядок %(number)s") % {"number": number}
        if not cell["amount"]:
            continue
        amount = money(cell["amount"], where)
        if amount > 0:
            yield Line(
                day(cell["booked_on"], where),
                amount,
                cell.get("reference", ""),
                cell.get("payer_edrpou", ""),
                cell.get("payer_name", ""),
                cell.get("purpose", ""),
            )


def _places(heads: list[str]) -> dict[str, int]:
    places = {}
    for name, known in HEADS.items():
        found = next((heads.index(head) for head in known if head in heads), None)
        if found is not None:
            places[name] = found
    missing = [HEADS[name][0] for name in ("booked_on", "amount", "purpose") if name not in places]
    if missing:
        raise StatementRefused(_("У виписці немає стовпців: %(heads)s.") % {"heads": ", ".join(missing)})
    return places


def _camt(content: bytes) -> Iterator[Line]:
    # A statement needs no entities; a file that declares them wants something else.
    if re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise StatementRefused(_("У файлі XML є оголошення, яких у виписці не буває. Вивантажте її ще раз."))
    try:
        root = ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError as wrong:
        raise StatementRefused(_("Файл XML пошкоджено: %(why)s.") % {"why": wrong}) from wrong
    if "camt.053" not in root.tag and not root.tag.endswith("Document"):
        raise StatementRefused(_("Це не виписка CAMT.053."))
    for number, entry in enumerate(root.iterfind(".//{*}Ntry"), 1):
        if (entry.findtext("{*}CdtDbtInd") or "") != "CRDT":
            continue
        where = _("Запис %(number)s") % {"number": number}
        amount = entry.find("{*}Amt")
        if amount is None or amount.get("Ccy") != "UAH":
            raise StatementRefused(_("%(where)s: сума не в гривнях.") % {"where": where})
        details = entry.find("{*}NtryDtls/{*}TxDtls")
        inside = details if details is not None else entry
        booked = entry.findtext("{*}BookgDt/{*}Dt") or entry.findtext("{*}BookgDt/{*}DtTm") or ""
        yield Line(
            day(booked, where),
            money(amount.text or "", where),
            entry.findtext("{*}AcctSvcrRef") or inside.findtext(".//{*}EndToEndId") or "",
            inside.findtext(".//{*}Dbtr//{*}OrgId//{*}Id") or "",
            inside.findtext(".//{*}Dbtr//{*}Nm") or "",
            " ".join(one.text or "" for one in inside.iterfind(".//{*}Ustrd")),
        )


def _mt940(text: str) -> Iterator[Line]:
    """`:61:` is the movement, `:86:` the words about it; a new line may break either."""
    fields = re.findall(r"^:(\d{2}[A-Z]?):(.*?)(?=^:\d{2}[A-Z]?:|^-\}|\Z)", text, re.MULTILINE | re.DOTALL)
    for place, (tag, value) in enumerate(fields):
        if tag != "61":
            continue
        found = MT_LINE.match(value.strip())
        where = _("Запис %(number)s") % {"number": place}
        if not found:
            raise StatementRefused(_("%(where)s: рядок :61: не прочитано.") % {"where": where})
        if found[2] != "C":
            continue
        after = fields[place + 1] if place + 1 < len(fields) else ("", "")
        words = " ".join(after[1].split()) if after[0] == "86" else ""
        code = re.search(r"(?:ЄДРПОУ|EDRPOU|/OKPO/)\s*:?\s*(\d{8})", words, re.IGNORECASE)
        yield Line(
            _short_day(found[1], where),
            money(found[4].rstrip(",") if found[4].endswith(",") else found[4], where),
            found[6] or found[5].strip(),
            code[1] if code else "",
            "",
            words,
        )


def _short_day(text: str, where: str) -> date:
    return day(f"20{text[:2]}-{text[2:4]}-{text[4:6]}", where)
