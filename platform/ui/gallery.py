"""Every component in every state, with the words of a real community: what the tests look at and designers compare with."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kernel.access.levels import Level
from kernel.access.rights import require
from ui.forms import Renderer

PARTS = ("marks", "lists", "register", "card", "writing", "import", "charts", "residents", "floating")
TODAY = date(2026, 11, 20)
COLOURS = (
    *("ground", "sheet", "sunken", "line", "edge", "ink-3", "ink-2", "ink", "accent", "accent-soft"),
    *("ok-mark", "warn-mark", "bad-mark", "info-mark", "idle-mark", "s1", "s2", "s3", "s4", "s5"),
)
STREETS = ("вул. Козацька", "вул. Лесі Українки", "вул. Лісова", "вул. Набережна", "вул. Соборна", "вул. Шевченка")
ROWS = (
    ("ТС-0048", "вул. Соборна, 31", "Продаж кави", "ФОП Бондаренко Н. І.", "6.0", "1284.53", None, "ok", "Чинний"),
    (
        "ТС-0046",
        "вул. Лесі Українки, 14-а",
        "Хліб і випічка",
        "ФОП Мельник С. П.",
        "18.0",
        "3853.58",
        None,
        "warn",
        "Спливає за 10 днів",
    ),
    (
        "ТС-0043",
        "пров. Тихий, 2",
        "Ремонт взуття",
        "ФОП Сидоренко М. І.",
        "6.0",
        "1284.53",
        "7707.18",
        "bad",
        "Прострочено, 51 день",
    ),
    ("ТС-0038", "вул. Миру, 9", "Продаж кави", "ФОП Гриценко Ю. П.", "6.0", None, None, "info", "На погодженні"),
    ("ТС-0031", "вул. Польова, 22", "Будматеріали", "ФОП Лисенко Б. С.", "28.0", None, None, "idle", "В архіві"),
)
COMMUNITIES = (
    ("Вербопільська", "M10 20L110 10 120 80 20 90Z", Decimal("98.2")),
    ("Лугова", "M110 10L200 20 190 70 120 80Z", Decimal("87.1")),
    ("Дубогірська", "M120 80L190 70 200 140 110 150Z", Decimal("94.0")),
    ("Медвинська", "M190 70L200 20 290 30 280 120 200 140Z", Decimal("83.5")),
    ("Старогайська", "M20 90L120 80 110 150 30 170Z", Decimal("77.5")),
    ("Липівська", "M110 150L200 140 190 190 120 195Z", Decimal("85.5")),
    ("Чорнолозька", "M200 140L280 120 270 190 190 190Z", None),
)
FACT = [21, 44, 66, 90, 117, 142, 168, 196, 225, 252.7, None, None]
PLAN = [26, 52, 78, 104, 130, 156, 182, 208, 234, 260, 286, 312]
FACTS = [
    ("Площа", "18,0 м²"),
    ("Розміри", "6,0 × 3,0 × 2,8 м"),
    ("Зона", "Середмістя, k = 1,40"),
    ("Ділянка", "9920300000:01:014:0122"),
    ("Примітка", ""),
]


class Kiosk(forms.Form):
    default_renderer = Renderer
    address = forms.CharField(label="Адреса", help_text="Вулиця й номер будинку")
    zone = forms.ChoiceField(label="Зона", choices=[("1", "Середмістя, k = 1,40"), ("2", "Околиці, k = 0,80")])
    area = forms.DecimalField(label="Площа, м²", max_value=30, help_text="не більше 30")
    until = forms.DateField(label="Діє до", widget=forms.DateInput(attrs={"type": "date"}))
    phone = forms.CharField(label="Телефон", required=False)
    pays = forms.ChoiceField(
        label="Сплачувати",
        choices=[("m", "щомісяця"), ("q", "щокварталу"), ("y", "одразу за рік")],
        widget=forms.RadioSelect,
    )
    published = forms.BooleanField(label="Показувати на порталі", required=False)
    remark = forms.CharField(label="Примітка", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def _refused() -> Kiosk:
    form = Kiosk(
        {
            "address": "вул. Комарова, 5",
            "zone": "1",
            "area": "24.0",
            "until": "2026-11-30",
            "pays": "m",
            "phone": "+380 50 000 12 44",
        },
        prefix="wrong",
    )
    form.data = {f"wrong-{name}": value for name, value in form.data.items()}
    form.add_error("address", "Вулицю Комарова 2023 року перейменовано. Напишіть «вул. Козацька, 5».")
    form.add_error("until", "Раніше за початок. Укажіть дату після 01.12.2026.")
    return form


def _tape(count: int) -> list[tuple[int, str, str]]:
    tones = {6: "warn", 11: "bad", 18: "bad", 22: "bad", 30: "info", 31: "info"}
    return [
        (number + 1, tones.get(number, "ok"), f"#row-{number + 1}" if tones.get(number) else "")
        for number in range(count)
    ]


class FirstStep(NamedTuple):
    title: str
    told: str
    done: bool
    minutes: int = 0
    url: str = ""
    action: str = ""


def specimens() -> dict[str, Any]:
    months = ["січ", "лют", "бер", "кві", "тра", "чер", "лип", "сер", "вер", "жов", "лис", "гру"]
    return {
        "stages_shown": [("Громада", "знайти в КАТОТТГ"), ("Повноваження", "КЕП або лист"), ("План", "модулі й оплата")],
        "made_shown": [("Схема й роль бази даних", "done", ""), ("Ролі", "now", "зараз"), ("Запрошення", "next", "")],
        "first_shown": [
            FirstStep("Хмару створено", "31 модуль", done=True),
            FirstStep("Запросити працівників", "Ролі підкажемо за посадою", False, 10, "#", "Запросити"),
            FirstStep("Перевірити адреси", "148 вулиць уже є", False, 15, "#", "Перевірити"),
        ],
        "parts": [f"ui/gallery/{part}.html" for part in PARTS],
        "colours": COLOURS,
        "lines": [("факт", FACT), ("план", PLAN)],
        "today": TODAY,
        "start": TODAY - timedelta(days=355),
        "soon": TODAY + timedelta(days=10),
        "later": TODAY + timedelta(days=240),
        "gone": TODAY - timedelta(days=51),
        "yesterday": TODAY - timedelta(days=20),
        "rows": [(*row[:4], Decimal(row[4]), *(Decimal(sum_) if sum_ else None for sum_ in row[5:7]), *row[7:]) for row in ROWS],
        "sum_small": Decimal("3853.58"),
        "sum_large": Decimal("138904.20"),
        "sum_debt": Decimal("-640.5"),
        "nil": None,
        "columns_of": ["Номер", "Адреса", "Призначення", "Користувач", "Площа"],
        "views": [("Усі", "#", 48, True), ("Спливають за 30 днів", "#", 4, False), ("З боргом", "#", 6, False)],
        "faces": [("Огляд", "#", None, True), ("Документи", "#", 7, False), ("Історія", "#", None, False)],
        "ways": [("Список", "#", "list", True), ("Мапа", "#", "map", False)],
        "facts": FACTS,
        "documents": [
            ("Паспорт привʼязки № 46/24", "#", "КЕП, 214 кБ", "file"),
            ("Договір № 118-ТС", "#", "КЕП, 96 кБ", "file"),
            ("Схема розміщення", "", "готується", "map-pin"),
        ],
        "sentences": [
            ("11:42", "Ви змінили строк дії: 30.11.2026 → 30.11.2027", True),
            ("09:15", "Система нагадала ФОП Мельнику С. П. про строк", False),
            ("18 лист.", "Тарас Шевчук оглянув споруду й додав 3 фото", False),
        ],
        "photos": [("", "Фасад павільйону", "18.11.2026, фасад", ""), ("", "Бічна стіна", "18.11.2026, бік", "")],
        "sections": [("part-1", "Розміщення", 1, False), ("part-2", "Користувач", 0, True), ("part-3", "Файли", 0, False)],
        "form": Kiosk(initial={"address": "вул. Соборна, 31", "area": Decimal("24.0"), "pays": "m"}),
        "spare": Kiosk(auto_id="spare_%s"),
        "refused": _refused(),
        "step_names": ["Файл", "Відповідність", "Пробний запуск", "Завантаження"],
        "tape": _tape(48),
        "long_tape": [(number, "bad" if number % 700 == 0 else "ok", "") for number in range(1, 5001)],
        "course": [Decimal(value) for value in ("88", "90.5", "89", "91", "92.4", "90", "93", "94")],
        "months": months,
        "bars": [("КП «Водоканал»", 93), ("КП «Теплоенерго»", 88, "warn"), ("КП «ЖЕУ»", 97), ("КП «Ринок»", None)],
        "shares": [("Опалення", "1179.92"), ("Утримання будинку", "510.64"), ("Холодна вода", "274.03"), ("Відходи", "71.15")],
        "communities": COMMUNITIES,
        "places": [(place, name, value, "#", name == "Дубогірська") for place, (name, _path, value) in enumerate(COMMUNITIES[:5], 1)],
        "strip": [(name, value) for name, _path, value in COMMUNITIES],
        "legend": [("ok", "Чинний", 37), ("warn", "Спливає за 30 днів", 4), ("bad", "Прострочено", 4), ("info", "На погодженні", 3)],
        "phone_ways": [
            ("Головна", "#", "home", True),
            ("Рахунки", "#", "receipt", False),
            ("Сповістити", "#", "photo", False),
            ("Послуги", "#", "area-services", False),
            ("Я", "#", "user", False),
        ],
        "area_nav": [
            {"title": "Територія", "items": [
                {"title": "Адреси", "icon": "home", "url": "#", "count": "6\xa0214"},
                {"title": "Тимчасові споруди", "icon": "building", "url": "#", "count": 48, "current": True},
                {"title": "Зупинки", "icon": "bus", "url": "#", "count": 41},
            ]},
            {"title": "Простір і нагляд", "items": [
                {"title": "Порушення", "icon": "eye", "url": "#", "count": 17, "tone": "bad"},
                {"title": "Реклама", "icon": "tag", "url": "#", "count": 63},
            ]},
        ],
        "notices_unread": 3,
        "page_of": Paginator(range(1, 49), 15).page(2),
    }  # fmt: skip


@login_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    require(request.user, "modules", Level.VIEW)
    return render(request, "ui/gallery/index.html", specimens())


def found_streets(request: HttpRequest) -> JsonResponse:
    sought = request.GET.get("q", "").casefold()
    found = [
        {"id": str(number), "label": name, "hint": "Дубогір"}
        for number, name in enumerate(STREETS, 1)
        if sought in name.casefold()
    ]
    return JsonResponse({"results": found, "may_create": False, "create_url": ""})


@login_required
@require_safe
def streets(request: HttpRequest) -> JsonResponse:
    """What the gallery's reference field finds."""
    require(request.user, "modules", Level.VIEW)
    return found_streets(request)
