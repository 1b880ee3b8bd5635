"""Accounts: sign-up, the code by mail, log-in and its limits, a new password, log-out, the usage page."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quotas.models import Allowance, Plan, View
from quotas.periods import MONTH, current
from tests.conftest import PASSWORD
from tests.pages import access, code_url, remaining, text_of
from tests.registering import CODE, CONFIRM, EMAIL, LOG_IN, SIGN_UP, USAGE, confirm, is_logged_in, log_in, mailed_code, sign_up

STRICT = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"}


def test_it_works(client):
    assert client.get(code_url("63663")).status_code == 200
    assert sign_up(client)["Location"] == CONFIRM
    assert mail.outbox[-1].to == [EMAIL]
    assert mail.outbox[-1].subject == "CasePilot: Your code"
    assert EMAIL in text_of(client.get(CONFIRM))
    assert client.post(CONFIRM, {"code": mailed_code()})["Location"] == USAGE
    assert is_logged_in(client)
    page = client.get(code_url("63663"))
    assert (access(page), remaining(page)) == ("full", "5")


def test_sign_up_leads_back_to_the_code(client):
    page = client.get(code_url("63663"))
    link = re.search(r'href="(/accounts/signup/\?next=[^"]+)"', text_of(page))[1]
    form = text_of(client.get(link))
    target = re.search(r'name="next" value="([^"]+)"', form)[1]
    client.get(sign_up(client, next=target)["Location"])
    assert client.post(CONFIRM, {"code": mailed_code(), "next": target})["Location"] == code_url("63663")


def test_nobody_is_led_elsewhere(client):
    sign_up(client, next="https://elsewhere.example/")
    assert client.post(CONFIRM, {"code": mailed_code(), "next": "https://elsewhere.example/"})["Location"] == USAGE


def test_sign_up_says_what_it_brings_without_numbers(client):
    text = re.sub(r"<[^>]+>", " ", text_of(client.get(SIGN_UP)).split("<main")[1].split("<form")[0])
    assert "all six panels" in text
    assert not re.search(r"\d", text)


def test_an_unverified_account_is_not_logged_in_and_spends_nothing(client):
    sign_up(client)
    user = User.objects.get(email=EMAIL)
    page = client.get(code_url("63663"))
    assert access(page) == "preview"
    assert "Guest accounts are limited to" in text_of(page)
    assert not Allowance.objects.filter(user=user).exists()
    other = Client()
    cache.clear()  # as if a while had passed: mails to one address are ten seconds apart
    assert log_in(other)["Location"] == CONFIRM
    assert not is_logged_in(other)
    assert access(other.get(code_url("63663"))) == "preview"
    assert not Allowance.objects.filter(user=user).exists()
    other.post(CONFIRM, {"code": mailed_code()})
    assert is_logged_in(other)


def test_a_wrong_code_is_refused_and_a_few_end_it(client):
    sign_up(client)
    code = mailed_code()
    assert "Incorrect code." in text_of(client.post(CONFIRM, {"code": "WRONG1"}))
    assert not is_logged_in(client)
    answers = [client.post(CONFIRM, {"code": "WRONG1"}).status_code for _ in range(3)]
    assert 302 in answers
    client.post(CONFIRM, {"code": code})
    assert not is_logged_in(client)
    assert not EmailAddress.objects.filter(verified=True, email=EMAIL).exists()


def test_a_code_is_one_browsers(client):
    sign_up(client)
    thief = Client()
    thief.post(CONFIRM, {"code": mailed_code()})
    assert not is_logged_in(thief)


def test_a_new_code_replaces_the_old(client):
    sign_up(client)
    old = mailed_code()
    cache.clear()  # as if the pause between two mails had passed
    client.post(CONFIRM, {"action": "resend"})
    assert len(mail.outbox) == 2
    assert mailed_code() != old
    assert "Incorrect code." in text_of(client.post(CONFIRM, {"code": old}))
    assert client.post(CONFIRM, {"code": mailed_code()})["Location"] == USAGE


def test_a_mistyped_address_is_given_up_for_another(client):
    sign_up(client, "tpyo@example.net")
    assert client.get(SIGN_UP)["Location"] == CONFIRM
    assert 'name="next" value="/accounts/signup/"><button class="quiet">Use another address' in text_of(client.get(CONFIRM))
    assert client.post("/accounts/logout/", {"next": SIGN_UP})["Location"] == SIGN_UP
    sign_up(client)
    client.post(CONFIRM, {"code": mailed_code()})
    assert is_logged_in(client)
    assert not EmailAddress.objects.filter(email="tpyo@example.net", verified=True).exists()


def without_token(page) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text_of(page))


@pytest.mark.parametrize("action", [{}, {"code": "WRONG1"}, {"action": "resend"}, {"action": "change", "email": "third@example.net"}])
def test_sign_up_does_not_tell_who_has_an_account(coder, action):
    answers = {}
    for email in (EMAIL, coder.email):
        browser = Client()
        answer = sign_up(browser, email)
        cache.clear()
        next_answer = browser.post(CONFIRM, action) if action else browser.get(CONFIRM)
        answers[email] = [answer.status_code, answer["Location"], next_answer.status_code, without_token(next_answer).replace(email, "…")]
    assert answers[EMAIL] == answers[coder.email]


def test_whoever_has_an_account_is_told_by_mail(client, coder):
    sign_up(client, coder.email)
    assert mail.outbox[-1].to == [coder.email]
    assert "It has an account already" in mail.outbox[-1].body
    assert not CODE.search(mail.outbox[-1].body)
    assert User.objects.filter(email=coder.email).count() == 1
    assert client.get(LOG_IN)["Location"] == CONFIRM
    assert client.post("/accounts/logout/", {"next": LOG_IN})["Location"] == LOG_IN
    assert log_in(client, coder.email)["Location"] == USAGE


def test_an_address_in_capitals_is_the_same(client, coder):
    sign_up(Client(), coder.email.upper())
    assert "It has an account already" in mail.outbox[-1].body
    assert log_in(client, coder.email.upper())["Location"] == USAGE


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"email": ""}, "This field is required."),
        ({"password1": "12345678"}, "This password is too common."),
        ({"password1": "short"}, "This password is too short."),
        ({"password1": "new@example.net"}, "too similar"),
        ({"email": "a\x00b@example.net"}, "Null characters are not allowed."),
    ],
)
def test_bad_sign_ups_are_explained(client, fields, complaint):
    assert complaint in text_of(client.post(SIGN_UP, {"email": EMAIL, "password1": PASSWORD, **fields}))
    assert not User.objects.exists()


def test_a_new_password_by_mail(client, coder):
    assert client.post("/accounts/password/reset/", {"email": coder.email})["Location"] == "/accounts/password/reset/done/"
    assert mail.outbox[-1].subject == "CasePilot: Choose a new password"
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    form = client.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    assert link.rsplit("-", 1)[1].strip("/") not in address  # the key is not left in the address bar
    assert client.post(address, {"password1": "another-Harbour-2", "password2": "another-Harbour-2"}).status_code == 302
    assert not is_logged_in(client)
    assert log_in(client, coder.email).status_code == 200
    assert log_in(client, coder.email, "another-Harbour-2")["Location"] == USAGE
    assert "This link no longer works" in text_of(Client().get(link, follow=True))


def test_a_reset_does_not_tell_who_has_an_account(client, coder):
    answers = [client.post("/accounts/password/reset/", {"email": email}) for email in (coder.email, "nobody@example.net")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/accounts/password/reset/done/")] * 2
    assert "There is no account with it." in mail.outbox[-1].body


def test_a_made_up_reset_link_is_refused(client):
    assert "This link no longer works" in text_of(client.get("/accounts/password/reset/key/1-nonsense/", follow=True))


def test_wrong_passwords_are_refused_and_soon_all(client, coder):
    assert settings.RATELIMIT_ENABLE
    for _ in range(5):
        assert "not correct" in text_of(log_in(client, coder.email, "wrong"))
    assert "Too many failed login attempts." in text_of(log_in(client, coder.email))
    assert not is_logged_in(client)
    assert "Too many failed login attempts." in text_of(log_in(Client(), coder.email))


def test_one_network_tries_only_so_many_accounts(client, db):
    for number in range(10):
        log_in(client, f"nobody{number}@example.net", "wrong")
    answer = log_in(client, "nobody11@example.net", "wrong")
    assert "Too many failed login attempts." in text_of(answer)


def test_sign_ups_of_one_network_are_throttled(client):
    statuses = [client.post(SIGN_UP, {"email": "nonsense", "password1": "x"}).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_logging_out_takes_a_click_on_a_page_of_its_own(as_coder):
    assert as_coder.get("/accounts/logout/").status_code == 200
    assert is_logged_in(as_coder)
    assert as_coder.post("/accounts/logout/")["Location"] == "/"
    assert not is_logged_in(as_coder)


def test_logging_out_takes_the_token_of_its_form(coder):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(coder)
    assert browser.post("/accounts/logout/").status_code == 403
    assert is_logged_in(browser)


def test_a_password_is_changed(client, coder, sign_in, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    sign_in(client, coder)
    changed = {"oldpassword": PASSWORD, "password1": "another-Harbour-2", "password2": "another-Harbour-2"}
    assert "Your password is changed." in text_of(client.post("/accounts/password/change/", changed, follow=True))
    assert is_logged_in(client)
    assert log_in(Client(), coder.email, "another-Harbour-2")["Location"] == USAGE
    assert "If it was not you, change your password at once." in mail.outbox[-1].body


def test_a_second_address_counts_once_it_is_verified(client, coder, sign_in):
    sign_in(client, coder)
    client.post("/accounts/email/", {"action_add": "", "email": EMAIL})
    assert mail.outbox[-1].to == [EMAIL]
    assert log_in(Client()).status_code == 200
    client.post(CONFIRM, {"code": mailed_code()})
    page = text_of(client.get("/accounts/email/"))
    assert re.findall(r'class="aside">(.*?)</span>', page) == ["verified, primary", "verified"]
    assert log_in(Client())["Location"] == USAGE
    client.post("/accounts/email/", {"action_primary": "", "email": EMAIL})
    coder.refresh_from_db()
    assert coder.email == EMAIL


def test_the_usage_page_shows_what_is_left_when_it_resets_and_what_was_opened(as_coder, coder):
    for code in ("63663", "99213"):
        as_coder.get(code_url(code))
    page = text_of(as_coder.get(USAGE))
    end = timezone.localtime(current(MONTH).end)
    assert "4 of 6 code page views remain." in page
    assert f"They reset on {end:%B} {end.day}, {end.year} at midnight" in page
    assert re.findall(r'<a href="(/codes/cpt/\d+/)">', page) == [code_url("99213"), code_url("63663")]
    View.objects.filter(item="cpt/63663").update(item="cpt/00000")
    assert "cpt/00000, no longer in the catalogue" in text_of(as_coder.get(USAGE))


def test_the_usage_page_of_a_lifetime_and_of_an_unlimited_plan(as_coder):
    Plan.objects.filter(slug="registered").update(period="lifetime")
    as_coder.get(code_url("63663"))
    page = text_of(as_coder.get(USAGE))
    assert "5 of 6 code page views remain." in page
    assert "They reset on" not in page
    Plan.objects.filter(slug="registered").update(views=None)
    assert "Unlimited code page views" in text_of(as_coder.get(USAGE))


def test_the_usage_page_takes_no_more_queries_with_more_views(as_coder, coder, django_assert_num_queries):
    allowance = Allowance.objects.create(user=coder, period=current(MONTH).key)
    View.objects.bulk_create(View(allowance=allowance, item=f"cpt/{number}", plan="registered") for number in range(99200, 99400))
    with django_assert_num_queries(5):  # session, user, standing, views, titles
        as_coder.get(USAGE)


def test_a_guest_has_no_usage_page(client):
    assert client.get(USAGE)["Location"] == f"{LOG_IN}?next={USAGE}"


PUBLIC = [SIGN_UP, LOG_IN, "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]
OWN = [USAGE, "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/"]
OWN += ["/accounts/2fa/webauthn/add/", "/accounts/logout/"]


def test_every_page_carries_the_strict_policy_and_nothing_inline(client, coder, sign_in):
    pages = [client.get(path) for path in PUBLIC]
    sign_up(client)
    pages.append(client.get(CONFIRM))
    sign_in(signed := Client(), coder)
    confirm(signed, "/accounts/2fa/totp/activate/")
    pages += [signed.get(path) for path in OWN]
    for page in pages:
        assert page.status_code == 200, page.request["PATH_INFO"]
        assert {part.strip() for part in page["Content-Security-Policy"].split(";")} >= STRICT
        assert "unsafe" not in page["Content-Security-Policy"]
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", text_of(page)), page.request["PATH_INFO"]


def test_mail_is_kept_a_file_a_message(site):
    browser = site.browser()
    site.register(browser, "kept@example.net")
    files = [path for path in (site.var / "mail").glob("*.eml") if "To: kept@example.net" in path.read_text()]
    assert len(files) == 1
    assert files[0].read_text().count("\nTo: ") + files[0].read_text().startswith("To: ") == 1
    assert "kept@example.net" in (site.var / "log").read_text()
    assert browser.get(USAGE).status == 200
