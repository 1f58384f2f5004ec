"""Communities (the tenants), their addresses on the web, their standing and what they are entitled to."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin

from kernel.tenancy.scope import TenantRef
from shared_apps.communities.names import (
    edrpou_is_valid,
    validate_edrpou,
    validate_katottg,
    validate_name,
    validate_slug,
)


class Plan(models.Model):
    """What a community may switch on and how much of it; quotas are defaults a community may exceed by Quota."""

    code = models.SlugField(_("код"), primary_key=True)
    title = models.CharField(_("назва"), max_length=100)
    modules = models.JSONField(_("модулі"), default=list, help_text=_("Порожній перелік — усі модулі."))
    quotas = models.JSONField(_("обсяги"), default=dict)

    audited = True

    class Meta:
        verbose_name = _("тариф")
        verbose_name_plural = _("тарифи")

    def __str__(self) -> str:
        return self.title


class Community(TenantMixin):
    class Kind(models.TextChoices):
        HROMADA = "hromada", _("громада")
        ENTERPRISE = "enterprise", _("комунальне підприємство")

    class State(models.TextChoices):
        REQUESTED = "requested", _("заявлено")
        PROVISIONING = "provisioning", _("створюється")
        ACTIVE = "active", _("працює")
        SUSPENDED = "suspended", _("призупинено")
        ARCHIVED = "archived", _("в архіві")
        DELETED = "deleted", _("видалено")

    # Schemas come from the template engine in `provisioning`, never from a save().
    auto_create_schema = False
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(_("адреса"), max_length=40, unique=True, validators=[validate_slug])
    kind = models.CharField(_("вид"), max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="enterprises", verbose_name=_("громада-власник")
    )
    name = models.CharField(_("повна назва"), max_length=300, validators=[validate_name])
    short_name = models.CharField(_("коротка назва"), max_length=120, validators=[validate_name])
    genitive_name = models.CharField(
        _("назва в родовому відмінку"), max_length=300, blank=True, help_text=_("Для документів: «рішення … ради».")
    )
    katottg = models.CharField(_("код КАТОТТГ"), max_length=19, blank=True, default="", validators=[validate_katottg])
    region_code = models.GeneratedField(
        expression=Left("katottg", 4), output_field=models.CharField(max_length=4), db_persist=True
    )
    district_code = models.GeneratedField(
        expression=Left("katottg", 6), output_field=models.CharField(max_length=6), db_persist=True
    )
    edrpou = models.CharField(_("код ЄДРПОУ"), max_length=8, blank=True, default="", validators=[validate_edrpou])
    edrpou_override_reason = models.CharField(_("чому код з іншою контрольною цифрою"), max_length=300, blank=True)
    population = models.PositiveIntegerField(_("населення"), null=True, blank=True)
    coat_of_arms = models.CharField(_("герб"), max_length=200, blank=True)
    brand_hue = models.PositiveSmallIntegerField(_("відтінок"), default=195)
    brand_chroma = models.DecimalField(_("насиченість"), max_digits=4, decimal_places=3, default="0.078")
    brand_light = models.DecimalField(_("світлота"), max_digits=4, decimal_places=3, default="0.430")
    timezone = models.CharField(_("часовий пояс"), max_length=40, default="Europe/Kyiv")
    contact_person = models.CharField(_("кому дзвонити"), max_length=120, blank=True)
    contact_phone = models.CharField(_("телефон"), max_length=20, blank=True)
    plan = models.ForeignKey(Plan, models.PROTECT, verbose_name=_("тариф"))
    state = models.CharField(_("стан"), max_length=12, choices=State, default=State.REQUESTED)
    state_reason = models.CharField(_("причина"), max_length=500, blank=True)
    state_at = models.DateTimeField(_("у стані з"), default=now)
    read_only = models.BooleanField(_("лише читання"), default=False)
    training = models.BooleanField(_("навчальна копія"), default=False)
    shard = models.CharField(_("вузол бази"), max_length=40, default="main")
    created_at = models.DateTimeField(_("створено"), default=now, editable=False)

    audited = True
    record_rules: ClassVar[dict[str, str]] = {"region": "katottg", "district": "katottg"}

    class Meta:
        verbose_name = _("громада")
        verbose_name_plural = _("громади")
        ordering = ("slug",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["hromada", "enterprise"]), name="community_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="enterprise") | Q(parent__isnull=True), name="community_hromada_has_no_parent"
            ),
            models.CheckConstraint(
                condition=Q(katottg="") | Q(katottg__regex=r"^UA\d{17}$"), name="community_katottg_form"
            ),
            models.CheckConstraint(condition=Q(edrpou="") | Q(edrpou__regex=r"^\d{8}$"), name="community_edrpou_form"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$"), name="community_slug_form"
            ),
            models.CheckConstraint(condition=Q(brand_hue__in=[195, 225, 265, 300, 345]), name="community_brand_hue"),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "provisioning", "active", "suspended", "archived", "deleted"]),
                name="community_state_known",
            ),
            models.UniqueConstraint(
                fields=["edrpou"],
                condition=~Q(state="deleted") & Q(edrpou_override_reason="") & ~Q(edrpou=""),
                name="community_edrpou_once",
                violation_error_message=_(
                    "Організація з таким кодом ЄДРПОУ вже є в хмарі. Зверніться до її адміністратора."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def ref(self) -> TenantRef:
        return TenantRef(
            id=self.id,
            slug=self.slug,
            schema=self.schema_name,
            name=self.short_name,
            kind=self.kind,
            timezone=self.timezone,
            state=self.state,
            shard=self.shard,
            region=self.katottg[:4],
        )

    def clean(self) -> None:
        if self.edrpou and not edrpou_is_valid(self.edrpou) and not self.edrpou_override_reason:
            raise ValidationError(
                {
                    "edrpou": ValidationError(
                        _(
                            "Контрольна цифра коду ЄДРПОУ %(code)s не збігається. Перевірте код; якщо він справді такий — назвіть причину."
                        ),
                        code="edrpou_checksum",
                        params={"code": self.edrpou},
                    )
                }
            )
        if self.kind == self.Kind.ENTERPRISE and self.parent and self.parent.kind != self.Kind.HROMADA:
            raise ValidationError({"parent": _("Підприємство належить громаді, а не іншому підприємству.")})


class StateChange(models.Model):
    """Every move of a community's life: who, when, why. Written with the move, never changed."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="state_changes")
    was = models.CharField(max_length=12, choices=Community.State)
    became = models.CharField(max_length=12, choices=Community.State)
    at = models.DateTimeField(default=now)
    by = models.CharField(_("хто"), max_length=200)
    reason = models.CharField(_("чому"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("зміна стану")
        verbose_name_plural = _("зміни стану")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.community_id}: {self.was} → {self.became}"


def new_verification_token() -> str:
    return secrets.token_urlsafe(24)


class Domain(DomainMixin):
    """A host of a community: its platform subdomain, or its own name once proved by a DNS record."""

    own = models.BooleanField(_("власний домен"), default=False)
    verification_token = models.CharField(max_length=64, default=new_verification_token, editable=False)
    verified_at = models.DateTimeField(_("перевірено"), null=True, blank=True)

    audited = True

    class Meta:
        verbose_name = _("домен")
        verbose_name_plural = _("домени")
        constraints = [
            models.CheckConstraint(
                condition=Q(domain__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"),
                name="domain_form",
            ),
            models.UniqueConstraint(fields=["tenant"], condition=Q(is_primary=True), name="domain_one_primary"),
        ]


class MailDomain(models.Model):
    """From which domain whose letters leave: one community's at a time, from the day DNS held its key."""

    domain = models.CharField(_("домен"), max_length=253, unique=True)
    tenant = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name=_("громада"))
    proved_at = models.DateTimeField(_("підтверджено"))
    # Its records are gone: whoever has them now may prove it.
    lost_at = models.DateTimeField(_("втрачено"), null=True, blank=True)

    audited = True

    class Meta:
        verbose_name = _("домен пошти")
        verbose_name_plural = _("домени пошти")

    def __str__(self) -> str:
        return self.domain


class Quota(models.Model):
    """A community's own limit where it differs from its plan's."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="quota_rows")
    key = models.CharField(max_length=40)
    limit = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)

    audited = True

    class Meta:
        verbose_name = _("обсяг")
        verbose_name_plural = _("обсяги")
        constraints = [
            models.UniqueConstraint(fields=["community", "key"], name="quota_once"),
            models.CheckConstraint(condition=Q(limit__gte=0), name="quota_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ≤ {self.limit}"
