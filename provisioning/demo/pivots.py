"""A shared pivot that comes by mail every Monday, kept as a person would keep it."""

from __future__ import annotations

from django.http import QueryDict

from kernel.access.models import User
from kernel.pivot.keeping import save_pivot
from kernel.pivot.layout import Pivot
from kernel.pivot.models import SavedPivot
from kernel.pivot.subscribing import Rhythm, sees_register, subscribe
from kernel.registers.registry import register_named

REGISTER = "bus_stops.bus-stops"
QUERY = "by=settlement&across=shelter&measure=count&measure=share&chart=bars"


def load(by: User) -> int:
    """Once, where the module is on and the person sees it."""
    if SavedPivot.objects.exists() or not sees_register(REGISTER, by):
        return 0
    pivot = Pivot(register_named(REGISTER), by, QueryDict(QUERY))
    saved = save_pivot(pivot, by=by, title="Зупинки за укриттям", audience=SavedPivot.Audience.EVERYBODY)
    subscribe(saved, by=by, rhythm=Rhythm.MONDAY, format="xlsx")
    return 1
