"""Notices of budgets: owed in the transaction that reaches a share, told once, where the owner wants to read them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import errors, ports, replies, requests
from bot.commands import Presenter, notices
from bot.commands.texts import Texts
from bot.credits.rules import Rules
from bot.engine.limits import Communities
from bot.engine.notices import Notices
from bot.jobs import Community
from bot.studio import Asked
from tests import factories
from tests.engine_house import House, house
from tests.factories import NOON
from tests.fakes import SetClock

__all__ = ["house"]

JANUARY, FEBRUARY = date(2026, 1, 1), datetime(2026, 2, 1, tzinfo=UTC)
CHANNEL = requests.Place(platform="discord", channel="7", community="1")


@pytest.fixture
async def club(house: House) -> Community:
    """A server whose members are held back by its budgets alone."""
    house.communities = Communities(rules=Rules.daily(10_000), pool=10_000)
    await house.restart()
    return await house.studio.community(requests.CommunitySeen(platform="discord", native="1", title="Pixel Club"))


def asked(house: House, club: Community, **place: object) -> Asked:
    """Anna asks in its channel, for her eyes only."""
    where = {"platform": "discord", "channel": "7", "community": "1", "user": "anna", "private": True, "message": "9"}
    return replace(house.asked(), community=club, place=factories.place(**{**where, **place}))


async def rule(house: House, club: Community, **changes: object) -> None:
    async with house.store.transaction() as rows:
        await rows.communities.rule(club.id, changes)


async def use(house: House, club: Community, pictures: int, **place: object) -> None:
    """So many pictures for 5 credits each."""
    for _ in range(pictures):
        await house.studio.submit(house.request("NanoBanana2-1K"), asked=asked(house, club, **place))
    await house.settled()


async def told(house: House) -> list[tuple[str, int, requests.Place]]:
    """Span, share and place of what is told now; what was told before is not told again."""
    house.delivery.told.clear()
    await Notices(world=house.world).send()
    found = [(each[1].span, each[1].share, each[2]) for each in house.delivery.told if each[0] == "reached"]
    assert await owed(house) == []
    return found


async def owed(house: House) -> list[tuple[str, int]]:
    async with house.store.reading() as rows:
        return [(each.period, each.share) for each in await rows.usage.owed()]


async def test_each_share_of_a_budget_is_told_once(house: House, club: Community) -> None:
    await rule(house, club, month=50)
    await use(house, club, 7)
    assert await told(house) == []
    await use(house, club, 1)
    house.delivery.told.clear()
    await Notices(world=house.world).send()
    kept = replace(club, rules={"month": 50})
    expected = ports.Reached(
        community=kept,
        span="month",
        first=JANUARY,
        share=80,
        used=40,
        budget=50,
        until=FEBRUARY,
        lasts_until=date(2026, 1, 2),
    )
    assert house.delivery.told == [("reached", expected, CHANNEL)]
    await use(house, club, 1)
    assert await told(house) == []
    await use(house, club, 1)
    assert await told(house) == [("month", 100, CHANNEL)]
    await house.restart()
    assert await told(house) == []


@pytest.mark.parametrize(
    ("days", "lasts_until"),
    [(0, date(2026, 1, 2)), (10, date(2026, 1, 15)), (28, None)],
    ids=["fast", "soon", "enough"],
)
async def test_the_pace_is_that_of_the_whole_month(
    house: House, club: Community, days: int, lasts_until: date | None
) -> None:
    await rule(house, club, month=50)
    house.clock.advance(timedelta(days=days).total_seconds())
    await use(house, club, 8)
    house.delivery.told.clear()
    await Notices(world=house.world).send()
    assert [each[1].lasts_until for each in house.delivery.told] == [lasts_until]


async def test_both_shares_at_once_are_told_as_the_higher_one(house: House, club: Community) -> None:
    await rule(house, club, day=5, month=5)
    await use(house, club, 1)
    assert await owed(house) == [("2026-01", 80), ("2026-01", 100), ("2026-01-02", 80), ("2026-01-02", 100)]
    assert await told(house) == [("month", 100, CHANNEL), ("day", 100, CHANNEL)]


async def test_what_comes_back_and_is_used_again_is_not_told_again(house: House, club: Community) -> None:
    await rule(house, club, day=5)
    await use(house, club, 1)
    assert len(await told(house)) == 1
    await rule(house, club, day=100)
    await use(house, club, 1)
    await rule(house, club, day=15)
    await use(house, club, 1)
    assert await told(house) == []
    house.clock.advance(timedelta(days=1).total_seconds())
    await use(house, club, 3)
    assert await told(house) == [("day", 100, CHANNEL)]


@pytest.mark.parametrize(
    ("chosen", "place"),
    [
        ("42", requests.Place(platform="discord", channel="42", community="1")),
        ("42/8", requests.Place(platform="discord", channel="42", thread="8", community="1")),
    ],
)
async def test_the_owner_chooses_where_and_a_closed_place_falls_back(
    house: House, club: Community, chosen: str, place: requests.Place
) -> None:
    await rule(house, club, day=5, notices=chosen)
    await use(house, club, 1)
    assert await told(house) == [("day", 100, place)]
    house.clock.advance(timedelta(days=1).total_seconds())
    await use(house, club, 1)
    house.delivery.refusals = [errors.Undelivered("missing access", closed=True)]
    assert await told(house) == [("day", 100, CHANNEL)]


@pytest.mark.parametrize(
    ("refusals", "told_in_the_end"),
    [
        ([errors.Undelivered("slow down", retry_after_s=5)], 1),
        ([errors.Undelivered("slow down", retry_after_s=5)] * 3, 0),
        ([errors.Undelivered("the line broke")], 0),  # it may be there
        ([errors.Undelivered("gone", closed=True)] * 2, 0),
    ],
)
async def test_what_a_platform_does_not_take_is_never_told_twice(
    house: House, club: Community, refusals: list[Exception], told_in_the_end: int
) -> None:
    await rule(house, club, day=5, notices="42")
    await use(house, club, 1)
    house.delivery.refusals = list(refusals)
    assert len(await told(house)) == told_in_the_end
    house.delivery.refusals = []
    assert await told(house) == []


async def test_the_place_is_that_of_the_first_request_from_within(house: House, club: Community) -> None:
    first = ports.Notice(community=club.id, period="2026-01", share=80, at=NOON, used=80, budget=100, place=None)
    within, other = [replace(first, place=factories.place(platform="discord", channel=n)) for n in ("7", "8")]
    async with house.store.transaction() as rows:
        assert [await rows.usage.owe(each) for each in (first, within, other)] == [True, False, False]
        assert await rows.usage.owed() == [within]


async def test_two_who_send_at_once_tell_it_once(house: House, club: Community) -> None:
    await rule(house, club, day=5)
    await use(house, club, 1)
    async with house.store.reading() as rows:
        notice = (await rows.usage.owed())[0]
    sent = []
    for _ in range(2):
        async with house.store.transaction() as rows:
            sent.append(await rows.usage.sent(notice, NOON))
    assert sent == [True, False]


async def test_a_notice_whose_day_is_over_is_not_told(house: House, club: Community) -> None:
    await rule(house, club, day=5)
    await use(house, club, 1)
    house.clock.advance(timedelta(days=1).total_seconds())
    assert await told(house) == []


async def test_the_house_pool_owes_nobody(house: House, club: Community) -> None:
    await house.studio.open_house(100)
    direct = replace(asked(house, club, community=None), community=None)
    await house.studio.submit(house.request("NanoBanana2-1K"), asked=direct)
    await house.settled()
    assert await owed(house) == []


# --- in words ----------------------------------------------------------------------------------------------------


def reached(**changes: object) -> ports.Reached:
    usual: Mapping[str, object] = {
        "community": factories.community(),
        "span": "month",
        "first": date(2026, 11, 1),
        "share": 80,
        "used": 12_000,
        "budget": 15_000,
        "until": NOON,
        "lasts_until": date(2026, 11, 27),
    }
    return ports.Reached(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "en", "zh"),
    [
        (
            reached(),
            [
                "Pixel Club has used 80 % of November's 15,000 shared credits, with what is set aside.",
                "At this pace they last until 27 Nov.",
            ],
            ["Pixel Club 已用掉11月共享积分 15,000 的 80%（含预留）。", "照这个速度，能用到 11月27日。"],
        ),
        (
            reached(lasts_until=None),
            [
                "Pixel Club has used 80 % of November's 15,000 shared credits, with what is set aside.",
                "At this pace they last to the end of November.",
            ],
            ["Pixel Club 已用掉11月共享积分 15,000 的 80%（含预留）。", "照这个速度，够用到11月底。"],
        ),
        (
            reached(span="day", budget=1000),
            ["Pixel Club has used 80 % of today's 1,000 shared credits, with what is set aside."],
            ["Pixel Club 已用掉今天共享积分 1,000 的 80%（含预留）。"],
        ),
    ],
)
def test_a_notice_says_how_much_how_long_and_what_to_do(what: ports.Reached, en: list[str], zh: list[str]) -> None:
    card, texts = notices.card(what), Texts(strict=True)
    assert [texts.plain(line, "en") for line in card.lines] == [
        *en,
        "Those who run it can set other limits: /admin limits",
    ]
    assert [texts.plain(line, "zh") for line in card.lines] == [*zh, "管理员可以调整限制：/admin limits"]


@pytest.mark.parametrize(("span", "words"), [("month", "all of November's 15,000"), ("day", "all of today's 15,000")])
def test_a_budget_that_is_gone_says_when_the_pool_opens(span: str, words: str) -> None:
    card, texts = notices.card(reached(span=span, share=100)), Texts(strict=True)
    lines = [texts.plain(line, "en") for line in card.lines]
    assert lines[0] == f"Pixel Club has used {words} shared credits, with what is set aside."
    assert lines[1].startswith("The pool opens again ")


@dataclass
class Board:
    """A platform on which everything can be read by everybody."""

    name: str = "telegram"
    posts: list[tuple[requests.Place, replies.Reply, str]] = field(default_factory=list)

    async def post(self, place: requests.Place, reply: replies.Reply, *, language: str) -> str | None:
        self.posts.append((place, reply, language))
        return "1"

    async def edit(self, place: requests.Place, message: str, reply: replies.Reply, *, language: str) -> None:
        raise AssertionError("a notice replaces nothing")

    async def find(self, place: requests.Place, job: str, *, since: datetime) -> str | None:
        return None


@pytest.mark.parametrize(("language", "read"), [("zh", "zh"), ("en", "en"), (None, "en"), ("fr", "en")])
async def test_a_notice_is_posted_for_everybody_in_the_communitys_language(language: str | None, read: str) -> None:
    board, place = Board(), requests.Place(platform="telegram", channel="-1", thread="4", community="-1")
    what = reached(community=factories.community(language=language))
    await Presenter({"telegram": board}, clock=SetClock()).reached(what, place)
    assert board.posts == [(place, notices.card(what), read)]
    assert not board.posts[0][1].private


async def test_a_platform_that_is_not_there_takes_no_notice() -> None:
    place = requests.Place(platform="telegram", channel="-1", community="-1")
    with pytest.raises(errors.Undelivered):
        await Presenter({}, clock=SetClock()).reached(reached(), place)
