"""Many more views, written in bulk by the database itself: `python -m bench.many 10000000` under a site's settings."""

import sys
from collections.abc import Iterator

import django
from django.db import connection

VIEWS_A_GUEST = 5
BATCH = 1_000_000
NUMBERS = {
    "postgresql": "SELECT number FROM generate_series({first}, {last}) AS series(number)",
    "sqlite": "WITH RECURSIVE series(number) AS (SELECT {first} UNION ALL SELECT number + 1 FROM series WHERE number < {last}) SELECT number FROM series",
}
MOMENT = {
    "postgresql": "now() - make_interval(secs => ({guests} - guest.number) % 2500000)",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (({guests} - guest.number) % 2500000) || ' seconds')",
}
HEXADECIMAL = {"postgresql": "lpad(to_hex(guest.number), 31, '0')", "sqlite": "printf('%031x', guest.number)"}
GUESTS = "INSERT INTO quotas_allowance (id, visitor, period, used, extra) SELECT guest.number, 'f' || {visitor}, '{period}', {used}, 0 FROM ({numbers}) guest"
VIEWS = """
INSERT INTO quotas_view (allowance_id, item, plan, opened_at)
SELECT guest.number, 'cpt/' || code.code, 'guest', {moment}
FROM ({numbers}) guest CROSS JOIN ({nth}) nth
JOIN bench_numbered code ON code.place = (CAST(guest.number AS bigint) * 7919 + nth.number * 3571) % (SELECT count(*) FROM bench_numbered)
"""
NUMBERED = """
CREATE TABLE bench_numbered AS SELECT row_number() OVER (ORDER BY code) - 1 AS place, code
FROM codes_code WHERE system_id = (SELECT id FROM codes_codesystem WHERE slug = 'cpt')
"""


def statements(views: int, first: int) -> Iterator[str]:
    """The statements, a batch each: guests, then what they have open."""
    from quotas import periods

    kind, guests, period = connection.vendor, views // VIEWS_A_GUEST, periods.current(periods.MONTH).key
    yield NUMBERED
    yield "CREATE UNIQUE INDEX bench_numbered_place ON bench_numbered (place)"
    for start in range(first, first + guests, BATCH // VIEWS_A_GUEST):
        last = min(start + BATCH // VIEWS_A_GUEST, first + guests) - 1
        numbers = NUMBERS[kind].format(first=start, last=last)
        nth = NUMBERS[kind].format(first=1, last=VIEWS_A_GUEST)
        yield GUESTS.format(visitor=HEXADECIMAL[kind], period=period, used=VIEWS_A_GUEST, numbers=numbers)
        yield VIEWS.format(moment=MOMENT[kind].format(guests=first + guests), numbers=numbers, nth=nth)
    yield "DROP TABLE bench_numbered"
    if kind == "postgresql":
        yield f"SELECT setval(pg_get_serial_sequence('quotas_allowance', 'id'), {first + guests})"
        yield "VACUUM ANALYZE"


def main() -> None:
    """Write them."""
    django.setup()
    from quotas.models import Allowance

    newest = Allowance.objects.order_by("-pk").first()
    for statement in statements(int(sys.argv[1]), newest.pk + 1 if newest else 1):
        with connection.cursor() as cursor:
            cursor.execute(statement)


if __name__ == "__main__":
    main()
