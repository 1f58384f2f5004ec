"""Sign-in of programs, and what every program may ask first: who am I, and whose data is this."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django_tenants.utils import get_tenant_model
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer

from kernel.access.levels import Level
from kernel.access.models import ApiToken
from kernel.access.rights import my_subjects, require
from kernel.access.tokens import TokenRefused, admit
from kernel.modules.entitlement import is_enabled
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.actor import Actor, set_actor
from kernel.tenancy.cache import cache
from kernel.tenancy.log import get_logger

log = get_logger("access.api")
FAILURES, WINDOW = 30, 60


class TokenAuth(HttpBearer):
    """`Authorization: Bearer hc_…`; the request's user becomes the owner, cut down to the key's scopes."""

    openapi_bearerFormat = "hc_<prefix>_<secret>"

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        address = request.META.get("REMOTE_ADDR", "")
        counter = f"access.api_failures:{address}"
        if (cache.get(counter) or 0) >= FAILURES:
            raise HttpError(429, _("Забагато хибних ключів із цієї адреси. Зачекайте хвилину."))
        try:
            admitted = admit(token, address=address)
        except TokenRefused as refused:
            _count(counter)
            log.warning("token_refused", why=str(refused), address=address)
            return None
        request.user = admitted.created_by
        set_actor(
            Actor(
                "token",
                str(admitted.pk),
                f"{admitted.name} ({admitted.created_by.full_name})",
                address,
                getattr(request, "request_id", ""),
            )
        )
        return admitted


def _count(counter: str) -> None:
    cache.add(counter, 0, WINDOW)
    try:
        cache.incr(counter)
    except ValueError:
        # The window closed between the two.
        cache.set(counter, 1, WINDOW)


class ModuleAuth(TokenAuth):
    """For a module's router: a module that is off is not there, and seeing anything needs the right to look."""

    def __init__(self, module: str) -> None:
        super().__init__()
        self.module = module

    def __call__(self, request: HttpRequest) -> Any:
        if not is_enabled(self.module):
            raise Http404
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        admitted = super().authenticate(request, token)
        if admitted is not None:
            require(admitted.created_by, self.module, Level.VIEW)
        return admitted


router = Router(tags=["Доступ"])


class Right(Schema):
    module: str
    title: str
    level: str
    level_title: str


class Me(Schema):
    name: str
    email: str
    token: str
    scopes: list[str]
    expires_at: datetime
    rights: list[Right]


class Community(Schema):
    id: str
    slug: str
    kind: str
    name: str
    short_name: str
    edrpou: str
    katottg: str
    timezone: str


@router.get("/me", response=Me, summary="Хто я")
def me(request: HttpRequest) -> dict[str, Any]:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return {
        "name": token.created_by.full_name,
        "email": token.created_by.email,
        "token": token.name,
        "scopes": token.scopes,
        "expires_at": token.expires_at,
        "rights": [
            {
                "module": subject.code,
                "title": str(subject.title),
                "level": level.name.lower(),
                "level_title": str(level.label),
            }
            for subject, level in my_subjects(token.created_by)
        ],
    }


@router.get("/community", response=Community, summary="Чиї це дані")
def community(request: HttpRequest) -> dict[str, Any]:
    tenant = current_tenant()
    with platform_context():
        found = get_tenant_model().objects.get(pk=tenant.id)
    return {name: str(getattr(found, name)) for name in Community.model_fields}
