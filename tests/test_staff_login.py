"""The admin's log-in form: throttled, and no way around a second step."""

from allauth.mfa.models import Authenticator

from accounts.models import User
from tests.conftest import PASSWORD
from tests.pages import text_of


def log_in(client, password=PASSWORD):
    return client.post("/admin/login/", {"username": "boss@example.net", "password": password, "next": "/admin/"})


def test_it_works(client):
    User.objects.create_superuser("boss@example.net", PASSWORD)
    assert log_in(client)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_coder_is_no_staff(client, coder):
    page = client.post("/admin/login/", {"username": coder.email, "password": PASSWORD})
    assert "for a staff account" in text_of(page)


def test_an_account_with_a_second_step_goes_through_it(client):
    boss = User.objects.create_superuser("boss@example.net", PASSWORD)
    Authenticator.objects.create(user=boss, type=Authenticator.Type.TOTP, data={"secret": "x"})
    page = log_in(client)
    assert page.status_code == 200
    assert "Log in at /accounts/login/" in text_of(page)
    assert client.get("/admin/").status_code == 302


def test_guessing_passwords_is_throttled(client, one_window):
    User.objects.create_superuser("boss@example.net", PASSWORD)
    answers = [log_in(client, "wrong").status_code for _ in range(21)]
    assert answers[:20] == [200] * 20
    assert answers[20] == 429
    assert client.get("/admin/login/").status_code == 200
