"""Reading a page from outside: the hooks of the contract."""

import re
from html import unescape


def text_of(response):
    return response.content.decode()


def attribute(response, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', text_of(response))
    return unescape(found.group(1)) if found else None


def access(response) -> str | None:
    return attribute(response, "data-access")


def remaining(response) -> str | None:
    return attribute(response, "data-views-remaining")


def panels(response) -> dict[str, str]:
    return dict(re.findall(r'<section\b[^>]*data-panel="(\w+)"[^>]*data-locked="(\w+)"', text_of(response)))


def code_url(code: str, system: str = "cpt") -> str:
    return f"/codes/{system}/{code}/"
