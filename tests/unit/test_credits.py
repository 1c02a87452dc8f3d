"""The rules about credits: who pays, what is left of an allowance, what a job is charged, what its receipt says."""

from typing import ClassVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import errors
from bot.catalogue import _spec
from bot.credits import draw, settlement
from bot.jobs import Output
from bot.media import MediaKind
from bot.money import HOUSE, Coming, Leg, Means, Receipt
from bot.requests import AccountId
from tests import factories
from tests.factories import ANNA, NOON

AMOUNTS = st.integers(0, 1000)


def legs(price: int, *, own: int, allowance: int, pool: AccountId = HOUSE) -> tuple[Leg, ...]:
    return draw.legs(price, account=ANNA, means=Means(own=own, allowance=allowance, pool=pool))


# --- who pays ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "allowance", "expected"),
    [
        (100, 0, [(ANNA, 10)]),
        (100, 4, [(HOUSE, 4), (ANNA, 6)]),
        (100, 10, [(HOUSE, 10)]),
        (0, 50, [(HOUSE, 10)]),
        (6, 4, [(HOUSE, 4), (ANNA, 6)]),
    ],
)
def test_the_pool_pays_first_then_the_member(own: int, allowance: int, expected: list[tuple[AccountId, int]]) -> None:
    assert legs(10, own=own, allowance=allowance) == tuple(Leg(account=who, amount=n) for who, n in expected)


def test_the_pool_is_the_one_that_the_means_name() -> None:
    community = AccountId("pool:42")
    assert legs(10, own=9, allowance=1, pool=community) == (factories.leg(community, 1), factories.leg(ANNA, 9))


@pytest.mark.parametrize(("own", "allowance"), [(0, 0), (9, 0), (0, 9), (5, 4)])
def test_too_little_is_said_with_both_figures(own: int, allowance: int) -> None:
    with pytest.raises(errors.NotEnough) as refused:
        legs(10, own=own, allowance=allowance)
    assert (refused.value.need_credits, refused.value.have_credits) == (10, own + allowance)


def test_what_is_free_has_no_legs() -> None:
    assert legs(0, own=0, allowance=0) == ()


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_legs_make_up_the_price_and_stay_within_the_means(price: int, own: int, allowance: int) -> None:
    assume(price <= own + allowance)
    drawn = {leg.account: leg.amount for leg in legs(price, own=own, allowance=allowance)}
    assert sum(drawn.values()) == price
    assert 0 <= drawn.get(HOUSE, 0) <= allowance
    assert 0 <= drawn.get(ANNA, 0) <= own
    assert all(drawn.values())


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_pool_pays_no_more_for_one_request_than_it_may(price: int, own: int, allowance: int, most: int) -> None:
    means = Means(own=own, allowance=allowance, per_request=most)
    if price > own + most:
        with pytest.raises(errors.AboveLimit):
            draw.legs(price, account=ANNA, means=means)
    elif price > own + min(allowance, most):
        with pytest.raises(errors.NotEnough) as refused:
            draw.legs(price, account=ANNA, means=means)
        assert (refused.value.need_credits, refused.value.have_credits) == (price, own + min(allowance, most))
    else:
        drawn = {leg.account: leg.amount for leg in draw.legs(price, account=ANNA, means=means)}
        assert drawn.get(HOUSE, 0) == min(price, allowance, most)
        assert sum(drawn.values()) == price


@pytest.mark.parametrize(("own", "key"), [(0, "error.above_limit"), (3, "error.above_limit_and_own")])
def test_what_no_day_makes_affordable_promises_no_day(own: int, key: str) -> None:
    means = Means(own=own, allowance=60, per_request=60, coming=Coming(amount=20, at=NOON))
    with pytest.raises(errors.AboveLimit) as refused:
        draw.legs(own + 61, account=ANNA, means=means)
    assert (refused.value.key, refused.value.params) == (
        key,
        {"need": own + 61, "have": own + 60, "limit": 60, "own": own},
    )


@pytest.mark.parametrize(
    ("price", "own", "allowance", "in_pool", "refusal"),
    [
        (5, 0, 3, 100, errors.NotYet),  # the allowance is what is short: tomorrow helps
        (79, 30, 40, 100, errors.NotYet),  # with their own it is enough, once the allowance has grown
        (79, 0, 60, 100, errors.AboveLimit),
        (79, 18, 60, 100, errors.AboveLimit),  # the pool's part and their own, and still one too few
        (79, 0, 0, 0, errors.AboveLimit),  # both: filling the pool would not help
        (5, 0, 4, 4, errors.PoolShort),
        (5, 0, 3, 4, errors.PoolShort),  # both: a larger allowance would not help
        (30, 20, 9, 9, errors.PoolShort),
        (5, 0, 0, 0, errors.PoolShort),
    ],
)
def test_the_reason_is_what_stays_in_the_way(
    price: int, own: int, allowance: int, in_pool: int, refusal: type[errors.NotEnough]
) -> None:
    means = Means(own=own, allowance=allowance, per_request=60, in_pool=in_pool, coming=Coming(amount=20, at=NOON))
    with pytest.raises(errors.NotEnough) as refused:
        draw.legs(price, account=ANNA, means=means)
    assert type(refused.value) is refusal
    assert (refused.value.need_credits, refused.value.have_credits) == (price, own + allowance)


@pytest.mark.parametrize(("own", "key"), [(0, "error.pool_short"), (2, "error.pool_short_and_own")])
def test_a_pool_that_runs_dry_is_named_with_what_it_has(own: int, key: str) -> None:
    with pytest.raises(errors.PoolShort) as refused:
        draw.legs(10, account=ANNA, means=Means(own=own, allowance=4, per_request=60, in_pool=4))
    assert (refused.value.key, refused.value.params) == (key, {"need": 10, "have": own + 4, "pool": 4, "own": own})


def test_where_no_pool_pays_their_own_are_too_few() -> None:
    with pytest.raises(errors.NotEnough) as refused:
        draw.legs(10, account=ANNA, means=Means(own=7, allowance=0))
    assert (type(refused.value), refused.value.key) == (errors.NotEnough, "error.not_enough")


@pytest.mark.parametrize(("opens", "key"), [(False, "error.not_enough_yet"), (True, "error.not_open_yet")])
def test_too_little_says_when_more_comes(opens: bool, key: str) -> None:
    means = Means(own=3, allowance=0, coming=Coming(amount=20, at=NOON, opens=opens))
    with pytest.raises(errors.NotEnough) as refused:
        draw.legs(5, account=ANNA, means=means)
    assert (refused.value.key, refused.value.params) == (key, {"need": 5, "have": 3, "more": 20, "at": NOON})


# --- what it costs in the end ------------------------------------------------------------------------------------


class Pictures(_spec.Options):
    """An operation that is priced by the picture."""

    operation: ClassVar[str] = "text-to-image"
    makes: ClassVar[MediaKind] = MediaKind.IMAGE
    count: int = 1

    def units(self) -> float:
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        return len(outputs)


@pytest.mark.parametrize(("made", "charge"), [(4, 10), (3, 8), (1, 3), (0, 0), (5, 10)])
def test_a_job_is_charged_for_what_it_made_and_never_above_its_hold(made: int, charge: int) -> None:
    options, rate = Pictures(count=4), _spec.Flat(2.5)
    produced = {0: tuple(factories.output(index=n) for n in range(made))}
    price = options.quote(rate)
    assert (price, settlement.charge(options, rate=rate, produced=produced, price=price)) == (10, charge)


# --- receipts ----------------------------------------------------------------------------------------------------

POOL_AND_OWN = (factories.leg(HOUSE, 4), factories.leg(ANNA, 6))


@pytest.mark.parametrize(
    ("used", "from_pool", "to_pool", "to_anna"),
    [(10, 4, 0, 0), (7, 4, 0, 3), (4, 4, 0, 6), (3, 3, 1, 6), (0, 0, 4, 6)],
)
def test_a_receipt_says_what_the_ledger_will_say(used: int, from_pool: int, to_pool: int, to_anna: int) -> None:
    back = settlement.returned(POOL_AND_OWN, used=used)
    assert {leg.account: leg.amount for leg in back} == {a: n for a, n in ((HOUSE, to_pool), (ANNA, to_anna)) if n}
    receipt = settlement.receipt(price=10, used=used, legs=POOL_AND_OWN, means=Means(own=90, allowance=5))
    assert receipt == Receipt(held=10, used=used, left=95, from_pool=from_pool)
    assert receipt.returned == to_pool + to_anna


def test_a_communitys_pool_is_a_pool() -> None:
    legs = (factories.leg(AccountId("pool:42"), 4), factories.leg(ANNA, 6))
    receipt = settlement.receipt(price=10, used=7, legs=legs, means=Means(own=90, allowance=5))
    assert receipt == Receipt(held=10, used=7, left=95, from_pool=4)


def test_a_receipt_without_a_pool_names_none() -> None:
    legs = (factories.leg(ANNA, 10),)
    receipt = settlement.receipt(price=10, used=10, legs=legs, means=Means(own=90, allowance=0))
    assert receipt == Receipt(held=10, used=10, left=90)
