"""Remarks name their card by its table and key: one table of each kind per tenant, whatever the register."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_COMMENT = 10_000
# What would lead away from the site: a scheme, «//host», and the ways browsers read a backslash.
LEADS_AWAY = r"^\s*([a-zA-Z][a-zA-Z0-9+.-]*:|[/\\][/\\])"


class Comment(models.Model):
    """What somebody said at a card. Earlier wordings stay in the history, removed ones too."""

    table = models.CharField(_("таблиця"), max_length=63)
    row_id = models.CharField(_("запис"), max_length=64)
    text = models.TextField(_("текст"))
    author = models.ForeignKey("access.User", models.PROTECT, related_name="+", verbose_name=_("автор"))
    mentions = ArrayField(models.UUIDField(), verbose_name=_("кого згадано"), default=list, blank=True)
    created_at = models.DateTimeField(_("коли"), default=timezone.now)
    edited_at = models.DateTimeField(_("змінено"), null=True, blank=True)
    removed_at = models.DateTimeField(_("вилучено"), null=True, blank=True)
    removed_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто вилучив")
    )

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"text": "text"}

    class Meta:
        verbose_name = _("коментар")
        verbose_name_plural = _("коментарі")
        ordering = ("created_at", "id")
        indexes = [models.Index(fields=["table", "row_id", "created_at"], name="comment_of_card")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST_COMMENT), name="comment_not_too_long"
            ),
            models.CheckConstraint(condition=~Q(table="") & ~Q(row_id=""), name="comment_names_card"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(removed_by__isnull=False), name="comment_removed_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Tag(models.Model):
    """A word of the tenant's own to gather cards by."""

    class Colour(models.TextChoices):
        IDLE = "idle", _("сірий")
        INFO = "info", _("синій")
        OK = "ok", _("зелений")
        WARN = "warn", _("жовтий")
        BAD = "bad", _("червоний")

    name = models.CharField(_("назва"), max_length=40)
    colour = models.CharField(_("колір"), max_length=4, choices=Colour, default=Colour.IDLE)

    audited = True

    class Meta:
        verbose_name = _("позначка")
        verbose_name_plural = _("позначки")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(Lower("name"), name="tag_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_name"),
            models.CheckConstraint(
                condition=Q(colour__in=["idle", "info", "ok", "warn", "bad"]), name="tag_colour_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    table = models.CharField(_("таблиця"), max_length=63)
    row_id = models.CharField(_("запис"), max_length=64)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", verbose_name=_("позначка"))
    tagged_at = models.DateTimeField(_("коли"), default=timezone.now)

    audited = True

    class Meta:
        verbose_name = _("позначення")
        verbose_name_plural = _("позначення")
        constraints = [
            models.UniqueConstraint(fields=["table", "row_id", "tag"], name="tagging_once"),
            models.CheckConstraint(condition=~Q(table="") & ~Q(row_id=""), name="tagging_names_card"),
        ]

    def __str__(self) -> str:
        return f"{self.tag}: {self.table} {self.row_id}"


class Place(models.Model):
    """A page a person keeps or was at; of a card, also which one."""

    url = models.CharField(_("адреса"), max_length=500)
    title = models.CharField(_("назва"), max_length=200)
    table = models.CharField(_("таблиця"), max_length=63, blank=True)
    row_id = models.CharField(_("запис"), max_length=64, blank=True)

    # One's own list of pages is of no use in a training copy, and tells what the person was busy with.
    forgotten_in_copies = True

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Favourite(Place):
    person = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("чия"))
    added_at = models.DateTimeField(_("додано"), default=timezone.now)

    class Meta:
        verbose_name = _("закладка")
        verbose_name_plural = _("закладки")
        ordering = ("title", "id")
        constraints = [
            models.UniqueConstraint(fields=["person", "url"], name="favourite_once"),
            models.CheckConstraint(condition=~Q(url__regex=LEADS_AWAY), name="favourite_is_local"),
        ]


class Visit(Place):
    person = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("хто"))
    at = models.DateTimeField(_("коли"), default=timezone.now)

    class Meta:
        verbose_name = _("відвідання")
        verbose_name_plural = _("відвідання")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["person", "-at"], name="visit_recent")]
        constraints = [
            models.UniqueConstraint(fields=["person", "url"], name="visit_once"),
            models.CheckConstraint(condition=~Q(url__regex=LEADS_AWAY), name="visit_is_local"),
        ]


class Subscription(models.Model):
    """Who wants to know of changes: of one card, or, with an empty key, of the whole register."""

    person = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("хто"))
    table = models.CharField(_("таблиця"), max_length=63)
    row_id = models.CharField(_("запис"), max_length=64, blank=True)
    since = models.DateTimeField(_("з якого часу"), default=timezone.now)

    class Meta:
        verbose_name = _("підписка")
        verbose_name_plural = _("підписки")
        indexes = [models.Index(fields=["table", "row_id"], name="subscription_of_card")]
        constraints = [
            models.UniqueConstraint(fields=["person", "table", "row_id"], name="subscription_once"),
            models.CheckConstraint(condition=~Q(table=""), name="subscription_names_table"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.table} {self.row_id}".strip()
