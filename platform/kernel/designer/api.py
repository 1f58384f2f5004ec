"""Registers of a tenant's own for programs: /api/v1/own/<code>/, described in general, for each tenant has others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from kernel.access.api import TokenAuth
from kernel.access.levels import Level
from kernel.access.models import ApiToken
from kernel.access.rights import require
from kernel.designer.own_urls import own_or_404
from kernel.registers.api import resource
from kernel.registers.api.once import once
from kernel.registers.api.shapes import LARGEST

Code = Annotated[str, Path(pattern="^[a-z0-9-]{1,60}$", description="код реєстру")]
Key = Annotated[int, Path(ge=1, le=LARGEST, description="id")]


class OwnAuth(TokenAuth):
    """Seeing anything of a register needs the right to look; one that is not this tenant's is not there."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        admitted = super().authenticate(request, token)
        if admitted is not None:
            match: Any = request.resolver_match
            require(admitted.created_by, own_or_404(match.kwargs["own"]).module, Level.VIEW)
        return admitted


def _view(work: Callable[..., HttpResponse], *, by_key: bool, changes: bool) -> Callable[..., Any]:
    def answered(request: HttpRequest, own: str, *key: int) -> HttpResponse:
        def done() -> HttpResponse:
            return work(request, own_or_404(own), *key)

        return resource.explained(lambda: once(request, done) if changes else done())

    def with_key(request: HttpRequest, own: Code, pk: Key) -> HttpResponse:
        return answered(request, own, pk)

    def without_key(request: HttpRequest, own: Code) -> HttpResponse:
        return answered(request, own)

    return with_key if by_key else without_key


def router() -> Router:
    made = Router()
    for method, path, verb, summary, work in resource.VERBS:
        made.add_api_operation(
            f"/{{own}}{path}",
            [method],
            _view(work, by_key="{pk}" in path, changes=method != "GET"),
            response={201 if verb == "create" else 200: None},
            operation_id=f"own_record_{verb}",
            summary=f"Реєстр громади: {summary}",
            openapi_extra=resource.described_in_general(method, verb),
        )
    return made
