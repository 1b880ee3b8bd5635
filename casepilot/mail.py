"""Outgoing mail of the embedded default: kept as a file a message in var/mail/, and printed."""

import sys
import uuid

from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.utils import timezone


class KeptMailBackend(EmailBackend):
    """Writes each message to a file of its own and prints it, so that a developer sees codes and links."""

    def send_messages(self, email_messages: "list[EmailMessage]") -> int:  # type: ignore[override]
        """Keep and print the messages; how many there were."""
        for message in email_messages:
            content = message.message().as_bytes()
            name = f"{timezone.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
            with open(f"{self.file_path}/{name}", "xb") as file:
                file.write(content + b"\n")
            sys.stdout.write(f"--- mail to {', '.join(message.to)} (kept as {name}) ---\n{message.body}\n---\n")
            sys.stdout.flush()
        return len(email_messages)
