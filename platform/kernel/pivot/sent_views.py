"""What came by itself: its page, its file, and having no more of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.guard import SignedRequest
from kernel.files.made import made_for
from kernel.operations import Denied
from kernel.pivot.keeping import may_change, saved_for
from kernel.pivot.models import PivotSending, PivotSubscription, SavedPivot
from kernel.pivot.subscribing import sees, subscribe, subscription_of, unsubscribe
from kernel.reports.files import KINDS
from kernel.tenancy.files import storage


def _page_of(saved: SavedPivot) -> str:
    return f"{reverse('pivot:show', args=[saved.register])}?saved={saved.pk}#sending"


@require_POST
@login_required
def subscribe_to(request: SignedRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(saved_for(request.user), pk=pk)
    if not sees(saved, request.user):
        raise Http404
    given = request.POST
    try:
        one = subscribe(
            saved,
            by=request.user,
            rhythm=given.get("rhythm", ""),
            format=given.get("format", ""),
            email=given.get("email", "").replace("\x00", "")[:254],
        )
    except Denied as refused:
        messages.error(request, str(refused))
    else:
        told = {"name": one.person.full_name, "when": one.get_rhythm_display()}
        messages.success(request, _("Надсилатимемо %(when)s: %(name)s.") % told)
    return redirect(_page_of(saved))


@require_POST
@login_required
def end(request: SignedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(PivotSubscription.objects.select_related("pivot", "person"), pk=pk)
    if one.person_id != request.user.pk and not (may_change(one.pivot, request.user) and sees(one.pivot, request.user)):
        raise Http404
    unsubscribe(one, by=request.user)
    messages.success(request, _("Таблицю «%(title)s» більше не надсилатимемо.") % {"title": one.pivot.title})
    return redirect(_page_of(one.pivot) if sees(one.pivot, request.user) else "pivot:index")


def _sent_or_404(request: SignedRequest, pk: UUID) -> PivotSending:
    """For whom it was made, and for nobody else: it holds what that person may see."""
    return get_object_or_404(PivotSending, pk=pk, person=request.user, sent=True)


@require_safe
@login_required
def sent(request: SignedRequest, pk: UUID) -> HttpResponse:
    one = _sent_or_404(request, pk)
    saved = saved_for(request.user).filter(pk=one.pivot).first()
    context = {
        "one": one,
        "kind": KINDS[one.format],
        "file": made_for(one.pk),
        "subscription": subscription_of(saved, request.user),
        "saved_url": _page_of(saved) if saved and sees(saved, request.user) else "",
    }
    return render(request, "pivot/sent.html", context)


@require_safe
@login_required
def file(request: SignedRequest, pk: UUID) -> HttpResponseBase:
    one = _sent_or_404(request, pk)
    saved = saved_for(request.user).filter(pk=one.pivot).first()
    kept = made_for(one.pk)
    if kept is None or saved is None or not sees(saved, request.user):
        # Gone by its term, or together with the right to it.
        messages.warning(request, _("Файла вже немає. Відкрийте саму таблицю й вивантажте його знову."))
        return redirect("pivot:sent", one.pk)
    kind = KINDS[one.format]
    response = FileResponse(
        storage.open(kept.path), as_attachment=kind.code != "pdf", filename=kept.name, content_type=kind.media_type
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
