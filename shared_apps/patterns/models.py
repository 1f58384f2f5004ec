"""Forms and sets of rules that a region gives to all its communities."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited
from shared_apps.communities.models import Community


class RegionalForm(models.Model):
    """A version of a printed form; the one in force is printed wherever a community has none of its own."""

    region = models.CharField(_("область"), max_length=4, help_text=_("Перші знаки КАТОТТГ, напр. UA53."))
    register = models.CharField(_("реєстр"), max_length=120)
    code = models.SlugField(_("код"), max_length=60)
    title = models.CharField(_("назва"), max_length=120)
    number = models.PositiveIntegerField(_("версія"))
    content = models.BinaryField(_("шаблон"))
    active = models.BooleanField(_("діє"), default=False)
    note = models.CharField(_("що змінено"), max_length=300, blank=True, default="")
    published_by = models.CharField(_("хто оприлюднив"), max_length=200)
    published_at = models.DateTimeField(_("коли"), default=timezone.now)

    # The template itself stays in its version, which never changes.
    audited = Audited(exclude=("content",))

    class Meta:
        verbose_name = _("обласна форма")
        verbose_name_plural = _("обласні форми")
        ordering = ("region", "register", "code", "-number")
        constraints = [
            models.UniqueConstraint(fields=["region", "register", "code", "number"], name="regional_form_once"),
            models.UniqueConstraint(
                fields=["region", "register", "code"], condition=Q(active=True), name="regional_form_one_in_force"
            ),
            models.CheckConstraint(condition=Q(region__regex=r"^UA\d{2}$"), name="regional_form_region"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.title} v{self.number}"


class OwnInstead(models.Model):
    """A community prints a form of its own over the region's or the built-in one; told by the community itself."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name=_("громада"))
    register = models.CharField(_("реєстр"), max_length=120)
    code = models.SlugField(_("код"), max_length=60)
    title = models.CharField(_("назва"), max_length=120)
    number = models.PositiveIntegerField(_("версія"))
    since = models.DateTimeField(_("від коли"), default=timezone.now)

    record_rules: ClassVar[dict[str, str]] = {"region": "community__katottg", "district": "community__katottg"}

    class Meta:
        verbose_name = _("своя форма громади")
        verbose_name_plural = _("свої форми громад")
        ordering = ("register", "code", "community")
        constraints = [
            models.UniqueConstraint(fields=["community", "register", "code"], name="own_instead_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="own_instead_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.community_id} {self.register} {self.code}"


class RuleSet(models.Model):
    """An edition of a set of rules that a region offers. It never changes; what is new is another edition."""

    region = models.CharField(_("область"), max_length=4)
    code = models.SlugField(_("код"), max_length=60)
    title = models.CharField(_("назва"), max_length=120)
    number = models.PositiveIntegerField(_("редакція"))
    # [{"code": "…", "value": "12.5"}, …]: values as text, so that no digit is lost.
    lines = models.JSONField(_("правила"))
    valid_from = models.DateField(_("пропонуємо з"))
    act = models.CharField(_("підстава"), max_length=300)
    published_by = models.CharField(_("хто оприлюднив"), max_length=200)
    published_at = models.DateTimeField(_("коли"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("коли відкликано"), null=True, blank=True)

    audited = True

    class Meta:
        verbose_name = _("набір правил області")
        verbose_name_plural = _("набори правил області")
        ordering = ("region", "code", "-number")
        constraints = [
            models.UniqueConstraint(fields=["region", "code", "number"], name="rule_set_edition_once"),
            models.CheckConstraint(condition=Q(region__regex=r"^UA\d{2}$"), name="rule_set_region"),
            models.CheckConstraint(condition=~Q(act=""), name="rule_set_names_its_act"),
            models.CheckConstraint(condition=~Q(lines=[]), name="rule_set_not_empty"),
        ]

    def __str__(self) -> str:
        return _("«%(title)s», редакція %(number)s") % {"title": self.title, "number": self.number}


class Adoption(models.Model):
    """A community took an edition; told by the community itself, in the transaction that set its rules."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name=_("громада"))
    edition = models.ForeignKey(RuleSet, models.PROTECT, related_name="adoptions", verbose_name=_("редакція"))
    # Which rules, and the community's decisions about them: {"CODE": number of the decision}.
    decisions = models.JSONField(_("рішення"))
    adopted_at = models.DateTimeField(_("коли прийнято"), default=timezone.now)
    adopted_by = models.CharField(_("хто прийняв"), max_length=200)
    undone_at = models.DateTimeField(_("коли скасовано"), null=True, blank=True)
    undone_by = models.CharField(_("хто скасував"), max_length=200, blank=True)

    record_rules: ClassVar[dict[str, str]] = {"region": "community__katottg", "district": "community__katottg"}

    class Meta:
        verbose_name = _("прийнята редакція")
        verbose_name_plural = _("прийняті редакції")
        ordering = ("-adopted_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "edition"],
                condition=Q(undone_at=None),
                name="adoption_once",
                violation_error_message=_("Цю редакцію вже прийнято. Оновіть сторінку."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.edition_id}"
