"""What provisioning remembers: the template, the warm pool, versions of schemas, runs and their steps."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Blueprint(models.Model):
    """A template schema turned into SQL, once per version; archives of that version are restored from it."""

    version = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(_("відбиток міграцій"), max_length=64, db_index=True)
    body = models.JSONField()
    current = models.BooleanField(default=False)
    built_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["current"], condition=Q(current=True), name="blueprint_one_current")
        ]

    def __str__(self) -> str:
        return self.version[:12]


class SchemaVersion(models.Model):
    """The public fingerprint: which migrations each schema holds. An idle fleet migration reads only this."""

    schema_name = models.CharField(max_length=63, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    migrated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["fingerprint"])]

    def __str__(self) -> str:
        return f"{self.schema_name}@{self.fingerprint[:8]}"


class PoolSchema(models.Model):
    """A schema built in advance. Taking one is a rename inside the creation's transaction."""

    schema_name = models.CharField(max_length=63, primary_key=True)
    shard = models.CharField(max_length=40, default="main")
    built_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.schema_name


class Operation(models.Model):
    """A long operation on one tenant: create, export, restore, clone, move, delete. Resumable by its step."""

    class Status(models.TextChoices):
        RUNNING = "running", _("триває")
        DONE = "done", _("виконано")
        FAILED = "failed", _("не вдалося")
        ROLLED_BACK = "rolled_back", _("скасовано")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    subject = models.CharField(_("адреса громади"), max_length=63)
    arguments = models.JSONField(default=dict)
    step = models.CharField(max_length=40, blank=True)
    done_steps = models.JSONField(default=list)
    progress = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=12, choices=Status, default=Status.RUNNING)
    error = models.TextField(blank=True)
    by = models.CharField(max_length=200)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(status="running"), name="operation_one_running"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="operation_progress_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.status}"


class FleetRun(models.Model):
    """One migration of the whole fleet to one fingerprint; a stopped run is resumed, not begun anew."""

    class Status(models.TextChoices):
        RUNNING = "running", _("триває")
        STOPPED = "stopped", _("зупинено")
        DONE = "done", _("виконано")

    id = models.BigAutoField(primary_key=True)
    target = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    wave = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="running"), name="fleet_run_one_running")
        ]

    def __str__(self) -> str:
        return f"#{self.pk} → {self.target[:8]}"


class FleetRunTenant(models.Model):
    """The report of one schema in a run."""

    run = models.ForeignKey(FleetRun, models.CASCADE, related_name="tenants")
    schema_name = models.CharField(max_length=63)
    wave = models.CharField(max_length=10)
    ok = models.BooleanField()
    attempts = models.PositiveSmallIntegerField(default=1)
    seconds = models.FloatField(default=0)
    error = models.TextField(blank=True)
    finished_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "schema_name"], name="fleet_run_tenant_once")]

    def __str__(self) -> str:
        return f"{self.schema_name}: {'ok' if self.ok else self.error[:60]}"


class MigrationStep(models.Model):
    """What it takes to bring a schema from one fingerprint to the next: SQL recorded once, replayed for each."""

    was = models.CharField(max_length=64)
    became = models.CharField(max_length=64)
    migrations = models.JSONField(default=list)
    statements = models.JSONField(default=list)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["was", "became"], name="migration_step_once")]

    def __str__(self) -> str:
        return f"{self.was[:8]} → {self.became[:8]}"
