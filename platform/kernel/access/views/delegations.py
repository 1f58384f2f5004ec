from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.access.delegations import delegate, end_delegation
from kernel.access.forms import DelegationForm
from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.access.models import Delegation
from kernel.access.rights import allowed
from kernel.access.views.shared import ask, done, perform


@login_required
def new_delegation(request: SignedRequest) -> HttpResponse:
    for_others = allowed(request.user, "access", Level.MANAGE)
    form = DelegationForm(
        request.POST or None,
        by=request.user,
        for_others=for_others,
        initial={"from_user": request.GET.get("from") or request.user.pk},
    )
    if request.method == "POST" and form.attempt(lambda: delegate(by=request.user, **form.cleaned_data)):
        return done(request, "access:profile", _("Права передано. Вони повернуться самі після останнього дня."))
    return ask(
        request,
        form,
        title=_("Передати права на час відсутності"),
        intro=_("Інша людина зможе те саме, що й ви, лише в ці дні. В історії буде видно, хто діяв."),
        submit=_("Передати права"),
        back=reverse("access:profile"),
        crumbs=[(_("Мій запис"), reverse("access:profile")), (_("Передання прав"), "")],
    )


@require_POST
@login_required
def end(request: SignedRequest, delegation_id: int) -> HttpResponse:
    """Somebody else's delegation is not there, unless one manages rights."""
    found = Delegation.objects.all()
    if not allowed(request.user, "access", Level.MANAGE):
        found = found.filter(from_user=request.user) | found.filter(to_user=request.user)
    delegation = get_object_or_404(found, pk=delegation_id)
    return perform(
        request,
        lambda: end_delegation(delegation, by=request.user),
        told=_("Передання прав припинено."),
        to="access:profile",
    )
