"""A person's own pages: those kept, and the last fifty they were at."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.operations import operation
from kernel.remarks.models import Favourite, Visit
from kernel.remarks.returning import local_address

MOST_VISITS = 50
MOST_FAVOURITES = 200
LONGEST_ADDRESS = 500


def _place(url: str, title: str, card: Model | None) -> dict[str, str]:
    if not local_address(url) or len(url) > LONGEST_ADDRESS or "\x00" in url:
        raise ValidationError(
            _("Закласти можна лише сторінку цього сайту. Відкрийте її та натисніть зірку."), code="url"
        )
    return {
        "url": url,
        "title": (title.replace("\x00", "").strip() or url)[:200],
        "table": card._meta.db_table if card else "",
        "row_id": str(card.pk) if card else "",
    }


def note_visit(person: User, url: str, title: str, card: Model | None = None) -> None:
    """Called by a card's page when it is shown."""
    row = Visit(person=person, at=timezone.now(), **_place(url, title, card))
    Visit.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["person", "url"],
        update_fields=["title", "table", "row_id", "at"],
    )
    kept = Visit.objects.filter(person=person).values("pk")[:MOST_VISITS]
    Visit.objects.filter(person=person).exclude(pk__in=kept).delete()


def recent(person: User, limit: int = 10) -> list[Visit]:
    return list(Visit.objects.filter(person=person)[:limit])


def favourites(person: User) -> list[Favourite]:
    return list(Favourite.objects.filter(person=person))


def is_favourite(person: User, url: str) -> bool:
    return Favourite.objects.filter(person=person, url=url).exists()


@operation("remarks", None)
def add_favourite(url: str, title: str, *, by: User, card: Model | None = None) -> Favourite:
    place = _place(url, title, card)
    if Favourite.objects.filter(person=by).exclude(url=url).count() >= MOST_FAVOURITES:
        raise ValidationError(
            _("У закладках уже %(limit)s сторінок. Приберіть зайву, щоб додати нову.") % {"limit": MOST_FAVOURITES},
            code="many",
        )
    made, _new = Favourite.objects.update_or_create(person=by, url=place.pop("url"), defaults=place)
    return made


@operation("remarks", None)
def drop_favourite(url: str, *, by: User) -> None:
    Favourite.objects.filter(person=by, url=url).delete()
