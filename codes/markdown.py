"""Markdown to safe HTML. It runs when a text is saved, never when it is read."""

import nh3
from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "h3", "h4", "hr", "a", "table", "thead", "tbody", "tr", "th", "td"}


def to_html(text: str) -> str:
    """The text as HTML with an allow-list of tags, and links that carry no referrer of their own."""
    tokens = PARSER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):  # the page has an h1 and h2s of its own
            token.tag = "h3" if token.tag in ("h1", "h2", "h3") else "h4"
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}).strip()
