"""The key of a person's feed: made anew when asked, so an address that got about can be closed."""

from __future__ import annotations

from django.utils import timezone

from kernel.access.models import User
from kernel.access.secret import hash_of, new_secret
from kernel.operations import operation
from kernel.renewals.models import FeedKey

PURPOSE = "renewals-feed"


@operation("renewals", None)
def make_key(*, by: User) -> str:
    """Shown once; the one before it opens nothing more."""
    secret = new_secret()
    FeedKey.objects.update_or_create(
        person=by, defaults={"hash": hash_of(secret, PURPOSE), "made_at": timezone.now(), "read_at": None}
    )
    return secret


@operation("renewals", None)
def drop_key(*, by: User) -> None:
    FeedKey.objects.filter(person=by).delete()


def person_of(secret: str) -> User | None:
    """Whose key it is, while the person works here."""
    found = FeedKey.objects.select_related("person").filter(hash=hash_of(secret, PURPOSE)).first()
    if found is None or not found.person.is_active:
        return None
    FeedKey.objects.filter(pk=found.pk).update(read_at=timezone.now())
    return found.person
