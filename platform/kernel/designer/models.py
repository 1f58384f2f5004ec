"""Fields and registers of a tenant's own: rows of definitions, their versions, and the values."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.cards.models import Card
from kernel.modules.manifest import Area
from kernel.search.text import SearchText


class Kind(models.TextChoices):
    TEXT = "text", _("текст")
    NUMBER = "number", _("число")
    MONEY = "money", _("гроші")
    DATE = "date", _("дата")
    BOOLEAN = "boolean", _("так або ні")
    CHOICE = "choice", _("вибір зі списку")
    REFERENCE = "reference", _("картка іншого реєстру")
    POINT = "point", _("місце на карті")
    FILE = "file", _("файл")


class Definition(models.Model):
    """What a tenant made of a register: fields added to a built-in one, or a whole register of its own."""

    register = models.CharField(_("реєстр"), max_length=120, unique=True, editable=False)
    own = models.BooleanField(_("власний реєстр"), default=False, editable=False)
    title = models.CharField(_("назва"), max_length=80, blank=True)
    singular = models.CharField(_("один запис"), max_length=80, blank=True)
    icon = models.CharField(_("значок"), max_length=40, blank=True)
    area = models.CharField(_("область"), max_length=20, choices=Area, blank=True)
    numbering = models.CharField(_("нумерація"), max_length=40, blank=True)
    placed = models.BooleanField(_("на карті"), default=False)
    # What the designers saw when they opened the page: two at once do not overwrite each other.
    version = models.PositiveIntegerField(_("версія"), default=1, editable=False)
    retired_at = models.DateTimeField(_("вилучено"), null=True, blank=True, editable=False)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("опис реєстру")
        verbose_name_plural = _("описи реєстрів")
        ordering = ("register",)
        constraints = [
            models.UniqueConstraint(
                Lower("title"), condition=Q(own=True, retired_at__isnull=True), name="own_register_title_once",
                violation_error_message=_("Реєстр із такою назвою вже є. Назвіть цей інакше."),
            ),
            models.CheckConstraint(condition=Q(own=False) | ~Q(title=""), name="own_register_named"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title or self.register

    @property
    def code(self) -> str:
        return self.register.partition(".")[2]


class OwnField(models.Model):
    """One field. Its values are kept under its key, so another title or code touches none of them."""

    definition = models.ForeignKey(Definition, models.PROTECT, related_name="fields", verbose_name=_("реєстр"))
    code = models.SlugField(_("код"), max_length=40)
    title = models.CharField(_("назва"), max_length=80)
    kind = models.CharField(_("вид"), max_length=10, choices=Kind)
    required = models.BooleanField(_("обовʼязкове"), default=False)
    unique = models.BooleanField(_("без повторів"), default=False)
    hint = models.CharField(_("підказка"), max_length=200, blank=True)
    default = models.CharField(_("типове значення"), max_length=200, blank=True)
    unit = models.CharField(_("одиниця"), max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField(_("знаків після коми"), default=0)
    options = models.JSONField(_("варіанти"), default=list, blank=True)
    points_to = models.CharField(_("на який реєстр вказує"), max_length=120, blank=True)
    level = models.PositiveSmallIntegerField(_("кому видно"), choices=Level, default=Level.VIEW)
    public = models.BooleanField(_("на сторінці для мешканців"), default=False)
    position = models.PositiveIntegerField(_("порядок"), default=0)
    retired_at = models.DateTimeField(_("вилучено"), null=True, blank=True, editable=False)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("власне поле")
        verbose_name_plural = _("власні поля")
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "code"], name="own_field_code_once",
                violation_error_message=_("Поле з таким кодом у цьому реєстрі вже є або було. Дайте інший код."),
            ),
            models.UniqueConstraint(
                "definition", Lower("title"), condition=Q(retired_at__isnull=True), name="own_field_title_once",
                violation_error_message=_("Поле з такою назвою в цьому реєстрі вже є. Назвіть це інакше."),
            ),
            models.CheckConstraint(condition=Q(kind__in=[*Kind.values]), name="own_field_kind_known"),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="own_field_decimals_few"),
            models.CheckConstraint(condition=~Q(title=""), name="own_field_named"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class DefinitionVersion(models.Model):
    """The definition as it was saved each time: what to go back to, and what a neighbour is given."""

    definition = models.ForeignKey(Definition, models.PROTECT, related_name="versions", verbose_name=_("реєстр"))
    number = models.PositiveIntegerField(_("версія"))
    content = models.JSONField(_("зміст"))
    note = models.CharField(_("що змінено"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("хто змінив")
    )
    made_at = models.DateTimeField(_("коли"), default=timezone.now)

    append_only = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("версія опису")
        verbose_name_plural = _("версії описів")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["definition", "number"], name="definition_version_once")]

    def __str__(self) -> str:
        return f"{self.definition_id} · {self.number}"


class Extra(models.Model):
    """Values of own fields of one card, by the keys of the fields; what is empty is not there."""

    table_name = models.CharField(_("таблиця"), max_length=63)
    row_id = models.BigIntegerField(_("картка"))
    values = models.JSONField(_("значення"), default=dict)

    audited = True
    # Nobody knows which of them are of people: a training copy does without all.
    forgotten_in_copies = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("власні поля картки")
        verbose_name_plural = _("власні поля карток")
        constraints = [models.UniqueConstraint(fields=["table_name", "row_id"], name="extra_once")]
        indexes = [GinIndex(fields=["values"], name="extra_values", opclasses=["jsonb_path_ops"])]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}"


class UniqueValue(models.Model):
    """A value that no other card may have: the database itself refuses the second."""

    field = models.ForeignKey(OwnField, models.CASCADE, related_name="+", db_index=False, verbose_name=_("поле"))
    value = models.CharField(_("значення"), max_length=500)
    row_id = models.BigIntegerField(_("картка"))

    # It follows from the values, whose history is kept, and is forgotten with them.
    forgotten_in_copies = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("значення без повторів")
        verbose_name_plural = _("значення без повторів")
        constraints = [
            models.UniqueConstraint(fields=["field", "value"], name="unique_value_once"),
            models.UniqueConstraint(fields=["field", "row_id"], name="unique_value_of_card"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.value}"


class FileKept(models.Model):
    """A file an own field of a card points to; while the row stands, so does the file."""

    field = models.ForeignKey(OwnField, models.CASCADE, related_name="+", db_index=False, verbose_name=_("поле"))
    row_id = models.BigIntegerField(_("картка"))
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("файл"))

    forgotten_in_copies = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("файл власного поля")
        verbose_name_plural = _("файли власних полів")
        constraints = [models.UniqueConstraint(fields=["field", "row_id"], name="file_kept_once")]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.file_id}"


class Record(Card):
    """A card of a register the tenant made itself."""

    definition = models.ForeignKey(
        Definition, models.PROTECT, related_name="+", editable=False, verbose_name=_("реєстр")
    )
    number = models.CharField(_("номер"), max_length=40, blank=True, editable=False)
    name = models.CharField(_("назва"), max_length=200)
    place = PointField(_("місце"), srid=4326, null=True, blank=True)
    sought = SearchText("number", "name")

    personal_data: ClassVar[dict[str, str]] = {"name": "text"}

    class Meta(Card.Meta):
        verbose_name = _("запис власного реєстру")
        verbose_name_plural = _("записи власних реєстрів")
        indexes = [*Card.Meta.indexes, models.Index(fields=["definition", "name", "id"], name="record_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], condition=~Q(number=""), name="record_number_once",
                violation_error_message=_("Запис із таким номером уже є. Дайте інший номер."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="record_named"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
