"""Whatever the order of requests, the meter keeps its promises (property test against a model of the rules)."""

import uuid

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quotas import meter
from quotas.meter import Holder
from quotas.models import Allowance, Plan, View

ITEMS = st.sampled_from([f"cpt/{number}" for number in range(8)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.one_of(st.none(), st.integers(0, 5)), asked=st.lists(ITEMS, max_size=20), extra=st.integers(0, 3))
def test_never_more_than_the_limit_and_nothing_twice(db, limit, asked, extra):
    Plan.objects.filter(slug="guest").update(views=limit)
    holder = Holder(visitor=uuid.uuid4().hex)
    period = meter.standing(holder, "x").period.key
    Allowance.objects.create(visitor=holder.visitor, period=period, extra=extra)
    opened: set[str] = set()
    for item in asked:
        before = meter.standing(holder, item)
        assert before.held == (item in opened)
        room = limit is None or len(opened) < limit + extra
        assert (before.access == meter.LOCKED) == (not room and item not in opened)
        if not before.held and before.access != meter.LOCKED:
            assert meter.spend(holder, before, item)
            opened.add(item)
        after = meter.standing(holder, item)
        assert after.used == len(opened) == View.objects.filter(allowance__visitor=holder.visitor).count()
        assert after.left == (None if limit is None else limit + extra - len(opened))


def test_a_stale_standing_buys_nothing_beyond_the_limit(db):
    holder = Holder(visitor=uuid.uuid4().hex)
    stale = meter.standing(holder, "cpt/1")
    assert meter.spend(holder, stale, "cpt/1")
    assert not meter.spend(holder, stale, "cpt/2")
    assert meter.spend(holder, stale, "cpt/1")
    assert Allowance.objects.get(visitor=holder.visitor).used == 1
