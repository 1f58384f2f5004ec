"""Work with doubles: the list of pairs, cards side by side, what was merged and may be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.jobs.queue import enqueue
from kernel.registers.facets import Facet
from kernel.registers.merging.doubles import dismiss, find_doubles, likely_of, likely_pairs
from kernel.registers.merging.forms import MergeForm, OtherForm, UndoForm
from kernel.registers.merging.jobs import FIND
from kernel.registers.merging.merge import MOST_AT_ONCE, different_codes, merge_cards
from kernel.registers.merging.models import Likely, Merge, Search
from kernel.registers.merging.references import moving_references
from kernel.registers.merging.undo import contradictions, undo_merge
from kernel.registers.register import Register
from kernel.registers.saving import card_or_404
from kernel.registers.views.shared import frame

PAGE = 25
AT_ONCE = 20_000  # cards searched while the person waits; more than that goes to the queue


def doubles(request: SignedRequest, register: Register) -> HttpResponse:
    page = Paginator(likely_pairs(register, request.user), PAGE).get_page(request.GET.get("page"))
    keys = {key for pair in page for key in (pair.one_id, pair.other_id)}
    cards = register.queryset().in_bulk(list(keys))
    lines = [(pair, cards.get(pair.one_id), cards.get(pair.other_id)) for pair in page]
    context = frame(
        request,
        register,
        page=page,
        pairs=[_pair(register, *line) for line in lines if line[1] is not None and line[2] is not None],
        searched=Search.objects.filter(register=register.label).first(),
        merges_url=register.url("merges"),
        find_url=register.url("doubles-find"),
    )
    return render(request, "registers/merging/doubles.html", context)


def _pair(register: Register, pair: Likely, one: Any, other: Any) -> dict[str, Any]:
    return {
        "one": (register.url("card", one.pk), register.label_of(one), register.hint_of(one)),
        "other": (register.url("card", other.pk), register.label_of(other), register.hint_of(other)),
        "why": pair.get_why_display(),
        "percent": round(pair.likeness * 100),
        "url": f"{register.url('merge-cards')}?card={one.pk}&card={other.pk}",
        "dismiss_url": register.url("doubles-dismiss", pair.pk),
    }


def look(request: SignedRequest, register: Register) -> HttpResponse:
    if register.model._default_manager.order_by()[: AT_ONCE + 1].count() > AT_ONCE:
        enqueue(FIND, subject=register.label, title=_("Пошук двійників: %(register)s") % {"register": register.name},
                register=register.label)  # fmt: skip
        messages.info(request, _("Пошук триває у черзі. Сповістимо, коли він закінчиться."))
    else:
        found = find_doubles(register, by=request.user)
        told = ngettext("Знайдено %(count)s пару.", "Знайдено пар: %(count)s.", found)
        messages.success(request, told % {"count": found} if found else _("Двійників не знайдено."))
    return redirect(register.url("doubles"))


def dismiss_pair(request: SignedRequest, register: Register, pair: int) -> HttpResponse:
    found = get_object_or_404(likely_pairs(register, request.user), pk=pair)
    dismiss(found, by=request.user)
    messages.success(request, _("Записано, що це різні. Цієї пари більше не запропонуємо."))
    return redirect(register.url("doubles"))


def choose(request: SignedRequest, register: Register, pk: int) -> HttpResponse:
    """Which other card; then side by side."""
    card = card_or_404(register, request.user, pk, Level.MANAGE)
    asked = "other__text" in request.GET or "other" in request.GET
    form = OtherForm(request.GET if asked else None, register=register, card=card, user=request.user)
    if form.is_bound and form.is_valid():
        return redirect(f"{register.url('merge-cards')}?card={card.pk}&card={form.cleaned_data['other'].pk}")
    found = [
        (f"{register.url('merge-cards')}?card={card.pk}&card={one.pk}", register.label_of(one), register.hint_of(one))
        for one in likely_of(register, card, request.user)
    ]
    context = frame(
        request, register, card, form=form, found=found, title=register.label_of(card), back=register.url("card", pk)
    )
    return render(request, "registers/merging/choose.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Line:
    """A field of all the cards: its texts, and which card's value is taken."""

    name: str
    facet: Facet
    cells: list[tuple[int, str, bool]]
    differs: bool
    chooses: bool


def merge(request: SignedRequest, register: Register) -> HttpResponse:
    """Two cards or more side by side, what points at them, and whose value each field takes."""
    cards = _cards(request, register)
    named = [(card, register.label_of(card)) for card in cards]
    different = different_codes(register, cards)
    posted = request.POST if request.method == "POST" else None
    form = MergeForm(posted, cards=named, different=bool(different))
    written = register.written(request.user)
    if posted is not None:
        made: list[Merge] = []

        def do() -> None:
            given = form.cleaned_data
            kept = next(card for card in cards if str(card.pk) == given["kept"])
            chosen = {name: int(posted[f"take-{name}"]) for name in written if _is_key(posted.get(f"take-{name}"))}
            others = [card for card in cards if card is not kept]
            made.append(
                merge_cards(
                    register, kept, others, by=request.user, reason=given["reason"], chosen=chosen,
                    knowingly=bool(given.get("knowingly")),
                )
            )  # fmt: skip

        if form.attempt(do):
            messages.success(request, _("Обʼєднано. Скасувати можна в переліку обʼєднань."))
            return redirect(register.url("card", made[0].kept_id))
    context = frame(
        request,
        register,
        form=form,
        cards=named,
        card_urls=[(register.url("card", card.pk), label) for card, label in named],
        lines=_lines(register, request.user, cards, posted),
        different=different,
        pointing=_pointing(register, cards),
        back=register.url("doubles"),
    )
    return render(request, "registers/merging/side_by_side.html", context, status=422 if form.errors else 200)


def _is_key(text: Any) -> bool:
    return isinstance(text, str) and text.isdecimal() and len(text) < 19


def _cards(request: SignedRequest, register: Register) -> list[Any]:
    keys = list(dict.fromkeys(key for key in request.GET.getlist("card") if _is_key(key)))
    if not 2 <= len(keys) <= MOST_AT_ONCE:
        raise Http404
    found = {str(card.pk): card for card in register.rows(request.user, Level.MANAGE).filter(pk__in=keys)}
    if len(found) < len(keys):
        raise Http404
    return [found[key] for key in keys]


def _lines(register: Register, user: Any, cards: Sequence[Any], posted: Any) -> list[Line]:
    """The first card's value, or, where it has none, the first that has one; what was chosen stays chosen."""
    written = register.written(user)
    lines = []
    for name, facet in register.seen(user).items():
        texts = [register.text_of(name, card) for card in cards]
        # Behind one mask may be different values.
        differs = len({_value(facet, card) for card in cards}) > 1
        if not any(texts):
            continue
        first = next(position for position, text in enumerate(texts) if text)
        wanted = (posted or {}).get(f"take-{name}") or str(cards[first].pk)
        cells = [(card.pk, text, str(card.pk) == wanted) for card, text in zip(cards, texts, strict=True)]
        lines.append(Line(name, facet, cells, differs, differs and name in written))
    return lines


def _value(facet: Facet, card: Any) -> Any:
    value = facet.value(card)
    return str(value) if value is not None else ""


def _pointing(register: Register, cards: Sequence[Any]) -> list[tuple[str, list[int]]]:
    found = []
    for reference in moving_references(register):
        counts = [reference.pointing_at(register.model, card.pk).count() for card in cards]
        if any(counts):
            found.append((reference.title, counts))
    return found


def merges(request: SignedRequest, register: Register) -> HttpResponse:
    mine = register.rows(request.user, Level.MANAGE, archived=None).order_by().values("pk")
    rows = Merge.objects.filter(register=register.label, part_of=None, kept_id__in=mine).select_related("made_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = [
        (one, register.url("card", one.kept_id), register.url("card", one.dropped_id) + "?stay=1",
         register.url("merge-undo", one.pk))
        for one in page
    ]  # fmt: skip
    context = frame(request, register, page=page, lines=lines)
    return render(request, "registers/merging/merges.html", context)


def undo(request: SignedRequest, register: Register, merge: int) -> HttpResponse:
    found = get_object_or_404(Merge, pk=merge, register=register.label, part_of=None)
    card = card_or_404(register, request.user, found.kept_id, Level.MANAGE)
    form = UndoForm(request.POST if request.method == "POST" else None)
    left: list[str] = []

    def do() -> None:
        left.extend(undo_merge(found, by=request.user, reason=form.cleaned_data["reason"]))

    if request.method == "POST" and form.attempt(do):
        messages.success(request, _("Картки знову окремо, кожна зі своїм."))
        for sentence in left:
            messages.warning(request, sentence)
        return redirect(register.url("card", found.dropped_id))
    context = frame(
        request, register, card, merge=found, form=form, left=list(contradictions(found)), back=register.url("merges")
    )
    return render(request, "registers/merging/undo.html", context, status=422 if form.errors else 200)
