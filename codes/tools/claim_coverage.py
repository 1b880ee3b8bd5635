"""Billing articles that list a claim's codes: which of its diagnoses they list as supporting them.

Which group of diagnoses serves which codes an article says in words, in the group's paragraph. Where that names codes and
not the one in question, the group is not counted for it; where it names none, or says "except", it is.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, OuterRef, Q

from codes.models import CoverageCode, CoverageContractor, CoverageDiagnosis, CoverageDocument, CoverageGroup, Release
from codes.tools.claim_found import CHECK, NOTE, Basis, Finding, Link
from codes.tools.claim_lines import Claim, Line

RULE = "Medicare Program Integrity Manual, chapter 13; billing and coding article, ICD-10-CM codes that support medical necessity"
CODE = re.compile(r"(?<![A-Za-z0-9.])([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})(?:\s*(?:-|–|to|through)\s*([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}))?(?![A-Za-z0-9])")
OTHERWISE = re.compile(r"\b(except|exclud\w*|other than|not)\b", re.IGNORECASE)
NAMED = 4  # articles by name in a sentence


@dataclass(slots=True)
class Article:
    """A billing article in force: the codes that it lists, and of the claim's diagnoses those that it lists, by group."""

    document: CoverageDocument
    codes: set[str] = field(default_factory=set)
    paragraphs: dict[int, str] = field(default_factory=dict)
    covered: dict[str, list[tuple[int, bool]]] = field(default_factory=lambda: defaultdict(list))
    refused: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    contractors: list[str] = field(default_factory=list)

    def serves(self, group: int, code: str) -> bool:
        """Whether a group's diagnoses are there for a code."""
        named = CODE.findall(paragraph := self.paragraphs.get(group, ""))
        return not named or bool(OTHERWISE.search(paragraph)) or any(first <= code <= (last or first) and len(code) == len(first) for first, last in named)

    def lists_any(self, code: str) -> bool:
        """Whether it lists diagnoses for a code at all."""
        return bool(self.document.lists) and (not self.paragraphs or any(self.serves(group, code) for group in self.paragraphs))  # type: ignore[attr-defined]

    def support(self, code: str, diagnoses: Collection[str]) -> list[tuple[str, int, bool]]:
        """Of these diagnoses those that it lists for a code, with the group, and whether a star stands behind them."""
        return [(found, group, star) for found in diagnoses for group, star in self.covered.get(found, ()) if self.serves(group, code)]

    def against(self, code: str, diagnoses: Collection[str]) -> list[tuple[str, int]]:
        """Those that it lists as not supporting it."""
        return [(found, group) for found in diagnoses for group in self.refused.get(found, ())]

    @property
    def name(self) -> str:
        """As findings name it, with whose it is."""
        return f"{self.document.display_id} ({'; '.join(self.contractors)})" if self.contractors else self.document.display_id


def articles(release: Release, codes: Collection[str], diagnoses: Collection[str], day: date, contractor: str) -> list[Article]:
    """The articles in force that list any of the codes, with what they list of the diagnoses. Five queries."""
    listed = CoverageCode.objects.filter(release=release, code__in=codes).order_by().values_list("number", "version", "code")
    by_code: dict[tuple[int, int], set[str]] = defaultdict(set)
    for number, version, code in listed:
        by_code[number, version].add(code)
    found = {key: Article(document, by_code[key]) for key, document in documents(release, {number for number, _ in by_code}, day, contractor) if key in by_code}
    of = {"release": release, "number__in": [0, *sorted({number for number, _ in found})]}
    columns = ("number", "version", "code", "group", "covered", "asterisk")
    for number, version, code, group, covered, star in (
        CoverageDiagnosis.objects.filter(**of, code__in=["", *diagnoses]).order_by("group").values_list(*columns)
    ):
        if article := found.get((number, version)):
            if covered:
                article.covered[code].append((group, star))
            else:
                article.refused[code].append(group)
    for number, version, group, paragraph in CoverageGroup.objects.filter(**of, what="covered").values_list("number", "version", "group", "paragraph"):
        if article := found.get((number, version)):
            article.paragraphs[group] = re.sub(r"<[^>]*>", " ", paragraph)
    name_contractors(found, of)
    return list(found.values())


def documents(release: Release, of: Collection[int], day: date, contractor: str) -> Iterator[tuple[tuple[int, int], CoverageDocument]]:
    """The articles with these numbers that have not ended on the day, of one contractor if one is chosen."""
    here = {"release": release, "number": OuterRef("number"), "version": OuterRef("version")}
    wanted = CoverageDocument.objects.filter(
        Q(end_date=None) | Q(end_date__gte=day), release=release, kind=CoverageDocument.ARTICLE, number__in=[0, *sorted(of)]
    )
    wanted = wanted.filter(status__in=["", CoverageDocument.ACTIVE])
    if contractor:
        wanted = wanted.filter(Exists(CoverageContractor.objects.filter(**here, contractor_number=contractor)))
    wanted = wanted.annotate(lists=Exists(CoverageDiagnosis.objects.filter(**here, covered=True)))
    for document in wanted.only("kind", "number", "version", "display_id", "effective_date").order_by("number", "version"):
        yield (document.number, document.version), document


def name_contractors(found: dict[tuple[int, int], Article], of: dict[str, object]) -> None:
    """Whose each article is: the names, with the states of each."""
    rows = CoverageContractor.objects.filter(**of).order_by("number", "version", "contractor").values_list("number", "version", "contractor", "states")
    for (number, version, name), group in groupby(rows, key=itemgetter(0, 1, 2)):
        if article := found.get((number, version)):
            states = sorted({state for *_, served in group for state in served})
            article.contractors.append(f"{name}, {' '.join(states)}" if states else name)


def contractors(release: Release | None) -> list[tuple[str, str]]:
    """Number and name of each contractor that has articles, by name."""
    return list(contractors_of(release.pk, str(release.loaded_at))) if release else []


@lru_cache(maxsize=4)
def contractors_of(release: int, loaded: str) -> tuple[tuple[str, str], ...]:
    """A release's rows never change, so they are read once."""
    found = CoverageContractor.objects.filter(release=release).order_by("contractor", "contractor_number")
    return tuple((number, f"{name} ({number})") for name, number in found.values_list("contractor", "contractor_number").distinct())


# The rule


def coverage(claim: Claim, found: list[Article], basis: tuple[Basis, ...]) -> Iterator[Finding]:
    """For each line: none of its diagnoses is listed by the articles of its code, or one is listed as not supporting it."""
    for line in claim.lines:
        diagnoses = claim.of(line)
        of_code = [article for article in found if line.code in article.codes] if diagnoses else []
        for article in of_code:
            for code, group in article.against(line.code, diagnoses):
                what = f"{code} is listed by {article.name} as not supporting {line.code} (group {group})."
                yield finding(CHECK, line, what, "Point to the diagnosis that the record supports, or expect a denial there.", [article], basis)
        silent = [article for article in of_code if article.lists_any(line.code) and not article.support(line.code, diagnoses)]
        speaking = [article for article in of_code if article.support(line.code, diagnoses)]
        if silent:
            yield not_listed(claim, line, silent, speaking, basis)
        yield from starred(line, diagnoses, speaking, basis)


def not_listed(claim: Claim, line: Line, silent: list[Article], speaking: list[Article], basis: tuple[Basis, ...]) -> Finding:
    """None of a line's diagnoses is listed; only a note where another contractor's article lists one."""
    diagnoses = ", ".join(claim.of(line))
    what = f"{diagnoses} {'is' if len(claim.of(line)) == 1 else 'are'} not listed for {line.code} by {names(silent)}."
    if speaking:
        article = speaking[0]
        code, group, _ = article.support(line.code, claim.of(line))[0]
        what += f" {article.name} lists {code} (group {group})."
    later = [article for article in silent if article.document.effective_date and article.document.effective_date > claim.day]
    if later:
        what += f" The loaded version of {names(later, bare=True)} took effect after the date of service."
    do = "Read the article of the contractor who gets the claim; point to a diagnosis that it lists if the record supports one."
    return finding(NOTE if speaking else CHECK, line, what, do, silent, basis)


def starred(line: Line, diagnoses: Collection[str], speaking: list[Article], basis: tuple[Basis, ...]) -> Iterator[Finding]:
    """A diagnosis that is listed under a condition alone."""
    for article in speaking:
        found = article.support(line.code, diagnoses)
        if all(star for _, _, star in found):
            code, group, _ = found[0]
            what = f"{article.name} lists {code} for {line.code} (group {group}) with a star: under a condition that stands below the list."
            yield finding(NOTE, line, what, "Read the condition; often a second diagnosis is needed.", [article], basis)


def names(found: list[Article], *, bare: bool = False) -> str:
    """The first of the articles by name, and how many there are besides."""
    listed = [article.document.display_id if bare else article.name for article in found[:NAMED]]
    return ", ".join(listed) + (f" and {len(found) - NAMED} more" if len(found) > NAMED else "")


def finding(severity: str, line: Line, what: str, do: str, about: list[Article], basis: tuple[Basis, ...]) -> Finding:
    """A finding with links to the articles."""
    links = tuple(Link(article.document.display_id, article.document.public_url) for article in about[:NAMED])
    since = about[0].document.effective_date if len(about) == 1 else None
    return Finding(severity, "coverage", (line.number,), what, do, RULE, basis, since=since, links=links)
