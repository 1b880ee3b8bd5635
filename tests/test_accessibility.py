"""axe-core finds nothing to object to on any page, on a phone and on a desk, in light and in dark, and none is wider than the window."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.browser"]
pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']}).then(found =>
  found.violations.map(rule => rule.id + ': ' + rule.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ')))"""


def test_axe_finds_nothing_and_every_page_fits(tour):
    """No page complains in the console or asks another host, either: `open_as` sees to that."""
    found, wide = {}, {}
    for name, page in tour(AXE):
        found[name] = page.evaluate(RUN, TAGS)
        wide[name] = page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")
    assert {name: violations for name, violations in found.items() if violations} == {}
    assert {name: pixels for name, pixels in wide.items() if pixels} == {}


def test_axe_would_find_something(open_as):
    page = open_as("guest", script=AXE).page
    page.goto("/")
    page.evaluate("document.querySelector('#q').labels[0].remove()")
    page.evaluate("document.querySelector('#q').removeAttribute('placeholder')")
    assert any(violation.startswith("label:") for violation in page.evaluate(RUN, TAGS))
