"""/metrics in the Prometheus text format, for machines on a private network alone."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address

from django.http import Http404, HttpRequest, HttpResponse

from codes import kept
from codes.models import Release
from quotas import usage
from quotas.network import client_address


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures; 404 for everybody whose address is public or unknown."""
    address = client_address(request)
    if not address or not ip_address(address).is_private:
        raise Http404
    return HttpResponse("".join(f"{line}\n" for line in lines()), content_type="text/plain; version=0.0.4; charset=utf-8")


def lines() -> Iterator[str]:
    """Each figure with its type. Those of kept pages are the answering process's own."""
    yield "# TYPE casepilot_views_today gauge"
    today: Counter[str] = Counter()
    for row in usage.by_day_and_plan(1):
        today[row["plan"]] += row["views"]
    for plan, views in sorted(today.items()):
        yield f'casepilot_views_today{{plan="{plan}"}} {views}'
    yield "# TYPE casepilot_release_rows gauge"
    for release in Release.objects.filter(current=True):
        yield f'casepilot_release_rows{{kind="{release.kind}",version="{release.version}"}} {release.rows}'
    yield "# TYPE casepilot_kept_pages gauge"
    yield f"casepilot_kept_pages {len(kept.packed)}"
    yield "# TYPE casepilot_kept_bytes gauge"
    yield f"casepilot_kept_bytes {int(kept.ready.currsize + kept.packed.currsize)}"
