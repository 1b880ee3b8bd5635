"""System checks for what an operator forgets."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def proxies_are_counted(**kwargs: Any) -> list[checks.CheckMessage]:
    """HTTPS ends at a proxy, so a site on HTTPS that counts no proxy takes the proxy for every guest."""
    if settings.HTTPS and settings.TRUSTED_PROXY_COUNT == 0:
        return [
            checks.Warning(
                "TRUSTED_PROXY_COUNT is 0 on a site that is served over HTTPS.",
                hint="Set it to the number of proxies in front of the site; otherwise all guests share one network limit.",
                id="quotas.W001",
            )
        ]
    return []


@checks.register(checks.Tags.security, deploy=True)
def host_is_allowed(**kwargs: Any) -> list[checks.CheckMessage]:
    """SITE_URL's host must be among ALLOWED_HOSTS, or every visitor gets a 400."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    allowed = settings.ALLOWED_HOSTS
    if "*" in allowed or any(host == entry or (entry.startswith(".") and host.endswith(entry)) for entry in allowed):
        return []
    return [checks.Error(f"ALLOWED_HOSTS does not name {host}, the host of SITE_URL.", hint=f"Add {host} to ALLOWED_HOSTS.", id="quotas.E001")]


@checks.register(checks.Tags.security, deploy=True)
def throttles_are_on(**kwargs: Any) -> list[checks.CheckMessage]:
    """RATELIMIT_ENABLE=0 is for load tests."""
    if settings.RATELIMIT_ENABLE:
        return []
    return [checks.Warning("RATELIMIT_ENABLE is 0: every throttle is off.", hint="Leave it out in production.", id="quotas.W002")]
