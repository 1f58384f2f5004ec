"""What every register owes its users, asked of each declaration that exists."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse

from kernel.access.levels import Level
from kernel.registers.forms import form_class
from kernel.registers.importing.mapping import fields_for
from kernel.registers.listing import Listing
from kernel.registers.saving import archive_card, restore_card
from kernel.tenancy import tenant_context
from kernel.testing.access import enter, make_person, make_role


@pytest.fixture
def browse(client_for, person_with):
    def sign_in(level, host="gamma", **given):
        return enter(client_for(host), person_with(level, **given))

    return sign_in


def _some_card(register, user):
    card = Listing(register, user).ordered().first()
    assert card is not None, f"{register.label} has no demonstration cards: its demo.py must make some"
    return card


def test_list_and_card_open_with_the_lowest_right(register, browse, lived_in):
    client = browse(Level.VIEW)
    listed = client.get(register.url())
    assert listed.status_code == 200
    assert register.name in listed.content.decode()
    card = _some_card(register, lived_in)
    assert client.get(register.url("card", card.pk)).status_code == 200
    assert client.get(register.url("history", card.pk)).status_code == 200


def test_strangers_and_people_without_the_right_stay_out(register, browse, client_for, lived_in):
    card = _some_card(register, lived_in)
    for page in (register.url(), register.url("card", card.pk), register.url("find")):
        assert client_for("gamma").get(page).status_code == 302
        assert browse(Level.NONE).get(page).status_code == 403


def test_viewers_change_nothing(register, browse, lived_in):
    if register.read_only:
        pytest.skip("read only for everybody")
    card = _some_card(register, lived_in)
    client = browse(Level.VIEW)
    for page in (register.url("new"), register.url("edit", card.pk), register.url("bulk")):
        assert client.get(page).status_code == 403
        assert client.post(page).status_code == 403


def test_what_rules_hide_is_not_there(register, browse, person_with, lived_in):
    """«Own» cards only, and none is: the list is empty, the card does not exist."""
    card = _some_card(register, lived_in)
    client = browse(Level.VIEW, rule="own")
    assert client.get(register.url("card", card.pk)).status_code == 404
    assert not Listing(register, person_with(Level.VIEW, rule="own")).rows.exists()


def test_another_tenant_has_no_such_card(register, client_for, lived_in, beta):
    card = _some_card(register, lived_in)
    with tenant_context(beta):
        role = make_role("neighbour", **{register.module: Level.MANAGE})
        client = enter(client_for("beta"), make_person(role.code))
        assert client.get(register.url("card", card.pk)).status_code == 404
        assert not Listing(register, make_person(role.code)).rows.filter(pk=card.pk).exists()


def test_every_column_sorts_and_pages(register, browse, lived_in):
    client = browse(Level.VIEW)
    listing = Listing(register, lived_in)
    for facet in listing.offered.values():
        for sign in ("", "-") if facet.order_by else ():
            answer = client.get(register.url(), {"sort": sign + facet.order_by, "size": "25"})
            assert answer.status_code == 200, facet.name
            walked = Listing(register, lived_in, f"sort={sign}{facet.order_by}&size=25")
            page = walked.page()
            if page.older:
                again = Listing(register, lived_in, f"sort={sign}{facet.order_by}&size=25&after={page.older}").page()
                assert not {card.pk for card in page.cards} & {card.pk for card in again.cards}


def test_walking_by_pages_meets_every_card_once(register, lived_in):
    order = [step.path for step in Listing(register, lived_in).steps]
    met, after = [], ""
    while True:
        page = Listing(register, lived_in, f"size=25&after={after}").page()
        met += [card.pk for card in page.cards]
        after = page.older
        if not after:
            break
    everyone = list(Listing(register, lived_in).ordered().values_list("pk", flat=True))
    assert met == everyone, order
    back = Listing(register, lived_in, f"size=25&after={page.newer}").page() if page.newer else page
    assert [card.pk for card in back.cards] == everyone[back.first - 1 : back.last]


def test_every_filter_answers(register, browse, lived_in):
    client = browse(Level.VIEW)
    samples = {"choice": None, "boolean": "yes", "reference": "1"}
    for one in Listing(register, lived_in).filters:
        given = {name: "2026-01-01" if one.control == "period" else "1" for name in one.params if "__" in name}
        if one.control == "period":
            given[f"{one.name}__within"] = "30"
        if one.control in samples:
            given[one.name] = samples[one.control] or next(iter(one.facet.choices))
        for name, value in given.items():
            listing = Listing(register, lived_in, f"{name}={value}")
            assert listing.rows.count() >= 0
            assert listing.chips and not listing.mistakes, name
            assert client.get(register.url(), {name: value}).status_code == 200
            bad = client.get(register.url(), {one.name + "__from": "zz", one.name: "zz"})
            assert bad.status_code == 200


def test_a_card_is_found_by_what_it_is_called(register, lived_in):
    if not register.searchable:
        pytest.skip("not searched")
    card = _some_card(register, lived_in)
    word = card.sought.split()[0]
    assert Listing(register, lived_in, f"q={word}").rows.filter(pk=card.pk).exists()


def test_forms_open_and_an_unchanged_card_saves(register, browse, lived_in):
    if register.read_only:
        pytest.skip("read only for everybody")
    client = browse(Level.MANAGE)
    assert client.get(register.url("new")).status_code == 200
    card = _some_card(register, lived_in)
    page = client.get(register.url("edit", card.pk))
    assert page.status_code == 200
    answer = client.post(register.url("edit", card.pk), _as_it_stands(register, card, lived_in))
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer


def _as_it_stands(register, card, user):
    """What a browser sends when nothing was typed."""
    form = form_class(register, user)(instance=card)
    sent = {"version": card.version if hasattr(card, "version") else ""}
    for field in form:
        value = field.field.prepare_value(field.initial)
        sent[field.name] = "" if value is None or value is False else value
    return sent


# -- «ведення»: cards are kept, the register is not managed -------------------------------------------


def _faces(register, names, *args):
    """The addresses of those faces this register has."""
    found = {}
    for name in names:
        try:
            found[name] = register.url(name, *args)
        except NoReverseMatch:
            continue
    return found


def _archivable(register, user):
    cards = Listing(register, user, level=Level.EDIT).ordered()
    return next((one for one in cards.reverse()[:200] if not register.keeps(one)), None)


def test_editors_open_every_face_of_keeping(register, browse, lived_in):
    if register.read_only:
        pytest.skip("read only for everybody")
    card, client = _some_card(register, lived_in), browse(Level.EDIT)
    faces = {
        **_faces(register, ("list", "new", "import", "import-template", "export", "figures")),
        **_faces(register, ("card", "edit", "history", "archive", "print"), card.pk),
        "bulk": f"{register.url('bulk')}?verb=change&id={card.pk}",
    }
    assert {name: client.get(url).status_code for name, url in faces.items()} == dict.fromkeys(faces, 200)


def test_editors_change_and_archive_cards_by_hand(register, browse, person_with, client_for, lived_in):
    if register.read_only:
        pytest.skip("read only for everybody")
    editor = person_with(Level.EDIT)
    client, card = enter(client_for("gamma"), editor), _some_card(register, lived_in)
    answer = client.post(register.url("edit", card.pk), _as_it_stands(register, card, editor))
    assert answer.status_code == 302, answer.context["form"].errors if answer.context else answer
    held = _archivable(register, editor) if register.archives else None
    for verb, count in (("archive", 0), ("restore", 1)) if held else ():
        assert client.post(register.url(verb, held.pk), {"reason": "перевірка"}).status_code == 302
        assert Listing(register, editor).rows.filter(pk=held.pk).count() == count, verb


def test_editors_manage_nothing(register, browse, lived_in):
    """Merging, its undoing, templates of papers, the designer: not theirs, whatever the method."""
    card, client = _some_card(register, lived_in), browse(Level.EDIT)
    closed = {
        **_faces(register, ("doubles", "doubles-find", "merges", "merge-cards")),
        **_faces(register, ("merge",), card.pk),
        **_faces(register, ("doubles-dismiss", "merge-undo"), 1),
        **{
            name: reverse(name)
            for name in ("designer:index", "designer:make", "access:people", "audit:index", "all_jobs")
        },
        "fields": reverse("designer:add-field", args=[register.label]),
        "templates": reverse("printforms:index", args=[register.label]),
        "upload": reverse("printforms:upload", args=[register.label]),
    }
    for name, url in closed.items():
        for method in (client.get, client.post):
            assert method(url).status_code in (403, 404, 405), f"{name} {method.__name__}"
    for action in register.actions.values():
        if action.level > Level.EDIT:
            assert client.post(register.url("action", card.pk, action.name)).status_code in (403, 404), action.name


def test_a_field_of_managers_is_on_no_face_of_editors(register, client_for, person_with, lived_in, monkeypatch):
    """Whichever field is given to managers alone: no column, no input, no import, and every face still opens."""
    name = next(reversed(fields_for(register, lived_in)), None)
    if register.read_only or name is None:
        pytest.skip("nothing is written here")
    editor, manager = person_with(Level.EDIT), person_with(Level.MANAGE)
    assert name in fields_for(register, manager)
    monkeypatch.setattr(type(register), "field_levels", {**register.field_levels, name: Level.MANAGE})
    assert name not in form_class(register, editor).base_fields
    assert name not in fields_for(register, editor)
    assert name not in Listing(register, editor).offered
    client, card = enter(client_for("gamma"), editor), _some_card(register, lived_in)
    for url in _faces(register, ("list", "export", "import")).values():
        assert client.get(url).status_code == 200, url
    for url in _faces(register, ("card", "edit", "history"), card.pk).values():
        assert client.get(url).status_code == 200, url


def test_editors_of_their_own_leave_others_alone(register, browse, lived_in):
    """«Own» cards only: another's does not open to be changed, does not go to the archive, is in no bulk change."""
    if register.read_only:
        pytest.skip("read only for everybody")
    card, client = _some_card(register, lived_in), browse(Level.EDIT, rule="own")
    pages = _faces(register, ("edit", "archive", "restore", "print"), card.pk)
    for name, url in pages.items():
        assert client.get(url).status_code == 404, name
    for name in set(pages) - {"print"}:
        assert client.post(pages[name], _as_it_stands(register, card, lived_in)).status_code == 404, name
    sent = {"verb": "archive" if register.archives else "change", "id": card.pk, "go": "1", "reason": "перевірка"}
    client.post(register.url("bulk"), sent)
    assert Listing(register, lived_in).rows.filter(pk=card.pk).exists()
    if export := _faces(register, ("export",)):
        answer = client.get(export["export"], {"format": "csv", "id": card.pk})
        assert answer.status_code == 200 and register.label_of(card) not in _text(answer)


def _text(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def test_archive_takes_out_of_lists_and_gives_back(register, person_with, lived_in):
    if register.read_only or not register.archives:
        pytest.skip("has no archive")
    user = person_with(Level.EDIT)
    cards = Listing(register, user).ordered()
    # Some cards are kept by others: that is told, and tested by itself.
    card = next((one for one in cards.reverse()[:200] if not register.keeps(one)), None)
    if card is None:
        pytest.skip("every card is kept by another")
    archive_card(register, card, by=user, reason="перевірка")
    assert not Listing(register, user).rows.filter(pk=card.pk).exists()
    assert Listing(register, user, "archived=1").rows.filter(pk=card.pk).exists()
    card.refresh_from_db()
    restore_card(register, card, by=user)
    assert Listing(register, user).rows.filter(pk=card.pk).exists()


def test_faces_of_files(register, browse, lived_in):
    client = browse(Level.MANAGE)
    for page, query in (("export", {"format": "csv"}), ("import", {})):
        try:
            address = register.url(page)
        except NoReverseMatch:
            continue
        assert client.get(address, query).status_code == 200, page
