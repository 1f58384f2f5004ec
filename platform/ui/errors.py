"""What went wrong, in a sentence, and what to do next: as a page for people, as a problem document for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.operations import Denied
from ui.problems import problem, wants_problem

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Trouble:
    title: Text
    text: Text


TROUBLES = {
    400: Trouble(
        _("Запит не вдалося прочитати"),
        _("Адреса чи форма прийшли пошкодженими. Поверніться на попередню сторінку, оновіть її й повторіть."),
    ),
    403: Trouble(
        _("Сюди у вас немає доступу"),
        _("Попросіть адміністратора своєї громади надати вам потрібну роль або увійдіть під іншим записом."),
    ),
    404: Trouble(
        _("Такої сторінки немає"),
        _("Можливо, в адресі помилка, або запис вилучено чи його веде хтось інший. Почніть із головної."),
    ),
    405: Trouble(
        _("Так цю сторінку не відкривають"),
        _("Ця адреса приймає лише надіслану форму. Поверніться на сторінку з формою і натисніть її кнопку."),
    ),
    413: Trouble(
        _("Надіслане завелике"),
        _("Зменште файл або розділіть дані на частини й надішліть їх окремо."),
    ),
    423: Trouble(
        _("Зараз можна лише читати"),
        _("Зміни тимчасово не приймаються, і цю не збережено. Повторіть її, коли режим читання знімуть."),
    ),
    429: Trouble(
        _("Забагато спроб поспіль"),
        _("Зачекайте кілька хвилин і спробуйте ще раз."),
    ),
}


def error_page(request: HttpRequest, status: int, *, title: Text = "", text: Text = "", **context: Any) -> HttpResponse:
    trouble = TROUBLES[status]
    title, text = title or trouble.title, text or trouble.text
    if wants_problem(request):
        return problem(request, status, str(title), str(text))
    response = render(
        request, "ui/error.html", {"code": status, "title": title, "text": text, **context}, status=status
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return error_page(request, 413 if too_large else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Only our own refusals are sentences meant for people.
    return error_page(request, 403, text=str(exception) if isinstance(exception, Denied) else "")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return error_page(
        request,
        403,
        title=_("Форму не прийнято: вона застаріла"),
        text=_(
            "Сторінку відкрито надто давно або в іншій вкладці ви вийшли із системи. Поверніться, оновіть сторінку й "
            "надішліть ще раз. Якщо не допомагає — дозвольте сайту файли cookie."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Nothing that may itself be broken is touched here: no database, no session, no person."""
    request_id = getattr(request, "request_id", "")
    if wants_problem(request):
        return problem(request, 500, "Внутрішня помилка", "Повторіть запит згодом і назвіть request_id підтримці.")
    return HttpResponse(render_to_string("ui/500.html", {"request_id": request_id}), status=500)


class ErrorPagesMiddleware:
    """A refusal that a view gave as a bare status is shown as a page too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in TROUBLES or response.streaming or response.content:
            return response
        page = error_page(request, response.status_code)
        for name, value in response.headers.items():
            if name not in ("Content-Type", "Content-Length"):
                page.headers[name] = value
        page.cookies.update(response.cookies)
        return page
