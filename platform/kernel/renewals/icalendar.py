"""RFC 5545, as calendar programs read it: lines folded at 75 octets, text escaped, days without a clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from kernel.renewals.terms import Term

LONGEST_LINE = 75


def calendar_of(terms: Iterable[Term], *, name: str, host: str, absolute: str, now: datetime) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hromada Cloud//Terms//UK",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for term in terms:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{term.uid}@{host}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{_day(term.day)}",
            f"DTEND;VALUE=DATE:{_day(term.day + timedelta(days=1))}",
            f"SUMMARY:{_text(f'{term.duty}: {term.label}')}",
            f"DESCRIPTION:{_text(term.register.name)}",
            f"URL:{absolute}{term.url}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(term.duty)}",
            "TRIGGER:-P7D",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + "\r\n" for line in lines).encode()


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _text(value: str) -> str:
    plain = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def folded(line: str) -> str:
    """No line longer than 75 octets; a letter is never cut in the middle."""
    pieces, current, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST_LINE:
            pieces.append(current)
            current, size = " ", 1
        current, size = current + letter, size + width
    return "\r\n".join([*pieces, current])
