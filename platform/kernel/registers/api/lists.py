"""A list for programs: the same rows, filters, order and places as the list on the screen."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from kernel.registers.api.values import Lens, answer
from kernel.registers.api.written import Unfit
from kernel.registers.facets import Facet
from kernel.registers.filters import Filter
from kernel.registers.listing import Listing
from kernel.registers.register import Register

MOST = 200
USUAL = 50
OWN = ("q", "sort", "limit", "cursor", "fields", "archived", "id")
LONGEST = 2000


def list_cards(request: HttpRequest, register: Register) -> HttpResponse:
    names = fields_asked(request, register)
    lens = Lens(request, register, names)
    listing = _listing(request, register, list(lens.facets))
    page = listing.page()
    if listing.mistakes:
        raise Unfit([{"field": "", "message": one, "code": "condition"} for one in listing.mistakes])
    content = {
        "items": [lens.look(card) for card in page.cards],
        "next": _link(request, page.older),
        "previous": _link(request, page.newer),
    }
    return answer(request, content)


def fields_asked(request: HttpRequest, register: Register) -> list[str] | None:
    """The fields this answer is to have; a name nobody knows is refused rather than left out."""
    if "fields" not in request.GET:
        return None
    names = [name for name in request.GET["fields"].split(",") if name]
    seen = register.seen(request.user)
    if strange := [name for name in names if name not in seen]:
        raise _strange("fields", _("Такого поля немає: %(name)s. Перевірте назву за openapi.json."), strange[0])
    return list(dict.fromkeys(names)) or None


def refuse_strange(request: HttpRequest, known: set[str]) -> None:
    """A misspelt condition must not quietly give the whole list."""
    for name in request.GET:
        if name not in known:
            raise _strange(name, _("Такого параметра немає: %(name)s. Перевірте назву за openapi.json."), name)
        for value in request.GET.getlist(name):
            if "\x00" in value or len(value) > LONGEST:
                raise _strange(
                    name, _("Значення параметра %(name)s не підходить: воно задовге або з нульовим байтом."), name
                )


def _strange(field: str, message: str, name: str) -> Unfit:
    return Unfit([{"field": field, "message": message % {"name": name[:60]}, "code": "unknown"}])


def _listing(request: HttpRequest, register: Register, names: list[str]) -> Listing:
    seen = register.seen(request.user)
    filters = [Filter(seen[name]) for name in register.asked if name in seen]
    refuse_strange(request, {*OWN, *(name for one in filters for name in one.params)})
    query = QueryDict(mutable=True)
    for name in request.GET:
        if name not in ("limit", "cursor", "fields", "sort"):
            query.setlist(name, request.GET.getlist(name))
    if "cursor" in request.GET:
        query["after"] = request.GET["cursor"]
    listing = Listing(register, request.user, query)
    # Only keys of references are told, so the cards they point to need not be joined.
    joined = [name for name in names if not (seen[name].is_own and seen[name].kind == "reference")]
    listing.column_names, listing.size = joined, _limit(request)
    listing.sort = _sort(request, register)
    return listing


def _limit(request: HttpRequest) -> int:
    given = request.GET.get("limit", str(USUAL))
    if not (given.isascii() and given.isdecimal()) or not 1 <= int(given[:9]) <= MOST:
        raise Unfit([{"field": "limit", "message": _("limit — від 1 до %(most)s.") % {"most": MOST}, "code": "limit"}])
    return int(given)


def sorts(register: Register) -> list[str]:
    """Columns a list may be ordered by. What is masked has no place in an order: it would give itself away."""
    paths = [
        facet.order_by for name, facet in register.facets.items() if _sortable(facet) and name not in register.masked
    ]
    return list(dict.fromkeys([*(name.removeprefix("-") for name in register.order), *paths]))


def _sortable(facet: Facet) -> bool:
    return bool(facet.order_by) and facet.kind not in ("point", "geometry", "file")


def _sort(request: HttpRequest, register: Register) -> str:
    given = request.GET.get("sort", "")
    if not given:
        return ""
    path = given.removeprefix("-")
    facet = register.facets.get(path)
    if path not in sorts(register) or (facet and not register.may_see(facet.name, request.user)):
        raise _strange("sort", _("За «%(name)s» не впорядкувати. Можливі порядки — в openapi.json."), given)
    return given


def _link(request: HttpRequest, cursor: str) -> str | None:
    """The same list at another place."""
    if not cursor:
        return None
    pairs = [(name, value) for name in request.GET if name != "cursor" for value in request.GET.getlist(name)]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*pairs, ('cursor', cursor)])}")


# -- descriptions -------------------------------------------------------------------------------------


def parameters(register: Register) -> list[dict[str, Any]]:
    text = {"type": "string", "maxLength": LONGEST}
    order = sorts(register)
    found = [
        _parameter("q", text, _("Пошук за словами")) if register.searchable else None,
        _parameter(
            "sort", {"enum": [*order, *(f"-{name}" for name in order)]}, _("Порядок; «-» попереду — за спаданням")
        ),
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}, _("Скільки записів")),
        _parameter("cursor", text, _("Місце в переліку: беріть готовим із next і previous")),
        fields_parameter(register),
        _parameter("archived", {"enum": ["0", "1"]}, _("1 — записи з архіву")) if register.archives else None,
        _parameter("id", {"type": "array", "items": {"type": "integer", "minimum": 1}}, _("Лише ці записи")),
    ]
    for name in register.filters:
        found += _of_filter(Filter(register.facets[name]))
    return [one for one in found if one]


def fields_parameter(register: Register) -> dict[str, Any]:
    choice = {"type": "array", "items": {"enum": list(register.facets)}}
    return {**_parameter("fields", choice, _("Які поля, через кому")), "explode": False}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": description}


def _of_filter(one: Filter) -> list[dict[str, Any]]:
    key = {"type": "string", "maxLength": 40}
    plain: dict[str, dict[str, Any]] = {
        "choice": {"type": "array", "items": {"enum": list(one.facet.choices)}},
        "boolean": {"enum": ["yes", "no"]},
        "reference": {"type": "array", "items": key},
    }
    by_suffix: dict[str, dict[str, Any]] = {
        "within": {"type": "integer", "minimum": 0, "maximum": 36500},
        "has": {"type": "string", "maxLength": LONGEST},
        "is": {"type": "string", "maxLength": LONGEST},
        "text": {"type": "string", "maxLength": LONGEST},
        "empty": {"enum": ["0", "1"]},
    }
    limit: dict[str, Any] = (
        {"type": "string", "format": "date"}
        if one.control == "period"
        else {"type": "string", "pattern": r"^-?\d{1,17}$"}
    )
    return [
        _parameter(
            name,
            plain[one.control] if name == one.name else by_suffix.get(name.rpartition("__")[2], limit),
            one.facet.label,
        )
        for name in one.params
    ]
