"""A file on its way into a card: sent here first, then named by its key in the field of the card."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from kernel.access.levels import Level
from kernel.access.rights import my_subjects
from kernel.api import problem
from kernel.files.models import StoredFile
from kernel.files.receiving import refused_uploads
from kernel.files.storing import store
from kernel.operations import Denied
from kernel.registers.api.values import answer

router = Router(tags=["Файли"])

_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
        }
    },
}


@router.post(
    "",
    summary="Завантажити файл для поля картки",
    description="Ключ з відповіді впишіть у поле картки протягом доби: файл, якого не взяла жодна картка, прибирається.",
    openapi_extra={"requestBody": _BODY},
)
def upload(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not any(level >= Level.EDIT for _subject, level in my_subjects(user)):
        raise Denied(_("Файли додає той, хто може щось змінювати. Попросіть адміністратора розширити роль."))
    given = request.FILES.getlist("file")
    for why in refused_uploads(request):
        return problem(413, str(why), code=why.code)
    if len(given) != 1:
        errors = [{"field": "file", "message": _("Надішліть рівно один файл у полі file (multipart/form-data).")}]
        return problem(422, _("Виправте названі поля й повторіть."), errors=errors)
    stored = store(given[0], by=user)  # type: ignore[arg-type]  # whoever signs with a key is a person
    return answer(request, {**_shown(stored.file), "warning": stored.warning}, status=201)


def _shown(file: StoredFile) -> dict[str, object]:
    return {
        "id": str(file.pk),
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "media_type": file.media_type,
        "state": file.state,
    }
