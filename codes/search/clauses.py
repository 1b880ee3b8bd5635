"""What is asked for, as the engine's query: every group of terms must match, in any of the fields or by one of its meanings."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import tantivy
from tantivy import Occur, Query

from codes.search.index import LONGEST_NUMBER, fingerprint
from codes.search.query import Asked
from codes.search.ranking import SIDELESS
from codes.search.synonyms import Group, Terms
from codes.search.text import terms

# Title over description over synonyms: how much a term counts where it stands.
FIELDS = (("short", 2.5), ("long", 3.0), ("inclusion", 2.0), ("heading", 0.6), ("common", 0.4))
TITLES = FIELDS[:3]
MEANT = 0.85  # of a term's worth, where a synonym matches in its place
ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
IN_WORDS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
SAME = ROMAN | IN_WORDS | {arabic: roman for roman, arabic in ROMAN.items()}


class Clauses:
    """Queries over the fields of one index."""

    def __init__(self, schema: tantivy.Schema, *, common: bool = False) -> None:
        self.schema, self.common = schema, common
        self.begins = lru_cache(maxsize=2_000)(self.with_beginning)

    def word(self, term: str) -> Query:
        """A term in any field; a numeral in either writing."""
        spelled = [term, *([SAME[term]] if term in SAME else [])]
        fields = FIELDS if self.common else TITLES
        return Query.disjunction_max_query(
            [Query.boost_query(Query.term_query(self.schema, name, one), worth) for one in spelled for name, worth in fields], tie_breaker=0.1
        )

    def all_of(self, terms: Sequence[str]) -> Query:
        """All of the terms."""
        if len(terms) == 1:
            return self.word(terms[0])
        return Query.boolean_query([(Occur.Must, self.word(term)) for term in terms])

    def group(self, group: Group) -> Query:
        """The group's own terms, or one of its meanings."""
        if not group.means:
            return self.all_of(group.terms)
        meant = [Query.boost_query(self.all_of(means), MEANT) for means in group.means]
        return Query.disjunction_max_query([self.all_of(group.terms), *meant])

    def side(self, group: Group) -> Query:
        """A side: it must be there, but in systems that tell sides by modifiers."""
        sideless = Query.const_score_query(Query.term_set_query(self.schema, "system", list(SIDELESS)), 0.0)
        return Query.disjunction_max_query([self.group(group), sideless])

    def phrase(self, terms: Terms) -> Query:
        """The terms one behind the other, in one of the titles."""
        if len(terms) == 1:
            return self.word(terms[0])
        return Query.disjunction_max_query([Query.boost_query(Query.phrase_query(self.schema, name, list(terms)), worth) for name, worth in TITLES])

    def started(self, term: str) -> Query:
        """Titles with a word that begins so: for suggestions, while it is still being typed."""
        exact = Query.boost_query(self.word(term), 2.0)
        return Query.disjunction_max_query([exact, *self.begins(term)])

    def with_beginning(self, term: str) -> list[Query]:
        """The same without the whole word; kept, since an automaton takes longer to build than to run."""
        return [Query.regex_query(self.schema, name, f"{term}.*") for name in ("short", "long")]

    def one_of(self, field: str, values: Iterable[str]) -> Query:
        """A filter: the field has one of the values. It changes no score."""
        return Query.const_score_query(Query.term_set_query(self.schema, field, list(values)), 0.0)

    def number(self, pattern: str) -> Query:
        """Codes whose number fits a pattern of * and ?."""
        pattern = re.sub(r"\*+", "*", pattern)
        if len(pattern) - pattern.count("*") > LONGEST_NUMBER:
            return Query.empty_query()
        return Query.const_score_query(Query.regex_query(self.schema, "code", pattern.replace("*", "[0-9A-Z]*").replace("?", "[0-9A-Z]")), 0.0)

    def whole(self, title: Iterable[str]) -> Query:
        """Codes of which a title is these terms and no others."""
        return Query.term_query(self.schema, "exact", fingerprint(" ".join(title)))

    def filtered(self, asked: Asked, clauses: Sequence[tuple[Occur, Query]]) -> Query:
        """The clauses within the filters, without what is excluded."""
        found = list(clauses)
        if asked.systems:
            found.append((Occur.Must, self.one_of("system", asked.systems)))
        if asked.statuses:
            found.append((Occur.Must, self.one_of("status", asked.statuses)))
        found += [(Occur.Must, self.below(heading)) for heading in asked.headings]
        for cut in filter(None, map(terms, asked.without)):
            found.append((Occur.MustNot, Query.boolean_query([(Occur.Must, self.word(term)) for term in cut])))
        if all(occur == Occur.MustNot for occur, _ in found):
            found.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(found)

    def below(self, heading: str) -> Query:
        """A filter: codes below a heading of this name, or of a name with these words."""
        named = [(Occur.Should, self.one_of(field, [heading])) for field in ("headings", "section")]
        cut = terms(heading)
        if cut:
            named.append((Occur.Should, Query.boolean_query([(Occur.Must, Query.term_query(self.schema, "heading", term)) for term in cut])))
        return Query.const_score_query(Query.boolean_query(named), 0.0)
