"""Texts of the Medicare Coverage Database: HTML as its editors' programs left it, made safe and plain enough for a page of ours."""

import html
import re
from urllib.parse import urljoin

import nh3

from codes.models import CoverageDocument
from codes.releases.tables import UNSEEN, Row, clean

LONGEST_TITLE = 500
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {"p", "div", "br", "hr", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
WORDS = {"a", "b", "strong", "i", "em", "u", "sub", "sup"}


def absolute(url: str) -> str | None:
    """A link within CMS's site, made whole; none for one within the page, whose target is not kept."""
    try:
        return None if url.startswith("#") else urljoin(CoverageDocument.PUBLIC, url)
    except ValueError:
        return None


SAFE = nh3.Cleaner(
    tags=HEADINGS | BLOCKS | WORDS,
    attributes={"a": {"href"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}, "ol": {"start", "type"}},
    url_schemes={"http", "https", "mailto"},
    url_relative=absolute,
)
BARE = nh3.Cleaner(tags=set())


def safe(row: Row, name: str) -> str:
    """The column's text as safe HTML; empty where nothing in it can be seen. Its headings all lie below those of the page."""
    spot = row.columns.at.get(name)
    text = UNSEEN.sub("", row.cells[spot]).strip() if spot is not None else ""
    if text and "<" not in text:
        text = "".join(f"<p>{paragraph}</p>" for paragraph in re.split(r"(?:\r?\n[ \t]*){2,}", text))
    text = re.sub(r"<(/?)h[1-6]>", r"<\1h4>", SAFE.clean(text)).strip()
    return text if plain(text) else ""


def plain(text: str) -> str:
    """A text without its tags: a title, or what of a paragraph can be seen."""
    return clean(html.unescape(BARE.clean(text))) if "<" in text or "&" in text else clean(text)


def title(row: Row, name: str) -> str:
    """A document's title, which may carry tags and entities."""
    found = plain(row.text(name))
    if len(found) > LONGEST_TITLE:
        raise row.refused(name, found, f"a title of at most {LONGEST_TITLE} characters was expected")
    return found


def together(*parts: tuple[str, str]) -> str:
    """Texts one after the other, each under its heading, if it has one."""
    return "".join((f"<h4>{heading}</h4>" if heading else "") + text for heading, text in parts if text)
