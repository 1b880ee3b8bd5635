"""`manage.py releases`: list, compare, roll back, prune; and when a newer release must be out."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from codes.models import Code, Release
from codes.releases import due
from codes.releases.reading import Listed
from tests.listings import load

FIRST = (Listed("A0001", "Splint", "Wooden splint"), Listed("A0002", "Gown", "Paper gown"))
SECOND = (Listed("A0001", "Splint", "Steel splint"), Listed("A0003", "Syringe", "Glass syringe"))


@pytest.fixture
def two(db) -> tuple[Release, Release]:
    return load("hcpcs", "First", date(2026, 4, 1), *FIRST), load("hcpcs", "Second", date(2026, 10, 1), *SECOND)


def said(capsys, *arguments: str):
    call_command("releases", *arguments)
    return capsys.readouterr().out


def test_it_works(two, capsys):
    lines = said(capsys).splitlines()
    assert any(line.startswith("*") and "Second, 2 rows" in line for line in lines)
    assert any(line.startswith(" ") and "First, 2 rows" in line for line in lines)
    assert lines == said(capsys, "list").splitlines()


def test_comparing(two, capsys):
    report = said(capsys, "compare", str(two[0].pk), str(two[1].pk))
    assert "codes: 1 added, 1 revised, 1 deleted" in report
    assert "added    A0003" in report
    assert "deleted  A0002" in report
    assert "revised  A0001  long Wooden splint → Steel splint" in report


def test_only_releases_of_one_kind_compare(two, capsys):
    other = Release.objects.get(kind="cpt", current=True)
    with pytest.raises(CommandError, match="two releases of one kind were expected"):
        said(capsys, "compare", str(two[0].pk), str(other.pk))
    with pytest.raises(CommandError, match="there is no release 999999"):
        said(capsys, "compare", "999999", str(two[1].pk))


def test_rolling_back(two, capsys, client):
    assert "First is current again; Second stays loaded" in said(capsys, "rollback", "hcpcs")
    assert set(Code.objects.current().filter(system__slug="hcpcs").values_list("code", "status")) == {("A0001", "active"), ("A0002", "active")}
    assert client.get("/codes/hcpcs/A0003/").status_code == 404
    with pytest.raises(CommandError, match="there is no release before First to return to"):
        said(capsys, "rollback", "hcpcs")
    with pytest.raises(CommandError, match="no release of mue is loaded"):
        said(capsys, "rollback", "mue")


def test_pruning_keeps_the_current_one_and_the_one_before(two, capsys):
    assert "Nothing to remove" in said(capsys, "prune")
    load("hcpcs", "Third", date(2027, 1, 1), *SECOND)
    assert "First: 2 rows removed" in said(capsys, "prune")
    assert not Code.objects.filter(release=two[0]).exists()
    assert Code.objects.filter(release=two[1]).count() == 3  # one is carried on as deleted
    assert "First, 2 rows (pruned)" in said(capsys)
    with pytest.raises(CommandError, match="there is no release"):
        said(capsys, "compare", str(two[0].pk), str(two[1].pk))


@pytest.mark.parametrize(
    ("kind", "effective", "today", "late"),
    [
        ("pfs", date(2026, 10, 1), date(2026, 12, 31), False),
        ("pfs", date(2026, 10, 1), date(2027, 1, 1), True),
        ("pfs", date(2026, 7, 1), date(2026, 10, 1), True),
        ("gpci", date(2026, 1, 1), date(2026, 12, 31), False),
        ("gpci", date(2025, 1, 1), date(2026, 1, 1), True),
        ("icd10cm", date(2026, 4, 1), date(2026, 9, 30), False),
        ("icd10cm", date(2026, 4, 1), date(2026, 10, 1), True),
        ("icd9cm", date(2014, 10, 1), date(2026, 10, 1), False),
        ("mcd-articles", date(2026, 10, 1), date(2026, 10, 30), False),
        ("mcd-articles", date(2026, 10, 1), date(2026, 11, 2), True),
        ("pfs", None, date(2026, 10, 1), False),
    ],
)
def test_when_a_newer_one_must_be_out(kind, effective, today, late):
    assert bool(due.overdue(Release(kind=kind, effective_date=effective), today)) is late
