"""Networks as nodes and lines: a line names the nodes it joins, so what flows where does not hang on drawing."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import LineStringField, PointField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.access.dates import local_today
from kernel.audit import Audited
from kernel.cards.fields import YearField
from kernel.cards.models import Card
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)
OLDEST = 1850


class Resource(models.TextChoices):
    WATER = "water", _("вода")
    SEWER = "sewer", _("каналізація")
    HEAT = "heat", _("тепло")
    POWER = "power", _("електрика")
    GAS = "gas", _("газ")


class State(models.TextChoices):
    WORKING = "working", _("у роботі")
    CLOSED = "closed", _("закрито")
    FAULTY = "faulty", _("несправне")
    RETIRED = "retired", _("виведено")


TONES = {"working": "ok", "closed": "warn", "faulty": "bad", "retired": "idle"}


class LengthOf(models.Func):
    """Along the ground, in metres."""

    template = "ROUND(ST_Length(%(expressions)s::geography)::numeric, 1)"
    output_field = models.DecimalField(max_digits=10, decimal_places=1)


class Thing(Card):
    """What a node and a line have in common."""

    code = models.CharField(_("код"), max_length=30, help_text=_("Як на схемі, напр. «В-ЗАС-014»."))
    resource = models.CharField(_("мережа"), max_length=8, choices=Resource, default=Resource.WATER)
    state = models.CharField(_("стан"), max_length=8, choices=State, default=State.WORKING)
    holder = models.ForeignKey(
        "organisations.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("балансоутримувач"),
    )
    diameter = models.PositiveIntegerField(_("діаметр"), null=True, blank=True)
    built_in = YearField(_("рік"), null=True, blank=True)
    note = models.TextField(_("примітка"), max_length=1000, blank=True)

    diameter.unit = _("мм")  # type: ignore[attr-defined]
    tones: ClassVar[dict[str, str]] = TONES
    personal_data: ClassVar[dict[str, str]] = {"note": "text"}

    class Meta(Card.Meta):
        abstract = True
        ordering = ("code", "id")

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        if self.built_in and not OLDEST <= self.built_in <= local_today().year:
            raise ValidationError(
                {"built_in": _("Рік — чотири цифри, не пізніший за теперішній. Виправте або лишіть порожнім.")}
            )


class Node(Thing):
    class Kind(models.TextChoices):
        WELL = "well", _("свердловина")
        INTAKE = "intake", _("водозабір")
        PUMPING = "pumping", _("насосна станція")
        TREATMENT = "treatment", _("очисні споруди")
        BOILER = "boiler", _("котельня")
        SUBSTATION = "substation", _("підстанція")
        GAS_POINT = "gas_point", _("газорозподільний пункт")
        VALVE = "valve", _("засувка або вимикач")
        MANHOLE = "manhole", _("колодязь")
        CHAMBER = "chamber", _("камера")
        HYDRANT = "hydrant", _("гідрант")
        JOINT = "joint", _("зʼєднання")
        INLET = "inlet", _("ввід споживача")

    SOURCES = (Kind.WELL, Kind.INTAKE, Kind.PUMPING, Kind.TREATMENT, Kind.BOILER, Kind.SUBSTATION, Kind.GAS_POINT)

    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.MANHOLE)
    name = models.CharField(_("назва"), max_length=160, blank=True)
    feeds = models.BooleanField(
        _("живить мережу"), default=False,
        help_text=_("Звідси подають воду, тепло, струм чи газ; у каналізації — сюди сходяться стоки."),
    )  # fmt: skip
    location = PointField(_("розташування"))
    building = models.ForeignKey(
        "addresses.Building", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("адреса")
    )
    depth = models.DecimalField(_("глибина"), max_digits=6, decimal_places=2, null=True, blank=True)
    capacity = models.DecimalField(_("потужність"), max_digits=12, decimal_places=3, null=True, blank=True)
    capacity_unit = models.CharField(
        _("одиниця потужності"), max_length=20, blank=True, help_text=_("Напр. «м³/год», «Гкал/год», «кВА».")
    )
    datasheet = models.CharField(_("паспорт"), max_length=80, blank=True, help_text=_("Номер і дата паспорта обʼєкта."))
    sought = SearchText("code", "name", "datasheet")

    depth.unit = _("м")  # type: ignore[attr-defined]

    class Meta(Thing.Meta):
        verbose_name = _("вузол мережі")
        verbose_name_plural = _("вузли мереж")
        indexes = [*Card.Meta.indexes, models.Index(fields=["resource", "kind"], name="network_node_by_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=LIVE, name="network_node_code_once",
                violation_error_message=_("Вузол із таким кодом уже є. Відкрийте його або дайте інший код."),
            ),
            # A line names the network together with both its nodes, and the database keeps all three in agreement.
            models.UniqueConstraint(fields=["id", "resource"], name="network_node_of_one_network"),
            models.CheckConstraint(condition=~Q(code=""), name="network_node_has_code"),
            models.CheckConstraint(
                condition=~Q(kind="inlet") | Q(building__isnull=False),
                name="network_inlet_has_address",
                violation_error_message=_("Ввід споживача має адресу: виберіть будинок, щоб знати, хто без постачання."),
            ),
            models.CheckConstraint(
                condition=Q(feeds=False)
                | Q(kind__in=["well", "intake", "pumping", "treatment", "boiler", "substation", "gas_point"]),
                name="network_source_feeds",
                violation_error_message=_("Живить мережу лише джерело: свердловина, насосна, котельня, підстанція, ГРП."),
            ),
            models.CheckConstraint(
                condition=(Q(depth__isnull=True) | Q(depth__gte=0)) & (Q(capacity__isnull=True) | Q(capacity__gte=0)),
                name="network_node_figures",
                violation_error_message=_("Глибина й потужність не бувають відʼємними."),
            ),
        ]  # fmt: skip

    @property
    def shuts(self) -> bool:
        return self.kind == self.Kind.VALVE


class Line(Thing):
    class Material(models.TextChoices):
        STEEL = "steel", _("сталь")
        IRON = "iron", _("чавун")
        POLYETHYLENE = "polyethylene", _("поліетилен")
        PVC = "pvc", _("ПВХ")
        CONCRETE = "concrete", _("бетон")
        ASBESTOS = "asbestos", _("азбестоцемент")
        CERAMICS = "ceramics", _("кераміка")
        ALUMINIUM = "aluminium", _("алюміній")
        COPPER = "copper", _("мідь")

    start = models.ForeignKey(
        Node, models.PROTECT, related_name="lines_out", verbose_name=_("від вузла"),
        help_text=_("За рухом води, тепла, струму, газу чи стоків."),
    )  # fmt: skip
    end = models.ForeignKey(Node, models.PROTECT, related_name="lines_in", verbose_name=_("до вузла"))
    one_way = models.BooleanField(
        _("лише в один бік"), default=False, help_text=_("Самоплив, зворотний клапан: назад не піде й за аварії.")
    )
    shape = LineStringField(
        _("лінія"), blank=True, help_text=_("Порожньо — пряма між вузлами. Кінці самі стануть на вузли.")
    )
    material = models.CharField(_("матеріал"), max_length=14, choices=Material, blank=True)
    pressure = models.CharField(
        _("тиск або напруга"), max_length=30, blank=True, help_text=_("Напр. «0,6 МПа», «10 кВ», «середній тиск».")
    )
    length = models.GeneratedField(
        expression=LengthOf(F("shape")),
        output_field=models.DecimalField(max_digits=10, decimal_places=1),
        db_persist=True,
        verbose_name=_("довжина"),
    )
    sought = SearchText("code", "pressure")

    length.register_kind = "decimal"  # type: ignore[attr-defined]
    audited: ClassVar[Any] = Audited(exclude=("sought", "version", "updated_at", "length"))

    class Meta(Thing.Meta):
        verbose_name = _("ділянка мережі")
        verbose_name_plural = _("ділянки мереж")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=LIVE, name="network_line_code_once",
                violation_error_message=_("Ділянка з таким кодом уже є. Відкрийте її або дайте інший код."),
            ),
            models.CheckConstraint(condition=~Q(code=""), name="network_line_has_code"),
            models.CheckConstraint(
                condition=~Q(start=F("end")),
                name="network_line_joins_two",
                violation_error_message=_("Ділянка зʼєднує два різні вузли. Виберіть інший кінець."),
            ),
        ]  # fmt: skip

    def clean(self) -> None:
        super().clean()
        for name in ("start", "end"):
            node = getattr(self, name, None) if getattr(self, f"{name}_id") else None
            if node is not None and node.resource != self.resource:
                raise ValidationError({name: _("Вузол іншої мережі. Виберіть вузол тієї самої, що й ділянка.")})
