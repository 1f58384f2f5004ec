"""Builds the demonstration region; what is there already is left alone."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from kernel.access.models import User
from kernel.maps import demo as boundary
from kernel.maps.models import Boundary
from kernel.modules.entitlement import enabled_modules
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.directory import forget_hosts
from provisioning.demo import designed, pivots
from provisioning.demo.accounts import COMPILER, MAIL, settle_console, settle_people
from provisioning.demo.rating import load_demo_rating
from provisioning.lifecycle import NewTenant, create_tenant
from provisioning.progress import Progress, Report, silent
from provisioning.rollups import recount_tenants
from shared_apps.communities.models import Community
from shared_apps.patterns.demo import load_demo_rules
from shared_apps.reference.demo import DUBOHIR, KALYNOBRID, SRIBNOVODDIA, load_demo_territory
from shared_apps.rollups.demo import load_demo_figures

BY = "демонстрація"

TENANTS = (
    NewTenant(
        slug="dubohirska",
        kind="hromada",
        name="Дубогірська міська територіальна громада",
        short_name="Дубогірська громада",
        genitive_name="Дубогірської міської територіальної громади",
        katottg=DUBOHIR,
        edrpou="99000011",
        population=15_000,
        contact_person="Мельник Наталія Олегівна",
        contact_phone="+380990000001",
        brand_hue=195,
    ),
    NewTenant(
        slug="kalynobridska",
        kind="hromada",
        name="Калинобродська селищна територіальна громада",
        short_name="Калинобродська громада",
        genitive_name="Калинобродської селищної територіальної громади",
        katottg=KALYNOBRID,
        edrpou="99000086",
        population=8_200,
        contact_person="Коваленко Олена Іванівна",
        contact_phone="+380990000002",
        brand_hue=265,
    ),
    NewTenant(
        slug="sribnovodska",
        kind="hromada",
        name="Срібноводська сільська територіальна громада",
        short_name="Срібноводська громада",
        genitive_name="Срібноводської сільської територіальної громади",
        katottg=SRIBNOVODDIA,
        edrpou="99000092",
        population=4_600,
        contact_person="Петренко Іван Олегович",
        contact_phone="+380990000003",
        brand_hue=300,
    ),
    NewTenant(
        slug="vodokanal-dubohir",
        kind="enterprise",
        parent="dubohirska",
        name="Комунальне підприємство «Водоканал» Дубогірської міської ради",
        short_name="КП «Водоканал»",
        genitive_name="Комунального підприємства «Водоканал» Дубогірської міської ради",
        katottg=DUBOHIR,
        edrpou="99000028",
        contact_person="Поліщук Сергій Петрович",
        contact_phone="+380990000004",
        brand_hue=225,
    ),
    NewTenant(
        slug="teploenerho-dubohir",
        kind="enterprise",
        parent="dubohirska",
        name="Комунальне підприємство «Теплоенерго» Дубогірської міської ради",
        short_name="КП «Теплоенерго»",
        genitive_name="Комунального підприємства «Теплоенерго» Дубогірської міської ради",
        katottg=DUBOHIR,
        edrpou="99000034",
        contact_person="Шевчук Андрій Олегович",
        contact_phone="+380990000005",
        brand_hue=345,
    ),
)

BASE = frozenset({"contacts", "addresses", "organisations", "staff", "bus_stops"})
# The first community shows every module. The others are on their way, so the region has something to compare.
STARTED = {
    "kalynobridska": BASE | {"land", "playgrounds", "street_network", "rental"},
    "sribnovodska": BASE | {"land", "greenery"},
    "vodokanal-dubohir": BASE - {"bus_stops"} | {"networks"},
    "teploenerho-dubohir": BASE - {"bus_stops"},
}
# Demonstrations of modules are written about one town; degrees east and north to where another stands.
AWAY = {"kalynobridska": (0.42, 0.08), "sribnovodska": (0.14, -0.27)}


def load_region(progress: Progress = silent) -> list[str]:
    """In platform scope. Returns what was made."""
    made: list[str] = []
    if load_demo_territory():
        made.append("територія області 99")
    if settle_console():
        made.append("входи консолі")
    for number, new in enumerate(TENANTS, 1):
        if not Community.objects.filter(slug=new.slug).exists():
            create_tenant(new, by=BY)
            made.append(new.slug)
        made += _inhabit(new.slug)
        progress(Report("demo", "Демонстраційна область", number, len(TENANTS), note=new.short_name))
    forget_hosts()
    if made:
        recount_tenants(
            [new.slug for new in TENANTS if Community.objects.filter(slug=new.slug, state="active").exists()]
        )
    if figures := load_demo_figures():
        made.append(f"показники для показу: {figures}")
    if load_demo_rating():
        made.append("рейтинг громад")
    if load_demo_rules():
        made.append("набір правил області")
    return made


def _inhabit(slug: str) -> list[str]:
    """People, then every enabled module's own demo, in the order of dependencies."""
    with platform_context():
        community = Community.objects.get(slug=slug)
    if community.state != Community.State.ACTIVE:
        return []
    made = [f"{slug}: люди"] if settle_people(community.ref) else []
    with tenant_context(community):
        author = User.objects.get(email=f"{COMPILER.login}@{slug}.{MAIL}")
        for module in enabled_modules():
            name = f"{module.name}.demo"
            if slug in STARTED and module.label not in STARTED[slug]:
                continue
            if find_spec(name) and import_module(name).load(by=author):
                made.append(f"{slug}: {module.label}")
        if slug not in STARTED and designed.load(by=author):
            made.append(f"{slug}: власні поля й реєстр")
        if slug not in STARTED and pivots.load(by=author):
            made.append(f"{slug}: зведена таблиця")
        if slug in AWAY and not Boundary.objects.exists():
            boundary.move(*AWAY[slug])
        if boundary.load():
            made.append(f"{slug}: межа громади")
    return made
