"""A change proposed by somebody who does not keep the card: staff, residents, the registrar's decision."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from lxml import html
from PIL import Image

from kernel.access.levels import Level
from kernel.audit.sentences import history_of
from kernel.files.models import Attachment
from kernel.jobs.models import Job
from kernel.notices.models import Notice
from kernel.proposals import limits
from kernel.proposals.checks import proposals_are_sound
from kernel.proposals.forms import proposable
from kernel.proposals.letters import token_of
from kernel.proposals.models import Proposal
from kernel.proposals.operations import forget_unconfirmed
from kernel.registers.registry import register_of, registers
from kernel.registers.saving import archive_card, save_card
from kernel.tenancy.actor import Actor
from kernel.tenancy.cache import cache
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

BY = Actor("system", name="реєстратор")
STOPS = register_of(BusStop)


def as_it_came(page):
    """The page's form as a browser sends it when nothing was typed."""
    assert page.status_code == 200
    forms = [form for form in html.fromstring(page.content).forms if form.get("enctype") == "multipart/form-data"]
    assert len(forms) == 1
    return dict(forms[0].form_values())


def picture():
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(drawn, "PNG")
    return drawn.getvalue()


PNG = picture()


def photo(name="зупинка.png"):
    return SimpleUploadedFile(name, PNG, content_type="image/png")


@pytest.fixture
def card(in_alpha):
    cache.clear()
    place = Point(33.42, 49.06, srid=4326)
    return save_card(STOPS, BusStop(code="ЗП-1", name="Ринок", landmark="біля аптеки", location=place), by=BY)


@pytest.fixture
def people(card):
    """Somebody in the field, and the registrar."""
    make_role("looker_around", bus_stops=Level.VIEW)
    make_role("stopkeeper", bus_stops=Level.EDIT)
    return make_person("looker_around"), make_person("stopkeeper")


@pytest.fixture
def field(client_for, people):
    return enter(client_for("alpha"), people[0])


@pytest.fixture
def registrar(client_for, people):
    return enter(client_for("alpha"), people[1])


@pytest.fixture
def resident(client_for, card):
    return client_for("alpha")


def values(**given):
    return {"name": "Ринок", "landmark": "біля аптеки", "location": "49.060000, 33.420000", "shelter": "none", **given}


def suggested(client, card, **given):
    """Through the page; the proposal it made."""
    answer = client.post(f"/proposals/to/bus_stops.bus-stops/{card.pk}/", values(**given))
    assert answer.status_code == 302, answer.context["form"].errors
    return Proposal.objects.latest("created_at")


# -- staff ------------------------------------------------------------------------------------------------


def test_somebody_in_the_field_proposes_and_the_registrar_approves(field, registrar, people, card):
    assert "Запропонувати зміну" in field.get(STOPS.url("card", card.pk)).content.decode()
    assert "Запропонувати зміну" not in registrar.get(STOPS.url("card", card.pk)).content.decode()
    proposal = suggested(field, card, landmark="коло мосту", words="аптеку знесли", photos=photo())
    assert set(proposal.proposed) == {"landmark"}
    page = registrar.get("/proposals/").content.decode()
    assert f"/proposals/{proposal.pk}/" in page
    page = registrar.get(f"/proposals/{proposal.pk}/").content.decode()
    assert all(word in page for word in ("біля аптеки", "коло мосту", "аптеку знесли"))
    sent = values(landmark="коло мосту", version=card.version)
    assert registrar.post(f"/proposals/{proposal.pk}/", sent).status_code == 302
    card.refresh_from_db()
    proposal.refresh_from_db()
    assert card.landmark == "коло мосту" and proposal.state == "approved" and not proposal.amended
    told = history_of(card)[0]
    assert people[1].last_name in told.who and people[0].last_name in told.reason
    assert Attachment.objects.filter(table=STOPS.table, row_id=str(card.pk)).count() == 1
    assert Notice.objects.filter(person=people[0], kind="proposals.decided").exists()
    assert "схвалено" in field.get("/proposals/mine/").content.decode()


def test_the_registrar_amends(field, registrar, card):
    proposal = suggested(field, card, landmark="коло мосту")
    registrar.post(f"/proposals/{proposal.pk}/", values(landmark="коло старого мосту", version=card.version))
    card.refresh_from_db()
    proposal.refresh_from_db()
    assert card.landmark == "коло старого мосту" and proposal.amended


def test_a_stale_proposal_shows_the_conflict(field, registrar, card):
    proposal = suggested(field, card, landmark="коло мосту")
    card.landmark = "навпроти школи"
    save_card(STOPS, card, by=BY)
    page = registrar.get(f"/proposals/{proposal.pk}/").content.decode()
    assert "тим часом змінено" in page and "навпроти школи" in page
    old = registrar.post(f"/proposals/{proposal.pk}/", values(landmark="коло мосту", version=card.version - 1))
    assert old.status_code == 422 and "змінив хтось інший" in old.content.decode()
    assert 'value="коло мосту"' in old.content.decode()


def test_a_wrong_value_loses_nothing(field, registrar, card):
    answer = field.post(
        f"/proposals/to/bus_stops.bus-stops/{card.pk}/", values(location="33.42, 49.06", words="бачив на місці")
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "переставлено" in page and "бачив на місці" in page
    proposal = suggested(field, card, landmark="коло мосту")
    bad = registrar.post(f"/proposals/{proposal.pk}/", values(name="", version=card.version))
    assert bad.status_code == 422
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Нічого не змінено"),
        ({"photos": [photo(), photo(), photo(), photo()]}, "щонайбільше 3"),
        ({"photos": SimpleUploadedFile("a.pdf", b"%PDF-1.4", content_type="application/pdf")}, "не світлина"),
        ({"photos": SimpleUploadedFile("a.png", b"not a picture", content_type="image/png")}, "a.png"),
    ],
)
def test_nothing_and_wrong_photos_are_refused(field, card, given, told):
    answer = field.post(f"/proposals/to/bus_stops.bus-stops/{card.pk}/", values(**given))
    assert answer.status_code == 422 and told in answer.content.decode()
    assert not Proposal.objects.exists()


def test_a_new_card_becomes_whole_by_the_registrars_form(field, registrar):
    assert field.post("/proposals/to/bus_stops.bus-stops/", {"name": "Хутір", "shelter": "none"}).status_code == 302
    proposal = Proposal.objects.get()
    page = registrar.get(f"/proposals/{proposal.pk}/").content.decode()
    assert 'value="Хутір"' in page
    assert registrar.post(f"/proposals/{proposal.pk}/", {"name": "Хутір", "shelter": "none"}).status_code == 422
    done = registrar.post(f"/proposals/{proposal.pk}/", {"code": "ЗП-9", "name": "Хутір", "shelter": "none"})
    assert done.status_code == 302
    made = BusStop.objects.get(code="ЗП-9")
    proposal.refresh_from_db()
    assert proposal.row_id == made.pk and proposal.state == "approved"


def test_refused_with_a_reason_asked_and_answered(field, registrar, people, card):
    proposal = suggested(field, card, landmark="коло мосту")
    url = f"/proposals/{proposal.pk}/"
    assert registrar.post(f"{url}refuse/", {"text": " "}).status_code == 422
    assert registrar.post(f"{url}ask/", {"text": "Якого саме мосту?"}).status_code == 302
    assert "Якого саме мосту?" in field.get(url).content.decode()
    assert field.post(f"{url}answer/", {"text": "Залізничного"}).status_code == 302
    assert "Залізничного" in registrar.get(url).content.decode()
    assert registrar.post(f"{url}refuse/", {"text": "Міст в іншому селі"}).status_code == 302
    assert "Міст в іншому селі" in field.get(url).content.decode()
    for page in ("refuse/", "ask/", "answer/"):
        assert registrar.get(url + page).status_code == 404
    assert registrar.post(url, values()).status_code == 302
    card.refresh_from_db()
    assert card.landmark == "біля аптеки"


def test_a_proposal_about_an_archived_card_is_only_refused(field, registrar, card):
    proposal = suggested(field, card, landmark="коло мосту")
    archive_card(STOPS, card, by=BY)
    page = registrar.get(f"/proposals/{proposal.pk}/")
    assert page.status_code == 200 and "в архіві" in page.content.decode() and "Схвалити" not in page.content.decode()
    assert field.get(f"/proposals/to/bus_stops.bus-stops/{card.pk}/").status_code == 302


def test_others_see_nothing(client_for, field, card):
    proposal = suggested(field, card, landmark="коло мосту")
    stranger = enter(client_for("alpha"), make_person())
    for page in (f"/proposals/{proposal.pk}/", f"/proposals/to/bus_stops.bus-stops/{card.pk}/"):
        assert stranger.get(page).status_code == 404
    assert "Ринок" not in stranger.get("/proposals/").content.decode()
    assert field.get(f"/proposals/{proposal.pk}/refuse/").status_code == 404
    assert field.post(f"/proposals/{proposal.pk}/", values()).status_code == 302
    for page in ("/proposals/to/nowhere.nothing/", "/proposals/to/staff.employees/"):
        assert field.get(page).status_code == 404
    assert field.post(f"/proposals/{proposal.pk}/withdraw/").status_code == 302
    assert "відкликано" in field.get("/proposals/mine/").content.decode()


# -- residents -----------------------------------------------------------------------------------------


def written(client, path, **given):
    return client.post(path, {**values(), "person": "Олена", "mailbox": "olena@example.org", **given})


def sent_by_resident(client, card, **given):
    answer = written(client, f"/proposals/open/zupynky/{card.pk}/", **given)
    assert answer.status_code == 200, answer.context["form"].errors if answer.context else answer
    return answer


def letters():
    """What the queue would send."""
    from kernel.proposals.jobs import write_to_resident

    for job in Job.objects.filter(kind="proposals.letter", status="queued"):
        write_to_resident(None, **job.arguments)
    return mail.outbox


def called():
    """The queue tells those who keep the card; who was told."""
    from kernel.proposals.jobs import call_registrars

    for job in Job.objects.filter(kind="proposals.came", status="queued"):
        call_registrars(None, **job.arguments)
    return list(Notice.objects.filter(kind="proposals.came").values_list("person", flat=True))


def test_those_who_keep_the_card_are_told_once(field, people, card):
    make_role("other_keeper", contacts=Level.EDIT)
    make_person("other_keeper")
    suggested(field, card, landmark="коло мосту")
    assert called() == [people[1].pk]
    assert called() == [people[1].pk]


def test_nobody_is_told_of_what_a_resident_did_not_confirm(resident, people, card):
    sent_by_resident(resident, card, landmark="коло мосту")
    assert called() == []
    resident.post(f"/proposals/confirm/{token_of(Proposal.objects.get())}/")
    assert Proposal.objects.get().state == "waiting"
    assert called() == [people[1].pk]


def test_a_resident_proposes_confirms_and_reads_the_answer(resident, registrar, card, people):
    page = resident.get("/open/zupynky/").content.decode()
    assert f"/proposals/open/zupynky/{card.pk}/" in page and '/proposals/open/zupynky/"' in page
    sent_by_resident(resident, card, landmark="коло мосту", photos=photo())
    proposal = Proposal.objects.get()
    assert proposal.state == "unconfirmed" and "Ринок" not in registrar.get("/proposals/").content.decode()
    path = re.search(r"/proposals/confirm/\S+", letters()[0].body).group(0)
    assert resident.get(path).status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == "unconfirmed"
    assert resident.post(path).status_code == 302
    assert "коло мосту" in registrar.get(f"/proposals/{proposal.pk}/").content.decode()
    registrar.post(f"/proposals/{proposal.pk}/ask/", {"text": "Якого мосту?"})
    state = f"/proposals/sent/{token_of(proposal)}/"
    assert "Якого мосту?" in resident.get(state).content.decode()
    assert resident.post(state, {"text": "Залізничного"}).status_code == 302
    registrar.post(f"/proposals/{proposal.pk}/", values(landmark="коло мосту", version=card.version))
    assert "схвалено" in resident.get(state).content.decode()
    card.refresh_from_db()
    assert card.landmark == "коло мосту"
    letters()
    assert [one.to for one in mail.outbox[:1]] == [["olena@example.org"]] and len(mail.outbox) >= 3


def test_robots_are_thanked_and_forgotten(resident, card):
    assert (
        "Лишився один крок" in sent_by_resident(resident, card, landmark="x", homepage="http://spam").content.decode()
    )
    assert not Proposal.objects.exists() and not Job.objects.filter(kind="proposals.letter").exists()


def test_too_many_are_stopped_with_everything_typed_kept(resident, card):
    for number in range(limits.PER_ADDRESS):
        sent_by_resident(resident, card, landmark=f"коло мосту {number}", mailbox=f"a{number}@example.org")
    stopped = written(resident, f"/proposals/open/zupynky/{card.pk}/", landmark="коло мосту", mailbox="b@example.org")
    page = stopped.content.decode()
    assert stopped.status_code == 429 and "Надішліть цю пізніше" in page and 'value="коло мосту"' in page
    assert Proposal.objects.count() == limits.PER_ADDRESS


def test_links_open_nothing_else(client_for, resident, card):
    sent_by_resident(resident, card, landmark="коло мосту")
    token = token_of(Proposal.objects.get())
    assert resident.get("/proposals/confirm/damaged/").status_code == 404
    assert client_for("beta").get(f"/proposals/confirm/{token}/").status_code == 404
    for path in (
        "/proposals/open/nowhere/",
        "/proposals/open/zupynky/999999/",
        "/proposals/open/zupynky/99999999999999999999/",
    ):
        assert resident.get(path).status_code == 404
    archive_card(STOPS, card, by=BY)
    assert resident.get(f"/proposals/open/zupynky/{card.pk}/").status_code == 404


def test_unconfirmed_are_forgotten_with_their_photos(resident, card):
    sent_by_resident(resident, card, landmark="коло мосту", photos=photo())
    assert forget_unconfirmed() == 0
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=4))
    assert forget_unconfirmed() == 1
    assert not Proposal.objects.exists() and not Attachment.objects.exists()


# -- declarations ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [("nowhere",), ("settlement__name",), ("code", "sought")])
def test_a_wrong_declaration_does_not_start(monkeypatch, names):
    monkeypatch.setattr(type(STOPS), "proposals", names)
    assert [one for one in proposals_are_sound() if one.obj is BusStop]


@pytest.mark.parametrize("register", [one for one in registers() if one.proposals], ids=lambda one: one.label)
def test_every_register_that_takes_proposals_opens_its_pages(register, in_gamma, client_for):
    from django.contrib.auth.models import AnonymousUser

    card = register.queryset().filter(archived_at__isnull=True).first()
    make_role("looker", **{register.module: Level.VIEW})
    client = enter(client_for("gamma"), make_person("looker", password=None))
    for path in (f"/proposals/to/{register.label}/{card.pk}/", f"/proposals/to/{register.label}/"):
        assert client.post(path, as_it_came(client.get(path))).status_code == 422
    if register.public and proposable(register, AnonymousUser()):
        stranger = client_for("gamma")
        for path in (f"/proposals/open/{register.public.slug}/{card.pk}/", f"/proposals/open/{register.public.slug}/"):
            assert stranger.post(path, as_it_came(stranger.get(path))).status_code == 422
