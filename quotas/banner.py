"""The banner of a metered page: how many views remain, in words made from the plan table.

Pages are kept rendered for all holders; the banner is each holder's own, so it is put into the
place that `{% views_banner %}` leaves open.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import escape

from quotas.meter import Standing
from quotas.models import GUEST

SLOT = "<!--views-->"
PATH = "PATH-OF-THE-PAGE"


@dataclass(frozen=True, slots=True)
class Words:
    """A banner ready to be put in, and a short digest of it for the ETag."""

    html: bytes
    digest: str


NONE = Words(b"", "0")


def render(standing: Standing | None, access: str) -> Words:
    """The banner for a standing; empty where the page is not metered for this visitor."""
    if standing is None:
        return NONE
    more = None
    if standing.registered_views is not None and standing.views is not None:
        more = max(0, standing.registered_views - standing.views)
    end = standing.period.end
    return worded(
        standing.plan == GUEST,
        standing.plan_name,
        standing.limit,
        standing.left,
        more,
        standing.registered_views is None,
        standing.network_full,
        standing.period.kind,
        end.date() if end else None,
        access,
    )


@lru_cache(maxsize=4096)
def worded(
    guest: bool,
    plan_name: str,
    limit: int | None,
    left: int | None,
    more: int | None,
    registered_unlimited: bool,
    network_full: bool,
    period: str,
    resets: date | None,
    access: str,
) -> Words:
    """The banner's HTML for these figures, rendered once."""
    context = {
        "guest": guest,
        "plan_name": plan_name,
        "limit": limit,
        "left": left,
        "more": more,
        "registered_unlimited": registered_unlimited,
        "network_full": network_full,
        "period": period,
        "resets": resets,
        "locked": access == "locked",
        "path": PATH,
    }
    html = render_to_string("quotas/banner.html", context).strip().encode()
    return Words(html, hashlib.blake2s(html, digest_size=4).hexdigest())


def fill(content: bytes, words: Words, path: str) -> bytes:
    """The page with the banner in its place."""
    return content.replace(SLOT.encode(), words.html.replace(PATH.encode(), escape(path).encode()), 1)
