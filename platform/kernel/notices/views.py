"""Everybody's own: other people's notices are not there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kernel.access.guard import SignedRequest
from kernel.access.views.shared import done
from kernel.notices.channels import IN_APP, channels
from kernel.notices.models import Notice, PushDevice, QuietHours, Sending
from kernel.notices.notify import mark_read, unread_count
from kernel.notices.preferences import QuietForm, choose_notices, matrix_of
from kernel.notices.push import public_key

PAGE = 50


@require_GET
@login_required
def index(request: SignedRequest) -> HttpResponse:
    only_unread = request.GET.get("show") == "unread"
    mine = Notice.objects.filter(person=request.user)
    if only_unread:
        mine = mine.filter(read_at__isnull=True)
    context = {
        "page": Paginator(mine, PAGE).get_page(request.GET.get("page")),
        "only_unread": only_unread,
        "unread": unread_count(request.user),
    }
    return render(request, "notices/index.html", context)


@require_POST
@login_required
def open_notice(request: SignedRequest, notice_id: UUID) -> HttpResponse:
    """Read, and on to what it tells of."""
    notice = get_object_or_404(Notice, pk=notice_id, person=request.user)
    mark_read(request.user, notice.pk)
    return redirect(notice.url or "notices:index")


@require_POST
@login_required
def read_all(request: SignedRequest) -> HttpResponse:
    mark_read(request.user)
    return done(request, "notices:index", _("Усе позначено прочитаним."))


@login_required
def preferences(request: SignedRequest) -> HttpResponse:
    hours = QuietHours.objects.filter(person=request.user).first()
    form = QuietForm(request.POST or None, initial={"begins": hours.begins, "ends": hours.ends} if hours else None)
    if request.method == "POST" and form.attempt(
        lambda: choose_notices(request.POST.getlist("wanted"), by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Ваші побажання збережено."))
        return redirect("notices:preferences")
    context = {"form": form, "matrix": matrix_of(request.user), "channels": channels(), "always": IN_APP}
    context |= {
        "devices": PushDevice.objects.filter(person=request.user),
        "push_key": public_key(),
        "sms": any(channel.code == "sms" and channel.connected for channel in channels()),
    }
    return render(request, "notices/preferences.html", context, status=422 if form.errors else 200)


@require_GET
@login_required
def journal(request: SignedRequest) -> HttpResponse:
    mine = Sending.objects.filter(person=request.user).select_related("notice")
    names = {channel.code: channel.title for channel in channels()}
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    rows = [(row, names.get(row.channel, row.channel)) for row in page]
    return render(request, "notices/journal.html", {"page": page, "rows": rows})
