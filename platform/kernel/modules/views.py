from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.access.forms import ReasonForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.access.views.shared import ask, done, perform
from kernel.modules.entitlement import disable_module, enable_module, enabled_labels, entitled_modules
from kernel.modules.manifest import ModuleConfig
from kernel.modules.models import ModuleState
from kernel.modules.registry import module_named, modules


def _module_or_404(label: str) -> ModuleConfig:
    try:
        return module_named(label)
    except LookupError:
        raise Http404 from None


@needs("modules", Level.VIEW)
def index(request: SignedRequest) -> HttpResponse:
    enabled, entitled = enabled_labels(), {module.label for module in entitled_modules()}
    decided = {state.module: state for state in ModuleState.objects.all()}
    rows = [
        (
            module,
            module.label in enabled,
            module.label in entitled,
            decided.get(module.label),
            [module_named(needed).title for needed in module.depends],
        )
        for module in modules()
    ]
    return render(
        request, "modules/index.html", {"rows": rows, "manages": allowed(request.user, "modules", Level.MANAGE)}
    )


@require_POST
@needs("modules", Level.MANAGE)
def enable(request: SignedRequest, label: str) -> HttpResponse:
    module = _module_or_404(label)
    return perform(
        request,
        lambda: enable_module(label, by=request.user),
        told=_("«%(module)s» увімкнено разом з усім, що йому потрібно.") % {"module": module.title},
        to="modules:index",
    )


@needs("modules", Level.MANAGE)
def disable(request: SignedRequest, label: str) -> HttpResponse:
    module = _module_or_404(label)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: disable_module(label, by=request.user, reason=form.cleaned_data["reason"])
    ):
        return done(request, "modules:index", _("«%(module)s» вимкнено. Дані лишилися.") % {"module": module.title})
    return ask(
        request,
        form,
        title=_("Вимкнути «%(module)s»") % {"module": module.title},
        intro=_("Розділ зникне з меню, його адреси й програмний доступ перестануть відповідати. Дані лишаться."),
        submit=_("Вимкнути"),
        danger=True,
        back=reverse("modules:index"),
        crumbs=[(_("Модулі"), reverse("modules:index")), (str(module.title), "")],
    )
