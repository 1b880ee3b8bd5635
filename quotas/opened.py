"""Whether something metered is open to a request already: pages beside it ask, and spend nothing."""

from django.http import HttpRequest

from quotas import meter
from quotas.metered import Item
from quotas.middleware import holder_of


def is_open(request: HttpRequest, item: Item) -> bool:
    """Whether the holder reads this in full without spending a view: it is free, was opened in this period, or the plan is unlimited."""
    if not item.metered:
        return True
    standing = meter.standing(holder_of(request), item.key)
    return standing.access == meter.FULL and (standing.held or standing.views is None)
