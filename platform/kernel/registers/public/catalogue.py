"""The catalogue of a community's open data for programs: DCAT-AP in JSON-LD, with the passport of every set.

The passport is what resolution 835 asks of a set: its key, name, description, licence, how often it is renewed, who
answers for it, when it last changed, its files and the description of their columns.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.modules.registry import module_named
from kernel.registers.public.described import LICENCE
from kernel.registers.public.files import formats_of
from kernel.registers.public.opened import OpenRegister, opened
from kernel.tenancy import TenantRef

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGE = "http://publications.europa.eu/resource/authority/language/UKR"
# Files are made anew when cards change.
CONTINUOUS = "http://publications.europa.eu/resource/authority/frequency/CONT"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA = "http://www.iana.org/assignments/media-types/"
_THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
_THEME_OF_AREA = {
    "territory": "REGI", "property": "GOVE", "people": "SOCI", "services": "GOVE", "records": "GOVE", "council": "GOVE",
    "utilities": "ENER", "finance": "ECON", "workforce": "GOVE", "operations": "TRAN", "insight": "GOVE", "portal": "GOVE",
}  # fmt: skip


def catalogue(request: HttpRequest, tenant: TenantRef, contact: dict[str, str]) -> dict[str, Any]:
    """`contact`: the name, phone and e-mail of whoever answers for the data."""
    who = request.build_absolute_uri("/#publisher")
    publisher = {
        "@id": who,
        "@type": "foaf:Agent",
        "foaf:name": _words(tenant.name),
    }
    sets = [_set(request, one, who, contact) for one in opened() if one.page.open_data]
    return {
        "@context": CONTEXT,
        "@id": request.build_absolute_uri(reverse("open:catalogue")),
        "@type": "dcat:Catalog",
        "dct:title": _words(_("Відкриті дані: %(community)s") % {"community": tenant.name}),
        "dct:description": _words(_("Набори відкритих даних, які громада веде у своїх реєстрах.")),
        "dct:publisher": publisher,
        "dct:language": {"@id": LANGUAGE},
        "dct:license": {"@id": LICENCE["path"]},
        "foaf:homepage": {"@id": request.build_absolute_uri("/")},
        "dcat:dataset": sets,
        **_service(request, who),
    }


def _set(request: HttpRequest, one: OpenRegister, publisher: str, contact: dict[str, str]) -> dict[str, Any]:
    place = request.build_absolute_uri(one.url)
    area = module_named(one.register.module).area
    described = request.build_absolute_uri(reverse("open:package", args=[one.page.slug]))
    names = ", ".join(facet.label for facet in one.facets.values())
    told: dict[str, Any] = {
        "@id": f"{place}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": one.page.slug,
        "dct:title": _words(one.name),
        "dct:description": _words(
            _("Реєстр «%(name)s». Відомості: %(columns)s.") % {"name": one.name, "columns": names}
        ),
        "dct:publisher": {"@id": publisher},
        "dct:accrualPeriodicity": {"@id": CONTINUOUS},
        "dct:language": {"@id": LANGUAGE},
        "dct:conformsTo": {"@id": described, "@type": "dct:Standard"},
        "dcat:theme": {"@id": f"{_THEMES}{_THEME_OF_AREA.get(area.value, 'GOVE')}"},
        "dcat:keyword": [_words(one.name), _words(str(area.label))],
        "dcat:landingPage": {"@id": place, "@type": "foaf:Document"},
        "dcat:contactPoint": _contact(contact),
        "dcat:distribution": [_file(request, one, form, described) for form in formats_of(one).values()],
    }
    if moment := changed_at(one):
        told["dct:modified"] = {"@value": moment, "@type": "xsd:dateTime"}
    return told


def changed_at(one: OpenRegister) -> str:
    if not any(field.name == "updated_at" for field in one.register.model._meta.concrete_fields):
        return ""
    moment = one.rows().order_by().aggregate(last=Max("updated_at"))["last"]
    return moment.isoformat(timespec="seconds") if moment else ""


def _file(request: HttpRequest, one: OpenRegister, form: Any, described: str) -> dict[str, Any]:
    address = request.build_absolute_uri(form.url(one))
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _words(f"{one.name}, {form.title}"),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{_MEDIA}{form.media_type.split(';')[0]}"},
        "dct:format": {"@id": f"{_FILE_TYPES}{form.extension.upper()}"},
        "dct:license": {"@id": LICENCE["path"]},
        "dct:conformsTo": {"@id": described},
    }


def _service(request: HttpRequest, publisher: str) -> dict[str, Any]:
    """Layers are served to maps too."""
    if not any(one.geometry for one in opened()):
        return {}
    base = request.build_absolute_uri(reverse("ogc:landing"))
    service = {
        "@id": f"{base}#service",
        "@type": "dcat:DataService",
        "dct:title": _words(_("Шари мапи (OGC API Features)")),
        "dct:publisher": {"@id": publisher},
        "dcat:endpointURL": {"@id": base},
        "dcat:endpointDescription": {"@id": request.build_absolute_uri(reverse("ogc:api"))},
        "dct:conformsTo": {"@id": "http://www.opengis.net/spec/ogcapi-features-1/1.0"},
    }
    return {"dcat:service": [service]}


def _contact(contact: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"@type": "vcard:Organization", "vcard:fn": _words(contact["name"])}
    if contact.get("email"):
        told["vcard:hasEmail"] = {"@id": f"mailto:{contact['email']}"}
    if contact.get("phone"):
        told["vcard:hasTelephone"] = {"@id": f"tel:{contact['phone']}"}
    return told


def _words(text: str) -> dict[str, str]:
    return {"@value": str(text), "@language": "uk"}
