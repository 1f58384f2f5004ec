from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.codes import PhoneField
from kernel.search.text import SearchText
from kernel.text import transliterate
from kernel.validation import validate_phone  # noqa: F401  the first migration finds it here


class Contact(Card):
    """A reception room, a hotline, an officer whom residents may reach."""

    title = models.CharField(_("назва"), max_length=200, help_text=_("Напр. «Приймальня голови», «Аварійна служба»."))
    slug = models.SlugField(_("адреса на порталі"), max_length=80, unique=True, editable=False)
    person = models.CharField(_("хто приймає"), max_length=200, blank=True)
    phone = PhoneField(_("телефон"), blank=True)
    email = models.EmailField(_("електронна пошта"), blank=True)
    reception_hours = models.CharField(_("години прийому"), max_length=200, blank=True)
    room = models.CharField(_("кабінет"), max_length=40, blank=True)
    department = models.CharField(_("підрозділ"), max_length=120, blank=True)
    settlement = models.CharField(_("населений пункт (КАТОТТГ)"), max_length=19, blank=True)
    published = models.BooleanField(_("на порталі"), default=False)
    sought = SearchText("title", "person", "phone", "email", "department", "room")

    personal_data: ClassVar[dict[str, str]] = {"person": "text", "phone": "phone", "email": "email"}
    record_rules: ClassVar[dict[str, str]] = {
        **Card.record_rules,
        "department": "department",
        "settlement": "settlement",
    }

    class Meta(Card.Meta):
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

    def save(self, **options: Any) -> None:
        """What leaves the register leaves the portal."""
        if self.archived_at and self.published:
            self.published = False
            if options.get("update_fields") is not None:
                options["update_fields"] = [*options["update_fields"], "published"]
        super().save(**options)

    def name_address(self) -> None:
        """A short address of its own: the second «Приймальня» gets a number."""
        stem = slugify(transliterate(self.title))[:70] or "kontakt"
        taken = set(Contact.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        self.slug = next(slug for slug in (stem, *numbered) if slug not in taken)
