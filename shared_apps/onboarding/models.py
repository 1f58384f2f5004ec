"""An application to join the cloud, from the first question to the first sign-in."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.communities.models import Community, Plan
from shared_apps.communities.names import validate_edrpou, validate_katottg, validate_name

KEPT_FOR = timedelta(days=30)


def in_a_month() -> datetime:
    return timezone.now() + KEPT_FOR


class Application(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("заповнюється")
        HELD = "held", _("чекає рішення")
        APPROVED = "approved", _("схвалено")
        CREATING = "creating", _("створюється")
        DONE = "done", _("працює")
        REFUSED = "refused", _("відмовлено")
        LOST = "lost", _("громаду підключив хтось інший")

    class Authority(models.TextChoices):
        NONE = "", _("ще не підтверджено")
        MAIL = "mail", _("поштою gov.ua")
        KEP = "kep", _("підписом КЕП")
        LETTER = "letter", _("листом")
        INVITED = "invited", _("запрошенням громади")

    OPEN: ClassVar[tuple[str, ...]] = ("draft", "held", "approved", "creating")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("вид"), max_length=12, choices=Community.Kind)
    katottg = models.CharField(_("код КАТОТТГ"), max_length=19, blank=True, validators=[validate_katottg])
    edrpou = models.CharField(_("код ЄДРПОУ"), max_length=8, blank=True, validators=[validate_edrpou])
    parent = models.ForeignKey(Community, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("повна назва"), max_length=300, blank=True, validators=[validate_name])
    short_name = models.CharField(_("коротка назва"), max_length=120, blank=True, validators=[validate_name])
    slug = models.CharField(_("адреса"), max_length=40, blank=True)
    population = models.PositiveIntegerField(_("населення"), null=True, blank=True)

    email = models.EmailField(_("пошта"), blank=True)
    email_proved_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    last_name = models.CharField(_("прізвище"), max_length=80, blank=True)
    first_name = models.CharField(_("ім’я"), max_length=80, blank=True)
    patronymic = models.CharField(_("по батькові"), max_length=80, blank=True)
    position = models.CharField(_("посада"), max_length=120, blank=True)
    phone = models.CharField(_("телефон"), max_length=20, blank=True)

    authority = models.CharField(_("повноваження"), max_length=8, choices=Authority, blank=True)
    authority_facts = models.JSONField(default=dict)
    letter = models.CharField(max_length=200, blank=True)
    # Why a person must look at it before anything is made.
    doubts = models.JSONField(default=list)

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+")
    # None: not asked yet.
    left_out = models.JSONField(_("вимкнені модулі"), null=True, blank=True)
    way = models.CharField(_("оплата"), max_length=10, blank=True)
    subscription = models.ForeignKey(
        "subscriptions.Subscription", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.DRAFT)
    state_why = models.CharField(_("чому"), max_length=500, blank=True)
    community = models.ForeignKey(Community, models.SET_NULL, null=True, blank=True, related_name="+")
    job_id = models.UUIDField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    creating_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(default=in_a_month)

    audited = True
    record_rules: ClassVar[dict[str, str]] = {"region": "katottg", "district": "katottg"}
    personal_data: ClassVar[dict[str, str]] = {
        "email": "email",
        "last_name": "last_name",
        "first_name": "first_name",
        "patronymic": "patronymic",
        "phone": "phone",
    }

    class Meta:
        verbose_name = _("заявка на підключення")
        verbose_name_plural = _("заявки на підключення")
        ordering = ("-created_at",)
        constraints = [
            # Two at once for one community: the database lets one of them begin.
            models.UniqueConstraint(
                fields=["katottg"], condition=Q(state="creating", kind="hromada"), name="application_one_hromada"
            ),
            models.UniqueConstraint(
                fields=["edrpou"], condition=Q(state="creating") & ~Q(edrpou=""), name="application_one_edrpou"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "refused", "lost"]) | Q(email_proved_at__isnull=False),
                name="application_email_proved",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name or self.katottg or self.edrpou

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.last_name, self.first_name, self.patronymic)))

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now() and self.state in ("draft", "held", "approved")

    @property
    def email_domain(self) -> str:
        return self.email.rpartition("@")[2].lower()


class ApplicationMove(models.Model):
    """Every move of an application: who, when, why."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="moves")
    was = models.CharField(max_length=10, blank=True)
    became = models.CharField(max_length=10, choices=Application.State)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(_("хто"), max_length=200)
    why = models.CharField(_("чому"), max_length=500, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


class EnterpriseInvitation(models.Model):
    """A hromada calls its enterprise: whoever holds the link applies with the hromada's word."""

    parent = models.ForeignKey(Community, models.CASCADE, related_name="+")
    edrpou = models.CharField(_("код ЄДРПОУ"), max_length=8, validators=[validate_edrpou])
    email = models.EmailField(_("пошта"))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=200)
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_a_month)
    application = models.ForeignKey(Application, models.SET_NULL, null=True, blank=True, related_name="+")

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"email": "email"}

    class Meta:
        verbose_name = _("запрошення підприємства")
        verbose_name_plural = _("запрошення підприємств")
        ordering = ("-invited_at",)

    def __str__(self) -> str:
        return f"{self.edrpou} · {self.email}"
