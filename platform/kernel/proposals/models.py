from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class Proposal(models.Model):
    """`proposed` and `before` hold fields as people type them: the registrar's form opens with them."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("чекає підтвердження пошти")
        WAITING = "waiting", _("на розгляді")
        ASKED = "asked", _("потрібне уточнення")
        APPROVED = "approved", _("схвалено")
        REFUSED = "refused", _("відхилено")
        WITHDRAWN = "withdrawn", _("відкликано")

    OPEN = (State.WAITING, State.ASKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register = models.CharField(_("реєстр"), max_length=120)
    row_id = models.BigIntegerField(_("картка"), null=True, blank=True)
    version = models.PositiveIntegerField(_("версія картки"), null=True, blank=True)
    shown = models.CharField(_("про що"), max_length=600)
    proposed = models.JSONField(_("запропоновано"), default=dict)
    before = models.JSONField(_("було"), default=dict)
    words = models.TextField(_("пояснення"), blank=True, max_length=4000)
    state = models.CharField(_("стан"), max_length=11, choices=State, default=State.WAITING)
    author = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто пропонує")
    )
    name = models.CharField(_("імʼя"), max_length=160, blank=True)
    email = models.EmailField(_("електронна пошта"), blank=True)
    created_at = models.DateTimeField(_("надіслано"), default=timezone.now)
    decided_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто вирішив")
    )
    decided_at = models.DateTimeField(_("вирішено"), null=True, blank=True)
    decision = models.CharField(_("рішення"), max_length=1000, blank=True)
    amended = models.BooleanField(_("схвалено з правками"), default=False)

    audited = Audited(exclude=("proposed", "before"))
    # What residents wrote is nothing for a training copy.
    forgotten_in_copies: ClassVar[bool] = True

    class Meta:
        verbose_name = _("пропозиція змін")
        verbose_name_plural = _("пропозиції змін")
        ordering = ("created_at", "id")
        indexes = [
            models.Index(
                fields=["register", "created_at"], condition=Q(state__in=["waiting", "asked"]), name="proposal_open"
            ),
            models.Index(fields=["register", "row_id"], name="proposal_of_card"),
            models.Index(fields=["author", "-created_at"], name="proposal_of_author"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(author__isnull=False) | ~Q(email=""), name="proposal_is_somebodys"),
            models.CheckConstraint(
                condition=Q(state__in=["unconfirmed", "waiting", "asked"], decided_at__isnull=True)
                | Q(state__in=["approved", "refused", "withdrawn"], decided_at__isnull=False),
                name="proposal_decided_when_closed",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(decision=""), name="proposal_refusal_says_why"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def whose(self) -> str:
        return self.author.full_name if self.author else self.name or str(_("мешканець"))

    @property
    def tone(self) -> str:
        tones = {"waiting": "info", "asked": "warn", "approved": "ok", "refused": "bad"}
        return tones.get(self.state, "idle")


class ProposalNote(models.Model):
    """A question of the registrar, or what the proposer answered."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="notes", verbose_name=_("пропозиція"))
    text = models.TextField(_("текст"), max_length=4000)
    by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто написав")
    )
    asks = models.BooleanField(_("запитання реєстратора"), default=False)
    at = models.DateTimeField(_("коли"), default=timezone.now)

    forgotten_in_copies: ClassVar[bool] = True

    class Meta:
        verbose_name = _("слово про пропозицію")
        verbose_name_plural = _("слова про пропозиції")
        ordering = ("at", "id")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="proposal_note_says_something")]

    def __str__(self) -> str:
        return self.text[:80]
