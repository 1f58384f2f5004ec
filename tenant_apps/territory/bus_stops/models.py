from __future__ import annotations

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.cards.rules import filled, once
from kernel.search.text import SearchText


class BusStop(Card):
    """A place where buses stop (REG-009)."""

    class Shelter(models.TextChoices):
        NONE = "none", _("немає")
        CANOPY = "canopy", _("навіс")
        PAVILION = "pavilion", _("павільйон")

    code = models.CharField(_("код"), max_length=20, help_text=_("Напр. ЗП-014: той самий, що на табличці."))
    name = models.CharField(_("назва"), max_length=120)
    landmark = models.CharField(_("орієнтир"), max_length=200, blank=True)
    settlement = models.CharField(_("населений пункт"), max_length=120, blank=True)
    location = models.PointField(_("розташування"), null=True, blank=True)
    shelter = models.CharField(_("укриття"), max_length=10, choices=Shelter, default=Shelter.NONE)
    accessible = models.BooleanField(_("безбарʼєрна"), default=False)
    lit = models.BooleanField(_("освітлена"), default=False)
    opened_on = models.DateField(_("діє з"), null=True, blank=True)
    sought = SearchText("code", "name", "landmark", "settlement")

    class Meta(Card.Meta):
        verbose_name = _("зупинка")
        verbose_name_plural = _("зупинки")
        constraints = [
            once(
                "code",
                name="bus_stop_code_once",
                told=_("Зупинка з таким кодом уже є. Знайдіть її в реєстрі або дайте іншій код."),
            ),
            filled("name", name="bus_stop_named"),
        ]

    def __str__(self) -> str:
        return self.name
