"""What the community owns: who holds it, what it is worth, how it is used; and the counting of it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.amounts import MoneyField
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.periods import ends_after_start
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)


class Asset(Card):
    class Kind(models.TextChoices):
        BUILDING = "building", _("будівля")
        PREMISES = "premises", _("приміщення")
        STRUCTURE = "structure", _("споруда")
        SHARE = "share", _("частка в статутному капіталі")
        VEHICLE = "vehicle", _("транспорт")
        EQUIPMENT = "equipment", _("обладнання")
        FURNITURE = "furniture", _("меблі та інвентар")
        OTHER = "other", _("інше рухоме майно")

    class Use(models.TextChoices):
        USED = "used", _("використовується")
        LEASED = "leased", _("в оренді")
        LENT = "lent", _("у безоплатному користуванні")
        VACANT = "vacant", _("не використовується")
        MOTHBALLED = "mothballed", _("на консервації")
        WRITTEN_OFF = "written_off", _("списано")

    number = models.CharField(
        _("інвентарний номер"), max_length=30, help_text=_("Той самий, що на бирці й у бухгалтерії.")
    )
    name = models.CharField(_("назва"), max_length=300)
    kind = models.CharField(_("вид"), max_length=9, choices=Kind)
    use = models.CharField(_("використання"), max_length=11, choices=Use, default=Use.USED)
    unused_since = models.DateField(
        _("не використовується з"),
        null=True,
        blank=True,
        help_text=_("Для того, що стоїть порожнім чи законсервоване."),
    )
    written_off_on = models.DateField(_("списано"), null=True, blank=True, editable=False)
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, related_name="+", verbose_name=_("балансоутримувач")
    )
    keeper = models.ForeignKey(
        "staff.Employee", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("матеріально відповідальна особа"),
    )  # fmt: skip
    cost = MoneyField(_("первісна вартість"), default=Decimal(0))
    wear = MoneyField(_("знос"), default=Decimal(0))
    value = models.GeneratedField(
        expression=F("cost") - F("wear"),
        output_field=models.DecimalField(max_digits=15, decimal_places=2),
        db_persist=True,
        verbose_name=_("балансова вартість"),
    )
    value.register_kind, value.unit = "money", MoneyField.unit  # type: ignore[attr-defined]
    share = models.DecimalField(_("частка громади, %"), max_digits=7, decimal_places=4, null=True, blank=True)
    commissioned_on = models.DateField(_("введено в експлуатацію"), null=True, blank=True)
    area = models.DecimalField(_("площа"), max_digits=10, decimal_places=2, null=True, blank=True)
    area.unit = "м²"  # type: ignore[attr-defined]
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"),
    )  # fmt: skip
    building = models.ForeignKey(
        "addresses.Building", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("будинок")
    )
    address = models.CharField(_("де стоїть"), max_length=300, blank=True, help_text=_("Адреса, кабінет."))
    location = models.PointField(_("на мапі"), null=True, blank=True)
    basis = models.CharField(_("підстава власності"), max_length=300, blank=True, help_text=_("Рішення, договір, акт."))
    registration = models.CharField(_("запис про право власності №"), max_length=40, blank=True)
    document = CardFileField(_("правовстановчий документ"), null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    note = models.TextField(_("примітка"), blank=True)
    sought = SearchText("number", "name", "address", "registration")

    tones: ClassVar[dict[str, str]] = {
        "used": "ok", "leased": "ok", "lent": "info", "vacant": "warn", "mothballed": "idle", "written_off": "idle",
    }  # fmt: skip
    not_personal: ClassVar[tuple[str, ...]] = ("address",)
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        indexes = [*Card.Meta.indexes, models.Index(fields=["number", "id"], name="asset_by_number")]
        verbose_name = _("об’єкт комунальної власності")
        verbose_name_plural = _("об’єкти комунальної власності")
        constraints = [
            models.UniqueConstraint(
                fields=["number", "holder"],
                condition=LIVE,
                name="asset_number_once",
                violation_error_message=_("Цей балансоутримувач уже має майно з таким номером. Знайдіть його картку."),
            ),
            models.CheckConstraint(condition=~Q(number="") & ~Q(name=""), name="asset_named"),
            models.CheckConstraint(
                condition=Q(cost__gte=0) & Q(wear__gte=0) & Q(wear__lte=F("cost")),
                name="asset_wear_within_cost",
                violation_error_message=_(
                    "Знос не буває більший за первісну вартість чи від’ємний. Звірте з бухгалтерією."
                ),
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100),
                name="asset_share_per_cent",
                violation_error_message=_("Частка — від 0 до 100 відсотків."),
            ),
            models.CheckConstraint(
                condition=~Q(use="vacant") | Q(unused_since__isnull=False),
                name="asset_unused_since",
                violation_error_message=_("Впишіть, з якого дня майно не використовується."),
            ),
            models.CheckConstraint(
                condition=Q(use="written_off", written_off_on__isnull=False)
                | (~Q(use="written_off") & Q(written_off_on__isnull=True)),
                name="asset_written_off_by_act",
                violation_error_message=_("Списують і повертають на облік діями на картці: вони питають про акт."),
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(area__gt=0),
                name="asset_area_above_zero",
                violation_error_message=_("Площа має бути більша за нуль. Виправте або лишіть порожньою."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.building is not None:
            self.settlement = self.settlement or self.building.settlement
            self.address = self.address or self.building.shown
            self.location = self.location or self.building.location
        if self.use not in (self.Use.VACANT, self.Use.MOTHBALLED):
            self.unused_since = None

    @property
    def is_awaited(self) -> bool:
        """A counting under way expects it and nobody has met it yet."""
        return bool(self.lines.filter(LIVE, inventory__state="open", result="pending").exists())


class Inventory(Card):
    """A counting of what one holder has, by an order."""

    class State(models.TextChoices):
        DRAFT = "draft", _("готується")
        OPEN = "open", _("триває")
        CLOSED = "closed", _("завершено")

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, related_name="+", verbose_name=_("балансоутримувач")
    )
    order_number = models.CharField(_("наказ №"), max_length=40)
    ordered_on = models.DateField(_("дата наказу"))
    starts_on = models.DateField(_("починається"))
    ends_on = models.DateField(_("закінчується"))
    commission = models.TextField(_("комісія"), blank=True, help_text=_("Голова й члени, кожен з нового рядка."))
    state = models.CharField(_("стан"), max_length=6, choices=State, default=State.DRAFT, editable=False)
    sought = SearchText("number", "order_number")

    tones: ClassVar[dict[str, str]] = {"draft": "info", "open": "warn", "closed": "ok"}
    personal_data: ClassVar[dict[str, str]] = {"commission": "text"}

    class Meta(Card.Meta):
        verbose_name = _("інвентаризація")
        verbose_name_plural = _("інвентаризації")
        constraints = [
            ends_after_start("inventory_ends_after_start", _("Інвентаризація закінчується раніше, ніж починається.")),
            models.UniqueConstraint(
                fields=["holder"],
                condition=LIVE & Q(state="open"),
                name="inventory_one_open",
                violation_error_message=_("У цього балансоутримувача інвентаризація вже триває. Спершу завершіть її."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"№ {self.order_number}"


class InventoryLine(Card):
    """One thing: expected by the books, or met by the commission without them."""

    class Result(models.TextChoices):
        PENDING = "pending", _("ще не перевірено")
        FOUND = "found", _("є")
        MISSING = "missing", _("нестача")
        SURPLUS = "surplus", _("лишок")

    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="lines", verbose_name=_("інвентаризація"))
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("об’єкт")
    )  # fmt: skip
    number = models.CharField(_("інвентарний номер"), max_length=30, blank=True)
    name = models.CharField(_("назва"), max_length=300)
    result = models.CharField(_("результат"), max_length=7, choices=Result, default=Result.PENDING)
    value = MoneyField(_("балансова вартість"), default=Decimal(0))
    checked_at = models.DateTimeField(_("перевірено"), null=True, blank=True)
    place = models.CharField(_("де"), max_length=200, blank=True)
    note = models.CharField(_("примітка"), max_length=300, blank=True)
    sought = SearchText("number", "name", "place", "note")

    tones: ClassVar[dict[str, str]] = {"pending": "idle", "found": "ok", "missing": "bad", "surplus": "warn"}

    class Meta(Card.Meta):
        verbose_name = _("рядок інвентаризації")
        verbose_name_plural = _("рядки інвентаризації")
        constraints = [
            models.UniqueConstraint(fields=["inventory", "asset"], condition=LIVE, name="inventory_line_once"),
            models.CheckConstraint(condition=~Q(name=""), name="inventory_line_named"),
            models.CheckConstraint(
                condition=Q(asset__isnull=False) | Q(result="surplus"), name="inventory_line_expected_or_surplus"
            ),
            models.CheckConstraint(
                condition=Q(result__in=["pending", "missing"], checked_at__isnull=True)
                | Q(result__in=["found", "surplus"], checked_at__isnull=False),
                name="inventory_line_checked",
            ),
        ]

    def __str__(self) -> str:
        return self.name
