"""Where a request comes from: the client's address behind trusted proxies, and its private hash."""

import hashlib
import hmac
import secrets
from datetime import date
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

from quotas.models import DailySalt
from quotas.periods import today


def parse(text: str) -> IPv4Address | IPv6Address | None:
    """The address in a header entry (with a port or brackets where a proxy adds them), or None."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def client_address(request: HttpRequest) -> str:
    """The client's address: the peer's, or with N trusted proxies the N-th entry from the right.

    Everything to the left of it is the client's own writing. Where the header is shorter than the
    number of proxies, or the entry is no address, the request did not come the trusted way and the
    peer's address counts. Empty where there is none (a unix socket without proxies).
    """
    hops = settings.TRUSTED_PROXY_COUNT
    if hops:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(entries) >= hops and (address := parse(entries[-hops])):
            return str(address)
    peer = parse(request.META.get("REMOTE_ADDR") or "")
    return str(peer) if peer else ""


def network_of(address: str) -> str:
    """The network that counts: an IPv4 address itself, the /64 of an IPv6 one."""
    parsed = parse(address)
    if isinstance(parsed, IPv6Address):
        return (int(parsed) >> 64).to_bytes(8, "big").hex() + "/64"
    return address


@lru_cache(maxsize=2)
def salt_of(day: date) -> str:
    """The day's random salt, the same for all processes; making it deletes those of earlier days."""
    row, created = DailySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_hex(32)})
    if created:
        DailySalt.objects.filter(day__lt=day).delete()
    return row.salt


def network_hash(request: HttpRequest) -> str:
    """The request's network under the site's key and today's salt; 32 hexadecimal characters."""
    key = f"{settings.SECRET_KEY}{salt_of(today())}".encode()
    return hmac.new(key, network_of(client_address(request)).encode(), hashlib.sha256).hexdigest()[:32]


def ratelimit_key(group: str, request: HttpRequest) -> str:
    """What django-ratelimit counts by: the network, hashed."""
    return network_hash(request)
