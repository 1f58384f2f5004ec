"""The parts a register is declared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise

from kernel.access.levels import Level

Text = str | Promise


@dataclass(frozen=True, slots=True)
class View:
    """A ready tab over the list: `View("no_shelter", _("Без навісу"), "shelter=no")`."""

    code: str
    title: Text
    query: str


@dataclass(frozen=True, slots=True)
class Related:
    """A panel of cards of another register that point here by the field `by`.

    Under it stand `totals` over all of them, not only those shown; with nothing said, those of their register.
    """

    code: str
    register: str
    by: str
    columns: tuple[str, ...] = ()
    title: Text = ""
    totals: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Cards that wait for whoever has this level: `where` may ask who looks, so that others' cards do not wait for them."""

    code: str
    title: Text
    where: Q | Callable[[Any], Q]
    level: Level = Level.EDIT


@dataclass(frozen=True, slots=True)
class KeptBy:
    """Live cards of another register that point here by the field `by` keep this one out of the archive."""

    register: str
    by: str
    where: Q | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What holds a card, and the page where it can be let go."""

    text: Text
    url: str = ""

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of one's own: a function of the card gives the context of the template."""

    code: str
    title: Text
    template: str
    context: Callable[[Any, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Term:
    """A measure of the card drawn as a rule with today's needle: from the day `start` to the day `end`."""

    start: str
    end: str
    title: Text


@dataclass(frozen=True, slots=True)
class MapLayer:
    """The geometry a map draws, and the field whose choice gives the colour."""

    geometry: str
    label: str = ""
    colour_by: str = ""


@dataclass(frozen=True, slots=True)
class TransitStops:
    """Which columns of an open page are a stop of public transport: a file for trip planners follows."""

    code: str
    name: str
    about: str = ""
    accessible: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.code, self.name, self.about, self.accessible)))


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What residents see at /open/<slug>/: only these columns of the cards that `where` lets out."""

    slug: str
    columns: tuple[str, ...]
    open_data: bool = False
    where: Q | None = None
    stops: TransitStops | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A verb on the card's page, made by `@action` from a method of the register."""

    name: str
    title: Text
    level: Level
    icon: str
    form: type[forms.Form] | None
    when: Callable[[Any], bool] | None
    many: bool
    danger: bool
    run: Callable[..., Any]
    asks: tuple[str, ...] = ()
    reversible: bool = False


def action(
    title: Text,
    *,
    level: Level = Level.EDIT,
    icon: str = "",
    form: type[forms.Form] | None = None,
    when: Callable[[Any], bool] | None = None,
    many: bool = False,
    danger: bool = False,
    asks: tuple[str, ...] = (),
    reversible: bool = False,
) -> Callable[[Callable[..., Any]], Action]:
    """`form` asks before it is done; `when(card)` tells whether it makes sense now; `many` offers it in the list too.

    `asks` are fields of the card itself: each with the input it has on the form, before those of `form`.
    `reversible` says that it changes nothing but fields of the card: done to many, it can be taken back.
    """

    def declare(method: Callable[..., Any]) -> Action:
        return Action(method.__name__, title, level, icon, form, when, many, danger, method, asks, reversible)

    return declare


def column(title: Text, *, order: str = "", kind: str = "text", unit: str = "") -> Callable[[Any], Any]:
    """A method of the register as a column: `order` is the path that sorts it."""

    def declare(method: Any) -> Any:
        method.column = (title, order, kind, unit)
        return method

    return declare
