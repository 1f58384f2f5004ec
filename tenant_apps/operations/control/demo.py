"""Violations of a small town: some fresh, some demanded, some late, some put right; contractors and their zones."""

from __future__ import annotations

import io
from datetime import date, timedelta

from django.contrib.gis.geos import Point, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from kernel.access.dates import local_today
from kernel.access.models import User
from kernel.answering import Answering
from kernel.cards.numbering import take_number
from kernel.files.models import StoredFile
from kernel.files.storing import store
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.operations.control.finding import name_responsible
from tenant_apps.operations.control.models import CareZone, CheckItem, Violation, ViolationKind
from tenant_apps.operations.control.operations import record_findings

BY = Actor("job", name="демонстрація")
CENTRE = (33.62, 49.23)
STEP = 0.0021
VIOLATIONS = 42
RULES = "Правила благоустрою території громади, затверджені рішенням від 24.03.2024 № 12-9/VIII, п. "
# Code, name, subject, clause, demand, days, who answers, open to residents, checklist.
KINDS = (
    ("СМ-1", "Стихійне звалище", "cleaning", "4.2", "Прибрати відходи", 5, "adjacent", True,
     ("Побутові відходи", "Будівельне сміття", "Небезпечні відходи: шини, акумулятори")),
    ("СМ-2", "Переповнені контейнери", "cleaning", "4.6", "Вивезти відходи", 1, "contractor", True,
     ("Відходи поза контейнером", "Зламаний контейнер", "Немає графіка вивезення")),
    ("СМ-3", "Неприбраний сніг та ожеледь", "cleaning", "5.1", "Прибрати сніг і посипати", 1, "adjacent", True,
     ("Сніг на тротуарі", "Ожеледь", "Бурульки над проходом")),
    ("ЗН-1", "Некошена трава", "greenery", "6.3", "Скосити траву", 7, "adjacent", True,
     ("Трава вища за 15 см", "Амброзія")),
    ("ЗН-2", "Аварійне дерево", "greenery", "6.8", "Видалити аварійне дерево за актом", 3, "contractor", True,
     ("Сухе дерево", "Гілля над проводами", "Нахил на дорогу")),
    ("ДР-1", "Вибоїна", "roads", "7.1", "Відновити покриття", 5, "contractor", True,
     ("Глибша за 5 см", "На пішохідному переході")),
    ("ЗР-1", "Невідновлене після розкопок", "works", "8.4", "Відновити благоустрій", 10, "contractor", True,
     ("Немає ордера", "Не огороджено", "Не відновлено покриття")),
    ("ФС-1", "Занедбаний фасад", "buildings", "9.2", "Привести фасад до ладу", 30, "owner", False,
     ("Обвалюється тиньк", "Написи на стінах", "Немає номерного знака")),
    ("ТР-1", "Торгівля в недозволеному місці", "trade", "10.1", "Припинити торгівлю", 1, "owner", False,
     ("Немає дозволу", "Захаращено прохід")),
    ("ТР-2", "Вивіска без дозволу", "trade", "10.5", "Демонтувати вивіску", 10, "owner", False,
     ("Немає дозволу", "Кріплення на памʼятці")),
)  # fmt: skip
WORDS = ("біля зупинки", "навпроти крамниці", "у дворі", "", "на розі", "коло дитячого майданчика")
SPANS = (1, 3, 6, 12, 20, 33, 47, 60, 75, 90, 120, 160)


def load(by: User) -> int:
    """Once: where there are kinds already, nothing is added."""
    if ViolationKind.objects.exists():
        return 0
    kinds = [_kind(*row, by) for row in KINDS]
    made = len(kinds) + CheckItem.objects.count() + _zones(by)
    photos = (_photo("before", (148, 118, 84), by), _photo("after", (104, 148, 96), by))
    for number in range(VIOLATIONS):
        _violation(number, kinds[number % len(kinds)], photos, by)
    return made + VIOLATIONS


def _keep[C: (ViolationKind, CheckItem, CareZone, Violation)](card: C, by: User) -> C:
    card.created_by = by
    register = register_of(type(card))
    assert register is not None
    return save_card(register, card, by=BY)


def _kind(code: str, title: str, subject: str, clause: str, demand: str, days: int, answers: str, public: bool,
          points: tuple[str, ...], by: User) -> ViolationKind:  # fmt: skip
    kind = _keep(
        ViolationKind(
            code=code, title=title, subject=subject, law=RULES + clause, demand=demand, deadline_days=days,
            answers=answers, public=public,
        ),
        by,
    )  # fmt: skip
    for position, text in enumerate(points, start=1):
        _keep(CheckItem(kind=kind, position=position, text=text), by)
    return kind


def _zones(by: User) -> int:
    """Four squares of the town, each with a contractor; two places with an adjacent territory."""
    parties = list(CareZone._meta.get_field("party").related_model._default_manager.filter(kind="legal").order_by("pk"))
    if not parties:
        return 0
    year = local_today().year
    zones = [
        (f"Прибирання, дільниця {number}", Answering.CONTRACTOR, f"Договір від 10.01.{year} № {40 + number}",
         _square(CENTRE[0] + (number % 2 - 1) * 0.02, CENTRE[1] + (number // 2 - 1) * 0.02, 0.02))
        for number in range(4)
    ] + [
        (f"Прилегла територія {number + 1}", Answering.ADJACENT, f"Рішення виконкому від 15.02.{year} № {88 + number}",
         _square(CENTRE[0] - 0.012 + number * 0.008, CENTRE[1] - 0.006, 0.006))
        for number in range(3)
    ]  # fmt: skip
    for number, (title, kind, ground, shape) in enumerate(zones):
        party = parties[(number + 3) % len(parties)]
        zone = CareZone(title=title, kind=kind, ground=ground, party=party, shape=shape, valid_from=date(year, 1, 10))
        zone.valid_to = date(year, 12, 31) if kind == Answering.CONTRACTOR else None
        _keep(zone, by)
    return len(zones)


def _square(west: float, south: float, side: float) -> Polygon:
    return Polygon.from_bbox((west, south, west + side, south + side))


def _photo(name: str, ground: tuple[int, int, int], by: User) -> StoredFile:
    picture = Image.new("RGB", (640, 448), (186, 206, 222))
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((0, 250, 640, 448), fill=ground)
    if name == "before":
        for place in range(7):
            drawing.ellipse(
                (120 + place * 52, 270 + place % 3 * 30, 190 + place * 52, 330 + place % 3 * 30), fill=(70, 66, 62)
            )
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=80)
    return store(SimpleUploadedFile(f"{name}.jpg", made.getvalue(), "image/jpeg"), by=BY).file


def _violation(number: int, kind: ViolationKind, photos: tuple[StoredFile, StoredFile], by: User) -> None:
    today = local_today()
    found = today - timedelta(days=SPANS[number % len(SPANS)])
    violation = Violation(
        kind=kind,
        found_on=found,
        place=Point(
            round(CENTRE[0] - 0.014 + number % 14 * STEP, 6),
            round(CENTRE[1] - 0.004 + number // 14 * STEP, 6),
            srid=4326,
        ),
        landmark=WORDS[number % len(WORDS)],
        photo_before=photos[0],
        inspector=Violation._meta.get_field("inspector").related_model._default_manager.order_by("pk").first(),
    )
    _advance(violation, number, photos[1])
    saved = _keep(violation, by)
    record_findings(saved, CheckItem.objects.filter(kind=kind)[: 1 + number % 2], by=BY)


def _advance(violation: Violation, number: int, after: StoredFile) -> None:
    """As far along its way as its age allows; without a responsible party nothing is demanded."""
    age = (local_today() - violation.found_on).days
    if age < 3 or not name_responsible(violation):
        return
    violation.noticed_on = violation.found_on + timedelta(days=1)
    violation.due_on = violation.noticed_on + timedelta(days=violation.kind.deadline_days)
    violation.notice_number = (
        f"ПР-{violation.noticed_on.year}-{take_number(f'control.notices.{violation.noticed_on.year}'):04}"
    )
    violation.state = Violation.State.NOTICED
    if number % 9 == 4:
        violation.state = Violation.State.PROTOCOL
        violation.protocol_number, violation.protocol_on = f"{100 + number}", local_today()
    elif number % 3 and age > 5:
        taken = 2 + number % 5 * 3
        violation.state, violation.photo_after = Violation.State.ELIMINATED, after
        violation.eliminated_on = min(violation.found_on + timedelta(days=taken), local_today())
        violation.outcome = "Прибрано, перевірено на місці."
