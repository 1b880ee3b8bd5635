"""An index that is made from the one before finds what one finds that is built whole; and where it cannot be, one is built whole."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import tantivy
from django.utils import timezone

from codes import descriptions
from codes.models import Code, CodeSystem, CommonDescription, Heading, Release, SearchChoice
from codes.releases import current
from codes.search import index, query, renewing, synonyms
from codes.search.engine import Engine
from codes.search.live import make

QUERIES = (
    "99213", "99213-25", "992*", "99202-99215", "E11.9", "system:icd10cm status:active", "diabetes", "heart", "knee arthroscopy", "tka right", "ekg",
    "nerve stim lead revision", "\"spinal cord\"", "knee -open", "heading:spine lead", "meniscectmy", "quizzical", "zanzibar", "quizical", "remission of sugar",
)  # fmt: skip
ALL = 1_000


@pytest.fixture
def base(db, tmp_path, monkeypatch) -> Path:
    """An index of the catalogue, in a folder of the test's own."""
    (tmp_path / "node").mkdir()
    monkeypatch.setattr(index, "folder", lambda: tmp_path / "node")
    return index.build(f"{index.FORMAT}-1-1")


def segments(path: Path) -> list[tuple[int, int]]:
    """How many documents each segment has, and how many of them are deleted; the largest first."""
    found = json.loads((path / "meta.json").read_text())["segments"]
    return sorted(((part["max_doc"], (part["deletes"] or {}).get("num_deleted_docs", 0)) for part in found), reverse=True)


def listed(engine: Engine, wanted: tantivy.Query) -> list[tuple[int, tantivy.DocAddress]]:
    """The documents that a query finds, by their places."""
    return engine.searcher.search(wanted, ALL, order_by_field="order", order=tantivy.Order.Asc).hits


def documents(engine: Engine) -> list[tuple[object, ...]]:
    """All documents in their order: their places, cards, numbers and weights."""
    found = listed(engine, tantivy.Query.all_query())
    columns = (engine.searcher.fast_field_values(name, [address for _, address in found]) for name in ("number", "weight"))
    return [(place, engine.card(address), *values) for (place, address), *values in zip(found, *columns, strict=True)]


def terms(engine: Engine) -> dict[tuple[str, str], list[int]]:
    """Which documents have each term, by their places."""
    fields = ("short", "long", "inclusion", "heading", "common")
    pairs = [(field, term) for field in fields for term in engine.spelling.stems]
    return {(field, term): [place for place, _ in listed(engine, tantivy.Query.term_query(engine.index.schema, field, term))] for field, term in pairs}


def answer(engine: Engine, text: str) -> object:
    """All that a search says. Codes that are as good as each other stand in any order."""
    found = engine.search(query.parse(text), synonyms.load(), most=ALL)
    hits, more = (sorted((hit.system, hit.code, hit.short, hit.heading) for hit in part) for part in (found.hits, found.more))
    return found.count, hits, more, found.exact, found.corrected, {name: sorted(counted) for name, counted in engine.facets(found).items()}


def whole(base: Path) -> Path:
    """An index that is built whole, beside the node's."""
    path = base.parent.parent / "whole"
    index.discard(path)
    path.mkdir()
    index.write(path, renewing.work(None))
    return path


def renewed(base: Path) -> Path:
    """The index made from `base`, which is compared with one that is built whole."""
    path = index.build("renewed", base)
    one, other = Engine(path), Engine(whole(base))
    assert documents(one) == documents(other)
    assert one.spelling.counts == other.spelling.counts
    assert one.spelling.stems == other.spelling.stems
    for text in QUERIES:
        assert answer(one, text) == answer(other, text), text
    return path


def release(*titles: str) -> Release:
    """A next release of the diagnoses, with codes of its own."""
    system = CodeSystem.objects.get(slug="icd10cm")
    made = Release.objects.create(kind="icd10cm", title="the next", version="2", digest="1" * 64)
    heading = Heading.objects.create(system=system, release=made, name="Sugar diseases", slug="sugar", first="E00", last="E89", path="04")
    for position, title in enumerate(titles, 1):
        number = f"E11{position}"
        Code.objects.create(system=system, release=made, heading=heading, code=f"E11.{position}", compact=number, position=position, short=title, long=title)
    return made


def publish(code: str, text: str) -> None:
    descriptions.publish(code=Code.objects.current().get(code=code), text=text, author=None)


def one_is_published() -> None:
    publish("E11.9", "Quizzical sugar.")


def one_is_changed() -> None:
    publish("63663", "The surgeon mends the zanzibar lead.")


def one_is_withdrawn() -> None:
    descriptions.withdraw(code=Code.objects.current().get(code="63663"), author=None)


def one_is_deleted() -> None:
    CommonDescription.objects.filter(code__code="99213").delete()


def one_is_changed_behind_everybody() -> None:
    CommonDescription.objects.filter(code__code="99213").update(html="<p>A <b>quizzical</b> visit</p>")


def some_are_opened() -> None:
    SearchChoice.objects.create(month=timezone.localdate().replace(day=1), query="visit", system="cpt", code="99213", times=400)


def a_draft_is_saved() -> None:
    descriptions.save_draft(code=Code.objects.get(code="63663"), text="A zanzibar draft.", author=None)


def a_release_is_loaded() -> None:
    current.make_current(release("Quizzical sugar", "Type 9 diabetes in remission"))


def a_release_is_taken_away() -> None:
    Release.objects.filter(kind="icd10cm").update(current=False)


def a_code_is_added_in_place() -> None:
    kept = Code.objects.current().get(code="E11.9")
    kept.pk, kept.code, kept.compact, kept.position, kept.short = None, "E11.B", "E11B", 9, "Zanzibar diabetes"
    kept.save()


def systems_change_places() -> None:
    CodeSystem.objects.filter(slug="icd10cm").update(order=0)
    CodeSystem.objects.filter(slug="cpt").update(order=7)


ALONE = [one_is_published, one_is_changed, one_is_withdrawn, one_is_deleted, one_is_changed_behind_everybody, some_are_opened, a_draft_is_saved]
WHOLE = [a_release_is_loaded, a_release_is_taken_away, a_code_is_added_in_place, systems_change_places]


def test_it_works(base):
    one_is_published()
    path = renewed(base)
    assert answer(Engine(path), "quizzical") != answer(Engine(base), "quizzical")
    assert segments(path) == [(244, 0), (3, 1), (1, 0)]
    kept = {file.name for file in base.glob("*.store")}
    assert {file.name for file in path.glob("*.store")} > kept
    assert all((path / name).samefile(base / name) for name in kept)


@pytest.mark.parametrize("change", ALONE + WHOLE)
def test_each_change_is_found(base, change):
    change()
    assert renewing.work(base).base == base
    renewed(base)


def test_all_changes_one_after_the_other(base):
    for count, change in enumerate(ALONE[:4] + WHOLE[:1] + ALONE[5:]):
        change()
        base = renewed(base).rename(base.parent / f"{index.FORMAT}-1-{count + 2}")
    assert segments(base) == [(244, 2), (2, 0), (2, 0)]
    assert terms(Engine(base)) == terms(Engine(whole(base)))


def test_what_is_changed_again_leaves_nothing_behind(base):
    for count in range(4):
        publish("63663", f"The zanzibar lead, mended {count} times.")
        publish("99213", f"The quizzical visit, made {count} times.")
        base = index.build(f"{index.FORMAT}-2-{count}", base)
    assert segments(base) == [(244, 2), (3, 0), (2, 0)]
    assert Engine(base).searcher.doc_freq("common", "zanzibar") == 1


def test_a_release_leaves_nothing_behind(base):
    before = Engine(base).searcher
    current.make_current(release("Type 3 diabetes mellitus"))
    path = index.build("renewed", base)
    assert segments(path) == [(244, 0), (1, 0)]
    assert Engine(path).searcher.doc_freq("long", "diabet") == before.doc_freq("long", "diabet") - 2


def test_words_of_a_description_go_with_it(base):
    publish("63663", "The zanzibar lead, and the leed of another.")
    there = renewed(base)
    assert Engine(there).spelling.knows("zanzibar")
    assert Engine(there).spelling.counts["lead"] == Engine(base).spelling.counts["lead"]
    one_is_withdrawn()
    assert not Engine(index.build("without", there)).spelling.knows("zanzibar")


def test_a_description_goes_with_its_code_to_the_next_release(base):
    publish("E11.9", "Quizzical sugar.")
    there = renewed(base)
    old, new = Release.objects.get(kind="icd10cm"), release("Type 2 diabetes mellitus")
    Code.objects.filter(release=new).update(code="E11.9", compact="E119")
    current.make_current(new)
    there = renewed(there)
    assert segments(there) == [(244, 0), (1, 0)]
    current.make_current(old)
    assert segments(renewed(there)) == [(244, 0), (3, 0)]


def test_openings_long_past_count_no_more(base):
    some_are_opened()
    there = renewed(base)
    SearchChoice.objects.update(month=timezone.localdate() - timedelta(days=400))
    assert renewing.Made.read(there).weights == {"cpt 99213": 3}
    assert renewing.Made.read(renewed(there)).weights == {}


def test_nothing_has_changed(base):
    assert renewing.work(base).alone == set()
    assert segments(renewed(base)) == segments(base) == [(244, 0), (3, 0)]


def test_where_much_has_changed_the_index_is_built_whole(base):
    some = Code.objects.current().filter(system__slug="cpt")[: 247 // renewing.PART + 1]
    for code in some[1:]:
        publish(code.code, "Quizzical.")
    assert renewing.work(base).base == base
    publish(some[0].code, "Quizzical.")
    assert renewing.work(base).base is None
    assert segments(renewed(base)) == [(244, 0), (3, 0)]


@pytest.mark.parametrize(("file", "content"), [("made.json", "{}"), ("made.json", "["), ("meta.json", "{}"), (".managed.json", "{"), ("*.term", "broken")])
def test_from_a_broken_index_none_is_made(base, caplog, file, content):
    for path in base.glob(file):
        path.write_text(content)
    one_is_published()
    one_is_changed()
    target = base.parent / index.name_of(1, 2)
    make(target)
    assert "could not be renewed; it is built whole" in caplog.text
    assert segments(target) == [(244, 0), (3, 0)]
    assert not list(base.parent.glob("making-*"))


def test_from_an_index_that_lacks_a_code_none_is_made(base, caplog):
    writer = Engine(base).index.writer()
    writer.delete_documents_by_term("code", "99213")
    writer.commit()
    writer.wait_merging_threads()
    make(base.parent / index.name_of(1, 2))
    assert "246 documents of 247 codes" in caplog.text
    assert answer(Engine(base.parent / index.name_of(1, 2)), "99213")[0] == 1


def test_the_newest_index_of_this_format_is_taken(base):
    (base.parent / f"{index.FORMAT - 1}-9-9").mkdir()
    (base.parent / f"{index.FORMAT}-9-9").mkdir()  # without a record of what it was made from
    assert index.newest() == base
    newer = index.build(f"{index.FORMAT}-0-1", base)
    assert index.newest() == newer


def test_what_was_left_half_made_is_thrown_away(base):
    (base.parent / "making-by-one-that-was-killed").mkdir()
    make(base.parent / index.name_of(1, 2))
    assert sorted(path.name for path in base.parent.iterdir() if path.is_dir()) == [index.name_of(1, 1), index.name_of(1, 2)]
