"""Health, logs, pruning, system checks and headers: what an operator relies on."""

from datetime import date, timedelta

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from quotas.checks import host_is_allowed, proxies_are_counted, throttles_are_on
from quotas.models import Allowance, DailySalt, NetworkTally, View
from quotas.periods import today
from tests.pages import access, code_url


def test_it_works(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").content == b"ready\n"
    assert b"Disallow: /accounts/" in client.get("/robots.txt").content


def test_the_sitemap_lists_pages_and_no_text(client):
    index = client.get("/sitemap.xml").content.decode()
    assert "sitemap-codes.xml" in index
    codes = client.get("/sitemap-codes.xml").content.decode()
    assert "/codes/cpt/63663/" in codes
    assert "/codes/icd10cm/E11.9/" in codes
    assert "stimulator" not in codes
    for section in ("pages", "systems", "headings"):
        assert client.get(f"/sitemap-{section}.xml").status_code == 200


def test_metrics_are_for_the_private_network(client):
    client.get(code_url("63663"))
    figures = client.get("/metrics", REMOTE_ADDR="10.1.2.3").content.decode()
    assert 'casepilot_views_today{plan="guest"} 1' in figures
    assert 'casepilot_release_rows{kind="cpt",version="demonstration"} 244' in figures
    assert "casepilot_kept_pages 1" in figures
    assert client.get("/metrics", REMOTE_ADDR="8.8.8.8").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404


def test_a_forged_header_does_not_open_the_metrics(client, settings):
    assert client.get("/metrics", REMOTE_ADDR="8.8.8.8", HTTP_X_FORWARDED_FOR="127.0.0.1").status_code == 404
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="127.0.0.1, 8.8.8.8").status_code == 404


def test_not_ready_without_a_database(client, monkeypatch):
    def broken(*_):
        raise DatabaseError

    monkeypatch.setattr("casepilot.health.MigrationExecutor", broken)
    assert client.get("/readyz").status_code == 503


def test_a_request_line_has_nothing_personal(client, capsys):
    client.get("/codes/search/?q=jane.doe@example.org", HTTP_USER_AGENT="Janes-Browser", REMOTE_ADDR="203.0.113.77")
    client.get("/accounts/password/reset/key/1-secretkey/")
    client.post("/accounts/login/", {"login": "jane.doe@example.org", "password": "hunter2-hunter2"})
    logged = capsys.readouterr().out
    assert '"event": "request"' in logged
    assert '"path": "/codes/search/"' in logged
    for private in ("jane", "Janes-Browser", "203.0.113.77", "secretkey", "hunter2"):
        assert private not in logged


def test_a_failure_is_logged_with_its_traceback(client, capsys, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("codes.pages.render", lambda *_: 1 / 0)
    client.get(code_url("63663"))
    logged = capsys.readouterr().out
    assert "request_failed" in logged
    assert "ZeroDivisionError" in logged


def test_headers_of_every_page(client):
    for url in ("/", code_url("63663"), "/codes/cpt/0/", "/accounts/login/", "/admin/login/"):
        page = client.get(url)
        policy = page["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page["X-Content-Type-Options"] == "nosniff"
        assert page["X-Frame-Options"] == "DENY"
        assert page["Referrer-Policy"] == "same-origin"
        assert "camera=()" in page["Permissions-Policy"]


def old_allowance(period: str) -> Allowance:
    allowance = Allowance.objects.create(visitor="a" * 32, period=period)
    View.objects.create(allowance=allowance, item="cpt/1", plan="guest")
    return allowance


def test_pruning_takes_what_is_over_and_leaves_the_rest(client, settings, capsys):
    settings.VIEW_RETENTION_DAYS = 90
    client.get(code_url("63663"))
    for period in ("2020-01", "2020-01-31", "lifetime", today().isoformat()[:7], (today() - timedelta(days=60)).isoformat()):
        old_allowance(period)
    NetworkTally.objects.create(day=date(2020, 1, 1), network="n", used=1)
    DailySalt.objects.create(day=date(2020, 1, 1), salt="s")
    call_command("prune_views")
    assert "4 allowances and views deleted, 1 network tallies" in capsys.readouterr().out
    assert not Allowance.objects.filter(period__startswith="2020").exists()
    assert Allowance.objects.count() == 4
    assert View.objects.count() == 4
    assert not DailySalt.objects.filter(day__year=2020).exists()
    assert access(client.get(code_url("63663"))) == "preview"
    call_command("prune_views")


def test_retention_counts_from_the_end_of_the_period(db, settings):
    settings.VIEW_RETENTION_DAYS = 0
    last_month = (today().replace(day=1) - timedelta(days=1)).isoformat()[:7]
    old_allowance(last_month)
    old_allowance(today().isoformat()[:7])
    call_command("prune_views", verbosity=0)
    assert list(Allowance.objects.values_list("period", flat=True)) == [today().isoformat()[:7]]


@pytest.mark.parametrize(
    ("check", "changes", "found"),
    [
        (proxies_are_counted, {"HTTPS": True, "TRUSTED_PROXY_COUNT": 0}, ["quotas.W001"]),
        (proxies_are_counted, {"HTTPS": True, "TRUSTED_PROXY_COUNT": 1}, []),
        (host_is_allowed, {"SITE_URL": "https://codes.example.org", "ALLOWED_HOSTS": ["localhost"]}, ["quotas.E001"]),
        (host_is_allowed, {"SITE_URL": "https://codes.example.org", "ALLOWED_HOSTS": [".example.org"]}, []),
        (throttles_are_on, {"RATELIMIT_ENABLE": False}, ["quotas.W002"]),
        (throttles_are_on, {"RATELIMIT_ENABLE": True}, []),
    ],
)
def test_checks_for_what_an_operator_forgets(settings, check, changes, found):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert [message.id for message in check()] == found


def test_the_checks_are_registered():
    registered = {check.__name__ for check in checks.registry.registry.get_checks(include_deployment_checks=True)}
    assert {"proxies_are_counted", "host_is_allowed", "throttles_are_on"} <= registered


def test_demo_accounts_only_on_the_embedded_database(db, settings, capsys):
    settings.EMBEDDED = True
    call_command("demo_accounts")
    assert capsys.readouterr().out.count("@example.org") == 4
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="embedded database alone"):
        call_command("demo_accounts")
