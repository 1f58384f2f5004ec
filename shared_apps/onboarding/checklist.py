"""The first day in a tenant: what is left to do, computed from what there is. Nothing is ticked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel.access.models import Invitation, User
from kernel.jobs.models import Job
from kernel.letters.keeping import sender
from kernel.modules.entitlement import enabled_modules
from kernel.reference.models import Override
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.tenancy import current_tenant, platform_context
from shared_apps.communities.brand import HUES
from shared_apps.communities.models import Community, Domain
from shared_apps.onboarding.sandbox import SANDBOX, sandbox_of
from shared_apps.reference.models import ReferenceValue


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    title: str
    told: str
    done: bool
    minutes: int = 0
    url: str = ""
    action: str = ""


# Registers by name, each with its own words; those whose module is off are not asked about.
LOADED = (
    ("addresses", "buildings", 15),
    ("residents", "residents", 30),
)


def first_day() -> list[Item]:
    tenant = current_tenant()
    with platform_context():
        community = Community.objects.select_related("plan").get(pk=tenant.id)
        domains = list(Domain.objects.filter(tenant=community, own=True))
        copy = sandbox_of(community)
    items = [_made(community), _branding(community), _people(), *_loaded(), _classifiers(community)]
    return [*items, _mail(), _domain(domains), _training(copy)]


def _made(community: Community) -> Item:
    count = len(enabled_modules())
    told = ngettext("%(count)s модуль увімкнено", "%(count)s модулів увімкнено", count) % {"count": count}
    return Item("made", _("Хмару створено"), told, done=True)


def _branding(community: Community) -> Item:
    done = bool(community.coat_of_arms) or community.brand_hue != HUES[0]
    told = _("Їх бачать мешканці на сайті й у документах")
    return Item("brand", _("Герб і колір"), told, done, 2, _address("first_day:brand"), _("Вибрати"))


def _people() -> Item:
    working, called = User.objects.persons().filter(is_active=True).count(), Invitation.objects.open().count()
    told = _("Працюють: %(working)s, запрошено: %(called)s") % {"working": working, "called": called}
    return Item(
        "people", _("Запросити працівників"), told, working + called > 1, 10, _address("access:people"), _("Запросити")
    )


def _loaded() -> list[Item]:
    found = []
    words = {
        "addresses": (
            _("Завантажити адреси"),
            _("Таблицею: спершу пробний запуск, потім запис; скасовується повністю"),
        ),
        "residents": (
            _("Завантажити мешканців"),
            _("Таблицею: спершу пробний запуск, потім запис; скасовується повністю"),
        ),
    }
    on = {module.label for module in enabled_modules()}
    for module, code, minutes in LOADED:
        register = _register(module, code) if module in on else None
        if register is None:
            continue
        count = register.model._default_manager.count()  # type: ignore[union-attr]
        title, told = words[module]
        told = _("Уже є: %(count)s") % {"count": count} if count else told
        found.append(Item(module, title, told, bool(count), minutes, _import_of(register), _("Завантажити")))
    return found


def _register(module: str, code: str) -> Register | None:
    own = [one for one in registers() if one.module == module]
    return next((one for one in own if one.code == code), next((one for one in own if one.is_main), None))


def _import_of(register: Register) -> str:
    try:
        return register.url("import")
    except NoReverseMatch:
        return register.url()


def _classifiers(community: Community) -> Item:
    """The region's own values reach the community by themselves; its own decisions stand over them."""
    with platform_context():
        given = ReferenceValue.objects.filter(region=community.region_code).exclude(region="").count()
    own = Override.objects.standing().count()
    told = _("Від області: %(given)s, власних: %(own)s") % {"given": given, "own": own}
    return Item(
        "reference",
        _("Прийняти довідники й норми області"),
        told,
        bool(given or own),
        10,
        _address("reference:index"),
        _("Переглянути"),
    )


def _mail() -> Item:
    """Until DNS holds the community's key, letters leave from the cloud's own address."""
    found = sender()
    if found is None:
        told = _("Нині листи йдуть з адреси хмари %(address)s") % {"address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}
    elif found.working:
        told = found.address
    else:
        told = _("%(domain)s чекає записів DNS") % {"domain": found.domain}
    done = found is not None and found.working
    return Item("mail", _("Домен пошти"), told, done, 15, _address("first_day:mail"), _("Підключити"))


def _domain(domains: list[Domain]) -> Item:
    proved = next((domain.domain for domain in domains if domain.verified_at), "")
    claimed = next((domain.domain for domain in domains), "")
    told = proved or (
        _("%(domain)s чекає запису DNS") % {"domain": claimed}
        if claimed
        else _("Сайт відкриватиметься за адресою ради")
    )
    return Item(
        "domain", _("Власна адреса сайту"), told, bool(proved), 15, _address("first_day:domain"), _("Підключити")
    )


def _training(copy: Community | None) -> Item:
    """A place to learn in. Lessons are not in it: people try on the copy what they will do."""
    busy = Job.objects.filter(kind=SANDBOX, status__in=Job.ACTIVE).exists()
    if copy:
        told = _("Копія: %(slug)s. Люди в ній вигадані, помилятися можна") % {"slug": copy.slug}
    elif busy:
        told = _("Копію готують")
    else:
        told = _("Ваші реєстри з вигаданими людьми; уроків у ній немає, пробуйте самі")
    url = "" if busy else _address("first_day:sandbox")
    return Item("training", _("Спробувати на копії"), told, copy is not None, 30, url, _("Створити копію"))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
