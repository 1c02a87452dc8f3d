"""Tapped messages: what settles them takes their place, so that no button stays that does nothing any more."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.replies import Button, Reply, text
from tests.discord_server.messages import Seen
from tests.discord_stage import HELLO, Stage, opened

QUEUED = replace(HELLO, lines=(text("queued.next"),), kind="queued", job="K7Q2")
CANCELLED = Reply(lines=(text("cancelled.free", job="K7Q2", price=5),), kind="cancelled", job="K7Q2")
CANCELLED_LINE = "K7Q2 is cancelled: 5 returned, nothing used."
DISMISSED = Reply(lines=(text("question.dismissed"),), private=True)
DISMISSED_LINE = "All right, nothing was started or charged."


def button(action: str, subject: str = "K7Q2") -> Button:
    """Something to tap, labelled with what it does."""
    return Button(action=action, subject=subject, label=text("button.show"))


TAKEN = replace(QUEUED, buttons=(button("cancel"),))
QUESTION = Reply(
    lines=(text("offer.words"),),
    private=True,
    kind="question",
    buttons=(button("start", "D00001"), button("dismiss", "D00001")),
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot at work."""
    async with opened(tmp_path) as stage, stage.working():
        yield stage
        assert await stage.served.refusals("form") == []


async def answered(stage: Stage, reply: Reply, *, channel: int | None = None, private: bool = False) -> Seen:
    """The message with which the bot answers Mia."""
    stage.core.reply = reply
    form = {"prompt": "a red fox", **({"private": True} if private else {})}
    (message,) = await stage.shown(await stage.slash("image", form, channel=channel or stage.scene.channel))
    await stage.until(lambda: len(stage.core.shown) == len(stage.core.heard))
    return message


async def tapped(stage: Stage, message: Seen, action: str, reply: Reply) -> str | None:
    """Mia taps a button, which is answered so; the id that the core learns."""
    before = len(stage.core.shown) + len(stage.core.refused)
    (custom_id,) = (one.custom_id for one in message.buttons if one.custom_id.startswith(f"{action}:"))
    stage.core.reply = reply
    await stage.served.press(stage.scene.mia, message.id, custom_id)
    await stage.until(lambda: len(stage.core.shown) + len(stage.core.refused) > before)
    assert stage.core.refused == []
    return stage.core.shown[-1]


async def lines(stage: Stage, channel: int | None = None) -> list[tuple[str, int, bool]]:
    """What Mia sees: the words, how many buttons, and whether she alone sees it."""
    return [(one.content, len(one.buttons), one.ephemeral) for one in await stage.read(channel)]


@pytest.mark.parametrize("private", [False, True])
async def test_a_cancelled_job_says_so_where_it_said_got_it(stage: Stage, private: bool) -> None:
    message = await answered(stage, TAKEN, private=private)
    shown = await tapped(stage, message, "cancel", CANCELLED)
    assert await lines(stage) == [(CANCELLED_LINE, 0, private)]
    assert shown == stage.core.shown[0] == f"{stage.scene.channel}:{message.id}:t"


async def test_a_slow_answer_takes_the_message_s_place_all_the_same(stage: Stage) -> None:
    message = await answered(stage, TAKEN)
    stage.core.gate, stage.core.reply = asyncio.Event(), CANCELLED
    pressed = await stage.served.press(stage.scene.mia, message.id, message.buttons[0].custom_id)
    assert (await stage.served.answered(pressed)).answered == 6
    stage.core.gate.set()
    await stage.until(lambda: len(stage.core.shown) == 2)
    assert await lines(stage) == [(CANCELLED_LINE, 0, False)]


async def test_in_direct_messages_a_private_answer_takes_the_place_of_a_message_that_is_none(stage: Stage) -> None:
    direct = await stage.served.dm(stage.scene.mia)
    message = await answered(stage, replace(QUESTION, private=False), channel=direct)
    await tapped(stage, message, "dismiss", DISMISSED)
    assert await lines(stage, direct) == [(DISMISSED_LINE, 0, False)]


async def test_a_question_that_is_dismissed_says_so(stage: Stage) -> None:
    await tapped(stage, await answered(stage, QUESTION), "dismiss", DISMISSED)
    assert await lines(stage) == [(DISMISSED_LINE, 0, True)]


@pytest.mark.parametrize("slow", [False, True])
async def test_a_question_that_is_answered_loses_its_buttons_to_a_public_job(stage: Stage, slow: bool) -> None:
    question = await answered(stage, QUESTION)
    stage.core.gate = asyncio.Event()
    stage.core.reply = TAKEN
    pressed = await stage.served.press(stage.scene.mia, question.id, question.buttons[0].custom_id)
    if slow:
        await stage.served.answered(pressed)
    stage.core.gate.set()
    await stage.until(lambda: len(stage.core.shown) == 2)
    taken = await stage.shown(pressed)
    assert await lines(stage) == [("What shall I make of it?", 0, True), ("You're next", 1, False)]
    assert stage.core.shown[1] == f"{stage.scene.channel}:{taken[-1].id}:t"


async def test_a_gift_that_was_agreed_to_in_private_is_read_by_everybody(stage: Stage) -> None:
    yes = replace(QUESTION, buttons=(button("gift", "K7Q2AB"), button("decline", "K7Q2AB")))
    given = Reply(lines=(text("gift.given", giver="Anna", to="Mia", amount=20),), kind="given")
    await tapped(stage, await answered(stage, yes), "gift", given)
    assert await lines(stage) == [
        ("What shall I make of it?", 0, True),
        ("Mia, Anna gives you 20. Enjoy!", 0, False),
    ]


async def test_a_private_question_becomes_its_private_job(stage: Stage) -> None:
    question = await answered(stage, QUESTION, private=True)
    shown = await tapped(stage, question, "start", TAKEN)
    assert await lines(stage) == [("You're next", 1, True)]
    assert shown == f"{stage.scene.channel}:{question.id}:t"


async def test_a_question_that_is_too_old_says_so_itself(stage: Stage) -> None:
    gone = Reply(
        lines=(text("error.draft_gone"),), private=True, kind="error", facts={"error": {"key": "error.draft_gone"}}
    )
    await tapped(stage, await answered(stage, QUESTION), "start", gone)
    words = "That question has been answered or is too old; please ask for it anew."
    assert await lines(stage) == [(words, 0, True)]


async def test_an_error_leaves_the_message_as_it_is(stage: Stage) -> None:
    ended = Reply(
        lines=(text("error.already_ended", job="K7Q2"),),
        private=True,
        kind="error",
        facts={"error": {"key": "error.already_ended"}},
    )
    await tapped(stage, await answered(stage, TAKEN), "cancel", ended)
    words = "K7Q2 has already ended, so there is nothing to cancel; /jobs shows what became of it."
    assert await lines(stage) == [("You're next", 1, False), (words, 0, True)]


async def test_an_offer_of_several_things_stays(stage: Stage) -> None:
    offer = replace(QUESTION, kind="offer", buttons=(button("start", "D00001"), button("start", "D00002")))
    stage.core.reply = offer
    (message,) = await stage.shown(await stage.slash())
    stage.core.reply = TAKEN
    await stage.shown(await stage.served.press(stage.scene.mia, message.id, "start:D00001"))
    assert await lines(stage) == [("What shall I make of it?", 2, True), ("You're next", 1, False)]


async def test_where_the_tapped_message_is_gone_a_new_one_says_it(stage: Stage) -> None:
    message = await answered(stage, TAKEN)
    stage.core.gate, stage.core.reply = asyncio.Event(), CANCELLED
    pressed = await stage.served.press(stage.scene.mia, message.id, message.buttons[0].custom_id)
    await stage.until(lambda: len(stage.core.heard) == 2)
    await stage.served.delete_message(message.id)
    stage.core.gate.set()
    await stage.shown(pressed)
    assert await lines(stage) == [(CANCELLED_LINE, 0, False)]


@pytest.mark.parametrize("fault", ["lost", "cut"])
async def test_a_change_that_got_lost_is_looked_after(stage: Stage, fault: str) -> None:
    message = await answered(stage, TAKEN)
    await stage.served.fault(fault, method="POST", path="/interactions/*")  # type: ignore[arg-type]
    await tapped(stage, message, "cancel", CANCELLED)
    assert await lines(stage) == [(CANCELLED_LINE, 0, False)]


@pytest.mark.parametrize("fault", ["lost", "cut"])
async def test_a_question_whose_buttons_may_have_stayed_gives_its_job_a_place(stage: Stage, fault: str) -> None:
    question = await answered(stage, QUESTION)
    await stage.served.fault(fault, method="POST", path="/interactions/*")  # type: ignore[arg-type]
    stage.core.reply = TAKEN
    await stage.served.press(stage.scene.mia, question.id, question.buttons[0].custom_id)
    await stage.until(lambda: len(stage.core.shown) == 2)
    seen = await lines(stage)
    assert (seen[0][::2], seen[1:]) == (("What shall I make of it?", True), [("You're next", 1, False)])


async def test_a_question_with_cheaper_ways_is_over_as_a_whole(stage: Stage) -> None:
    cheaper = replace(QUESTION, buttons=(*QUESTION.buttons, button("start", "D00002")))
    question = await answered(stage, cheaper, private=True)
    await tapped(stage, question, "dismiss", DISMISSED)
    over = await stage.served.message(question.id)
    assert (over.content, over.buttons) == (DISMISSED_LINE, [])
