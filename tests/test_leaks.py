"""Denied text never leaves the server: marker words in every gated field, every route, every kind of visitor."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from codes.models import Change, Code, CommonDescription, FeeScheduleLine, Heading, Release
from tests.conftest import PASSWORD
from tests.pages import access, code_url, text_of

# Where the marker stands → the accesses under which it may be shown on the code's own page.
MARKERS = {
    "zqlongtext": {"preview", "full"},
    "zqcommontext": {"preview", "full"},
    "zqmediumtext": set(),
    "zqdrafttext": set(),
    "zqguideline": {"full"},
    "zqrelease": {"full"},
    "zqformertext": {"preview", "full"},
    "zqdetail": set(),
    "987654": {"full"},
}
SECRET = "63663"
OTHERS = ["63650", "63655", "63661", "63662", "63664", "63685", "63688"]


@pytest.fixture(autouse=True)
def _planted(searching):
    """Markers in the gated fields of one code."""
    code = Code.objects.get(code=SECRET)
    Code.objects.filter(pk=code.pk).update(long="Long zqlongtext.", medium="zqmediumtext", notes={"includes": ["zqguideline"]})
    Heading.objects.filter(pk=code.heading_id).update(note="", notes={})
    CommonDescription.objects.filter(code=code).update(html="<p>zqcommontext</p>", text="zqdrafttext")
    Release.objects.filter(kind="pfs", current=True).update(title="zqrelease")
    line = {"date": "2026-01-01", "release": "An earlier release", "what": "revised", "before": {"long": "zqformertext"}}
    Code.objects.filter(pk=code.pk).update(history=[line], details={"consumer": "zqdetail"})
    revised = {"what": "revised", "code": SECRET}
    Change.objects.create(release=code.release, columns=["long"], before={"long": "zqformertext"}, after={"long": "Long zqlongtext."}, **revised)
    fees = Release.objects.get(kind="pfs", current=True)
    Change.objects.create(release=fees, columns=["work_rvu"], before={"work_rvu": "1"}, after={"work_rvu": "987654"}, **revised)
    FeeScheduleLine.objects.filter(code=SECRET).update(work_rvu="987654.00")
    searching()


def routes():
    """Every URL of the site that can be asked for with GET, filled with the secret code where it takes one."""
    filling = {"system": "cpt", "code": SECRET, "slug": Code.objects.get(code=SECRET).heading.slug, "app_label": "codes"}

    def walk(patterns, prefix: str = ""):
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, route)
            else:
                yield route

    found = set()
    for route in walk(get_resolver().url_patterns):
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(filling.get(match.group(1), "1")), route)
        found.add("/" + re.sub(r"[\^$]|\\Z|\(\?P<\w+>[^)]*\)", "", path).replace("\\", ""))
    queries = [f"/codes/{page}/?q={word}" for page in ("search", "suggest") for word in [SECRET, "6366", "63650-63688", "spinal", *MARKERS]]
    changes = [f"{release.get_absolute_url()}?what={what}" for release in Release.objects.all() for what in ("added", "revised", "deleted")]
    return sorted(found) + queries + changes + ["/sitemap.xml", "/robots.txt"]


def visitors(coder, sign_in):
    """The four kinds of visitor that may be denied, each with what it may see of the secret code (None: nothing)."""
    guest = Client()
    exhausted = Client()
    exhausted.get(code_url("99213"))
    registered, used_up = Client(), Client()
    sign_in(registered, coder)
    other = type(coder).objects.create_user("other@example.net", PASSWORD)
    used_up.force_login(other)
    for code in OTHERS[:6]:
        assert access(used_up.get(code_url(code))) == "full"
    return {
        "guest": (guest, "preview"),
        "exhausted guest": (exhausted, "locked"),
        "registered": (registered, "full"),
        "exhausted registered": (used_up, "locked"),
    }


def everything(response) -> str:
    """Body and headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace") + "\n".join(f"{name}: {value}" for name, value in response.items()) + str(response.cookies)


def test_it_works(coder, sign_in):
    """The markers are where the rules let them be seen; otherwise the walk below would prove nothing."""
    seen = visitors(coder, sign_in)
    for name, (client, expected) in seen.items():
        page = client.get(code_url(SECRET))
        assert access(page) == expected, name
        for marker, allowed in MARKERS.items():
            assert (marker in text_of(page)) == (expected in allowed), (name, marker)


@pytest.mark.parametrize("kind", ["guest", "exhausted guest", "registered", "exhausted registered"])
def test_no_route_shows_what_is_denied(coder, sign_in, kind):
    client, expected = visitors(coder, sign_in)[kind]
    client.raise_request_exception = False
    paths = routes()
    assert len(paths) > 60
    for path in paths:
        for method in ("get", "head"):
            response = getattr(client, method)(path, HTTP_ACCEPT="text/html")
            got = everything(response)
            allowed = expected if path == code_url(SECRET) else None
            for marker, accesses in MARKERS.items():
                if allowed in accesses or (marker == "zqrelease" and path.startswith(("/codes/changes/", "/tools/"))):
                    continue  # which releases are loaded anybody may know
                # A search page repeats what was asked for; the marker asked for does not count there.
                shown = got.replace(f"q={marker}", "").replace(f'value="{marker}"', "").replace(f"<title>{marker}", "")
                assert marker not in shown, (kind, method, path, marker)


def test_an_etag_is_no_oracle(coder, sign_in):
    """The ETag of a locked page does not change with the text that is denied."""
    exhausted = Client()
    exhausted.get(code_url("99213"))
    before = exhausted.get(code_url(SECRET))["ETag"]
    CommonDescription.objects.filter(code__code=SECRET).update(html="<p>Another text</p>")
    from codes import kept

    kept.forget()
    assert exhausted.get(code_url(SECRET))["ETag"] == before


def test_a_kept_page_of_wider_access_is_never_served(coder, sign_in):
    full = Client()
    sign_in(full, coder)
    assert "zqrelease" in text_of(full.get(code_url(SECRET)))
    assert "zqrelease" not in text_of(Client().get(code_url(SECRET)))
    exhausted = Client()
    exhausted.get(code_url("99213"))
    assert "zqcommontext" not in text_of(exhausted.get(code_url(SECRET)))


def test_nothing_personal_is_in_a_kept_page(coder, sign_in):
    client = Client()
    sign_in(client, coder)
    client.get(code_url(SECRET))
    from codes import kept

    bodies = [body.content for body in kept.ready.values()]
    assert bodies
    assert not any(coder.email.encode() in body or b"csrf" in body.lower() for body in bodies)
