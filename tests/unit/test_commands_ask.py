"""/ask: answers from a chat model, on their way and when they are there, and asking on."""

from typing import Any

import pytest

from bot.commands import Given, Presenter
from bot.commands.ask import REMEMBERED, remembered
from bot.jobs import Usage
from bot.media import MediaKind
from bot.replies import Prose
from bot.requests import Kind
from tests import factories
from tests.desk import Desk, desk, house
from tests.made_up import WORDS, shelf
from tests.unit.test_engine_answers import words
from tests.unit.test_presenter import RECEIPT, Wall, running_job

__all__ = ["desk", "house", "shelf"]

pytestmark = pytest.mark.usefixtures("shelf")

TOOK = Usage(total_tokens=3000)
PHOTO = Given(kind=MediaKind.IMAGE, source="/tmp/photo.png", kept=True)


def answers(desk: Desk, *said: str, **more: Any) -> None:
    """What the model says, one after another."""
    desk.house.provider.submits = [words(each, **more) for each in said]
    desk.house.files.answers = [WORDS]


async def asked(desk: Desk, line: str, *said: str, **more: Any) -> str:
    """The id of a question that was answered."""
    answers(desk, *said, **more)
    return (await desk.made(f"{line} --model made-up-chat")).id


async def sent(desk: Desk) -> dict[str, Any]:
    """What the model was asked last."""
    await desk.house.settled()
    return dict(desk.house.provider.sent[-1].body)


async def test_an_answer_costs_what_it_took_and_the_rest_comes_back(desk: Desk) -> None:
    id = await asked(desk, "/ask why do cats purr?", "They are happy.", usage=TOOK)
    shown = await desk.press("show", id)
    assert shown.prose == Prose(words="They are happy.", files=shown.prose.files if shown.prose else ())
    assert [file.name for file in shown.prose.files] == [f"{id}.bin"]
    assert (shown.media, desk.labels(shown)) == ((), ["Again · 20", "Ask on · up to 20", "Receipt"])
    receipt = await desk.press("receipt", id)
    assert desk.lines(receipt) == [f"Of 20 set aside, 6 of your own used, 14 returned; 94 left · {id}"]


async def test_what_is_asked_on_is_told_with_what_was_said_before(desk: Desk) -> None:
    id = await asked(
        desk, '/ask why do cats purr? --system "Be brief."', "They are happy.", "So that others fear them."
    )
    reply = await desk.say(f"further {id} and why do lions roar?")
    assert await sent(desk) == {
        "model": "made-up-chat",
        "prompt": "and why do lions roar?",
        "system": "Be brief.\n\nOur conversation so far, the oldest first:\n\n"
        "I asked: why do cats purr?\n\nYou answered: They are happy.",
    }
    await desk.say(f"further {reply.job} and bears?")
    assert (await sent(desk))["system"].endswith(
        "You answered: They are happy.\n\nI asked: and why do lions roar?\n\nYou answered: So that others fear them."
    )


async def test_a_tap_asks_what_to_ask(desk: Desk) -> None:
    id = await asked(desk, "/ask why do cats purr?", "They are happy.")
    reply = await desk.press("further", id)
    assert (desk.lines(reply), reply.asks) == (["What else would you like to know?"], f"further {id}")
    assert desk.lines(reply, "zh") == ["还想问什么？"]


async def test_only_an_answer_can_be_asked_on(desk: Desk) -> None:
    picture = await desk.made("/image a fox")
    assert await desk.read(f"further {picture.id} and bears?") == [f"{picture.id} has no answer to go on from."]


def test_of_a_long_conversation_the_newest_is_remembered() -> None:
    told = ""
    for n in range(100):
        told = remembered(told, question=f"question {n}", answer="word " * 40)
    assert "question 99" in told
    assert "question 1\n" not in told
    assert len(told) < REMEMBERED + 100
    assert len(remembered("", question="one", answer="x" * 20_000)) < REMEMBERED + 100


async def test_a_picture_goes_to_a_model_that_looks_at_it_or_is_refused(desk: Desk) -> None:
    reply = await desk.say("/ask what is this? --model made-up-chat", attachments=(PHOTO,))
    assert (reply.kind, desk.lines(reply)[0].split(";")[0]) == ("error", "made-up-chat doesn't take image")
    assert desk.house.provider.sent == []


# --- on the platform


async def test_words_are_shown_while_they_come_and_with_the_receipt_at_the_end(desk: Desk) -> None:
    wall = Wall()
    job = running_job(request=factories.request(kind=Kind.CHAT, model="made-up-chat", operation="chat"))
    teller = Presenter({"console": wall}, clock=desk.house.clock, words=desk.house.files.words)
    desk.house.files.absolute("a.txt").write_text("A fox is small.")
    output = factories.output(path="a.txt", facts=WORDS, partial=True)
    await teller.writing(job, "A fox")
    await teller.result(job, [output], RECEIPT)
    await teller.late(job, [output])
    growing, done, late = (reply.prose for _, reply in wall.seen)
    assert growing == Prose(words="A fox", growing=True)
    assert done is not None
    assert (done.words, [file.name for file in done.files], late) == ("A fox is small.", ["K7Q2.txt"], done)
    assert [lines[-1].split("\n")[0] for lines in wall.read()] == [
        "Writing …",
        *["It broke off here, so this is as far as it came."] * 2,
    ]
    assert [lines[0] for lines in wall.read("zh")][:2] == ["正在写……", "答好了。"]
