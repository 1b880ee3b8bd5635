"""The one door for writing common language descriptions: save a draft, publish, withdraw.

Each is atomic, keeps a version in the history, and makes the code's kept pages out of date.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from codes.markdown import to_html
from codes.models import Code, CommonDescription


def save_draft(*, code: Code, text: str, author: User | None) -> CommonDescription:
    """Keep a working text; what is published stays in place."""
    return write(code, text=text, status=CommonDescription.DRAFT, author=author, reason="Draft saved")


def publish(*, code: Code, author: User | None, text: str | None = None) -> CommonDescription:
    """Publish a text, or the working text as it stands: from now on it is what the code's page shows."""
    return write(code, text=text, status=CommonDescription.PUBLISHED, author=author, reason="Published")


def withdraw(*, code: Code, author: User | None) -> CommonDescription:
    """Take the published text off the page; the working text stays as a draft."""
    return write(code, text=None, status=CommonDescription.DRAFT, author=author, reason="Withdrawn", keep_published=False)


def locked(code_id: int) -> CommonDescription | None:
    """The description as it is stored, if there is one. Its code is locked to the end of the transaction: writers take turns."""
    Code.objects.select_for_update().only("pk").get(pk=code_id)
    return CommonDescription.objects.select_related("author").filter(code=code_id).first()


@transaction.atomic
def write(code: Code, *, text: str | None, status: str, author: User | None, reason: str, keep_published: bool = True) -> CommonDescription:
    """Write the row, its history and the code's page version. A text of None leaves the working text as it is."""
    description = locked(code.pk) or CommonDescription(code=code)
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
    return description
