"""Gifts and donations through the commands and the real ledger: who may give what to whom, once, and who reads it."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from bot import requests
from bot.jobs import JobState
from bot.money import Transfer, TransferKind
from bot.replies import Reply
from bot.requests import AccountId
from storage import tables
from tests import factories
from tests.desk import Desk, desk, house
from tests.factories import ANNA, BEN, NOON
from tests.scripted import Crash, CrashingStore

__all__ = ["desk", "house"]

CLUB = requests.CommunitySeen(platform="telegram", native="-1", title="Pixel *Club*")
MIA = factories.person(user=BEN, name="Mia")


@pytest.fixture
async def mia(desk: Desk) -> requests.Person:
    """Somebody to give to."""
    await factories.member(desk.house.store, BEN, credits=0, name="Mia", handle="mia")
    return MIA


def in_club(user: str = ANNA, **person: Any) -> dict[str, Any]:
    """What is heard of somebody in a Telegram group."""
    return {
        "person": factories.person(platform="telegram", user=user, **person),
        "place": factories.place(platform="telegram", channel="-1", community="-1", user=user),
        "community": CLUB,
        "local": False,
    }


async def balance(desk: Desk, account: AccountId) -> int:
    async with desk.house.store.reading() as rows:
        return await rows.ledger.balance(account)


async def moved(desk: Desk, *accounts: AccountId) -> list[Transfer]:
    async with desk.house.store.reading() as rows:
        return [each for each in await rows.ledger.transfers(*accounts, limit=9) if each.kind != TransferKind.GRANT]


async def asked(desk: Desk, amount: int = 20, **changes: Any) -> str:
    """The question whether to give Mia so much."""
    question = await desk.say(f"/credits give <@console:{BEN}> {amount}", **{"mentions": (MIA,), **changes})
    assert question.kind == "question", desk.lines(question)
    return str(question.facts["promise"])


def error(reply: Reply) -> str:
    return str(reply.facts["error"]["key"])  # type: ignore[index]


# --- a gift ------------------------------------------------------------------------------------------------------


async def test_a_gift_is_asked_about_and_then_made_once(desk: Desk, mia: requests.Person) -> None:
    question = await desk.say("/credits give @mia 20", mentions=(mia,))
    assert desk.lines(question) == ["Give Mia 20 credits of your own? You have 100; 80 would remain."]
    assert desk.labels(question) == ["Give · 20", "No thanks"]
    promise = str(question.facts["promise"])
    assert (await balance(desk, BEN), await moved(desk, BEN)) == (0, [])
    given = await desk.press("gift", promise)
    assert desk.lines(given) == [
        "Mia has 20 credits from you now and reads so at their next /credits. You have 80 left."
    ]
    expected = Transfer(
        id=f"gift:{promise}",
        debit=ANNA,
        credit=BEN,
        amount=20,
        kind=TransferKind.GIFT,
        job=None,
        actor=ANNA,
        reason="gift",
        at=NOON,
    )
    again = await desk.press("gift", promise)
    assert desk.lines(again) == [
        "You said yes to that before, and it was done then. Once is enough: nothing happened now."
    ]
    assert (error(again), await moved(desk, BEN)) == ("error.promise_kept", [expected])
    assert (await balance(desk, ANNA), await balance(desk, BEN), await desk.house.faults()) == (80, 20, [])


async def test_the_receiver_is_told_once(desk: Desk, mia: requests.Person) -> None:
    await desk.press("gift", await asked(desk))
    desk.house.clock.advance(7200)
    assert await desk.read("/credits", person=mia) == ["Anna gave you 20 credits 2 hours ago.", "20 credits left."]
    assert await desk.read("/credits", person=mia) == ["20 credits left."]


async def test_everybody_there_reads_of_a_gift_that_was_made_in_public(desk: Desk, mia: requests.Person) -> None:
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(ANNA, 1, id="more"))
    here = in_club() | {"person": factories.person(user=ANNA)}
    given = await desk.press("gift", await asked(desk, **here), **here)
    assert (desk.lines(given), given.private, given.kind) == (
        ["Mia, Anna gives you 20 credits. Enjoy!"],
        False,
        "given",
    )
    assert desk.lines(given, "zh") == ["Mia，Anna 送你 20 积分，尽情用吧！"]


@pytest.mark.parametrize(
    "line",
    [
        "/credits give 20 @mia",
        "/credits send 20 credits to @mia",
        "积分 送 @mia 20积分",
        "积分 送给@mia给20",
        "/credits @mia 20",
        "/credits give @MIA ２０",
    ],
)
async def test_a_gift_may_be_said_in_any_order(desk: Desk, mia: requests.Person, line: str) -> None:
    question = await desk.say(line)
    assert desk.lines(question) == ["Give Mia 20 credits of your own? You have 100; 80 would remain."]


async def test_a_form_s_fields_and_an_answer_to_somebody_say_the_same(desk: Desk, mia: requests.Person) -> None:
    fields = {"topic": "give", "member": f"<@console:{BEN}>", "amount": "20"}
    form = await desk.say("", command="credits", fields=fields, mentions=(mia,))
    bare = await desk.say("", command="credits", fields={**fields, "topic": ""}, mentions=(mia,))
    answer = await desk.say("/credits give 20", mentions=(mia,))
    assert desk.lines(bare) == desk.lines(form)
    assert desk.lines(form) == desk.lines(answer) == ["Give Mia 20 credits of your own? You have 100; 80 would remain."]


async def test_what_is_lacking_is_asked_for(desk: Desk, mia: requests.Person) -> None:
    whom = await desk.press("credits", "give")
    assert (desk.lines(whom), whom.asks) == (
        ["Who gets how many? Name them and a number, like @mia 20."],
        "/credits give",
    )
    much = await desk.say(f"{whom.asks} <@console:{BEN}>", mentions=(mia,))
    assert (desk.lines(much), much.asks) == (["How many credits for Mia?"], f"/credits give <@console:{BEN}>")
    assert (await desk.say(f"{much.asks} 20", mentions=(mia,))).kind == "question"
    assert (await desk.say("/credits give 20")).asks == "/credits give 20"


async def test_no_moves_nothing(desk: Desk, mia: requests.Person) -> None:
    promise = await asked(desk)
    assert desk.lines(await desk.press("decline", promise)) == ["All right, nothing was given."]
    for action in ("gift", "decline"):
        assert error(await desk.press(action, promise)) == "error.no_such_promise"
    assert await balance(desk, BEN) == 0


async def test_a_question_waits_fifteen_minutes_over_restarts(desk: Desk, mia: requests.Person) -> None:
    first, second = await asked(desk), await asked(desk)
    await desk.house.restart()
    desk.commands = Desk(desk.house).commands
    desk.house.clock.advance(15 * 60)
    assert (await desk.press("gift", first)).kind == "given"
    desk.house.clock.advance(1)
    late = await desk.press("gift", second)
    assert desk.lines(late) == [
        "That question waited too long for its answer. Nothing happened; please ask for it anew."
    ]
    assert await balance(desk, BEN) == 20


@pytest.mark.parametrize("after", [False, True])
async def test_a_crash_at_the_yes_gives_once_or_leaves_the_question_open(
    desk: Desk, mia: requests.Person, after: bool
) -> None:
    promise = await asked(desk)
    await desk.house.restart(CrashingStore(desk.house.store, at=1, after=after))
    with pytest.raises(Crash):
        await Desk(desk.house).press("gift", promise)
    await desk.house.restart()
    again = await Desk(desk.house).press("gift", promise)
    assert again.kind == ("error" if after else "given")
    assert (await balance(desk, ANNA), await balance(desk, BEN), await desk.house.faults()) == (80, 20, [])
    assert (await Desk(desk.house).say("/credits", person=mia)).lines[0].key == "gift.received"


async def test_an_event_that_comes_twice_asks_once_and_gives_once(desk: Desk, mia: requests.Person) -> None:
    first, again = await asked(desk, key="twice"), await asked(desk, key="twice")
    assert first == again
    given = [await desk.press("gift", first, key="yes") for _ in range(2)]
    assert ([each.kind for each in given], await balance(desk, BEN)) == (["given", "error"], 20)


async def test_only_who_was_asked_can_say_yes(desk: Desk, mia: requests.Person) -> None:
    promise = await asked(desk)
    assert error(await desk.press("gift", promise, person=mia)) == "error.no_such_promise"
    assert error(await desk.press("gift", "NOSUCH")) == "error.no_such_promise"
    assert await balance(desk, BEN) == 0


# --- what can't be given -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("0", "“0” would be an empty envelope: give 1 credit or more. Nothing was given."),
        ("-5", "“-5” is less than nothing, and credits can't be given backwards. Nothing was given."),
        ("−5", "“−5” is less than nothing, and credits can't be given backwards. Nothing was given."),
        ("2.5", "Credits are whole, so “2.5” can't be given; name a whole number. Nothing was given."),
        ("½", "Credits are whole, so “½” can't be given; name a whole number. Nothing was given."),
        ("1000001", "“1000001” is more than the 1,000,000 credits that can be given at once. Nothing was given."),
        ("9" * 5000, f"“{'9' * 39}…” is more than the 1,000,000 credits that can be given at once. Nothing was given."),
        ("lots", "I can't read “lots” as a number of credits; write it like 20. Nothing was given."),
        ("1e3", "I can't read “1e3” as a number of credits; write it like 20. Nothing was given."),
        ("1 million", "I can't read “1 million” as a number of credits; write it like 20. Nothing was given."),
        ("20 30", "I can't read “20 30” as a number of credits; write it like 20. Nothing was given."),
        ("1,000", "This needs 1,000 credits of your own, and you have 100. Nothing was given."),
        ("+101", "This needs 101 credits of your own, and you have 100. Nothing was given."),
        ("１０１", "This needs 101 credits of your own, and you have 100. Nothing was given."),
    ],
)
async def test_what_is_no_amount_is_refused(desk: Desk, mia: requests.Person, said: str, answer: str) -> None:
    assert await desk.read(f"/credits give {said}", mentions=(mia,)) == [answer]
    assert await balance(desk, ANNA) == 100


@pytest.mark.parametrize(
    ("to", "answer"),
    [
        ({"user": ANNA, "name": "Anna"}, "That's you, Anna! Name somebody else; nothing was given."),
        ({"user": "9", "name": "Robot", "bot": True}, "Robot is a bot and has no use for credits. Nothing was given."),
    ],
)
async def test_some_can_be_given_nothing(desk: Desk, to: dict[str, Any], answer: str) -> None:
    (line,) = await desk.read("/credits give 20", mentions=(factories.person(**to),))
    assert line.startswith(answer)


async def test_whom_nobody_knows_and_two_at_once_are_refused(desk: Desk, mia: requests.Person) -> None:
    assert (await desk.read("/credits give @carl 20"))[0].startswith("I don't know @carl yet.")
    two = await desk.say("/credits give 20", mentions=(mia, factories.person(user="carl")))
    assert error(two) == "gift.one_at_a_time"


async def test_one_s_own_other_account_is_oneself(desk: Desk, mia: requests.Person) -> None:
    promise = await asked(desk)
    engine = sa.create_engine(f"sqlite:///{desk.house.store.path}")
    with engine.begin() as connection:
        connection.execute(sa.update(tables.accounts).where(tables.accounts.c.id == BEN).values(joined_to=ANNA))
    engine.dispose()
    words = "Mia is you as well: your accounts are joined and share what they have. Nothing was given."
    assert await desk.read("/credits give 20", mentions=(mia,)) == [words]
    assert desk.lines(await desk.press("gift", promise)) == [words]
    assert (await balance(desk, ANNA), await moved(desk, ANNA, BEN)) == (100, [])


async def test_who_has_left_for_good_gets_nothing_and_is_named_no_more(desk: Desk, mia: requests.Person) -> None:
    await desk.press("gift", await asked(desk, 5))
    promise = await asked(desk)
    engine = sa.create_engine(f"sqlite:///{desk.house.store.path}")
    with engine.begin() as connection:
        connection.execute(sa.delete(tables.identities).where(tables.identities.c.account == BEN))
    engine.dispose()
    assert desk.lines(await desk.press("gift", promise)) == [
        "Whoever should get this is not there any more. Nothing was given."
    ]
    assert (await desk.read("/credits history"))[0].endswith(": 5 given to somebody who has left")
    assert await balance(desk, ANNA) == 95


async def test_an_allowance_cannot_be_given(desk: Desk) -> None:
    carl = factories.person(platform="telegram", user="carl", name="Carl")
    await desk.say("/credits", **in_club("carl", name="Carl"))
    (line,) = await desk.read("/credits give 20", mentions=(carl,), **in_club("new"))
    assert line == (
        "This needs 20 credits of your own, and you have none. The 40 you can use are allowance: a right to draw on a "
        "shared pool, which can't be given away. Nothing was given."
    )


async def test_what_is_set_aside_cannot_be_given(desk: Desk, mia: requests.Person) -> None:
    promise = await asked(desk, 90)
    async with desk.house.store.transaction() as rows:
        await rows.jobs.add(factories.job(price=20))
        await rows.ledger.hold("K7Q2", [factories.leg(ANNA, 20)], at=NOON)
    assert desk.lines(await desk.press("gift", promise)) == [
        "This needs 90 credits of your own, and you have 80. Nothing was given."
    ]
    async with desk.house.store.transaction() as rows:
        await rows.jobs.move("K7Q2", JobState.QUEUED, to=JobState.FAILED)
        await rows.ledger.release("K7Q2", at=NOON)
    assert (await desk.press("gift", promise)).kind == "given"  # the question stays open while it can't be kept
    assert (await balance(desk, ANNA), await desk.house.faults()) == (10, [])


async def test_two_gifts_race_for_the_last_credits(desk: Desk, mia: requests.Person) -> None:
    promises = [await asked(desk, 30) for _ in range(10)]
    answers = await asyncio.gather(*(desk.press("gift", promise) for promise in promises * 2))
    assert sorted(each.kind for each in answers) == ["error"] * 17 + ["given"] * 3
    assert (await balance(desk, ANNA), await balance(desk, BEN), len(await moved(desk, BEN))) == (10, 90, 3)
    assert await desk.house.faults() == []


async def test_a_gift_and_a_job_race_for_the_last_credits(desk: Desk, mia: requests.Person) -> None:
    await desk.house.spend_down_to(20)
    promise = await asked(desk)
    line = "/image a fox --model NanoBanana2-1K --count 4 --yes"
    gift, job = await asyncio.gather(desk.press("gift", promise), desk.say(line))
    assert {gift.kind, job.kind} in ({"given", "error"}, {"error", "queued"})
    await desk.house.settled()
    assert (await balance(desk, ANNA), await desk.house.faults()) == (0, [])


# --- donations ---------------------------------------------------------------------------------------------------


async def test_a_donation_is_the_pool_s_and_everybody_reads_it(desk: Desk) -> None:
    here = in_club() | {"person": factories.person(user=ANNA)}
    question = await desk.say("/credits donate 50", **here)
    assert desk.lines(question) == [
        "Donate 50 credits of your own to Pixel *Club*'s pool, for everybody there? You have 100; 50 would remain."
    ]
    assert desk.labels(question) == ["Donate · 50", "No thanks"]
    answers = await asyncio.gather(*(desk.press("gift", str(question.facts["promise"]), **here) for _ in range(3)))
    (done,) = (each for each in answers if each.kind == "given")
    assert desk.lines(done) == ["Anna gave 50 credits to Pixel *Club*'s pool, for everybody there. Thank you!"]
    pool = (await desk.house.studio.community(CLUB)).pool
    (donation,) = await moved(desk, ANNA)
    assert (donation.id, donation.credit, donation.kind) == (
        f"donation:{question.facts['promise']}",
        pool,
        TransferKind.DONATION,
    )
    assert (await balance(desk, pool), await balance(desk, ANNA), await desk.house.faults()) == (250, 50, [])


async def test_there_is_no_pool_to_donate_to_elsewhere(desk: Desk) -> None:
    answer = "There is no community here to donate to. Say it in the server or group whose pool should get it; "
    assert await desk.read("/credits donate 50") == [f"{answer}nothing was given."]
    assert (await desk.press("credits", "donate", **in_club())).asks == "/credits donate"
    (line,) = await desk.read("/credits donate 0", **in_club())
    assert line.startswith("“0” would be an empty envelope")


async def test_a_forgotten_question_s_number_is_not_taken_again(desk: Desk, mia: requests.Person) -> None:
    first = await asked(desk, key="same")
    await desk.press("gift", first)
    async with desk.house.store.transaction() as rows:
        await rows.promises.forget(ANNA)
    second = await asked(desk, key="same")
    assert (first != second, (await desk.press("gift", second)).kind) == (True, "given")
    assert await balance(desk, BEN) == 40
