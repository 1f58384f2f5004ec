"""What is said of a record from the field: in the history, on the card, in the office's list."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_zone
from kernel.fieldwork.models import FieldRecord
from kernel.fieldwork.sent import Sent

HOUR, DAY = 3600, 86400


def reason_of(sent: Sent, off: int) -> str:
    """Why the card changed, for its history."""
    told = [_("з поля, на пристрої %(when)s") % {"when": _clock(sent.made_at)}]
    if off:
        told.append(clock_words(off))
    if sent.reason.strip():
        told.append(sent.reason.strip())
    return "; ".join(told)


def clock_words(off: int) -> str:
    """How the device's clock is off, in words; nothing when it is right."""
    if not off:
        return ""
    seconds = abs(off)
    if seconds >= 2 * DAY:
        span = _("%(count)s дн.") % {"count": seconds // DAY}
    elif seconds >= 2 * HOUR:
        span = _("%(count)s год") % {"count": seconds // HOUR}
    else:
        span = _("%(count)s хв") % {"count": max(1, seconds // 60)}
    if off > 0:
        return _("годинник пристрою поспішає на %(span)s") % {"span": span}
    return _("годинник пристрою відстає на %(span)s") % {"span": span}


def lines_of(record: FieldRecord) -> dict[str, Any]:
    """A record as it is shown: moments in the community's own time."""
    place = record.place
    accuracy = _("±%(metres)s м") % {"metres": record.accuracy} if record.accuracy is not None else ""
    return {
        "who": record.sender.full_name,
        "made": _clock(record.made_at),
        "received": _clock(record.received_at),
        "changed": record.changed,
        "clock": clock_words(record.clock_off),
        "place": f"{place.y:.6f}, {place.x:.6f}" if place is not None else "",
        "how": _("вказано вручну") if record.by_hand else accuracy,
        "outside": _("%(metres)s м за межею") % {"metres": record.outside} if record.outside else "",
        "reason": record.reason,
        "photos": record.photos,
    }


def _clock(moment: Any) -> str:
    return timezone.localtime(moment, local_zone()).strftime("%d.%m.%Y %H:%M")
