"""The addresses of a register for programs, and their description by OpenAPI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import unquote

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router

from kernel.access.levels import Level
from kernel.access.rights import require
from kernel.api import problem
from kernel.registers.api import bulk, lists
from kernel.registers.api.once import once
from kernel.registers.api.shapes import LARGEST, card_schema, written_schema
from kernel.registers.api.values import Lens, answer, versions_named
from kernel.registers.api.written import NotJson, Taken, Unfit, emptied, put, read
from kernel.registers.holding import Kept
from kernel.registers.register import Register
from kernel.registers.saving import Stale, archive_card, card_or_404, restore_card

Key = Annotated[int, Path(ge=1, le=LARGEST, description="id")]
LONGEST_REASON = 500


class Outdated(Exception):
    """The change begins from a version that is no longer there."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class Unconditional(Exception):
    """A change that does not say from which version it begins."""


def explained(work: Callable[[], HttpResponse]) -> HttpResponse:
    """Refusals as problem documents."""
    try:
        return work()
    except Unfit as unfit:
        return problem(422, _("Виправте названі поля й повторіть."), errors=unfit.errors)
    except NotJson:
        return problem(400, _("Тіло запиту не є правильним JSON у UTF-8. Виправте його й повторіть."))
    except Taken:
        return problem(409, _("Такий самий запис щойно зробив хтось інший. Перевірте перелік і повторіть."))
    except Unconditional:
        return problem(
            428, _("Додайте заголовок If-Match з ETag, який дало читання запису: так не зітрете чужих змін.")
        )
    except (Outdated, Stale) as old:
        version = old.version if isinstance(old, Outdated) else old.theirs.version
        told = _("Запис тим часом змінено. Візьміть його ще раз і повторіть зміну з новим ETag.")
        return problem(412, told, version=version)


def _reason(request: HttpRequest, *, also: str = "") -> str:
    lists.refuse_strange(request, {"reason", also})
    # A header carries Latin letters only, so the words come in it as they do in an address.
    said = request.GET.get("reason", "") or unquote(request.headers.get("X-Change-Reason", ""))
    return said.replace("\x00", "").strip()[:LONGEST_REASON]


def _shown(request: HttpRequest, register: Register, card: Any, status: int = 200) -> HttpResponse:
    return answer(request, Lens(request, register).show(card), status=status, version=getattr(card, "version", None))


def _precondition(request: HttpRequest, card: Any) -> int | None:
    """The version to save over, or a refusal before anything is touched."""
    if not hasattr(card, "version"):
        return None
    if "If-Match" not in request.headers:
        raise Unconditional
    wanted = versions_named(request)
    if wanted is None:
        return None
    if card.version not in wanted:
        raise Outdated(card.version)
    return int(card.version)


# -- verbs ----------------------------------------------------------------------------------------------


def _list(request: HttpRequest, register: Register) -> HttpResponse:
    return lists.list_cards(request, register)


def _get(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    lists.refuse_strange(request, {"fields"})
    lens = Lens(request, register, lists.fields_asked(request, register))
    card = card_or_404(register, request.user, pk)
    response = answer(request, lens.look(card), version=getattr(card, "version", None))
    if lens.purpose:
        response["Cache-Control"] = "no-store"
    return response


def _create(request: HttpRequest, register: Register) -> HttpResponse:
    reason = _reason(request)
    require(request.user, register.module, Level.EDIT)
    values = read(register, request.user, request.body, partial=False)
    card = put(request, register, register.model(), values, version=None, reason=reason)
    response = _shown(request, register, card, 201)
    response["Location"] = request.build_absolute_uri(f"{request.path.rstrip('/')}/{card.pk}")
    return response


def _replace(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    return _write(request, register, pk, partial=False)


def _change(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    return _write(request, register, pk, partial=True)


def _write(request: HttpRequest, register: Register, pk: int, *, partial: bool) -> HttpResponse:
    reason = _reason(request)
    card = card_or_404(register, request.user, pk)
    require(request.user, register.module, Level.EDIT, card)
    version = _precondition(request, card)
    values = read(register, request.user, request.body, partial=partial, card=card)
    if not partial:
        values = emptied(register, request.user, values)
    return _shown(request, register, put(request, register, card, values, version=version, reason=reason))


def _archive(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    return _move(request, register, pk, archive=True)


def _restore(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    return _move(request, register, pk, archive=False)


def _move(request: HttpRequest, register: Register, pk: int, *, archive: bool) -> HttpResponse:
    reason = _reason(request)
    with transaction.atomic():
        card = card_or_404(register, request.user, pk)
        require(request.user, register.module, Level.EDIT, card)
        # Held from here on: the version that was compared is the version that is moved.
        card = register.model._default_manager.select_for_update(of=("self",)).get(pk=card.pk)
        if archive or "If-Match" in request.headers:
            _precondition(request, card)
        move: Any = archive_card if archive else restore_card
        try:
            moved = move(register, card, by=request.user, reason=reason)
        except Kept as kept:
            reasons = [{"message": str(one), "url": one.url} for one in kept.reasons]
            return problem(409, str(kept), title=_("Запис тримають інші"), reasons=reasons)
        moved.refresh_from_db()
        return _shown(request, register, moved)


def _bulk(request: HttpRequest, register: Register) -> HttpResponse:
    reason = _reason(request)
    require(request.user, register.module, Level.EDIT)
    return bulk.write_many(request, register, reason)


# -- the router ---------------------------------------------------------------------------------------


def router_of(register: Register) -> Router:
    """Mounted at the module's address for its first register, under the register's name for the others."""
    router = Router()
    name, card = component(register), {"$ref": f"#/components/schemas/{component(register)}"}
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": card},
            "next": {"type": ["string", "null"]},
            "previous": {"type": ["string", "null"]},
        },
        "required": ["items", "next", "previous"],
    }

    def add(
        method: str, path: str, verb: str, work: Callable[..., HttpResponse], summary: str, **described: Any
    ) -> None:
        status = described.pop("status", 200)
        router.add_api_operation(
            path,
            [method],
            _view(register, work, by_key="{pk}" in path, changes=method != "GET"),
            response={status: None},
            operation_id=f"{name}_{verb}",
            summary=f"{register.name}: {summary}",
            openapi_extra=_described(status, **described),
        )

    add("GET", "/", "list", _list, _("перелік"), answers=page, parameters=lists.parameters(register))
    own = {"answers": card, "masked": bool(register.masked)}
    if not register.read_only:
        whole, part = (written_schema(register, partial=partial) for partial in (False, True))
        # Before the key, which would otherwise be asked for its address.
        many = {"answers": bulk.result_schema(), "body": bulk.body_schema(whole, part), "once": True}
        add("POST", "/bulk", "bulk", _bulk, _("багато разом"), **many)
    add("GET", "/{pk}", "get", _get, _("картка"), **own, parameters=[lists.fields_parameter(register)])
    if register.read_only:
        return router
    add("POST", "/", "create", _create, _("додати"), **own, status=201, body=whole, once=True)
    versioned = hasattr(register.model, "version")
    add("PUT", "/{pk}", "replace", _replace, _("замінити"), **own, body=whole, once=True, versioned=versioned)
    add("PATCH", "/{pk}", "change", _change, _("змінити"), **own, body=part, once=True, versioned=versioned)
    if register.archives:
        add("DELETE", "/{pk}", "archive", _archive, _("до архіву"), **own, once=True, versioned=versioned)
        add("POST", "/{pk}/restore", "restore", _restore, _("з архіву"), **own, once=True)
    return router


def _view(register: Register, work: Callable[..., HttpResponse], *, by_key: bool, changes: bool) -> Callable[..., Any]:
    """The library reads the signature, so there are two."""

    def answered(request: HttpRequest, *key: int) -> HttpResponse:
        def done() -> HttpResponse:
            return work(request, register, *key)

        return explained(lambda: once(request, done) if changes else done())

    def with_key(request: HttpRequest, pk: Key) -> HttpResponse:
        return answered(request, pk)

    def without_key(request: HttpRequest) -> HttpResponse:
        return answered(request)

    return with_key if by_key else without_key


def _described(
    status: int,
    *,
    answers: dict[str, Any],
    body: dict[str, Any] | None = None,
    parameters: list[dict[str, Any]] | None = None,
    masked: bool = False,
    once: bool = False,
    versioned: bool = False,
) -> dict[str, Any]:
    given = list(parameters or [])
    headers: list[tuple[str, bool, dict[str, Any], str]] = []
    if once:
        given.append(
            {
                "in": "query",
                "name": "reason",
                "schema": {"type": "string", "maxLength": LONGEST_REASON},
                "description": _("Підстава: її побачать в історії"),
            }
        )
        headers.append(
            (
                "X-Change-Reason",
                False,
                {"type": "string"},
                _("Причина зміни, у відсотковому кодуванні UTF-8: те саме, що reason. Деякі поля без неї не змінюють"),
            )
        )
        headers.append(
            (
                "Idempotency-Key",
                False,
                {"type": "string", "maxLength": 255},
                _("Ключ повторення: той самий запит буде виконано один раз"),
            )
        )
    else:
        headers.append(("If-None-Match", False, {"type": "string"}, _("ETag відомої відповіді: незмінене — 304")))
        if masked:
            headers.append(
                ("X-Purpose", False, {"type": "string"}, _("Мета перегляду персональних даних; перегляд буде записано"))
            )
            headers.append(
                ("X-Purpose-Note", False, {"type": "string"}, _("Пояснення мети, у відсотковому кодуванні UTF-8"))
            )
    if versioned:
        headers.append(
            ("If-Match", True, {"type": "string"}, _("ETag картки, з якої робите зміну; * — будь-яка версія"))
        )
    given += [
        {"in": "header", "name": name, "required": must, "schema": schema, "description": told}
        for name, must, schema, told in headers
    ]
    response: dict[str, Any] = {
        "content": {"application/json": {"schema": answers}},
        "headers": {"ETag": {"schema": {"type": "string"}}},
    }
    found: dict[str, Any] = {"parameters": given, "responses": {status: response}}
    if not once:
        found["responses"][304] = {"description": "Not Modified"}
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return found


# (method, address, verb, in words, the work): for registers that are known only when a request names one.
VERBS: tuple[tuple[str, str, str, str, Callable[..., HttpResponse]], ...] = (
    ("GET", "/", "list", "перелік", _list),
    ("POST", "/bulk", "bulk", "багато разом", _bulk),
    ("GET", "/{pk}", "get", "картка", _get),
    ("POST", "/", "create", "додати", _create),
    ("PUT", "/{pk}", "replace", "замінити", _replace),
    ("PATCH", "/{pk}", "change", "змінити", _change),
    ("DELETE", "/{pk}", "archive", "до архіву", _archive),
    ("POST", "/{pk}/restore", "restore", "з архіву", _restore),
)


def described_in_general(method: str, verb: str) -> dict[str, Any]:
    """What is alike in every such register; its own fields stand under `extra`."""
    anything: dict[str, Any] = {"type": "object"}
    reads = method == "GET"
    body = anything if verb in ("create", "replace", "change", "bulk") else None
    return _described(
        201 if verb == "create" else 200, answers=anything, body=body, once=not reads,
        versioned=verb in ("replace", "change", "archive"),
    )  # fmt: skip


def component(register: Register) -> str:
    """«bus_stops.bus-stops» → BusStopsBusStops: one name in the whole document."""
    return "".join(word.capitalize() for word in register.label.replace(".", "_").replace("-", "_").split("_"))


def components(registers: list[Register]) -> dict[str, Any]:
    return {component(register): card_schema(register) for register in registers}
