"""Public pages of the cloud: the landing page, a community's home, and the page for a host nobody has."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.registers.public.opened import opened
from shared_apps.communities.brand import community_of
from shared_apps.communities.home import home_panels
from shared_apps.communities.models import Community, Domain
from shared_apps.communities.search import named_like
from ui.addresses import label_url, site_url
from ui.errors import error_page

PAGE = 40
LONGEST_QUERY = 100


def public_communities() -> QuerySet[Community]:
    """Those whose pages answer, with the host they are known by."""
    return Community.objects.filter(state=Community.State.ACTIVE, training=False).order_by("short_name")


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    found = public_communities()
    if query:
        found = found.filter(named_like(query))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    hosts = dict(
        Domain.objects.filter(
            tenant__in=[one.pk for one in page], is_primary=True, verified_at__isnull=False
        ).values_list("tenant_id", "domain")
    )
    doors = [(one, site_url(request, hosts[one.pk])) for one in page if one.pk in hosts]
    context = {
        "query": query,
        "page": page,
        "doors": doors,
        "console_url": label_url(request, "console"),
        "region_url": label_url(request, "region"),
    }
    return render(request, "communities/landing.html", context)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "community": community_of(request.tenant.id),  # type: ignore[attr-defined]
        "panels": home_panels(request),
        "open_registers": opened(),
    }
    return render(request, "communities/home.html", context)


def unknown_host(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The typed name is carried over to the search on the landing page; nothing is guessed aloud."""
    host = request.get_host().split(":")[0]
    return error_page(
        request,
        404,
        title=_("Такої громади немає"),
        text=_(
            "За адресою %(host)s ніхто не працює. Перевірте, чи немає в ній зайвої або схожої літери, і пошукайте "
            "громаду за назвою."
        )
        % {"host": host},
        # A link, not a form: the policy of a page lets forms go only to its own host.
        search_url=site_url(request, path="/?" + urlencode({"q": host.split(".")[0][:60]})),
    )
