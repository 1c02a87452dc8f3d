"""The bot as a process on a played Discord: every way to ask, every place to answer, whole messages compared."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from tests.acceptance import discord_house
from tests.acceptance.discord_house import PICTURE, Scene, Shown, done
from tests.discord_server import File

pytestmark = pytest.mark.asyncio(loop_scope="module")

MIB = 1024 * 1024
HARD = "@everyone @here <@1> <@&2> **b** `c` ```d``` # h\n> q [a](https://x.yz) ||s|| <t:1:R> 雪 \U0001f98a "


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One bot for all tests here."""
    async with discord_house.opened(
        tmp_path_factory.mktemp("bot"), {"PUBLIC_URL": "https://atelier.example", "WEB_PORT": "0"}
    ) as scene:
        await scene.start()
        yield scene
        assert await scene.house.stop() == 0
        await scene.check_books()
        await scene.check()


@pytest_asyncio.fixture(loop_scope="module")
async def scene(bot: Scene) -> AsyncIterator[Scene]:
    """A guild of the test's own; whatever the test did, Discord was asked for nothing wrong."""
    made = await bot.elsewhere()
    yield made
    await made.door("clear_faults")
    await made.check()


def png(width: int, height: int, *, name: str = "face.png") -> File:
    """A picture in one colour."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), (200, 80, 20)).save(data, "PNG")
    return File(name=name, data=data.getvalue(), content_type="image/png")


async def test_a_picture_is_made_in_one_message(scene: Scene) -> None:
    asked = await scene.asks("one message")
    assert (await scene.answered(asked))["answered"] == 4
    await scene.job("one message")
    assert await scene.read() == [done()]
    assert [one["edits"] for one in await scene.messages()] == [2]


async def test_a_private_picture_is_seen_by_its_asker_only(scene: Scene) -> None:
    await scene.asks("for my eyes", private=True)
    await scene.job("for my eyes")
    assert await scene.read() == [done(private=True)]
    assert await scene.door("messages", channel=scene.channel) == []
    assert await scene.direct() == []


async def test_threads_and_direct_messages_are_places_too(scene: Scene) -> None:
    thread = await scene.door("thread", channel=scene.channel)
    alone = await scene.door("dm", user=scene.mia)
    await scene.asks("in a thread", channel=thread)
    await scene.job("in a thread")
    await scene.asks("in private", channel=alone)
    house = await scene.job("in private")
    assert await scene.read(thread) == [done()]
    assert await scene.read() == []
    (shown,) = await scene.read(alone)
    assert shown.content.startswith("> ASKED\nHere's your picture.\n5 used from your allowance with this bot, ")
    assert (shown.files, shown.buttons, shown.pings) == (("image/png",), PICTURE, ())
    assert house.place.community is None


async def test_who_installed_the_bot_uses_it_where_it_is_not(scene: Scene) -> None:
    other = await scene.door("guild", name="Elsewhere", members=[scene.mia], bot=False)
    channel = await scene.door("channel", guild=other)
    await scene.asks("far away", channel=channel, user_installed=True)
    job = await scene.job("far away")
    (shown,) = await scene.read(channel)
    assert shown.content.startswith("> ASKED\nHere's your picture.\n5 used from your allowance with this bot, ")
    assert (shown.files, shown.buttons) == (("image/png",), PICTURE)
    async with scene.house.reading() as rows:
        legs = await rows.ledger.legs(job.id)
    assert [(leg.account, leg.amount) for leg in legs] == [("house", 5)]


async def test_a_4k_picture_is_taken_in(scene: Scene) -> None:
    await scene.asks("in summer", image=png(3840, 2160))
    job = await scene.job("in summer")
    assert (job.request.operation, job.state) == ("image-to-image", "done")
    assert await scene.read() == [done()]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (File(name="a.png", data=b"", content_type="image/png"), "“a.png” is empty"),
        (File(name="a.png", data=b"MZ no picture", content_type="image/png"), "“a.png” isn't a picture"),
        (File(name="a.pdf", data=b"%PDF-1.4 no picture", content_type="application/pdf"), "“a.pdf” isn't a picture"),
    ],
)
async def test_a_file_that_is_no_picture_costs_nothing(scene: Scene, file: File, words: str) -> None:
    before = await scene.credits()
    asked = await scene.asks(f"from {file.name} {len(file.data)}", image=file)
    await scene.answered(asked)
    (_, shown) = await scene.read()
    assert shown.content.startswith(words)
    assert (shown.private, shown.files) == (True, ())
    assert await scene.credits() == before
    assert await scene.house.job(f"from {file.name} {len(file.data)}") is None


async def words_for(scene: Scene, message: int, name: str, words: str) -> int:
    """Mia right-clicks, and fills in the form."""
    asked = await scene.door("message_menu", user=scene.mia, message=message, name=name)
    assert (await scene.answered(asked))["answered"] == 9
    sent: int = await scene.door("submit_modal", user=scene.mia, interaction=asked, values={"words": words})
    await scene.answered(sent)
    return sent


async def test_a_right_click_asks_for_words(scene: Scene) -> None:
    message = await scene.door("say", user=scene.mia, channel=scene.channel, content="me", files=[png(64, 48)])
    await words_for(scene, message, "Edit this", "right click")
    job = await scene.job("right click")
    assert job.request.operation == "image-to-image"
    assert await scene.read() == [done()]


async def test_every_button_of_a_result_goes_on_from_it(scene: Scene) -> None:
    await scene.asks("buttons")
    await scene.job("buttons")
    ((message,), expected) = (await scene.messages(), [done()])
    for button in message["buttons"]:
        pressed = await scene.presses(message["id"], button["label"])
        if (await scene.answered(pressed))["answered"] == 9:
            words = {"words": f"then {button['label']}"}
            sent = await scene.door("submit_modal", user=scene.mia, interaction=pressed, values=words)
            await scene.answered(sent)
        await scene.house.settled()
    left = [9990, 9985, 9980, 9944, 9939]
    for n, (button, rest) in enumerate(zip(message["buttons"], left, strict=True)):
        assert n < 5, button
        expected.append(done(left=f"{rest:,}"))
    found = await scene.read()
    assert [one.content for one in found] == [
        one.content.replace("picture.\n5", "clip.\n36") if "9,944" in one.content else one.content for one in expected
    ]
    assert [one.files for one in found] == [*[("image/png",)] * 4, ("video/mp4",), ("image/png",)]


async def test_typing_is_suggested_for_and_more_takes_the_rest(scene: Scene) -> None:
    asked = await scene.door(
        "autocomplete", user=scene.mia, channel=scene.channel, name="image", focused="model", options={"prompt": "x"}
    )
    seen = await scene.answered(asked)
    assert seen["answered"] == 8
    assert seen["choices"]
    await scene.asks("more of it", more="operation=text-to-image yes=true")
    assert (await scene.job("more of it")).request.operation == "text-to-image"
    asked = await scene.asks("nothing of it", more="colour=red")
    await scene.answered(asked)
    assert (await scene.read())[1:] == [Shown(content="I don't know `colour`; please leave it out.", private=True)]


@pytest.mark.parametrize(
    "words", [HARD.strip(), ("x" * 59 + " ") * 99 + "x" * 60, "\U0001f98a" * 3000], ids=["hard", "6000", "astral"]
)
async def test_words_call_nobody(scene: Scene, words: str) -> None:
    await scene.door("kill_token", interaction=await scene.held(words, seconds=0.3))
    await scene.house.settled()
    await scene.answered(await scene.door("slash", user=scene.mia, channel=scene.channel, name="jobs", options={}))
    found = await scene.messages()
    assert [one["pings"] for one in found] == [{"users": [], "roles": [], "everyone": False}] * len(found)
    assert all(one["mentions"] == one["pings"] for one in found)


LACKING: list[tuple[str, str]] = [("attach_files", "attach files"), ("send_messages", "send messages")]


@pytest.mark.parametrize(("right", "words"), LACKING)
async def test_a_missing_right_is_told_before_anything_is_set_aside(scene: Scene, right: str, words: str) -> None:
    await scene.door("permit", channel=scene.channel, target=scene.guild, deny=[right])
    before = await scene.credits()
    await scene.answered(await scene.asks(f"without {right}"))
    (*_, shown) = await scene.read()
    assert shown == Shown(
        content=f"I can't answer here, so nothing was started. I need these permissions in this place: {words}. "
        "Please ask whoever runs this community.",
        private=True,
    )
    assert (await scene.credits(), await scene.house.job(f"without {right}")) == (before, None)


async def test_what_is_too_large_is_encoded_anew_or_linked(scene: Scene) -> None:
    limit = 40_000
    await scene.answered(await scene.asks("large picture", size_limit=limit))
    await scene.asks("large clip", name="video", size_limit=limit, model="grok-imagine", duration="2")
    await scene.job("large picture")
    await scene.job("large clip")
    found: list[Any] = await scene.messages()
    for one in found:
        assert all(file["size_bytes"] <= limit for file in one["files"])
        assert "https://atelier.example/" in one["content"], one["content"]
    assert [[file["content_type"] for file in one["files"]] for one in found] == [["image/jpeg"], []]
