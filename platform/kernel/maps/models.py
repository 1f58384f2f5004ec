"""What the map keeps of its own: the community's boundary, local systems of coordinates, counts by cells, disorder."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Boundary(models.Model):
    """The territory of the community; one row, replaced when the boundary is approved anew."""

    shape = models.MultiPolygonField(_("межа"))
    source = models.CharField(_("звідки"), max_length=300, help_text=_("Документ, яким межу затверджено."))
    set_at = models.DateTimeField(_("записано"), default=timezone.now)
    set_by = models.CharField(_("хто записав"), max_length=200, blank=True)
    only = models.BooleanField(default=True, editable=False, unique=True)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"set_by": "text"}

    class Meta:
        verbose_name = _("межа громади")
        verbose_name_plural = _("межі громади")
        constraints = [models.CheckConstraint(condition=Q(only=True), name="maps_boundary_one")]

    def __str__(self) -> str:
        return self.source


class Backdrop(models.Model):
    """What lies beneath the layers of this community; without a row, what the installation has."""

    class Kind(models.TextChoices):
        INSTALLATION = "installation", _("та, що в усієї хмари")
        RASTER = "raster", _("власна: квадрати картинок (XYZ)")
        PMTILES = "pmtiles", _("власна: файл PMTiles")
        NONE = "none", _("без підкладки: сітка й межа громади")

    kind = models.CharField(_("підкладка"), max_length=12, choices=Kind, default=Kind.INSTALLATION)
    url = models.CharField(_("адреса"), max_length=500, blank=True)
    attribution = models.CharField(_("чиї дані"), max_length=200, blank=True)
    max_zoom = models.PositiveSmallIntegerField(_("найбільший масштаб"), default=19)
    only = models.BooleanField(default=True, editable=False, unique=True)

    audited = True

    class Meta:
        verbose_name = _("підкладка мапи")
        verbose_name_plural = _("підкладки мапи")
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="maps_backdrop_one"),
            models.CheckConstraint(
                condition=Q(kind__in=["installation", "none"]) | (~Q(url="") & ~Q(attribution="")),
                name="maps_backdrop_own_is_named",
            ),
            models.CheckConstraint(condition=Q(max_zoom__lte=22), name="maps_backdrop_zoom"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class CoordinateSystem(models.Model):
    """A local system (МСК) by its PROJ definition, as the region's keeper of coordinates gives it."""

    code = models.SlugField(_("код"), max_length=40, unique=True)
    title = models.CharField(_("назва"), max_length=120)
    definition = models.CharField(_("рядок PROJ"), max_length=500)

    audited = True

    class Meta:
        verbose_name = _("система координат")
        verbose_name_plural = _("системи координат")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class Cell(models.Model):
    """How many cards of a register stand in a square of the map: what far zooms are drawn from.

    It repeats what the cards say and may be counted anew at any time.
    """

    id = models.BigAutoField(primary_key=True)
    register = models.CharField(max_length=80)
    zoom = models.SmallIntegerField()
    column = models.IntegerField()
    row = models.IntegerField()
    count = models.IntegerField()
    colour = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=300, blank=True)
    place = models.PointField(srid=3857, spatial_index=False)
    card = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("клітинка мапи")
        verbose_name_plural = _("клітинки мапи")
        constraints = [
            models.UniqueConstraint(fields=["register", "zoom", "column", "row"], name="maps_cell_once"),
            models.CheckConstraint(condition=Q(count__gt=0), name="maps_cell_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.zoom}/{self.column}/{self.row}: {self.count}"


class Problem(models.Model):
    """A shape that breaks a rule of its register, until it is mended; what was allowed keeps the reason."""

    register = models.CharField(_("реєстр"), max_length=80)
    rule = models.CharField(_("правило"), max_length=40)
    card = models.BigIntegerField(_("картка"))
    other = models.BigIntegerField(_("інша картка"), null=True, blank=True)
    measure = models.FloatField(_("розмір"), default=0, help_text=_("Площа накладки або відстань, у метрах."))
    found_at = models.DateTimeField(_("виявлено"), default=timezone.now)
    allowed_at = models.DateTimeField(_("дозволено"), null=True, blank=True)
    allowed_by = models.CharField(_("хто дозволив"), max_length=200, blank=True)
    reason = models.CharField(_("підстава"), max_length=500, blank=True)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"allowed_by": "text"}

    class Meta:
        verbose_name = _("порушення на мапі")
        verbose_name_plural = _("порушення на мапі")
        ordering = ("register", "rule", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "rule", "card", "other"], nulls_distinct=False, name="maps_problem_once"
            ),
            models.CheckConstraint(
                condition=Q(allowed_at__isnull=True) | ~Q(reason=""), name="maps_problem_allowed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.card}: {self.rule}"
