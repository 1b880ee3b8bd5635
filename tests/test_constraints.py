"""What the database itself refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from codes.models import Catalogue, Code, CommonDescription, FeeScheduleLine, Heading, Release, SearchChoice, SearchTally, Synonym
from quotas.models import Allowance, DailySalt, NetworkTally, Plan, View


def refused(make) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_it_works(db):
    allowance = Allowance.objects.create(visitor="a" * 32, period="2026-11")
    View.objects.create(allowance=allowance, item="cpt/1", plan="guest")
    refused(lambda: View.objects.create(allowance=allowance, item="cpt/1", plan="guest"))


def test_an_allowance_has_exactly_one_holder(coder):
    refused(lambda: Allowance.objects.create(period="2026-11"))
    refused(lambda: Allowance.objects.create(period="2026-11", user=coder, visitor="a" * 32))


def test_a_holder_has_one_allowance_a_period(coder):
    Allowance.objects.create(user=coder, period="2026-11")
    refused(lambda: Allowance.objects.create(user=coder, period="2026-11"))
    Allowance.objects.create(visitor="a" * 32, period="2026-11")
    refused(lambda: Allowance.objects.create(visitor="a" * 32, period="2026-11"))


def test_used_is_never_negative(db):
    allowance = Allowance.objects.create(visitor="a" * 32, period="2026-11")
    refused(lambda: Allowance.objects.filter(pk=allowance.pk).update(used=-1))
    refused(lambda: Allowance.objects.filter(pk=allowance.pk).update(extra=-1))


def test_plans(db):
    refused(lambda: Plan.objects.create(slug="guest", name="Another"))
    refused(lambda: Plan.objects.create(slug="weekly", name="Weekly", period="week"))


def test_networks_and_salts_are_one_a_day(db):
    day = date(2026, 11, 24)
    NetworkTally.objects.create(day=day, network="n")
    refused(lambda: NetworkTally.objects.create(day=day, network="n"))
    DailySalt.objects.create(day=day, salt="s")
    refused(lambda: DailySalt.objects.create(day=day, salt="s"))


def test_an_address_has_one_user_however_it_is_capitalised(coder):
    refused(lambda: User.objects.create(email="CODER@example.net"))


def test_codes(db):
    code = Code.objects.get(code="63663")
    refused(lambda: Code.objects.create(system=code.system, code="63663", compact="other", position=1, release=code.release))
    refused(lambda: Code.objects.create(system=code.system, code="6.3663", compact="63663", position=1, release=code.release))
    refused(lambda: Code.objects.filter(pk=code.pk).update(status="gone"))
    refused(lambda: Code.objects.filter(pk=code.pk).update(effective_date=date(2026, 1, 2), end_date=date(2026, 1, 1)))


def test_headings(db):
    heading = Heading.objects.filter(system__slug="cpt").first()
    refused(lambda: Heading.objects.create(system=heading.system, release=heading.release, name="x", slug=heading.slug, first="1", last="2", path="99"))
    refused(lambda: Heading.objects.create(system=heading.system, release=heading.release, name="x", slug="x", first="1", last="2", path=heading.path))
    refused(lambda: Heading.objects.create(system=heading.system, release=heading.release, name="x", slug="x", first="2", last="1", path="99"))


def test_releases(db):
    release = Release.objects.get(kind="cpt", current=True)
    refused(lambda: Release.objects.create(kind="cpt", title="x", version="2", digest="d", current=True))
    refused(lambda: Release.objects.create(kind="cpt", title="x", version="2", digest=release.digest))
    line = FeeScheduleLine.objects.get(code="99213")
    line.pk = None
    refused(lambda: line.save(force_insert=True))


def test_descriptions(db):
    description = CommonDescription.objects.first()
    refused(lambda: CommonDescription.objects.create(code=description.code, text="x"))
    refused(lambda: CommonDescription.objects.filter(pk=description.pk).update(status="published", published_at=None))
    refused(lambda: CommonDescription.objects.filter(pk=description.pk).update(status="lost"))


def test_there_is_one_catalogue(db):
    refused(lambda: Catalogue.objects.create(pk=2))


def test_synonyms(db):
    row = Synonym.objects.create(term="scope", means="endoscopy", seed="scope → endoscopy")
    refused(lambda: Synonym.objects.create(term="scope", means="endoscopy"))
    refused(lambda: Synonym.objects.create(term="scope", means="arthroscopy", seed=row.seed))
    for column, value in (("term", ""), ("means", ""), ("kind", "slang")):
        refused(lambda column=column, value=value: Synonym.objects.filter(pk=row.pk).update(**{column: value}))
    for means in ("arthroscopy", "cystoscopy"):
        Synonym.objects.create(term="scope", means=means)  # any number that came with nothing


def test_counts_of_searches(db):
    day, query = date(2026, 11, 25), "knee scope"
    tally = SearchTally.objects.create(day=day, query=query)
    refused(lambda: SearchTally.objects.create(day=day, query=query))
    for column in ("asked", "found", "opened"):
        refused(lambda column=column: SearchTally.objects.filter(pk=tally.pk).update(**{column: -1}))
    choice = SearchChoice.objects.create(month=date(2026, 11, 1), query=query, system="cpt", code="29881")
    refused(lambda: SearchChoice.objects.create(month=choice.month, query=query, system="cpt", code="29881"))
    refused(lambda: SearchChoice.objects.filter(pk=choice.pk).update(times=-1))
