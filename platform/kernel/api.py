"""The tenant's API: one document, one way to sign in, errors as problem documents (RFC 9457) in Ukrainian."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as Invalid
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

if TYPE_CHECKING:
    from kernel.modules.manifest import ModuleConfig
    from kernel.registers.register import Register

API_PREFIX = "/api/"
PROBLEM = "application/problem+json"

_TITLES = {
    400: gettext_noop("Запит складено неправильно"),
    401: gettext_noop("Потрібен ключ"),
    403: gettext_noop("Не вистачає прав"),
    404: gettext_noop("Не знайдено"),
    405: gettext_noop("Так цю адресу не викликають"),
    409: gettext_noop("Запис уже змінено"),
    412: gettext_noop("Запис уже змінено"),
    413: gettext_noop("Запит завеликий"),
    422: gettext_noop("Дані не пройшли перевірку"),
    428: gettext_noop("Потрібна версія запису"),
    429: gettext_noop("Забагато запитів"),
    500: gettext_noop("Помилка на нашому боці"),
    503: gettext_noop("Громаду призупинено"),
}
_ADVICE = {
    400: gettext_noop("Перевірте тіло й параметри запиту за /api/v1/openapi.json."),
    401: gettext_noop("Передайте дійсний ключ цієї громади: Authorization: Bearer hc_…. Ключі — на сторінці профілю."),
    403: gettext_noop(
        "Попросіть адміністратора громади розширити роль власника ключа або створіть ключ із потрібним розділом."
    ),
    404: gettext_noop("Перевірте адресу за /api/v1/openapi.json; чужих і вимкнених розділів тут не видно."),
    405: gettext_noop("Дозволені способи — у заголовку Allow та в /api/v1/openapi.json."),
    429: gettext_noop("Зачекайте стільки секунд, скільки в заголовку Retry-After."),
    500: gettext_noop("Повторіть пізніше; якщо не мине — повідомте номер запиту з заголовка X-Request-ID."),
}


def problem(status: int, detail: str = "", **extra: Any) -> HttpResponse:
    """A problem document; `detail` tells the next step."""
    body = {
        "type": "about:blank",
        "title": _(_TITLES.get(status, "Запит не виконано")),
        "status": status,
        "detail": detail or (_(_ADVICE[status]) if status in _ADVICE else ""),
        **extra,
    }
    response = JsonResponse(body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Errors that Django made before or around the API get the same shape."""
    if response.status_code < 400 or response.get("Content-Type", "").startswith(PROBLEM):
        return response
    shaped = problem(response.status_code)
    for name in ("Allow", "Retry-After"):
        if name in response:
            shaped[name] = response[name]
    return shaped


class TenantAPI(NinjaAPI):
    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        shape = {
            "type": "object",
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "errors": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["type", "title", "status"],
        }
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = shape
        schema["components"]["schemas"].update(_cards())
        answer = {
            "description": "RFC 9457",
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"].setdefault("default", answer)
        return schema


@lru_cache(maxsize=1)
def build_api() -> NinjaAPI:
    """Every module's `api.py` offers a `router`; it is served at /api/v1/<module>/ while the module is on.

    After it come the module's registers: what the module says itself goes first.
    """
    from kernel.access.api import ModuleAuth, TokenAuth
    from kernel.access.api import router as own
    from kernel.designer.api import OwnAuth
    from kernel.designer.api import router as own_registers
    from kernel.files.api import router as files
    from kernel.modules.registry import modules
    from kernel.registers.api.resource import router_of

    api = TenantAPI(
        title="Хмара громад",
        version="1",
        description="Дані однієї громади. Ключ діє лише на її адресі й у межах прав власника.",
        urls_namespace="api",
        docs_url=None,
        auth=TokenAuth(),
    )
    _explain_errors(api)
    api.add_router("", own)
    api.add_router("/files", files)
    api.add_router("/own", own_registers(), auth=OwnAuth(), tags=["Реєстри громади"])
    for module in modules():
        if find_spec(f"{module.name}.api"):
            router = import_module(f"{module.name}.api").router
            api.add_router(f"/{module.slug}/", router, auth=ModuleAuth(module.label), tags=[str(module.title)])
    for register, module in _registers():
        place = f"/{module.slug}/" if register.is_main else f"/{module.slug}/{register.code}/"
        api.add_router(place, router_of(register), auth=ModuleAuth(module.label), tags=[str(module.title)])
    return api


def _registers() -> list[tuple[Register, ModuleConfig]]:
    """Registers with addresses; a broken declaration is named by the check, which must be able to run."""
    from kernel.modules.registry import modules
    from kernel.registers.facets import UnknownField
    from kernel.registers.registry import registers_in

    found = []
    for module in modules():
        # Longer addresses first, or the key of the main register would be asked for them.
        for register in reversed(registers_in(module.label)):
            try:
                found.append((register, module, register.facets))
            except UnknownField:
                continue
    return [(register, module) for register, module, _facets in found]


def _cards() -> dict[str, Any]:
    from kernel.registers.api.resource import components

    return components([register for register, _module in _registers()])


def _explain_errors(api: NinjaAPI) -> None:
    @api.exception_handler(AuthenticationError)
    def unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(401)

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, error.message)

    @api.exception_handler(PermissionDenied)
    def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        return problem(403, str(error))

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404)

    @api.exception_handler(Invalid)
    def unacceptable(request: HttpRequest, error: Invalid) -> HttpResponse:
        fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        errors = [{"field": name, "message": text} for name, texts in fields.items() for text in texts]
        return problem(422, _("Виправте названі поля й повторіть."), errors=errors)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [
            {"field": ".".join(str(part) for part in one["loc"]), "message": one["msg"], "code": one["type"]}
            for one in error.errors
        ]
        return problem(422, _("Виправте названі поля й повторіть."), errors=errors)
