"""Proving authority: by the letter-box itself, by a signature, by a letter that a person reads."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from integrations.signatures import NotSigned, Signer, require_signatures, signatures
from kernel.tenancy.files import storage
from shared_apps.onboarding import operations
from shared_apps.onboarding.doubts import is_government
from shared_apps.onboarding.forms import LetterForm, SignatureForm
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.session import question, remembered, show
from shared_apps.onboarding.steps import next_page

Authority = Application.Authority
ASK = require_http_methods(["GET", "HEAD", "POST"])
LARGEST_SIGNATURE = 1024 * 1024


@ASK
@question("authority")
def authority(request: HttpRequest, application: Application) -> HttpResponse:
    """Which way; the ways that need a file lead to their own question."""
    if application.authority == Authority.INVITED:
        return redirect(next_page(application))
    government = is_government(application.email_domain)
    ways = {"mail": government, "kep": signatures() is not None, "letter": True}
    chosen = request.POST.get("way", "")
    if request.method == "POST" and ways.get(chosen):
        if chosen == "mail":
            _prove(application, Authority.MAIL, {"domain": application.email_domain})
            return redirect(next_page(application))
        return redirect(f"onboarding:{chosen}")
    return show(request, "authority", "authority", application=application, ways_open=ways)


def declaration(application: Application) -> bytes:
    """The very text that is signed: whose cloud, at which address, asked by whom."""
    lines = (
        _("Прошу підключити установу до хмари громад."),
        _("Установа: %(name)s, ЄДРПОУ %(code)s") % {"name": application.name, "code": application.edrpou},
        _("Адреса хмари: %(slug)s") % {"slug": application.slug},
        _("Заявник: %(name)s, %(email)s") % {"name": application.full_name, "email": application.email},
        _("Заявка %(number)s") % {"number": application.pk},
    )
    return "\r\n".join(lines).encode()


@ASK
@question("authority")
def kep(request: HttpRequest, application: Application) -> HttpResponse:
    if signatures() is None:
        return redirect("onboarding:authority")
    form = SignatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            container = form.cleaned_data["signature"].read(LARGEST_SIGNATURE + 1)
            signer = require_signatures().verify(declaration(application), container)
        except NotSigned as refused:
            form.add_error("signature", str(refused))
        else:
            facts = {"edrpou": signer.edrpou, "organisation": signer.organisation, "person": signer.person}
            _prove(application, Authority.KEP, {**facts, "position": signer.position})
            return redirect(next_page(application))
    status = 422 if form.errors else 200
    return show(request, "kep", "authority", form=form, status=status, standin=_is_standin(), application=application)


@require_safe
@question("authority")
def to_sign(request: HttpRequest, application: Application) -> HttpResponse:
    answer = HttpResponse(declaration(application), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="zaiava.txt"'
    return answer


@require_POST
@question("authority")
def sign_for_show(request: HttpRequest, application: Application) -> HttpResponse:
    """A test signature, where signatures are only shown: so that the way can be walked without a key."""
    if not _is_standin():
        raise Http404
    from integrations.signatures.standin import sign

    signer = Signer(application.edrpou, application.name, application.full_name, application.position)
    answer = HttpResponse(sign(declaration(application), signer), content_type="application/pkcs7-signature")
    answer["Content-Disposition"] = 'attachment; filename="zaiava.txt.p7s"'
    return answer


def _is_standin() -> bool:
    return type(signatures()).__name__ == "StandIn"


@ASK
@question("authority")
def letter(request: HttpRequest, application: Application) -> HttpResponse:
    form = LetterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["letter"].read()
        name = storage.save(f"onboarding/{application.pk}/letter.{form.kind}", ContentFile(content))
        application.letter = name
        _prove(application, Authority.LETTER, {})
        return redirect(next_page(application))
    return show(request, "letter", "authority", form=form, status=422 if form.errors else 200, application=application)


def _prove(application: Application, how: str, facts: dict[str, str]) -> None:
    operations.unsettle(application)
    application.authority, application.authority_facts = how, facts
    application.save(update_fields=["authority", "authority_facts", "letter"])


@require_safe
@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """What has become of it, while a person decides and after."""
    application = remembered(request)
    if application is None:
        return redirect("onboarding:find")
    if application.state not in ("held", "refused", "lost"):
        return redirect(next_page(application))
    return show(request, "waiting", 4, application=application)
