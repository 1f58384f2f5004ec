"""The rating by weights: composed, explained, kept under a name, taken away as a file."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.views.shared import done
from kernel.operations import Denied, Who, name_of, operation
from shared_apps.console.asking import Question, catalogue, choices, titles
from shared_apps.console.entry import on_console
from shared_apps.console.keeping import called, kept_named, require_own, tabs_of
from shared_apps.console.models import Rating
from shared_apps.console.rated import PLACED_FROM, cells_of, heads_of, standing_of, told_of
from shared_apps.console.sheets import sheets
from shared_apps.console.weighing import HEAVIEST, MOST_RATED, Weighing, found_by

LONGEST_GIVEN = 8000


@require_safe
@on_console("console")
def rating_page(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    given, question = request.GET.copy(), Question.from_query(request.GET, user)
    saved = kept_named(Rating, user, given.get("saved", ""))
    if saved and not any(name.startswith("w.") for name in given) and "changed" not in given:
        weighing = Weighing.kept(saved.parts)
        given["district"], given["size"] = given.get("district", saved.district), given.get("size", saved.size)
        question = Question.from_query(given, user)
    else:
        weighing = Weighing.from_query(given)
    kept = {"saved": str(saved.pk) if saved else "", "changed": "1" if saved else "",
            "district": question.district, "size": question.size}  # fmt: skip
    wanted = given.get("find", "").replace("\x00", "")[:200]
    exact, alike = found_by(wanted, weighing)
    if exact and exact not in weighing.weights:
        return redirect(f"{request.path}?{weighing.written(**kept, add=exact)}")
    if given.get("add") and not weighing.mistakes:
        # The address keeps what was chosen, not the choosing.
        return redirect(f"{request.path}?{weighing.written(**kept)}")
    standing = standing_of(weighing, question) if weighing.parts else None
    if standing and given.get("file") == "xlsx":
        return sheets(
            saved.title if saved else "rating",
            {
                _("Рейтинг"): (heads_of(weighing), cells_of(standing)),
                _("Як пораховано"): told_of(standing),
            },
        )
    context = choices(question) | {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "weighing": weighing,
        "standing": standing,
        "chosen": [
            (part, weighing.share_of(part), f"{request.path}?{weighing.written(part.code, **kept)}")
            for part in weighing.parts
        ],
        "full": len(weighing.parts) >= MOST_RATED,
        "most": MOST_RATED,
        "heaviest": HEAVIEST,
        "placed_from": PLACED_FROM,
        "offered": [
            f"{one.indicator.number} {titles()[one.code]}".strip()
            for one in catalogue()
            if one.code not in weighing.weights
        ],
        "wanted": wanted,
        "alike": alike,
        "saved": saved,
        "mine": saved is not None and saved.owner_id == user.pk,
        "written": weighing.written(**kept),
        "file_url": f"?{weighing.written(**kept, file='xlsx')}",
        "tabs": tabs_of(Rating, user, saved),
    }
    return render(request, "console/rating.html", context)


# -- keeping -----------------------------------------------------------------------------------------------


@operation("console", Level.VIEW)
def keep_rating(rating: Rating, weighing: Weighing, *, by: Who) -> Rating:
    require_own(rating, by)
    if not weighing.parts:
        raise Denied(_("Оберіть хоча б один показник: рейтингу без них немає."))
    rating.parts, rating.created_by = [part.kept for part in weighing.parts], name_of(by)
    rating.full_clean()
    rating.save()
    return rating


@operation("console", Level.VIEW)
def forget_rating(rating: Rating, *, by: Who) -> None:
    require_own(rating, by)
    rating.delete()


@require_POST
@on_console("console")
def save_rating(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    query = QueryDict(request.POST.get("query", "")[:LONGEST_GIVEN])
    question, weighing = Question.from_query(query, user), Weighing.from_query(query)
    rating = Rating(owner_id=user.pk)
    if request.POST.get("as") == "same" and (saved := kept_named(Rating, user, query.get("saved", ""))):
        rating = saved
    called(rating, request.POST)
    rating.district, rating.size = question.district, question.size
    try:
        keep_rating(rating, weighing, by=user)
    except (Denied, ValidationError) as refused:
        messages.error(request, " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused))
        return redirect(f"{reverse('console:rating')}?{query.urlencode()}")
    messages.success(request, _("Рейтинг «%(title)s» збережено.") % {"title": rating.title})
    return redirect(f"{reverse('console:rating')}?saved={rating.pk}")


@require_POST
@on_console("console")
def drop_rating(request: HttpRequest, pk: UUID) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    rating = get_object_or_404(Rating, pk=pk, owner_id=user.pk)
    forget_rating(rating, by=user)
    return done(request, "console:rating", _("Рейтинг «%(title)s» прибрано.") % {"title": rating.title})
