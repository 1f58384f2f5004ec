"""An import, its lines as they stood in the file, and how columns of such files were matched."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=30)


class ImportRun(models.Model):
    class State(models.TextChoices):
        UPLOADED = "uploaded", _("файл отримано")
        MAPPED = "mapped", _("стовпці зіставлено")
        TRIED = "tried", _("випробувано")
        LOADING = "loading", _("завантажується")
        LOADED = "loaded", _("завантажено")
        UNDOING = "undoing", _("скасовується")
        ROLLED_BACK = "rolled_back", _("скасовано")
        FAILED = "failed", _("покинуто")

    class Mode(models.TextChoices):
        BOTH = "both", _("додавати нові й оновлювати наявні")
        CREATE = "create", _("лише додавати нові")
        UPDATE = "update", _("лише оновлювати наявні")

    # While an import of a file stands, the same file is not begun again: neither by a second press nor next week.
    STANDING = (State.UPLOADED, State.MAPPED, State.TRIED, State.LOADING, State.LOADED, State.UNDOING)

    register = models.CharField(_("реєстр"), max_length=120)
    file_name = models.CharField(_("файл"), max_length=255)
    sha256 = models.CharField(_("відбиток файлу"), max_length=64)
    size = models.PositiveBigIntegerField(_("розмір"))
    stored = models.CharField(_("де лежить"), max_length=255)
    sheet = models.CharField(_("аркуш"), max_length=120, blank=True)
    encoding = models.CharField(_("кодування"), max_length=20, blank=True)
    header = models.JSONField(_("стовпці"), default=list)
    samples = models.JSONField(_("приклади"), default=list)
    notes = models.JSONField(_("зауваження до файлу"), default=list)
    columns = models.JSONField(_("відповідність"), default=list)
    mode = models.CharField(_("що робити"), max_length=6, choices=Mode, default=Mode.BOTH)
    state = models.CharField(_("стан"), max_length=12, choices=State, default=State.UPLOADED)
    rows = models.PositiveIntegerField(_("рядків"), default=0)
    to_create = models.PositiveIntegerField(_("додати"), default=0)
    to_update = models.PositiveIntegerField(_("оновити"), default=0)
    same = models.PositiveIntegerField(_("без змін"), default=0)
    wrong = models.PositiveIntegerField(_("з помилками"), default=0)
    loaded = models.PositiveIntegerField(_("завантажено"), default=0)
    kept = models.PositiveIntegerField(_("не скасовано"), default=0)
    failure = models.TextField(_("чому зупинилося"), blank=True)
    reason = models.CharField(_("причина змін"), max_length=500, blank=True)
    job = models.UUIDField(_("завдання"), null=True, blank=True)
    by = models.ForeignKey("access.User", models.PROTECT, related_name="+", verbose_name=_("хто"))
    created_at = models.DateTimeField(_("почато"), default=timezone.now)
    loaded_at = models.DateTimeField(_("завантажено о"), null=True, blank=True)
    rolled_back_at = models.DateTimeField(_("скасовано о"), null=True, blank=True)

    audited = True
    # Names and examples of somebody's file: a training copy does without them.
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("завантаження файлу")
        verbose_name_plural = _("завантаження файлів")
        ordering = ("-id",)
        indexes = [models.Index(fields=["register", "-id"], name="import_run_register")]
        constraints = [
            models.UniqueConstraint(
                fields=["register", "sha256"],
                condition=Q(state__in=["uploaded", "mapped", "tried", "loading", "loaded", "undoing"]),
                name="import_run_one_standing",
                violation_error_message=_("Цей файл уже завантажують: відкрийте розпочате або скасуйте його."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "uploaded", "mapped", "tried", "loading", "loaded", "undoing", "rolled_back", "failed",
                    ]
                ),
                name="import_run_state_known",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.file_name

    @property
    def to_load(self) -> int:
        return self.to_create + self.to_update

    @property
    def undo_until(self) -> object:
        return self.loaded_at + KEPT_FOR if self.loaded_at else None

    @property
    def may_be_undone(self) -> bool:
        return bool(
            self.state in (self.State.LOADED, self.State.UNDOING)
            and self.loaded_at
            and timezone.now() < self.loaded_at + KEPT_FOR
        )

    @property
    def chosen(self) -> dict[str, int]:
        """Field → position of its column."""
        return {field: position for position, field in enumerate(self.columns) if field}


class ImportLine(models.Model):
    """A row of a file. No foreign key to the run: a check of it per line would cost more than the COPY itself."""

    class Verdict(models.TextChoices):
        CREATE = "create", _("буде додано")
        UPDATE = "update", _("буде оновлено")
        SAME = "same", _("без змін")
        ERROR = "error", _("помилка")

    run_id = models.BigIntegerField(_("завантаження"))
    number = models.PositiveIntegerField(_("рядок"))
    cells = ArrayField(models.TextField(), verbose_name=_("клітинки"))
    verdict = models.CharField(_("висновок"), max_length=6, choices=Verdict)
    key = models.TextField(_("ключ"), blank=True)
    target = models.BigIntegerField(_("картка"), null=True)
    version_was = models.PositiveIntegerField(_("версія до"), null=True)
    version_now = models.PositiveIntegerField(_("версія після"), null=True)
    errors = models.JSONField(_("помилки"), null=True)
    proposed = models.JSONField(_("що буде записано"), null=True)
    before = models.JSONField(_("що було"), null=True)

    forgotten_in_copies = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("рядок файлу")
        verbose_name_plural = _("рядки файлу")
        ordering = ("run_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["run_id", "number"], name="import_line_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["create", "update", "same", "error"]), name="import_line_verdict_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.number}"


class Mapping(models.Model):
    """Which column of such a file is which field, as somebody matched them last."""

    register = models.CharField(_("реєстр"), max_length=120)
    fingerprint = models.CharField(_("відбиток шапки"), max_length=64)
    columns = models.JSONField(_("відповідність"), default=dict)
    by = models.ForeignKey("access.User", models.PROTECT, related_name="+", verbose_name=_("хто"))
    saved_at = models.DateTimeField(_("збережено"), default=timezone.now)

    audited = True

    class Meta:
        verbose_name = _("відповідність стовпців")
        verbose_name_plural = _("відповідності стовпців")
        ordering = ("-saved_at",)
        constraints = [models.UniqueConstraint(fields=["register", "fingerprint"], name="import_mapping_once")]

    def __str__(self) -> str:
        return f"{self.register} {self.fingerprint[:8]}"
