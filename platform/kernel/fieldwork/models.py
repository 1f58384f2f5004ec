"""What came from the field: which device's record became which card, when and where it was made."""

from __future__ import annotations

from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FieldRecord(models.Model):
    """Written in the transaction of the card. Its key is made on the device: sent again, it is the same record."""

    id = models.UUIDField(primary_key=True, editable=False)
    register = models.CharField(_("реєстр"), max_length=120)
    table = models.CharField(_("таблиця"), max_length=63)
    row_id = models.CharField(_("картка"), max_length=64)
    changed = models.BooleanField(_("зміна наявної картки"), default=False)
    sender = models.ForeignKey("access.User", models.PROTECT, related_name="+", verbose_name=_("хто записав"))
    made_at = models.DateTimeField(_("записано за годинником пристрою"))
    received_at = models.DateTimeField(_("надійшло"), default=timezone.now)
    clock_off = models.IntegerField(_("годинник пристрою поспішає, с"), default=0)
    place = PointField(_("де записано"), srid=4326, null=True, blank=True, spatial_index=False)
    accuracy = models.PositiveIntegerField(_("точність, м"), null=True, blank=True)
    by_hand = models.BooleanField(_("місце вказано вручну"), default=False)
    outside = models.PositiveIntegerField(_("за межею громади, м"), default=0)
    reason = models.CharField(_("підстава"), max_length=500, blank=True)
    photos = models.PositiveSmallIntegerField(_("знімків"), default=0)
    digest = models.CharField(_("відбиток"), max_length=64)

    class Meta:
        verbose_name = _("запис із поля")
        verbose_name_plural = _("записи з поля")
        ordering = ("-received_at", "id")
        indexes = [
            models.Index(fields=["table", "row_id"], name="field_record_of_card"),
            models.Index(fields=["register", "-received_at"], name="field_record_came"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outside=0) | (Q(place__isnull=False) & ~Q(reason="")), name="field_record_outside_says_why"
            ),
            models.CheckConstraint(condition=~Q(register="") & ~Q(row_id=""), name="field_record_names_card"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.row_id}"
