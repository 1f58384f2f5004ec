"""Figures of all tenants in one place. Each tenant pushes its own by a function of the database; nobody visits it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.communities.models import Community


class Counted(models.Model):
    """What a value and a snapshot of it have in common. `above` and `below` are what ratios are made of again."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(
        Community, models.CASCADE, db_index=False, related_name="+", verbose_name=_("громада")
    )
    indicator = models.CharField(_("показник"), max_length=160)
    # «» is the present; 2026-10-15, 2026-10, 2026-Q4, 2026.
    period = models.CharField(_("період"), max_length=10, blank=True)
    # «» is the whole; «kind=legal».
    dimension = models.CharField(_("розріз"), max_length=160, blank=True)
    value = models.DecimalField(_("значення"), null=True, max_digits=24, decimal_places=6)
    above = models.DecimalField(_("над рискою"), null=True, max_digits=24, decimal_places=6)
    below = models.DecimalField(_("під рискою"), null=True, max_digits=24, decimal_places=6)
    counted = models.BigIntegerField(_("рядків"), default=0)

    class Meta:
        abstract = True


class Kept(Counted):
    sketch = models.JSONField(_("ескіз"), default=dict)
    formula = models.PositiveSmallIntegerField(_("версія формули"), default=1)
    changed_at = models.DateTimeField(_("коли змінилося"), default=timezone.now)
    demo = models.BooleanField(_("вигадане, для показу"), default=False)

    class Meta:
        verbose_name = _("значення показника")
        verbose_name_plural = _("значення показників")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "dimension", "period", "community"],
                include=["value", "above", "below", "counted"],
                name="rollup_value_once",
            ),
            models.CheckConstraint(
                condition=Q(period="") | Q(period__regex=r"^\d{4}(-Q[1-4]|-\d\d(-\d\d)?)?$"), name="rollup_period_form"
            ),
        ]
        indexes = [models.Index(fields=["community", "indicator"], name="rollup_of_community")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} {self.dimension}".strip()


class Snapshot(Counted):
    """What was seen at the end of that day. A row is written only when it differs from the one before it."""

    day = models.DateField(_("день"))

    class Meta:
        verbose_name = _("знімок значення")
        verbose_name_plural = _("знімки значень")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "dimension", "period", "community", "day"], name="rollup_snapshot_once"
            )
        ]
        indexes = [models.Index(fields=["day"], name="rollup_snapshot_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.indicator} {self.period}"


class Pass(models.Model):
    """When a tenant last counted a register, and how it went. A failed pass leaves the former values in place."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name=_("громада"))
    register = models.CharField(_("реєстр"), max_length=120)
    data_at = models.DateTimeField(_("дані станом на"), null=True)
    tried_at = models.DateTimeField(_("остання спроба"), default=timezone.now)
    seconds = models.FloatField(_("секунд"), default=0)
    formulas = models.CharField(_("відбиток формул"), max_length=64, blank=True)
    error = models.CharField(_("помилка"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("перерахунок реєстру")
        verbose_name_plural = _("перерахунки реєстрів")
        constraints = [models.UniqueConstraint(fields=["community", "register"], name="rollup_pass_once")]
        indexes = [models.Index(fields=["register"], name="rollup_pass_register")]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.register}"


class Formula(models.Model):
    """A version of a formula, since when it has been in force, and what it was in words: the passport's history."""

    id = models.BigAutoField(primary_key=True)
    indicator = models.CharField(_("показник"), max_length=160)
    version = models.PositiveSmallIntegerField(_("версія"))
    words = models.TextField(_("формула"), blank=True)
    digest = models.CharField(max_length=16)
    since = models.DateTimeField(_("діє з"), default=timezone.now)

    class Meta:
        verbose_name = _("версія формули")
        verbose_name_plural = _("версії формул")
        ordering = ("indicator", "-version")
        constraints = [models.UniqueConstraint(fields=["indicator", "version"], name="rollup_formula_once")]

    def __str__(self) -> str:
        return f"{self.indicator} v{self.version}"


class Outline(models.Model):
    """Where a community lies, drawn coarsely: rings of [longitude, latitude], outer ones first of each piece."""

    community = models.OneToOneField(
        Community, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("громада")
    )
    rings = models.JSONField(_("обрис"))
    changed_at = models.DateTimeField(_("коли змінився"), default=timezone.now)

    class Meta:
        verbose_name = _("обрис громади")
        verbose_name_plural = _("обриси громад")

    def __str__(self) -> str:
        return str(self.community_id)


class Vitals(models.Model):
    """How a tenant fares by its own word: when anybody last signed in, how many jobs failed within a week."""

    community = models.OneToOneField(
        Community, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("громада")
    )
    signed_in_at = models.DateTimeField(_("останній вхід"), null=True)
    failed_jobs = models.PositiveIntegerField(_("невдалих завдань за тиждень"), default=0)
    told_at = models.DateTimeField(_("станом на"), default=timezone.now)

    class Meta:
        verbose_name = _("стан громади")
        verbose_name_plural = _("стани громад")

    def __str__(self) -> str:
        return str(self.community_id)


class Dataset(models.Model):
    """A set of open data of a tenant, by its own word: what the region's catalogue leads to."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(
        Community, models.CASCADE, db_index=False, related_name="+", verbose_name=_("громада")
    )
    slug = models.CharField(_("адреса"), max_length=80)
    title = models.CharField(_("назва"), max_length=300)
    area = models.CharField(_("напрям"), max_length=40, blank=True)
    formats = ArrayField(models.CharField(max_length=10), verbose_name=_("формати"))
    changed_at = models.DateTimeField(_("дані змінено"), null=True)
    told_at = models.DateTimeField(_("станом на"), default=timezone.now)

    class Meta:
        verbose_name = _("набір відкритих даних")
        verbose_name_plural = _("набори відкритих даних")
        ordering = ("title", "community")
        constraints = [models.UniqueConstraint(fields=["community", "slug"], name="rollup_dataset_once")]

    def __str__(self) -> str:
        return self.title


class Traffic(models.Model):
    """What went over a tenant's bus in a day, by its own word: letters to its modules, calls of addresses outside."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("лист модулю")
        WEBHOOK = "webhook", _("вебхук")

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(
        Community, models.CASCADE, db_index=False, related_name="+", verbose_name=_("громада")
    )
    day = models.DateField(_("день"))
    kind = models.CharField(_("вид"), max_length=8, choices=Kind)
    service = models.CharField(_("служба"), max_length=120)
    calls = models.BigIntegerField(_("викликів"))
    failed = models.BigIntegerField(_("невдалих"), default=0)
    waiting = models.BigIntegerField(_("чекають"), default=0)
    tried = models.BigIntegerField(_("спроб"), default=0)
    # How many took so long, by classes of kernel.bus.traffic.EDGES.
    spans = ArrayField(models.BigIntegerField(), verbose_name=_("тривалість"))
    told_at = models.DateTimeField(_("станом на"), default=timezone.now)

    record_rules: ClassVar[dict[str, str]] = {"region": "community__katottg", "district": "community__katottg"}

    class Meta:
        verbose_name = _("обіг шини за день")
        verbose_name_plural = _("обіг шини за днями")
        ordering = ("-day", "service")
        constraints = [
            models.UniqueConstraint(fields=["community", "day", "kind", "service"], name="rollup_traffic_once"),
            models.CheckConstraint(condition=Q(kind__in=["letter", "webhook"]), name="rollup_traffic_kind"),
            models.CheckConstraint(
                condition=Q(calls__gte=0, failed__gte=0, waiting__gte=0, tried__gte=0), name="rollup_traffic_counts"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="rollup_traffic_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.service}: {self.calls}"


class AccessRequest(models.Model):
    """The region asks to see the rows behind a figure. Whether it may is written by the tenant, in the tenant."""

    class State(models.TextChoices):
        ASKED = "asked", _("чекає на громаду")
        GRANTED = "granted", _("дозволено")
        REFUSED = "refused", _("відмовлено")
        REVOKED = "revoked", _("відкликано")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name=_("громада"))
    indicator = models.CharField(_("показник"), max_length=160)
    period = models.CharField(_("період"), max_length=10, blank=True)
    fields = ArrayField(models.CharField(max_length=80), verbose_name=_("поля"))
    purpose = models.CharField(_("мета"), max_length=500)
    days = models.PositiveSmallIntegerField(_("на скільки днів"))
    asked_by = models.CharField(_("хто просить"), max_length=200)
    asked_by_id = models.UUIDField()
    asked_at = models.DateTimeField(_("коли"), default=timezone.now)
    state = models.CharField(_("стан"), max_length=8, choices=State, default=State.ASKED)
    answered_at = models.DateTimeField(_("коли відповіли"), null=True, blank=True)
    answer = models.CharField(_("відповідь"), max_length=500, blank=True)
    grant = models.UUIDField(null=True, blank=True)

    audited = True
    record_rules: ClassVar[dict[str, str]] = {"region": "community__katottg", "district": "community__katottg"}

    class Meta:
        verbose_name = _("запит на перегляд")
        verbose_name_plural = _("запити на перегляд")
        ordering = ("-asked_at",)
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=90), name="access_request_days"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "granted", "refused", "revoked"]), name="access_request_state_known"
            ),
            models.UniqueConstraint(
                fields=["community", "indicator", "period", "asked_by_id"],
                condition=Q(state="asked"),
                name="access_request_one_open",
                violation_error_message=_("Такий запит уже чекає на відповідь громади."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}: {self.get_state_display()}"
