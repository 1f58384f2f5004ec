"""Small forms that stand on other pages: each does one thing and leads back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.remarks import comments, places, subscriptions, tags
from kernel.remarks.models import LONGEST_COMMENT, Comment, Tag
from kernel.remarks.returning import back, local_address
from kernel.remarks.subjects import may_open_register, rows_of, subject_of

COMMENTS, TAGS = "comments", "tags"


def _card(request: HttpRequest, level: Level) -> Model:
    return subject_of(request.POST.get("card_table", ""), request.POST.get("card_id", ""), request.user, level)


def _refused(request: HttpRequest, error: ValidationError) -> None:
    for sentence in error.messages:
        messages.error(request, sentence)


@require_POST
@login_required
def add_comment(request: SignedRequest) -> HttpResponse:
    card = _card(request, Level.EDIT)
    try:
        comments.add_comment(card, request.POST.get("text", ""), by=request.user)
    except ValidationError as error:
        return _write_again(request, error, card_table=card._meta.db_table, card_id=str(card.pk))
    return back(request, COMMENTS)


def _write_again(request: SignedRequest, error: ValidationError, **context: object) -> HttpResponse:
    """What was typed comes back with the reason: ten thousand letters are not typed twice."""
    shown = {
        "text": request.POST.get("text", ""),
        "errors": error.messages,
        "next": local_address(request.POST.get("next", "")),
        "limit": LONGEST_COMMENT,
        **context,
    }
    return render(request, "remarks/write.html", shown, status=422)


def _comment(request: HttpRequest, comment_id: int, level: Level) -> Comment:
    comment = get_object_or_404(Comment, pk=comment_id, removed_at=None)
    subject_of(comment.table, comment.row_id, request.user, level)
    return comment


@require_http_methods(["GET", "POST"])
@login_required
def edit_comment(request: SignedRequest, comment_id: int) -> HttpResponse:
    comment = _comment(request, comment_id, Level.EDIT)
    if comment.author_id != request.user.pk:
        raise Http404
    if request.method == "GET":
        shown = {"comment": comment, "text": comment.text, "next": local_address(request.GET.get("next", ""))}
        return render(request, "remarks/write.html", {"limit": LONGEST_COMMENT, **shown})
    try:
        comments.edit_comment(comment, request.POST.get("text", ""), by=request.user)
    except ValidationError as error:
        return _write_again(request, error, comment=comment)
    return back(request, COMMENTS)


@require_POST
@login_required
def remove_comment(request: SignedRequest, comment_id: int) -> HttpResponse:
    comment = _comment(request, comment_id, Level.VIEW)
    manages = rows_of(comment.table, request.user, Level.MANAGE).filter(pk=comment.row_id).exists()
    comments.remove_comment(comment, by=request.user, manages=manages)
    return back(request, COMMENTS)


@require_POST
@login_required
def add_tag(request: SignedRequest) -> HttpResponse:
    card = _card(request, Level.EDIT)
    colour = request.POST.get("colour", "") or Tag.Colour.IDLE
    try:
        tags.add_tag(card, request.POST.get("name", ""), by=request.user, colour=colour)
    except ValidationError as error:
        _refused(request, error)
    return back(request, TAGS)


@require_POST
@login_required
def take_tag(request: SignedRequest, tag_id: int) -> HttpResponse:
    card = _card(request, Level.EDIT)
    tags.take_tag(card, get_object_or_404(Tag, pk=tag_id), by=request.user)
    return back(request, TAGS)


@require_POST
@login_required
def favourite(request: SignedRequest) -> HttpResponse:
    """`wanted` says how it should become, so that a second press of the same button changes nothing."""
    url = request.POST.get("url", "")
    card = _card(request, Level.VIEW) if request.POST.get("card_table") else None
    try:
        if request.POST.get("wanted"):
            places.add_favourite(url, request.POST.get("title", ""), by=request.user, card=card)
        else:
            places.drop_favourite(url.replace("\x00", ""), by=request.user)
    except ValidationError as error:
        _refused(request, error)
    return back(request)


@require_POST
@login_required
def subscription(request: SignedRequest) -> HttpResponse:
    """To a card, or, without `card_id`, to its whole register."""
    table, row_id = request.POST.get("card_table", ""), request.POST.get("card_id", "")
    if not row_id:
        if not may_open_register(table, request.user):
            raise Http404
    else:
        row_id = str(_card(request, Level.VIEW).pk)
    change = subscriptions.subscribe if request.POST.get("wanted") else subscriptions.unsubscribe
    change(table, row_id, by=request.user)
    return back(request)
