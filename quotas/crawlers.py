"""Search crawlers that prove themselves: the address's name is the engine's, and that name has the address.

A user agent alone proves nothing; it only decides whether it is worth asking the DNS.
"""

import hashlib
import hmac
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Protocol

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from quotas.network import client_address

# User agent token → domains its crawler's host names end in, as each engine publishes them.
ENGINES = {
    "googlebot": (".googlebot.com", ".google.com"),
    "bingbot": (".search.msn.com",),
    "applebot": (".applebot.apple.com",),
    "yandexbot": (".yandex.com", ".yandex.ru", ".yandex.net"),
    "baiduspider": (".baidu.com", ".baidu.jp"),
    "petalbot": (".petalsearch.com",),
    "seznambot": (".seznam.cz",),
}
REMEMBER_PROVEN, REMEMBER_REFUSED, PATIENCE = 24 * 3600, 3600, 2.0


class Resolver(Protocol):
    """Asks the DNS; both raise OSError where it has no answer."""

    def name_of(self, address: str) -> str:
        """The host name of an address."""

    def addresses_of(self, name: str) -> set[str]:
        """The addresses of a host name."""


class SystemResolver:
    """The machine's own resolver, with a limit to its patience."""

    pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="dns")

    def name_of(self, address: str) -> str:
        """The host name of an address; OSError where there is none in time."""
        try:
            return self.pool.submit(socket.gethostbyaddr, address).result(PATIENCE)[0]
        except TookTooLong as late:
            raise OSError("the DNS did not answer in time") from late

    def addresses_of(self, name: str) -> set[str]:
        """The addresses of a host name; OSError where there are none in time."""
        try:
            found = self.pool.submit(socket.getaddrinfo, name, None).result(PATIENCE)
        except TookTooLong as late:
            raise OSError("the DNS did not answer in time") from late
        return {str(entry[4][0]) for entry in found}


resolver: Resolver = SystemResolver()


def proves_itself(address: str, domains: tuple[str, ...]) -> bool:
    """Whether the address's name lies in the domains, and the name leads back to the address."""
    try:
        name = resolver.name_of(address).rstrip(".").lower()
        return name.endswith(domains) and address in resolver.addresses_of(name)
    except OSError:
        return False


def is_verified(request: HttpRequest) -> bool:
    """Whether the request comes from a search engine's own crawler; answers are remembered under a hash."""
    agent = request.META.get("HTTP_USER_AGENT", "").lower()
    engine = next((token for token in ENGINES if token in agent), None)
    if engine is None:
        return False
    address = client_address(request)
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{engine} {address}".encode(), hashlib.sha256).hexdigest()
    known = cache.get(f"crawler:{digest}")
    if known is None:
        known = int(bool(address) and proves_itself(address, ENGINES[engine]))
        cache.set(f"crawler:{digest}", known, REMEMBER_PROVEN if known else REMEMBER_REFUSED)
    return bool(known)
