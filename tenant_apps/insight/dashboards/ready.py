"""The head's overview, the fourteen dashboards, and those of departments; figures come from the modules' registers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenant_apps.insight.dashboards.declarations import Dashboard, Widget, call, declare

OVERVIEW = "overview"

LATE = (
    "control.violations.open",
    "houses.meters.overdue",
    "playgrounds.grounds.overdue",
    "houses.systems.dangerous",
    "greenery.plants.bad",
    "temporary_structures.violations.open",
    "adjacent_territories.inspections.open",
)


def _tiles(*codes: str) -> tuple[Widget, ...]:
    return tuple(Widget(code) for code in codes)


call(
    {
        "control.violations.open": _("Не усунуто порушень"),
        "control.violations.in_time": _("Порушення, усунуті в строк"),
        "control.violations.reaction": _("Середній час усунення порушень"),
        "houses.meters.overdue": _("Прострочено повірку лічильників"),
        "houses.systems.dangerous": _("Аварійні системи будинків"),
        "houses.findings.open": _("Не усунуті дефекти будинків"),
        "houses.energy.heat": _("Тепло, спожите будинками"),
        "houses.houses.worn": _("Будинки зі зносом понад 60 %"),
        "houses.houses.certified": _("Будинки з енергосертифікатом"),
        "playgrounds.grounds.overdue": _("Прострочено огляд майданчиків"),
        "greenery.plants.bad": _("Аварійні й сухостійні дерева"),
        "greenery.plants.good": _("Дерева в доброму стані"),
        "street_network.defects.open": _("Не усунуті дефекти вулиць"),
        "street_network.lights.works": _("Світлоточки, що світять"),
        "street_network.roads.bad": _("Дороги в незадовільному стані"),
        "street_network.works.cost": _("Вартість робіт на вулицях"),
        "temporary_structures.violations.open": _("Неусунені порушення тимчасових споруд"),
        "temporary_structures.structures.permitted": _("Тимчасові споруди з чинним паспортом"),
        "temporary_structures.charges.charged": _("Нараховано за тимчасові споруди"),
        "temporary_structures.payments.paid": _("Сплачено за тимчасові споруди"),
        "adjacent_territories.inspections.open": _("Неприбрані прилеглі території"),
        "adjacent_territories.allotments.contracted": _("Прилеглі території з чинним договором"),
        "networks.lines.faulty": _("Несправні ділянки мереж"),
        "rental.objects.vacancy": _("Вільна площа обʼєктів оренди"),
        "staff.positions.filled": _("Укомплектованість штату"),
        "communal_property.assets.vacant": _("Площа майна, що не використовується"),
        "communal_property.assets.value": _("Балансова вартість майна"),
    }
)

declare(
    Dashboard(
        OVERVIEW,
        _("Кабінет голови"),
        _("Що в громаді змінилося й що чекає на слово керівника?"),
        (
            *_tiles(
                "control.violations.open",
                "control.violations.reaction",
                "rental.leases.debt",
                "staff.positions.vacant",
            ),
            Widget("control.violations.found", "line", columns=2),
            Widget("communal_property.assets.total", "bars", "use", 2),
            *_tiles(
                "land.rights.collected",
                "street_network.works.cost",
                "houses.findings.open",
                "networks.lines.faulty",
            ),
            Widget("control.violations.open", "bars", "kind", 2),
            Widget("street_network.roads.length", "share", "surface", 2),
        ),
        overdue=LATE,
        icon="home",
        fills=True,
    ),
    Dashboard(
        "enterprise-results",
        _("Фінансові результати підприємств"),
        _("Хто з комунальних підприємств заробляє, а хто втрачає?"),
        awaits=(_("Доходи, витрати й прибуток дасть модуль «Фінанси підприємства»."),),
        icon="coins",
    ),
    Dashboard(
        "contracts",
        _("Договори"),
        _("Які договори діють, за якими заборгували?"),
        (
            *_tiles("rental.leases.debt", "rental.leases.collected", "land.rights.debt", "land.rights.collected"),
            Widget("land.rights.ending", "bars", "kind", 2),
            Widget("adjacent_territories.allotments.contracted"),
        ),
        awaits=(_("Договори закупівель і послуг дасть модуль «Договори»."),),
        icon="file",
    ),
    Dashboard(
        "fixed-assets",
        _("Основні засоби"),
        _("Що є на балансі й чи все на місці?"),
        (
            *_tiles(
                "communal_property.assets.value",
                "communal_property.assets.wear",
                "communal_property.inventories.open",
                "communal_property.lines.missing",
                "playgrounds.equipment.cost",
            ),
            Widget("communal_property.assets.value", "bars", "kind", 2),
            Widget("communal_property.assets.total", "share", "kind", 2),
        ),
        awaits=(_("Рух основних засобів дасть модуль «Бухгалтерський облік»."),),
        icon="building-warehouse",
    ),
    Dashboard(
        "purchase-prices",
        _("Ціни закупівель"),
        _("Чи не переплачуємо за те саме?"),
        awaits=(_("Предмети й ціни дасть модуль «Закупівлі»."),),
        icon="receipt",
    ),
    Dashboard(
        "energy",
        _("Енергоспоживання і платежі"),
        _("Скільки споживають будинки й де губиться тепло?"),
        (
            *_tiles(
                "houses.energy.heat", "houses.houses.certified", "houses.meters.overdue", "street_network.lights.power"
            ),
            Widget("houses.energy.heat", "bars", "year", 2),
            Widget("houses.meters.total", "share", "resource", 2),
        ),
        awaits=(_("Платежі за енергоносії дасть модуль «Бухгалтерський облік»."),),
        overdue=("houses.meters.overdue",),
        icon="lamp",
    ),
    Dashboard(
        "revenue",
        _("Виконання доходів"),
        _("Чи надходить те, що нараховано?"),
        (
            *_tiles(
                "temporary_structures.charges.charged",
                "temporary_structures.payments.paid",
                "advertising.charges.charged",
                "advertising.payments.paid",
            ),
            Widget("temporary_structures.payments.paid", "line", columns=2),
            Widget("advertising.payments.paid", "line", columns=2),
            *_tiles("land.rights.collected", "rental.leases.collected", "land.rights.debt", "greenery.removals.value"),
        ),
        awaits=(_("Доходи бюджету за кодами класифікації дасть модуль «Бюджет»."),),
        icon="coins",
    ),
    Dashboard(
        "expenditure",
        _("Видатки за галузями й заборгованість"),
        _("На що пішли кошти й кому винні?"),
        awaits=(_("Видатки, кредиторську й дебіторську заборгованість дасть модуль «Бюджет»."),),
        icon="receipt",
    ),
    Dashboard(
        "development",
        _("Бюджет розвитку"),
        _("Що будуємо й ремонтуємо і скільки це коштує?"),
        (
            Widget("street_network.works.cost", "line", columns=2),
            Widget("street_network.works.total", "bars", "kind", 2),
            *_tiles("houses.repairs.done", "houses.repairs.cost"),
        ),
        awaits=(_("План і фінансування капітальних видатків дасть модуль «Бюджет»."),),
        icon="tools",
    ),
    Dashboard(
        "wages",
        _("Заробітна плата"),
        _("Скільки нараховано й чи немає боргу з виплат?"),
        awaits=(_("Нарахування й виплати дасть модуль «Зарплата»."),),
        icon="user-square",
    ),
    Dashboard(
        "utility-payments",
        _("Оплата комунальних послуг"),
        _("Як мешканці платять і хто накопичує борг?"),
        awaits=(_("Нарахування, оплату й борги дасть модуль «Розрахунки за послуги»."),),
        icon="receipt",
    ),
    Dashboard(
        "property",
        _("Комунальне майно та його використання"),
        _("Що маємо, що працює, а що порожнє?"),
        (
            *_tiles(
                "communal_property.assets.total",
                "communal_property.assets.vacant",
                "rental.objects.total",
                "rental.objects.vacancy",
            ),
            Widget("communal_property.assets.total", "bars", "use", 2),
            Widget("rental.objects.total", "share", "state", 2),
            *_tiles("land.parcels.total", "land.parcels.vacant", "rental.leases.debt", "land.rights.debt"),
            Widget("land.parcels.total", "bars", "ownership", 2),
        ),
        icon="building",
    ),
    Dashboard(
        "vacancies",
        _("Вакансії"),
        _("Кого бракує, хто прийшов і хто пішов?"),
        (
            *_tiles(
                "staff.positions.vacant", "staff.positions.filled", "staff.employees.hired", "staff.employees.left"
            ),
            Widget("staff.employees.working", "bars", "department", 2),
            Widget("staff.employees.hired", "line", columns=2),
        ),
        icon="briefcase",
    ),
    Dashboard(
        "institutions",
        _("Заклади громади"),
        _("Які заклади освіти, здоровʼя, культури, спорту й соціального захисту має громада?"),
        awaits=(_("Мережу й показники закладів дасть модуль «Заклади»."),),
        icon="building-community",
    ),
    Dashboard(
        "benefits",
        _("Пільги та виплати"),
        _("Кому допомагаємо й скільки виплачено?"),
        awaits=(_("Категорії, пільги й виплати дасть модуль «Соціальний захист»."),),
        icon="users",
    ),
    Dashboard(
        "territory",
        _("Благоустрій"),
        _("Чи безпечно й охайно на вулицях, у парках і на майданчиках?"),
        (
            *_tiles(
                "playgrounds.grounds.total",
                "playgrounds.grounds.overdue",
                "greenery.plants.total",
                "greenery.plants.bad",
            ),
            Widget("playgrounds.inspections.total", "line", columns=2),
            Widget("greenery.plants.total", "bars", "kind", 2),
            *_tiles(
                "temporary_structures.structures.total",
                "temporary_structures.structures.permitted",
                "advertising.advertisements.valid",
                "advertising.advertisements.permitted",
            ),
        ),
        overdue=("playgrounds.grounds.overdue", "greenery.plants.bad", "temporary_structures.violations.open"),
        icon="tree",
    ),
    Dashboard(
        "streets",
        _("Вулиці й мережі"),
        _("Що з дорогами, світлом, водою й теплом?"),
        (
            *_tiles(
                "street_network.roads.length",
                "street_network.roads.bad",
                "street_network.lights.works",
                "networks.lines.faulty",
            ),
            Widget("street_network.defects.open", "bars", "urgency", 2),
            Widget("networks.lines.length", "bars", "resource", 2),
            Widget("street_network.works.cost", "line", columns=2),
        ),
        overdue=("street_network.defects.open", "networks.lines.faulty"),
        icon="road",
    ),
    Dashboard(
        "houses",
        _("Житло"),
        _("У якому стані будинки й що в них не полагоджено?"),
        (
            *_tiles("houses.houses.total", "houses.houses.worn", "houses.findings.open", "houses.systems.dangerous"),
            Widget("houses.inspections.total", "line", columns=2),
            Widget("houses.findings.open", "bars", "element", 2),
        ),
        overdue=("houses.systems.dangerous", "houses.meters.overdue"),
        icon="home",
    ),
    Dashboard(
        "control",
        _("Контроль благоустрою"),
        _("Скільки порушень знаходять і як швидко їх усувають?"),
        (
            *_tiles(
                "control.violations.found",
                "control.violations.open",
                "control.violations.reaction",
                "control.violations.in_time",
            ),
            Widget("control.violations.found", "line", columns=2),
            Widget("control.violations.open", "bars", "kind", 2),
        ),
        overdue=("control.violations.open",),
        icon="list-check",
    ),
)
