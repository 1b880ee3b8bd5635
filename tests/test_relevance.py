"""The relevance set over a whole catalogue. Floors a little below what is reached: `python -m bench --only search` has the figures."""

import pytest
from django.db import transaction

from codes.models import Release
from codes.releases import hcpcs, icd10cm, loading
from codes.releases.source import open_source
from codes.search import engine, index, query, synonyms
from tests.hcpcs_files import CMS, OCTOBER
from tests.relevance import measure


@pytest.fixture(scope="module")
def search(django_db_setup, django_db_blocker):
    """The search over all of ICD-10-CM, and of HCPCS where its file is here; the database is as before afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        Release.objects.filter(kind="icd10cm").update(current=False)
        loading.load(icd10cm, icd10cm.default_source())
        if CMS.exists():
            loading.load(hcpcs, open_source([OCTOBER]))
        synonyms.seed()
        opened, thesaurus = engine.Engine(index.build("test-relevance")), synonyms.load()
        transaction.set_rollback(True)

    def ask(text, most):
        found = opened.search(query.parse(text), thesaurus, most=most)
        return [(hit.system, hit.code) for hit in (*found.hits, *found.more)[:most]]

    yield ask
    index.discard(opened.path)


def of(name):
    """A set's held-out half; skipped where its system is not here."""
    if name == "hcpcs" and not CMS.exists():
        pytest.skip("HCPCS is not here (../shared/data/cms)")
    return [case for case in measure.cases([name]) if case.held_out]


def test_it_works(search):
    assert search("99213", 1) == [("cpt", "99213")]
    assert search("E119", 1) == [("icd10cm", "E11.9")]


def test_the_set_is_large_and_halved():
    asked = measure.cases()
    assert len(asked) >= 400
    assert len({(case.system, case.query) for case in asked}) == len(asked)
    assert 0.4 < sum(case.held_out for case in asked) / len(asked) < 0.6


@pytest.mark.parametrize(("name", "first", "five"), [("cpt", 0.75, 0.86), ("hcpcs", 0.75, 0.86), ("icd10cm", 0.75, 0.86)])
def test_the_held_out_half(search, name, first, five):
    score = measure.relevance(of(name), search)
    assert score.first >= first, score
    assert score.five >= five, score


@pytest.mark.parametrize("name", measure.SETS)
def test_one_typing_error(search, name):
    score = measure.relevance(measure.misspelled(of(name)), search)
    assert score.five >= 0.82, score
