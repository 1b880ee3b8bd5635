"""How text is cut into terms, the same for what is indexed and what is typed.

Letters and digits make words; case and accents are folded, English endings are cut (Snowball). A possessive loses its
apostrophe before that: `athlete's` is `athletes`. A number stands apart from its unit: `250mg` is `250 mg`.
"""

import re
from functools import lru_cache

import tantivy

ANALYZER = "words"
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
UNIT = re.compile(r"(?<=\d)(?=(?:mg|mcg|ml|gm|g|cc|mm|cm|units?|min|mins|hrs?|lbs?)\b)", re.IGNORECASE)


@lru_cache(maxsize=1)
def analyzer() -> tantivy.TextAnalyzer:
    """What cuts text into terms."""
    steps = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english")):
        steps = steps.filter(step)
    return steps.build()


@lru_cache(maxsize=1)
def plain() -> tantivy.TextAnalyzer:
    """The same without cutting endings: words as they are written."""
    steps = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return steps.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()


def readable(text: str) -> str:
    """Text as it is indexed: no apostrophes within words, a space between a number and its unit."""
    if "'" in text or "\u2019" in text:  # most texts have none
        text = APOSTROPHE.sub("", text)
    return UNIT.sub(" ", text)


def terms(text: str) -> list[str]:
    """The terms of a text, in their order."""
    found: list[str] = analyzer().analyze(readable(text))
    return found


def words(text: str) -> list[str]:
    """The words of a text, with their endings."""
    found: list[str] = plain().analyze(readable(text))
    return found
