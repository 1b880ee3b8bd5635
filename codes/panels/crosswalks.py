"""Crosswalks: the diagnoses that support a procedure, or the procedures that a diagnosis supports; related codes; anesthesia.

From the billing articles of the Medicare Coverage Database (CMS, article export: article_x_hcpc_code, article_x_icd10_covered)
and from editors. An article lists codes and diagnoses in groups; which serve which is said in the groups' paragraphs.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils import timezone

from codes import surroundings
from codes.models import Code, CoverageCode, CoverageContractor, CoverageDiagnosis, CoverageDocument, CoverageGroup, Crosswalk, Release, compact
from codes.panels.subject import Subject

SLUG, TITLE = "crosswalks", "Crosswalks"
ARTICLES, SHOWN, ATTACHED, A_PAGE = 6, 4, 12, 100
MOST_TYPED = 60
DIAGNOSES, PROCEDURES = "icd10cm", ("cpt", "hcpcs")
NUMBER = re.compile(r"[a-z]?\d{2}", re.I)
# (sort, whether the code is the crosswalk's beginning) → how those at the other end are headed, in the order of the page.
SECTIONS = {
    (Crosswalk.DIAGNOSIS, True): "Diagnoses that support it",
    (Crosswalk.DIAGNOSIS, False): "Procedures that it supports",
    (Crosswalk.PROCEDURE, True): "Related procedures",
    (Crosswalk.PROCEDURE, False): "Named as a related procedure by",
    (Crosswalk.ANESTHESIA, True): "Anesthesia for it",
    (Crosswalk.ANESTHESIA, False): "Procedures that it is given for",
}


def context(subject: Subject) -> dict[str, Any]:
    """The first of what editors attached and of each article's list, with counts. The number of rows read is bounded."""
    release = release_for(subject)
    sections = attached(subject.code)
    for section in sections:
        section |= {"rows": section["rows"][:ATTACHED], "more": len(section["rows"]) > ATTACHED}
    every = documents(subject.code, release) if release else []
    articles = first_articles(subject.code, release, every[:ARTICLES]) if release else []
    rows = [row for part in (*sections, *articles) for row in part["rows"]]
    name(rows)
    found = {"sections": sections, "articles": articles, "total": len(every), "below": subject.below}
    return found | {"release": release, "reverse": is_diagnosis(subject.code)} if any((sections, articles, subject.below)) else {}


def release_for(subject: Subject) -> Release | None:
    """The current articles, for the systems that they list."""
    listed = subject.code.system.slug in (DIAGNOSES, *PROCEDURES)
    return surroundings.current_release("mcd-articles", subject.edition) if listed else None


def is_diagnosis(code: Code) -> bool:
    """Whether the procedures for it are looked for, and not the diagnoses."""
    return bool(code.system.slug == DIAGNOSES)


# What editors attached


def attached(code: Code) -> list[dict[str, Any]]:
    """Editors' crosswalks from and to the code, by section; one query."""
    ends = Q(system=code.system_id, code=code.code) | Q(target_system=code.system_id, target=code.code)
    found: dict[tuple[str, bool], list[dict[str, Any]]] = {key: [] for key in SECTIONS}
    for walk in Crosswalk.objects.filter(ends).select_related("system", "target_system"):
        begins = (walk.system_id, walk.code) == (code.system_id, code.code)
        system, number = (walk.target_system, walk.target) if begins else (walk.system, walk.code)
        found[walk.sort, begins].append({"system": system.slug, "code": number, "walk": walk})
    return [
        {
            "title": SECTIONS[key],
            "rows": sorted(rows, key=lambda row: (row["system"], row["code"])),
            "demonstration": all(row["walk"].demonstration for row in rows),
        }
        for key, rows in found.items()
        if rows
    ]


# What articles list


def naming(code: Code, release: Release) -> QuerySet[Any]:
    """The rows of articles that name the code: as a procedure, or as a diagnosis that supports necessity."""
    if is_diagnosis(code):
        return CoverageDiagnosis.objects.filter(release=release, code=code.code, covered=True)
    return CoverageCode.objects.filter(release=release, code=code.compact)


def other_side(code: Code, release: Release) -> QuerySet[Any]:
    """The rows of all articles that the code is to be crosswalked to."""
    if is_diagnosis(code):
        return CoverageCode.objects.filter(release=release)
    return CoverageDiagnosis.objects.filter(release=release, covered=True)


def documents(code: Code, release: Release) -> list[Any]:
    """The articles in force that name the code and have something to crosswalk it to, with the first of that; two queries."""
    named = set(naming(code, release).order_by().values_list("number", "version"))
    if not named:
        return []
    others = other_side(code, release).filter(number=OuterRef("number"), version=OuterRef("version"))
    # Read by place in the index (release, number, version, …): the first of thousands cost what the first of a few do.
    by_place = others.order_by("group", "code").values("code")
    firsts = {f"first{place}": Subquery(by_place[place : place + 1]) for place in range(SHOWN)}
    ended = Q(end_date__lt=timezone.localdate()) | Q(status__in=[CoverageDocument.RETIRED, CoverageDocument.PROPOSED])
    found = CoverageDocument.objects.filter(release=release, kind=CoverageDocument.ARTICLE, number__in={number for number, _ in named}).exclude(ended)
    articles: Any = found.defer("text").annotate(**firsts).order_by("number")
    return [article for article in articles if article.first0 and (article.number, article.version) in named]


def of_documents(rows: QuerySet[Any], articles: Sequence[CoverageDocument]) -> QuerySet[Any]:
    """The rows of these documents."""
    return rows.filter(number__in={article.number for article in articles}, version__in={article.version for article in articles})


def first_articles(code: Code, release: Release, articles: Sequence[CoverageDocument]) -> list[dict[str, Any]]:
    """Articles with their first rows, how many they list, and whom they bind; two queries."""
    bound = contractors(articles)
    counts = dict(of_documents(other_side(code, release), articles).order_by().values_list("number").annotate(Count("pk"))) if articles else {}
    return [
        {
            "article": article,
            "contractors": bound.get(article.number, []),
            "rows": [row_of(number, code) for place in range(SHOWN) if (number := getattr(article, f"first{place}"))],
            "count": counts.get(article.number, 0),
        }
        for article in articles
    ]


def row_of(number: str, code: Code) -> dict[str, Any]:
    """A row of the other side: CPT codes begin with a digit, HCPCS codes with a letter."""
    return {"code": number, "system": PROCEDURES[not number[:1].isdigit()] if is_diagnosis(code) else DIAGNOSES}


def contractors(articles: Sequence[CoverageDocument]) -> dict[int, list[dict[str, Any]]]:
    """Whom articles bind, by their numbers: each contractor once, with all its states; one query."""
    found: dict[int, dict[str, set[str]]] = {}
    if not articles:
        return {}
    for row in of_documents(CoverageContractor.objects.filter(release=articles[0].release_id), articles):
        found.setdefault(row.number, {}).setdefault(row.contractor, set()).update(row.states)
    return {number: [{"name": name, "states": sorted(states)} for name, states in sorted(names.items())] for number, names in found.items()}


def name(rows: Iterable[dict[str, Any]]) -> None:
    """Give rows the short titles of their codes; one query. A code that is not loaded has none."""
    rows = list(rows)
    numbers = {compact(row["code"]) for row in rows}  # found by their index, in whatever system; the right one is picked here
    known = {(code.system.slug, code.code): code for code in Code.objects.titles().filter(compact__in=numbers)} if rows else {}
    for row in rows:
        row["known"] = known.get((row["system"], row["code"]))


# The page of the whole list


def listed(subject: Subject, asked: QueryDict) -> dict[str, Any]:
    """All that articles list, of one or of all, found by what is typed; what editors attached stands first on the first page."""
    code, release = subject.code, release_for(subject)
    typed = " ".join(asked.get("q", "")[:MOST_TYPED].split())
    articles = documents(code, release) if release else []
    chosen = next((article for article in articles if str(article.number) == asked.get("article")), None)
    rows: Any = []
    if release and articles:
        rows = of_documents(other_side(code, release), [chosen] if chosen else articles)
        rows = matching(rows, typed, code).order_by("number", "group", "code")
    page = Paginator(rows, A_PAGE).get_page(asked.get("page"))
    blocks = blocks_of(list(page), articles, code)
    sections = attached(code) if page.number == 1 and not chosen else []
    name([row for part in (*sections, *blocks) for row in part["rows"]])
    sections = [section | {"rows": kept} for section in sections if (kept := [row for row in section["rows"] if fits(row, typed)])]
    found = {"q": typed, "articles": articles, "chosen": chosen, "page": page, "blocks": blocks, "sections": sections}
    return found | {"release": release, "reverse": is_diagnosis(code)}


def dotted(number: str) -> str:
    """An ICD-10-CM code with its dot."""
    return number if "." in number or len(number) <= 3 else f"{number[:3]}.{number[3:]}"


def matching(rows: QuerySet[Any], typed: str, code: Code) -> QuerySet[Any]:
    """Rows whose code starts with what is typed, or has these words in its title."""
    if not typed:
        return rows
    start = Q(code__istartswith=typed) | Q(code__istartswith=dotted(typed))
    if NUMBER.match(typed):
        return rows.filter(start)
    titled = Code.objects.current().filter(system__slug__in=PROCEDURES if is_diagnosis(code) else (DIAGNOSES,))
    for word in typed.split():
        titled = titled.filter(short__icontains=word)
    return rows.filter(start | Q(code__in=titled.order_by().values("code")))


def fits(row: dict[str, Any], typed: str) -> bool:
    """Whether an editor's row has what is typed."""
    title = row["known"].short.lower() if row["known"] else ""
    number = row["code"].replace(".", "")
    return number.startswith(typed.upper().replace(".", "")) or all(word in title for word in typed.lower().split())


def blocks_of(rows: Sequence[Any], articles: Sequence[CoverageDocument], code: Code) -> list[dict[str, Any]]:
    """A page's rows by article and group, each with whom the article binds and what the group's paragraph says; two queries."""
    by_number = {article.number: article for article in articles}
    shown = [by_number[number] for number in sorted({row.number for row in rows})]
    bound = contractors(shown)
    what = "codes" if is_diagnosis(code) else "covered"
    said = {}
    if shown:
        groups = of_documents(CoverageGroup.objects.filter(release=shown[0].release_id, what=what), shown)
        said = {(group.number, group.group): group for group in groups}
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        key = (row.number, row.group)
        block = found.setdefault(key, {"article": by_number[row.number], "contractors": bound.get(row.number, []), "group": said.get(key), "rows": []})
        block["rows"].append(row_of(row.code, code) | {"star": getattr(row, "asterisk", False)})
    return list(found.values())
