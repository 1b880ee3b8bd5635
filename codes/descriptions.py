"""The one door for writing common language descriptions: save a draft, publish, withdraw.

Each is atomic, keeps a version in the history, and makes the code's kept pages out of date.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from codes.markdown import to_html
from codes.models import Catalogue, Code, CommonDescription, Release


def save_draft(*, code: Code, text: str, author: User | None) -> CommonDescription:
    """Keep a working text; what is published stays in place."""
    return write(code, text=text, status=CommonDescription.DRAFT, author=author, reason="Draft saved")


def publish(*, code: Code, author: User | None, text: str | None = None) -> CommonDescription:
    """Publish a text, or the working text as it stands: from now on it is what the code's page shows."""
    return write(code, text=text, status=CommonDescription.PUBLISHED, author=author, reason="Published")


def withdraw(*, code: Code, author: User | None) -> CommonDescription:
    """Take the published text off the page; the working text stays as a draft."""
    return write(code, text=None, status=CommonDescription.DRAFT, author=author, reason="Withdrawn", keep_published=False)


def locked(code: Code) -> tuple[Code, CommonDescription | None]:
    """The code as it is current now, and the description as it is stored, if there is one.

    Locked to the end of the transaction: writers take turns, and no release becomes current in between. A release that
    did so while the editor wrote, or while this waits, has the code in a row of its own.
    """
    releases = Release.objects.select_for_update().filter(kind=code.system.slug, part="", current=True)
    release = releases.first() or releases.first()
    now: Code = Code.objects.select_for_update().filter(release=release, compact=code.compact).first() or code
    return now, CommonDescription.objects.select_related("author").filter(code=now).first()


@transaction.atomic
def write(code: Code, *, text: str | None, status: str, author: User | None, reason: str, keep_published: bool = True) -> CommonDescription:
    """Write the row, its history and the code's page version. A text of None leaves the working text as it is."""
    code, stored = locked(code)
    description = stored or CommonDescription(code=code)
    if text is not None:
        description.text = text.replace("\r\n", "\n").strip()
    description.status, description.author = status, author
    if status == CommonDescription.PUBLISHED:
        description.html, description.published_at = to_html(description.text), timezone.now()
        description.demonstration = False
    elif not keep_published:
        description.html, description.published_at = "", None
    description._history_user = author  # type: ignore[attr-defined]
    description._change_reason = reason  # type: ignore[attr-defined]
    description.save()
    Code.objects.filter(pk=code.pk).update(page_version=F("page_version") + 1)
    Catalogue.search_again()
    return description
