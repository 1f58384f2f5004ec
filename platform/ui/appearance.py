"""How a person wants pages to look: kept in two cookies of this host, read by the server and the script alike."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

YEAR = 31_536_000
# An empty choice follows the system.
CHOICES = {"scheme": ("", "light", "dark", "contrast"), "density": ("", "airy")}


def chosen(request: HttpRequest, name: str) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in CHOICES[name] else ""


# A visitor's taste is nobody's secret: without a token public pages need no cookie at all.
@csrf_exempt
@require_POST
def set_appearance(request: HttpRequest) -> HttpResponseRedirect:
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            if value:
                response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
            else:
                response.delete_cookie(name, samesite="Lax")
    return response


set_language_here = csrf_exempt(set_language)
