"""A tenant's standing decides whether its pages are served at all, and whether they may change anything."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from shared_apps.communities.brand import community_of
from shared_apps.communities.models import Community
from shared_apps.communities.standing import Banner, banners_of, contact_of, page_of, staff_banners
from ui.errors import error_page

State = Community.State
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# The looks of the page that explains, and what machines ask.
ALWAYS = frozenset(
    {
        "brand",
        "coat_of_arms",
        "manifest",
        "app_icon",
        "set_language",
        "set_appearance",
        "robots",
        "favicon",
        "security_txt",
    }
)
# Staff of a suspended community sign in to learn why; the platform's support comes by its one-time link.
SIGN_IN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_login_webauthn",
        # Without these nobody comes as far as paying and taking the data away.
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "access_one_time",
    }
)
# What is owed can be paid while nothing else may be changed.
PAYING = frozenset(
    {
        *("subscription_pay", "subscription_portal", "subscription_sign", "subscription_seats"),
        *("subscription_choose", "subscription_change", "subscription_end", "subscription_go_on", "subscription_renew"),
    }
)
# A community's data are its own: it takes them away whatever it owes.
TAKING_AWAY = frozenset({"community:export", "community:cancel_export"})
SUPPORT_KEY = "support"


class StandingMiddleware:
    """Stands after sessions and sign-in, before everything that belongs to modules."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        tenant = getattr(request, "tenant", None)
        if tenant is None:
            return self.get_response(request)
        if tenant.state == State.ACTIVE:
            return self._working(request)
        name = _view_name(request)
        if name in ALWAYS:
            return self.get_response(request)
        community = community_of(tenant.id)
        if tenant.state == State.SUSPENDED:
            request.banners = lambda: banners_of(community)  # type: ignore[attr-defined]
            if name in SIGN_IN or request.session.get(SUPPORT_KEY):
                return self.get_response(request)
            return page_of(request, community, for_staff=request.user.is_authenticated)
        return page_of(request, community, for_staff=False)

    def _working(self, request: HttpRequest) -> HttpResponse:
        tenant_id = request.tenant.id  # type: ignore[attr-defined]
        request.banners = lambda: _banners(request, community_of(tenant_id))  # type: ignore[attr-defined]
        if request.method in SAFE_METHODS or _view_name(request) in ALWAYS | SIGN_IN | PAYING:
            return self.get_response(request)
        if _full_name(request) in TAKING_AWAY:
            return self.get_response(request)
        community = community_of(tenant_id)
        if not community.read_only:
            return self.get_response(request)
        text = _("%(reason)s Цю зміну не збережено: повторіть її, коли режим читання знімуть. Запитання: %(contact)s.")
        reason = community.state_reason.strip()
        return error_page(
            request,
            423,
            text=(text % {"reason": reason and f"{reason.rstrip('.')}.", "contact": contact_of(community)}).strip(),
        )


def _banners(request: HttpRequest, community: Community) -> list[Banner]:
    return [*banners_of(community), *(staff_banners(community) if request.user.is_authenticated else ())]


def _view_name(request: HttpRequest) -> str:
    return _full_name(request).rpartition(":")[2]


def _full_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info, request.urlconf).view_name or ""  # type: ignore[attr-defined]
    except Resolver404:
        return ""
