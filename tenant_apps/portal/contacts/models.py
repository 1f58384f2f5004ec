from __future__ import annotations

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kernel.text import transliterate


def normalised_phone(text: str) -> str:
    """E.164 (ID-015) out of what people write: «067 123-45-67», «80671234567», «(05363) 2-12-34»."""
    digits = re.sub(r"[\s()\-.]", "", text)
    for beginning in ("+380", "380", "80", "0"):
        if digits.startswith(beginning):
            return f"+380{digits[len(beginning) :]}"
    return digits


def validate_phone(value: str) -> None:
    if not re.fullmatch(r"\+380\d{9}", value):
        raise ValidationError(_("Телефон — це +380 і дев’ять цифр, напр. 067 123-45-67. Перевірте код міста."))


class Contact(models.Model):
    """A reception room, a hotline, an officer whom residents may reach."""

    title = models.CharField(_("назва"), max_length=200, help_text=_("Напр. «Приймальня голови», «Аварійна служба»."))
    slug = models.SlugField(_("адреса на порталі"), max_length=80, unique=True, editable=False)
    person = models.CharField(_("хто приймає"), max_length=200, blank=True)
    phone = models.CharField(_("телефон"), max_length=13, blank=True, validators=[validate_phone])
    email = models.EmailField(_("електронна пошта"), blank=True)
    reception_hours = models.CharField(_("години прийому"), max_length=200, blank=True)
    room = models.CharField(_("кабінет"), max_length=40, blank=True)
    department = models.CharField(_("підрозділ"), max_length=120, blank=True)
    settlement = models.CharField(_("населений пункт (КАТОТТГ)"), max_length=19, blank=True)
    published = models.BooleanField(_("на порталі"), default=False)
    created_by = models.ForeignKey(
        "access.User", models.PROTECT, related_name="+", editable=False, verbose_name=_("хто додав")
    )
    created_at = models.DateTimeField(_("додано"), default=timezone.now, editable=False)
    archived_at = models.DateTimeField(_("в архіві з"), null=True, blank=True, editable=False)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"person": "text", "phone": "phone", "email": "email"}
    record_rules: ClassVar[dict[str, str]] = {
        "own": "created_by_id",
        "department": "department",
        "settlement": "settlement",
    }

    class Meta:
        verbose_name = _("контакт")
        verbose_name_plural = _("контакти")
        ordering = ("title", "id")
        constraints = [
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^\+380\d{9}$"), name="contact_phone_form"),
            models.CheckConstraint(
                condition=Q(settlement="") | Q(settlement__regex=r"^UA\d{17}$"),
                name="contact_settlement_form",
                violation_error_message=_("Код КАТОТТГ — це UA і 17 цифр. Знайдіть код у довіднику."),
            ),
            models.CheckConstraint(
                condition=Q(published=False) | ~Q(phone="") | ~Q(email=""),
                name="contact_reachable",
                violation_error_message=_("Щоб показати контакт мешканцям, вкажіть телефон або пошту."),
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(published=False), name="contact_archived_is_not_public"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def name_address(self) -> None:
        """A short address of its own: the second «Приймальня» gets a number."""
        stem = slugify(transliterate(self.title))[:70] or "kontakt"
        taken = set(Contact.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        self.slug = next(slug for slug in (stem, *numbered) if slug not in taken)
