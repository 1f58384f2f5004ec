"""A community writes from its own domain: proved by DNS, signed, taken back when the records go."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from functools import partial

import dkim
import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from kernel.access.mail import deliver
from kernel.access.models import User
from kernel.jobs.models import Job
from kernel.jobs.registry import JobRun
from kernel.letters.keeping import sender
from kernel.letters.models import MailSender
from kernel.letters.posting import posted
from kernel.letters.records import DKIM, DMARC, SPF, judge, records_of
from kernel.notices.models import Notice
from kernel.tenancy import platform_context, tenant_context
from kernel.testing.access import enter, make_person
from provisioning import mail_domains
from provisioning.errors import BadInput, Taken, Unreachable
from provisioning.mail_domains import claim, drop, prove
from shared_apps.communities.models import Community, MailDomain
from shared_apps.onboarding.checklist import first_day

NAME = "dubohir-rada.gov.ua"
SPF_NAME = "_spf.localhost"


@pytest.fixture(autouse=True)
def spf(settings):
    settings.MAIL_SPF_INCLUDE = SPF_NAME


def zone_of(found: MailSender, **instead):
    """What a diligent owner of the domain put into DNS."""
    zone = {one.name: [one.value] for one in records_of(found)}
    by_kind = {one.kind: one.name for one in records_of(found)}
    zone |= {by_kind[kind]: values for kind, values in instead.items()}
    return lambda name: zone.get(name, [])


def silence(name):
    raise Unreachable(f"Сервер імен не відповів про {name}", "повторіть")


@pytest.fixture
def proved(in_alpha):
    made = claim(NAME, "rada", by="тести")
    prove(by="тести", resolve=zone_of(made))
    return sender()


def letter():
    return EmailMessage("Запрошення на сесію ради", "Доброго дня!\n" + "довгий рядок " * 200, "x@y", ["a@b.ua"])


# -- the letter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [SMTP, None], ids=["by the mail server", "into a file"])
def test_a_letter_is_from_the_domain_and_its_signature_holds(proved, policy):
    made = posted(letter())
    raw = (made.message(policy=policy) if policy else made.message()).as_bytes()
    shown = message_from_bytes(raw)
    assert "rada@dubohir-rada.gov.ua" in shown["From"]
    assert made.from_email.endswith("<rada@dubohir-rada.gov.ua>")
    zone = {one.name: one.value for one in records_of(proved)}

    def asked(name, timeout=5):
        return zone[name.decode().rstrip(".")].encode()

    assert dkim.verify(raw, dnsfunc=asked)
    assert not dkim.verify(raw.replace(b"a@b.ua", b"c@d.ua"), dnsfunc=asked), "a forged letter"


def test_every_letter_of_the_house_goes_so(proved, in_alpha):
    person = make_person("administrator")
    deliver("notice", person.email, person=person, what="x")
    [sent] = mail.outbox
    assert sent.from_email.endswith("<rada@dubohir-rada.gov.ua>")
    assert "DKIM-Signature" in sent.message()


def test_until_proved_the_platform_writes_and_answers_come_to_the_community(in_alpha, settings):
    claim(NAME, "rada", by="тести")
    made = posted(letter())
    assert made.from_email == "x@y"
    assert made.reply_to == ["rada@dubohir-rada.gov.ua"]
    assert "DKIM-Signature" not in made.message()


def test_without_a_domain_and_out_of_tenants_nothing_changes(in_alpha, proved, beta):
    with tenant_context(beta):
        assert posted(letter()).from_email == "x@y"
    with platform_context():
        assert posted(letter()).from_email == "x@y"


def test_a_key_of_another_installation_is_not_signed_by(proved):
    MailSender.objects.update(private_key="gAAAAforeign")
    made = posted(letter())
    assert made.from_email == "x@y"
    assert made.reply_to == ["rada@dubohir-rada.gov.ua"]


# -- the records ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        (DKIM, [], "ще не видно"), (DKIM, ["v=DKIM1; k=rsa; p=AAAA"], "інший ключ"), (DKIM, ["v=DKIM1; p="], "відкликано"),
        (SPF, [], "ще не видно"), (SPF, ["v=spf1 mx -all"], "немає серверів хмари"),
        (SPF, [f"v=spf1 include:{SPF_NAME} ~all", "v=spf1 -all"], "кілька"),
        (SPF, [f"v=spf1 include:evil.{SPF_NAME} ~all"], "немає серверів хмари"),
        (SPF, [f"google-site-verification=x v=spf1 include:{SPF_NAME}"], "ще не видно"),
        (DMARC, [], "немає"), (DMARC, ["v=DMARC1; rua=mailto:a@b.ua"], "p="),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(in_alpha, kind, values, told):
    assert told in judge(kind, values, claim(NAME, "rada", by="тести"))


def test_what_is_right_in_other_words_is_right(in_alpha):
    made = claim(NAME, "rada", by="тести")
    half = len(made.public_key) // 2
    broken = f"k=rsa;v=DKIM1 ; p={made.public_key[:half]} {made.public_key[half:]}"
    zone = {
        DKIM: ["unrelated", broken], SPF: [f"v=SPF1 mx +include:{SPF_NAME} -all", "other"],
        DMARC: ["v=DMARC1;p=reject; rua=mailto:a@b.ua"],
    }  # fmt: skip
    assert [judge(kind, values, made) for kind, values in zone.items()] == ["", "", ""]


def test_without_dmarc_letters_go_and_without_spf_they_do_not(in_alpha):
    made = claim(NAME, "rada", by="тести")
    assert not prove(by="тести", resolve=zone_of(made, spf=[])).working
    assert prove(by="тести", resolve=zone_of(made, dmarc=[])).working


# -- whose it is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["gmail.com", "ukr.net", "gov.ua", "localhost", "alpha.localhost", "127.0.0.1", "рada.gov.ua", "a b.ua"]
)
def test_what_no_community_owns_is_refused(in_alpha, name):
    with pytest.raises(BadInput):
        claim(name, "rada", by="тести")
    assert sender() is None


def test_a_foreign_domain_is_named_in_vain(in_alpha):
    """Its records hold no key of ours, and never will without its owner."""
    made = claim("kmu.gov.ua", "rada", by="тести")
    foreign = zone_of(made, dkim=["v=DKIM1; k=rsa; p=MIIBforeign"])
    assert not prove(by="тести", resolve=foreign).working
    assert posted(letter()).from_email == "x@y"
    with platform_context():
        assert not MailDomain.objects.exists()


def test_a_domain_another_community_writes_from(proved, beta, alpha):
    with tenant_context(beta), pytest.raises(Taken):
        claim(NAME, "rada", by="тести")
    with platform_context():
        Community.objects.filter(pk=alpha.id).update(state="archived")
    with tenant_context(beta):
        made = claim(NAME, "rada", by="тести")
        assert prove(by="тести", resolve=zone_of(made)).working
    with platform_context():
        assert MailDomain.objects.get().tenant_id == beta.id


def test_named_by_two_the_first_to_prove_has_it(in_alpha, beta):
    first = claim(NAME, "rada", by="тести")
    with tenant_context(beta):
        second = claim(NAME, "rada", by="тести")
        assert second.public_key != first.public_key
    assert prove(by="тести", resolve=zone_of(first)).working
    with tenant_context(beta):
        with pytest.raises(Taken):
            prove(by="тести", resolve=zone_of(second))
        assert not sender().working


def test_a_copy_restored_under_another_name_does_not_write_from_the_domain(proved, beta):
    kept = MailSender.objects.values().get()
    with tenant_context(beta):
        MailSender.objects.create(**kept)
        with pytest.raises(Taken):
            prove(by="тести", resolve=zone_of(proved))
        assert not sender().working
        assert posted(letter()).from_email == "x@y"
    assert sender().working


def test_one_that_was_lost_may_be_proved_by_its_new_owner(proved, beta):
    prove(by="тести", resolve=lambda name: [])
    with tenant_context(beta):
        made = claim(NAME, "rada", by="тести")
        assert prove(by="тести", resolve=zone_of(made)).working


# -- lost and found -----------------------------------------------------------------------------------------


def test_lost_later_and_found_again(proved, alpha):
    boss = make_person("administrator")
    assert not prove(by="тести", resolve=zone_of(proved, spf=[])).working
    made = posted(letter())
    assert (made.from_email, made.reply_to) == ("x@y", ["rada@dubohir-rada.gov.ua"])
    [notice] = Notice.objects.filter(person=boss, kind="letters.domain")
    assert notice.urgent
    prove(by="тести", resolve=zone_of(proved, spf=[]))
    assert Notice.objects.filter(person=boss).count() == 1, "told once, not every night"
    assert prove(by="тести", resolve=zone_of(proved)).working
    assert Notice.objects.filter(person=boss).count() == 2


def test_dns_that_does_not_answer_is_no_loss_for_three_days(proved):
    with pytest.raises(Unreachable):
        prove(by="тести", resolve=silence)
    assert sender().working
    MailSender.objects.update(checked_at=timezone.now() - timedelta(days=4))
    with pytest.raises(Unreachable):
        prove(by="тести", resolve=silence)
    assert not sender().working
    with platform_context():
        assert MailDomain.objects.get().lost_at


def test_another_domain_is_another_key_and_another_box_is_not(proved):
    same = claim(NAME, "golova", by="тести")
    assert same.working
    assert same.public_key == proved.public_key
    other = claim("inshyi.gov.ua", "rada", by="тести")
    assert not other.working
    assert other.public_key != proved.public_key
    with platform_context():
        assert not MailDomain.objects.exists()


def test_given_up(proved):
    drop(by="тести")
    assert sender() is None
    assert posted(letter()).reply_to == []


def test_the_key_is_sealed_and_in_no_history(proved):
    from kernel.audit.models import History

    assert "PRIVATE KEY" not in proved.private_key
    rows = History.objects.filter(table_name="letters_mailsender")
    assert rows.exists()
    assert all("private_key" not in (row.after or {}) for row in rows)


# -- the page -----------------------------------------------------------------------------------------------


@pytest.fixture
def boss(in_alpha, client_for):
    return enter(client_for("alpha"), make_person("administrator"))


def run(alpha):
    with tenant_context(alpha):
        queued = Job.objects.filter(kind="provisioning.mail_domain").order_by("-queued_at").first()
        mail_domains.mail_domain(JobRun(queued.pk), **queued.arguments)
        Job.objects.filter(pk=queued.pk).update(status=Job.Status.DONE)
        queued.refresh_from_db()
        return queued.message


def test_the_page_leads_from_naming_to_letters(boss, alpha, monkeypatch):
    page = "/first-day/mail/"
    assert "Назвати домен" in boss.get(page).content.decode()
    assert boss.post(page, {"domain": "не домен", "mailbox": "rada"}).status_code == 422
    assert boss.post(page, {"domain": NAME, "mailbox": "рада"}).status_code == 422
    boss.post(page, {"domain": NAME.upper(), "mailbox": "rada"})
    assert "виконується" in boss.get(page).content.decode()
    assert "Додайте записи" in run(alpha)
    shown = boss.get(page).content.decode()
    assert sender().public_key in shown
    assert "private" not in shown.lower()
    monkeypatch.setattr(mail_domains, "prove", partial(prove, resolve=zone_of(sender(), spf=["v=spf1 -all"])))
    boss.post(page, {"prove": "1"})
    assert "Ще не все" in run(alpha)
    assert "немає серверів хмари" in boss.get(page).content.decode()
    monkeypatch.setattr(mail_domains, "prove", partial(prove, resolve=silence))
    boss.post(page, {"prove": "1"})
    assert "не відповів" in run(alpha)
    monkeypatch.setattr(mail_domains, "prove", partial(prove, resolve=zone_of(sender())))
    boss.post(page, {"prove": "1"})
    assert "Підтверджено" in run(alpha)
    [item] = [one for one in first_day() if one.code == "mail"]
    assert item.done
    assert item.told == f"rada@{NAME}"
    boss.post(page, {"drop": "1"})
    assert "прибрано" in run(alpha)


def test_only_who_gives_rights(in_alpha, client_for):
    clerk = enter(client_for("alpha"), make_person("clerk"))
    assert clerk.get("/first-day/mail/", HTTP_ACCEPT="text/html").status_code == 403
    assert User.objects.exists()
