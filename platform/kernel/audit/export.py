"""The journal as CSV, a portion at a time, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterable, Iterator
from itertools import batched
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kernel.audit.models import History
from kernel.audit.search import all_of
from kernel.audit.sentences import sentences

BYTE_ORDER_MARK = "\ufeff"
# A cell that begins so is run as a formula by spreadsheet programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


class _Line:
    """csv.writer writes into this, and we hand the line on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(
    found: QuerySet[History], *, readable: Collection[str] | None = None, reader: Any = None
) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=";")

    def line(cells: Iterable[Any]) -> str:
        return str(writer.writerow([harmless(str(cell)) for cell in cells]))

    yield BYTE_ORDER_MARK + line(_header())
    for entries in batched(all_of(found), 500, strict=False):
        for entry, sentence in zip(entries, sentences(entries, readable=readable, reader=reader), strict=True):
            told = readable is None or entry.table_name in readable
            yield line(
                (
                    entry.pk,
                    entry.at.isoformat(),
                    sentence.who,
                    entry.actor_id,
                    entry.address,
                    sentence.about,
                    entry.row_id,
                    sentence.what,
                    _json(entry.before) if told else "",
                    _json(entry.after) if told else "",
                    entry.reason,
                    entry.request_id,
                )
            )


def _header() -> tuple[str, ...]:
    return (
        _("Номер"),
        _("Коли (UTC)"),
        _("Хто"),
        _("Ключ виконавця"),
        _("Адреса"),
        _("Що"),
        _("Ключ запису"),
        _("Подія"),
        _("Було"),
        _("Стало"),
        _("Підстава"),
        _("Номер запиту"),
    )


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)
