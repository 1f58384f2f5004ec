from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.registers import Count, MapLayer, PublicPage, Register, Share, TransitStops, View
from kernel.registers.merging.declare import Merging
from tenant_apps.territory.bus_stops.models import BusStop


class BusStops(Register):
    model = BusStop
    columns = ("code", "name", "landmark", "settlement", "shelter", "accessible", "opened_on")
    filters = ("shelter", "accessible", "lit", "settlement", "opened_on")
    order = ("code",)
    key = ("code",)
    duplicates = ("name", "settlement")
    sections = {
        _("Зупинка"): ("code", "name", "landmark", "settlement", "location"),
        _("Облаштування"): ("shelter", "accessible", "lit", "opened_on"),
    }
    views = (View("bare", _("Без укриття"), "shelter=none"), View("barriers", _("З барʼєрами"), "accessible=no"))
    aliases = {"name": ("Назва зупинки",), "code": ("Номер", "№"), "shelter": ("Павільйон",)}
    layer = MapLayer("location", label="name", colour_by="shelter")
    public = PublicPage(
        "zupynky",
        columns=("code", "name", "landmark", "settlement", "shelter", "accessible", "location"),
        open_data=True,
        stops=TransitStops("code", "name", about="landmark", accessible="accessible"),
    )
    merges = Merging(likeness=0.9)
    proposals = ("name", "landmark", "location", "shelter", "accessible", "lit")
    owner = _("Відділ інфраструктури")
    indicators = (
        Count(
            "total", _("Усього зупинок"), by=("settlement", "shelter"), dimensions=("shelter",), tile=True, public=True
        ),
        Share(
            "accessible", _("Безбарʼєрні зупинки"), where=Q(accessible=True), by=("settlement",), good=True, public=True
        ),
        Share("lit", _("Освітлені зупинки"), where=Q(lit=True), by=("settlement",), good=True, public=True),
        Count("opened", _("Відкрито зупинок"), on="opened_on", good=True, public=True),
    )
