"""Searching: what is asked for becomes the engine's query, is corrected or relaxed where nothing has all of it, and is ranked."""

import json
from collections.abc import Sequence
from functools import cached_property
from math import log
from operator import itemgetter
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from codes.search import ranking
from codes.search.clauses import Clauses
from codes.search.found import Found, Hit, shown
from codes.search.index import VOCABULARY, in_digits, schema
from codes.search.query import Asked, is_aside, number_of, numbers
from codes.search.ranking import Wording
from codes.search.spelling import Spelling, chosen, regrouped
from codes.search.synonyms import Group, Terms, Thesaurus
from codes.search.text import ANALYZER, analyzer, terms, words

RANKED, RELAXED = 80, 48  # hits that are put in order: of those with all words, and with most of them; what comes after stays in the engine's
ENOUGH = 5  # hits with all words, below which codes with most of them are shown besides
LITTLE = 0.25  # of what all words tell
LONGEST_WORD = 30  # letters of a word that is still being typed
BY_POINTS = itemgetter(0, 1)
WHOLE = 1e6  # the score of a title that is the query: no score comes near it


class Engine:
    """One index that is open, with its vocabulary. Synonyms are handed in with each search: they change without it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.index = tantivy.Index(schema(), path=str(path))
        self.index.register_tokenizer(ANALYZER, analyzer())
        self.searcher = self.index.searcher()
        self.titles, self.everywhere = Clauses(self.index.schema), Clauses(self.index.schema, common=True)

    @cached_property
    def spelling(self) -> Spelling:
        """The words of all titles."""
        return Spelling(json.loads((self.path / VOCABULARY).read_text()))

    def search(self, asked: Asked, thesaurus: Thesaurus, *, most: int = 25, offset: int = 0, typing: bool = False) -> Found:
        """The best codes. `typing`: the last word may be the beginning of one."""
        found = Found(asked)
        if asked.empty and not (asked.headings or asked.systems):
            return found
        if (asked.phrases or asked.without) and self.is_title(asked.text):
            asked.words, asked.phrases, asked.without = asked.text.split(), [], []
        if asked.bounds or asked.pattern:
            return self.in_order(found, most, offset)
        if asked.words and not asked.phrases and self.by_number(found, thesaurus, most, offset):
            return found
        named = self.named(asked)
        self.by_words(found, thesaurus, most, offset, typing=typing)
        if named and not offset:
            found.hits = [*named, *(hit for hit in found.hits if hit not in named)][:most]
            found.count = max(found.count, len(found.hits))
            found.more = [hit for hit in found.more if hit not in named]
        return found

    def named(self, asked: Asked) -> list[Hit]:
        """Codes whose number stands among words of their title: `R07.9 chest pain`. The number is then no word to look for."""
        candidates, _, others = numbers(asked.words)
        known = [number for number in candidates if len(number) > 2 and self.searcher.doc_freq("code", number)]
        if not known or not others:
            return []
        said = {term for word in others for term in terms(word)} - ranking.NEUTRAL
        exactly = Query.term_set_query(self.index.schema, "code", known)
        found = [Wording(self.card(address)) for _, address in self.searcher.search(self.titles.filtered(asked, [(Occur.Must, exactly)]), RANKED).hits]
        found = [code for code in found if said & code.there]
        if found:
            asked.words = [word for word in asked.words if number_of(word) not in known]
        return [shown(code) for code in found]

    def is_title(self, text: str) -> bool:
        """Whether a descriptor is this text: then its quotes and dashes are no commands."""
        return bool(self.searcher.search(self.titles.whole(terms(text)), 1).hits)

    # Numbers

    def in_order(self, found: Found, most: int, offset: int) -> Found:
        """A range or a wildcard, in the systems' own order."""
        asked = found.asked
        if asked.bounds:
            first, last = asked.bounds
            number = Query.range_query(self.index.schema, "number", tantivy.FieldType.Unsigned, in_digits(first), in_digits(last, 36))
        else:
            number = self.titles.number(asked.pattern)
        found.query = self.titles.filtered(asked, [(Occur.Must, number)])
        answer = self.searcher.search(found.query, most, order_by_field="order", order=tantivy.Order.Asc, offset=offset)
        found.hits, found.count = [self.hit(address) for _, address in answer.hits], answer.count or 0  # type: ignore[attr-defined]
        return found

    def by_number(self, found: Found, thesaurus: Thesaurus, most: int, offset: int) -> bool:
        """Whether the query is one or more numbers, with what may stand beside a number; then the hits are these codes and those that start so."""
        asked = found.asked
        candidates, systems, others = numbers(asked.words)
        known = [number for number in candidates if self.searcher.doc_freq("code", number)]
        if not known:
            means_more = tuple(terms(" ".join(asked.words))) in thesaurus.means  # `d5` is a solution before it is a beginning
            return not means_more and self.by_start(found, candidates, others, systems, most, offset)
        loose = [word for word in (*others, *(number for number in candidates if number not in known)) if not is_aside(word)]
        if loose:
            return False
        asked.systems += systems
        exactly = Query.const_score_query(Query.term_set_query(self.index.schema, "code", known), 10.0)
        begins = [self.titles.number(f"{number}*") for number in known if len(number) >= 3]
        found.query = self.titles.filtered(asked, [(Occur.Must, Query.boolean_query([(Occur.Should, exactly), *((Occur.Should, one) for one in begins)]))])
        answer = self.searcher.search(found.query, max(most + offset, RANKED))
        hits = [self.hit(address) for _, address in answer.hits]
        place = {number: spot for spot, number in enumerate(known)}
        dotted = "." in asked.text
        hits.sort(key=lambda hit: (place.get(number_of(hit.code), len(place)), ("." in hit.code) != dotted))
        found.hits, found.count = hits[offset : offset + most], answer.count or 0  # type: ignore[attr-defined]
        exact = [hit for hit in hits if number_of(hit.code) == known[0]] if len(known) == 1 else []
        found.exact = exact[0] if len(exact) == 1 else None
        return bool(hits)

    def by_start(self, found: Found, candidates: list[str], others: list[str], systems: list[str], most: int, offset: int) -> bool:
        """A single beginning of a number: `6366`."""
        shortest = 3 if others else 2  # `ed l3` is no beginning with a modifier
        if len(candidates) != 1 or any(not is_aside(word) for word in others) or len(candidates[0]) < shortest:
            return False
        found.asked.systems += systems
        found.asked.pattern = f"{candidates[0]}*"
        self.in_order(found, most, offset)
        found.asked.pattern = ""
        return bool(found.hits)

    # Words

    def by_words(self, found: Found, thesaurus: Thesaurus, most: int, offset: int, *, typing: bool) -> Found:
        """Codes whose titles have all words, as they were likely meant; where these are few, codes with most of them besides."""
        asked = found.asked
        typed = words(" ".join(asked.words))
        corrected = self.spelling.corrected(typed, thesaurus)
        if corrected:
            self.understood(found, regrouped(corrected, thesaurus), most, offset)
            found.corrected = chosen(corrected, next((hit.short for hit in (*found.hits, *found.more)), ""))
        if not (found.hits or found.more):
            found.corrected = ""
            self.understood(found, thesaurus.groups(terms(" ".join(asked.words))), most, offset, typing=typing)
        return found

    def understood(self, found: Found, groups: Sequence[Group], most: int, offset: int, *, typing: bool = False) -> None:
        """Hits for these groups: of all of them in the titles; where these are few, of most of them besides, in the descriptions too."""
        told = [group for group in groups if any(term not in ranking.NEUTRAL for term in group.terms)] or list(groups)
        phrases = [tuple(terms(phrase)) for phrase in found.asked.phrases if terms(phrase)]
        measure = ranking.Measure(groups, [self.worth(group) for group in groups], phrases)
        begun = self.last_word(found, told) if typing else ""
        self.collect(found, self.all_clauses(told, phrases, begun), measure, most, offset)
        if found.count < ENOUGH and not offset and (told or phrases):
            self.relax(found, told, phrases, measure, most)

    def last_word(self, found: Found, told: Sequence[Group]) -> str:
        """The word that is still being typed."""
        return words(found.asked.words[-1])[-1] if told and words(found.asked.words[-1]) else ""

    def all_clauses(self, told: Sequence[Group], phrases: Sequence[Terms], begun: str) -> list[Any]:
        """Every group and every phrase must be there, in the titles."""
        clauses = self.titles
        must = [(Occur.Must, clauses.side(group) if ranking.is_side(group.terms) and len(told) > 1 else clauses.group(group)) for group in told]
        if begun and len(told[-1].terms) == 1 and 1 < len(begun) <= LONGEST_WORD:
            must[-1] = (Occur.Must, Query.disjunction_max_query([clauses.group(told[-1]), clauses.started(begun)]))
        return must + [(Occur.Must, clauses.phrase(phrase)) for phrase in phrases]

    def worth(self, group: Group) -> float:
        """How much a group tells: the logarithm of how rare it is."""
        if all(term in ranking.NEUTRAL for term in group.terms):
            return 0.0
        with_it = sum(min(self.frequency(term) for term in alternative) for alternative in (group.terms, *group.means))
        return log(2 + self.searcher.num_docs / (1 + with_it))

    def frequency(self, term: str) -> int:
        """How many titles have a term."""
        return self.searcher.doc_freq("long", term)

    def relax(self, found: Found, told: Sequence[Group], phrases: Sequence[Terms], measure: ranking.Measure, most: int) -> None:
        """Codes that have most of what is asked for, after those that have all: the ranking weighs what is missing."""
        telling, others = self.parted(told)
        some = [self.everywhere.group(group) for group in telling] + [self.everywhere.phrase(phrase) for phrase in phrases]
        rest = [(Occur.Should, self.everywhere.group(group)) for group in others]
        query = self.titles.filtered(found.asked, [(Occur.Must, Query.boolean_query([(Occur.Should, one) for one in some])), *rest])
        answer = self.searcher.search(query, RELAXED, count=False, weight_by_field="weight")
        there = {(hit.system, hit.code) for hit in found.hits}
        found.more = [shown(code) for code in self.ranked(answer.hits, measure) if (code.system, code.shown[1]) not in there][:most]
        found.meant = measure.meant
        if not found.hits:
            found.query = query

    def parted(self, told: Sequence[Group]) -> tuple[list[Group], list[Group]]:
        """The groups that tell most, and those that tell so little together that a code with none but these is not worth looking at."""
        worths = [self.worth(group) for group in told]
        left = LITTLE * sum(worths)
        others = set()
        for worth, place in sorted(zip(worths, range(len(told)), strict=True)):
            left -= worth
            if left < 0:
                break
            others.add(place)
        return [group for place, group in enumerate(told) if place not in others], [told[place] for place in sorted(others)]

    def collect(self, found: Found, clauses: list[Any], measure: ranking.Measure, most: int, offset: int) -> None:
        """Run the clauses, rank the best, and keep the page that is asked for."""
        if not clauses and not (found.asked.headings or found.asked.systems):
            return
        if measure.asked:
            whole = Query.const_score_query(self.titles.whole(measure.asked), WHOLE)
            clauses = [(Occur.Must, Query.disjunction_max_query([whole, Query.boolean_query(clauses)]))] if clauses else [(Occur.Must, whole)]
        query = self.titles.filtered(found.asked, clauses)
        answer = self.searcher.search(query, max(RANKED, offset + most), weight_by_field="weight")
        if answer.hits:
            found.query, found.meant = query, measure.meant
            found.hits = [shown(code) for code in self.ranked(answer.hits, measure)[offset : offset + most]]
            found.count = answer.count or 0  # type: ignore[attr-defined]

    def ranked(self, answers: Sequence[Any], measure: ranking.Measure) -> list[Wording]:
        """The best hits in their order; those behind them stay in the engine's."""
        best = max((score for score, _ in answers if score < WHOLE), default=1.0) or 1.0
        points = []
        for place, (score, address) in enumerate(answers[:RANKED]):
            code = self.wording(address, measure)
            value = measure.of(min(score / best, 1.0), code)
            points.append((value + (2.0 if score >= WHOLE and code.active else 0.0), -place, code))
        points.sort(key=BY_POINTS, reverse=True)
        return ranking.mixed(points) + [self.wording(address, measure) for _, address in answers[RANKED:]]

    # Hits

    def facets(self, found: Found) -> dict[str, list[tuple[str, int]]]:
        """How many hits each system, status and section has, the largest first."""
        if found.query is None:
            return {}
        named = {name: {"terms": {"field": name, "size": 12}} for name in ("system", "status", "section")}
        answer = self.searcher.aggregate(found.query, named)
        return {name: [(bucket["key"], bucket["doc_count"]) for bucket in answer[name]["buckets"]] for name in named}

    def wording(self, address: Any, measure: ranking.Measure) -> Wording:
        """What a document is ranked by; looked up once a query."""
        key = (address.segment_ord, address.doc)
        found = measure.codes.get(key)
        if found is None:
            found = measure.codes[key] = Wording(self.card(address))
        return found

    def card(self, address: Any) -> str:
        """What the index keeps of a code."""
        return bytes(self.searcher.doc(address)["card"][0]).decode()

    def hit(self, address: Any) -> Hit:
        """What a document shows."""
        return shown(Wording(self.card(address)))
