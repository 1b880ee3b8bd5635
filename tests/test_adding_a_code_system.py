"""The page on adding a code system says what is so: its example is taken from the page and run."""

import re
import sys
from types import ModuleType

import pytest
from django.apps import apps
from django.db import connection

from codes import releases
from codes.models import CodeSystem
from codes.releases import kinds
from codes.releases.refused import Refused
from codes.releases.source import open_source
from codes.releases.tally import Tally
from tests.site import ROOT

PAGE = (ROOT / "docs" / "code-systems.md").read_text(encoding="utf-8")
MIGRATION, READER, TESTS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)


def run(text: str, name: str) -> ModuleType:
    """The module that a block of the page makes."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, name, "exec"), module.__dict__)
    return module


@pytest.fixture
def example(db, monkeypatch):
    """The example's system and its reader, as if they were there."""
    for name in ("irl_migration", "irl_tests", "codes.releases.irl"):
        monkeypatch.setitem(sys.modules, name, None)
    run(MIGRATION, "irl_migration").add(apps, connection.schema_editor())
    reader = run(READER, "codes.releases.irl")
    monkeypatch.setattr(releases, "irl", reader, raising=False)
    return reader


def test_it_works(example, client, searching, tmp_path):
    tests = run(TESTS, "irl_tests")
    tests.test_it_works(None, client, tmp_path)
    tests.test_a_wrong_code_is_refused(None, tmp_path)
    assert CodeSystem.objects.get(slug="irl").name in client.get("/codes/").content.decode()
    assert "Nettle tea" in client.get("/codes/irl/range/chapter-1/").content.decode()
    searching()
    found = client.get("/codes/search/?q=nettle").content.decode()
    assert 'data-code="R101"' in found


def test_the_reader_has_the_names_that_a_reader_has(example):
    for name in ("KIND", "TITLE", "FILES", "MONTHS", "TABLES", "read"):
        assert type(getattr(example, name)) is type(getattr(kinds.READERS["cdt"], name)), name


def test_a_code_that_stands_twice_is_refused(example, tmp_path):
    path = tmp_path / "irl2026.txt"
    path.write_text("Code\tTitle\tDescription\nR101\tA\tB\nR101\tA\tB\n")
    with pytest.raises(Refused, match="line 3, column Code: 'R101' stands where each code was expected once"):
        list(example.read(open_source([path]), Tally()).rows)


def test_the_migration_follows_one_that_is_there():
    (before,) = re.findall(r'dependencies = \[\("codes", "(\w+)"\)\]', MIGRATION)
    assert (ROOT / "codes" / "migrations" / f"{before}.py").is_file()


def test_what_the_page_names_is_there():
    assert "irl" not in kinds.READERS
    assert "MODULES" in (ROOT / "codes" / "releases" / "kinds.py").read_text(encoding="utf-8")
    for name, module in (("NUMBER", "query"), ("SYSTEMS", "query"), ("LONGEST_NUMBER", "index"), ("SYSTEMS", "ranking")):
        assert f"`{name}` of `codes/search/{module}.py`" in PAGE
        assert f"\n{name} = " in (ROOT / "codes" / "search" / f"{module}.py").read_text(encoding="utf-8")
