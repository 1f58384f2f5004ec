"""Why a person must look at an application before a tenant is made of it. Nothing here refuses: it only holds."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shared_apps.communities.likeness import resemblances
from shared_apps.communities.models import Community
from shared_apps.communities.names import RESERVED, validate_slug
from shared_apps.onboarding.finding import place_of, resembles
from shared_apps.onboarding.models import Application
from shared_apps.reference.territory import settlements_of

Authority = Application.Authority
GOVERNMENT = (".gov.ua",)


def is_government(domain: str) -> bool:
    return domain.endswith(GOVERNMENT) or domain == "gov.ua"


def doubts_of(application: Application) -> list[str]:
    return [*_authority(application), *_names(application), *_place(application)]


def _authority(application: Application) -> list[str]:
    facts = application.authority_facts
    match application.authority:
        case Authority.MAIL:
            label = application.email_domain.removesuffix(".gov.ua")
            parts, names = label.replace("-", ".").split("."), _own_names(application)
            if any(resembles(part, name) for part in parts for name in names):
                return []
            told = _("Домен пошти %(domain)s не схожий на назву громади: чи це її пошта?")
            return [told % {"domain": application.email_domain}]
        case Authority.KEP:
            found = []
            if facts.get("edrpou") != application.edrpou:
                found.append(_("У підписі інший код ЄДРПОУ: %(code)s.") % {"code": facts.get("edrpou") or "—"})
            signed_for = facts.get("organisation", "")
            if application.kind == Community.Kind.HROMADA and not any(
                resembles(signed_for, name) for name in _own_names(application)
            ):
                told = _("Підписала установа «%(name)s»: чи це рада цієї громади?")
                found.append(told % {"name": facts.get("organisation", "")})
            if application.kind == Community.Kind.ENTERPRISE and application.parent_id:
                found.append(_("Громада має підтвердити, що підприємство її."))
            return found
        case Authority.INVITED:
            return []
    return [_("Повноваження підтверджує лист: його має прочитати людина.")]


def _own_names(application: Application) -> list[str]:
    """A council's domain is often called by its town: «kalynobrid-rada» of the Калинобродська."""
    place = place_of(application.katottg) if application.kind == Community.Kind.HROMADA else None
    if place is None:
        return [application.short_name]
    return [place.unit.name, *(unit.name for unit in settlements_of(place.unit.code))]


def _names(application: Application) -> list[str]:
    wanted = Community(
        slug=application.slug,
        name=application.name,
        short_name=application.short_name,
        kind=application.kind,
        katottg=application.katottg,
        parent=application.parent,
    )
    others = Community.objects.exclude(state=Community.State.DELETED).only(
        "slug", "name", "short_name", "kind", "parent_id", "katottg"
    )
    found = [str(one) for one in resemblances(wanted, others)]
    if set(application.slug.split("-")) & RESERVED:
        found.append(_("Адреса «%(slug)s» схожа на службову.") % {"slug": application.slug})
    return found


def _place(application: Application) -> list[str]:
    place = place_of(application.katottg) if application.katottg else None
    if place is not None and place.closed:
        return [_("Код КАТОТТГ закрито новою редакцією: можливо, громаду обʼєднано з іншою.")]
    return []


def slug_problem(slug: str) -> str:
    """What cannot be asked for at all; what only looks suspicious is held."""
    try:
        validate_slug(slug)
    except ValidationError as wrong:
        return str(wrong.messages[0])
    other = Community.objects.filter(slug=slug).first()
    if other is not None:
        return _("Адреса «%(slug)s» зайнята: %(name)s. Додайте слово, напр. назву району.") % {
            "slug": slug,
            "name": other.short_name,
        }
    return ""
