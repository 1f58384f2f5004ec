"""The tenant's tags in one place: what they are called, how many cards each gathers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.views.shared import ask, done
from kernel.remarks.models import Tag
from kernel.remarks.tags import LONGEST, change_tag, delete_tag, merge_tags

PAGE = 50


class TagForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Назва"), max_length=LONGEST)
    colour = forms.ChoiceField(label=gettext_lazy("Колір"), choices=Tag.Colour.choices)


class MergeForm(ActionForm):
    into = forms.ModelChoiceField(
        Tag.objects.none(), label=gettext_lazy("З якою обʼєднати"), empty_label=gettext_lazy("— не обрано —")
    )

    def __init__(self, *args: Any, tag: Tag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Tag.objects.exclude(pk=tag.pk)  # type: ignore[attr-defined]


@require_GET
@needs("access", Level.MANAGE)
def index(request: SignedRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = Tag.objects.annotate(cards=Count("taggings")).order_by("name")
    if text:
        found = found.filter(name__icontains=text)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "remarks/tags_page.html", {"page": page, "q": text})


def _trail(title: str) -> list[tuple[Any, str]]:
    return [(_("Позначки"), reverse("tags:index")), (title, "")]


@require_http_methods(["GET", "POST"])
@needs("access", Level.MANAGE)
def edit(request: SignedRequest, tag_id: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=tag_id)
    form = TagForm(request.POST or None, initial={"name": tag.name, "colour": tag.colour})
    title = _("Позначка «%(name)s»") % {"name": tag.name}
    if request.method == "POST" and form.attempt(lambda: change_tag(tag, by=request.user, **form.cleaned_data)):
        return done(request, "tags:index", _("Позначку змінено на всіх картках."))
    return ask(
        request, form, title=title, submit=_("Зберегти"), back=reverse("tags:index"), crumbs=_trail(title),
        intro=_("Зміна видна одразу на всіх картках громади."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs("access", Level.MANAGE)
def merge(request: SignedRequest, tag_id: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=tag_id)
    form = MergeForm(request.POST or None, tag=tag)
    title = _("Обʼєднати «%(name)s» з іншою") % {"name": tag.name}
    moved: list[int] = []
    if request.method == "POST" and form.attempt(
        lambda: moved.append(merge_tags(tag, form.cleaned_data["into"], by=request.user))
    ):
        return done(request, "tags:index", _("Обʼєднано, перенесено карток: %(count)s.") % {"count": moved[0]})
    return ask(
        request, form, title=title, submit=_("Обʼєднати"), back=reverse("tags:index"), crumbs=_trail(title),
        intro=_("Картки «%(name)s» отримають обрану позначку, а «%(name)s» зникне. Назад це не повернути.")
        % {"name": tag.name},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs("access", Level.MANAGE)
def delete(request: SignedRequest, tag_id: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=tag_id)
    form = ActionForm(request.POST if request.method == "POST" else None)
    title = _("Вилучити «%(name)s»") % {"name": tag.name}
    if request.method == "POST" and form.attempt(lambda: delete_tag(tag, by=request.user)):
        return done(request, "tags:index", _("Позначку вилучено."))
    intro = _("Позначка зникне з карток: %(count)s. Самі картки лишаться.") % {"count": tag.taggings.count()}
    return ask(
        request, form, title=title, submit=_("Вилучити"), back=reverse("tags:index"), crumbs=_trail(title),
        intro=intro, danger=True,
    )  # fmt: skip
