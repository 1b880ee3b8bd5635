"""The Atom feed of what releases changed."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from codes import changes
from codes.models import Release


class ChangesFeed(Feed):
    """One entry a release, with its counts; the page behind it lists the codes."""

    feed_type = Atom1Feed
    title = "CasePilot: code changes"
    author_name = "CasePilot"
    subtitle = "What each release of the code systems and the Medicare files made new, revised or deleted."
    link = reverse_lazy("codes:changes-index")

    def items(self) -> QuerySet[Release]:
        """The newest releases."""
        return changes.releases()[: changes.LISTED]

    def item_title(self, item: Release) -> str:
        """As the pages name it."""
        return item.title

    def item_description(self, item: Release) -> str:
        """The counts."""
        return changes.summary(item)

    def item_updateddate(self, item: Release) -> datetime:
        """When it was loaded."""
        return item.loaded_at
