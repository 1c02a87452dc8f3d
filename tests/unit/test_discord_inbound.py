"""Interactions: heard once, in the core's words, answered in time and no more public than they may be."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot import requests
from bot.commands.suggest import Suggestion
from bot.media import MediaKind, MediaTrouble
from bot.replies import Button, Quoted, Reply, text
from tests.discord_server import File, interactions
from tests.discord_stage import HELLO, Stage, opened
from tests.fakes import SetClock

FACE = File(name="face.png", data=b"\x89PNG a face", content_type="image/png")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot at work."""
    async with opened(tmp_path) as stage, stage.working():
        yield stage


async def test_a_command_in_a_server_is_heard_with_all_that_is_known(stage: Stage) -> None:
    served, scene = stage.served, stage.scene
    form = {"prompt": "calm piano", "lyrics": "la *la*", "instrumental": True}
    id = await stage.slash("music", form, locale="zh-CN")
    await stage.shown(id)
    ((_, _, heard),) = stage.core.heard
    assert heard.place.answering is not None
    member = served.world.guilds[scene.guild].members[scene.mia]
    created = served.world.interactions[id].created
    assert (heard.command, heard.text, heard.fields) == (
        "music",
        "calm piano",
        {"lyrics": "la *la*", "instrumental": "true"},
    )
    assert heard.key == f"interaction:{id}"
    assert heard.person == requests.Person(
        platform="discord",
        user=str(scene.mia),
        name="Mia",
        language="zh-CN",
        member_since=member.joined,
        steward=False,
        handle="mia",
    )
    assert heard.community == requests.CommunitySeen(
        platform="discord", native=str(scene.guild), title="Pixel Club", language="en-US"
    )
    assert heard.place == requests.Place(
        platform="discord",
        channel=str(scene.channel),
        community=str(scene.guild),
        user=str(scene.mia),
        answering=requests.Answering(token=served.world.interactions[id].token, until=heard.place.answering.until),
        file_bytes=10 * 1024 * 1024,
    )
    life = heard.place.answering.until - created
    assert timedelta(minutes=14) < life < timedelta(minutes=15)
    assert heard.lacking == ()


async def test_a_thread_is_heard_with_its_channel(stage: Stage) -> None:
    thread = await stage.served.thread(stage.scene.channel, "foxes")
    await stage.shown(await stage.slash(channel=thread))
    place = stage.core.heard[0][2].place
    assert (place.channel, place.thread) == (str(stage.scene.channel), str(thread))


async def test_a_direct_message_belongs_to_no_community(stage: Stage) -> None:
    dm = await stage.served.dm(stage.scene.mia)
    await stage.shown(await stage.slash(channel=dm))
    heard = stage.core.heard[0][2]
    assert (heard.place.channel, heard.place.community, heard.community) == (str(dm), None, None)
    assert (heard.person.member_since, heard.lacking) == (None, ())


async def test_where_only_its_user_has_the_bot_there_is_no_community_and_no_channel(stage: Stage) -> None:
    guild = await stage.served.guild("Elsewhere", members=[stage.scene.mia], bot=False)
    channel = await stage.served.channel(guild, "art")
    (message,) = await stage.shown(await stage.slash(channel=channel, user_installed=True))
    heard = stage.core.heard[0][2]
    assert (heard.place.channel, heard.place.community, heard.community) == ("", None, None)
    assert (heard.person.member_since, heard.person.steward, heard.lacking) == (None, False, ())
    assert message.channel_id == channel


async def test_in_a_conversation_among_others_only_the_token_answers(stage: Stage) -> None:
    group = await stage.served.private(
        [stage.scene.mia, await stage.served.user("Ben"), await stage.served.user("Eve")]
    )
    (message,) = await stage.shown(await stage.slash(channel=group, user_installed=True))
    heard = stage.core.heard[0][2]
    assert (heard.place.channel, heard.place.community, heard.lacking) == ("", None, ())
    await stage.until(lambda: stage.core.shown)
    assert stage.core.shown == [f"{group}:{message.id}:t"]


async def test_whoever_owns_the_server_manages_it(stage: Stage) -> None:
    owner = stage.served.world.owner.id
    id = await stage.served.slash(owner, stage.scene.channel, "image", {"prompt": "a fox"})
    await stage.shown(id)
    assert stage.core.heard[0][2].person.steward


async def test_what_the_bot_may_not_do_is_said(stage: Stage) -> None:
    served, scene = stage.served, stage.scene
    thread = await served.thread(scene.channel, "foxes")
    await served.permit(scene.channel, served.world.bot.id, deny=["send_messages", "attach_files"])
    await stage.shown(await stage.slash())
    await stage.shown(await stage.slash(channel=thread))
    await stage.shown(await stage.slash("image", {"prompt": "a fox", "private": True}))
    assert [heard.lacking for _, _, heard in stage.core.heard] == [
        ("send_messages", "attach_files"),
        ("attach_files",),
        (),
    ]


async def test_an_event_that_comes_twice_is_heard_once(stage: Stage) -> None:
    world = stage.served.world
    id = await stage.slash()
    await world.gateway.dispatch("INTERACTION_CREATE", interactions.payload(world, world.interactions[id]))
    await stage.shown(await stage.slash())
    assert len({heard.key for _, _, heard in stage.core.heard}) == len(stage.core.heard) == 2


async def test_private_is_for_the_asker_alone(stage: Stage) -> None:
    (message,) = await stage.shown(await stage.slash("image", {"prompt": "a fox", "private": True}))
    assert message.ephemeral
    assert stage.core.heard[0][2].place.private


async def test_a_slow_answer_is_announced_and_put_in_its_place(stage: Stage) -> None:
    stage.core.gate = asyncio.Event()
    id = await stage.slash()
    announced = await stage.served.answered(id)
    assert (announced.answered, (announced.answered_after_s or 9) < 3) == (5, True)
    stage.core.gate.set()
    (message,) = await stage.shown(id)
    assert (message.content, message.ephemeral) == ("Here's your picture.", False)
    await stage.until(lambda: stage.core.shown)
    assert stage.core.shown == [f"{stage.scene.channel}:{message.id}:t"]


async def test_a_slow_answer_for_one_is_not_left_public(stage: Stage) -> None:
    stage.core.gate = asyncio.Event()
    stage.core.reply = Reply(lines=(text("question.dismissed"),), private=True, kind="error")
    id = await stage.slash()
    await stage.served.answered(id)
    stage.core.gate.set()
    await stage.until(lambda: stage.core.shown)
    (message,) = await stage.shown(id)
    assert message.ephemeral
    assert "…" not in message.content
    assert await stage.served.messages(stage.scene.channel) == []  # nobody else sees a trace


async def test_a_slow_list_is_announced_to_the_asker_alone(stage: Stage) -> None:
    stage.core.gate = asyncio.Event()
    stage.core.reply = Reply(lines=(text("question.dismissed"),), private=True)
    id = await stage.slash("credits", {})
    await stage.served.answered(id)
    assert await stage.served.messages(stage.scene.channel) == []
    stage.core.gate.set()
    assert [message.ephemeral for message in await stage.shown(id)] == [True]


async def test_a_tap_is_heard_with_what_its_button_says(stage: Stage) -> None:
    label = text("button.show")
    stage.core.reply = replace(HELLO, buttons=(Button(action="show", subject="K7Q2", label=label),))
    (message,) = await stage.shown(await stage.slash())
    assert [(button.custom_id, button.label) for button in message.buttons] == [("show:K7Q2", "Show")]
    await stage.shown(await stage.served.press(stage.scene.mia, message.id, "show:K7Q2"))
    action, subject, heard = stage.core.heard[1]
    assert (action, subject, heard.text, heard.place.private) == ("show", "K7Q2", "", False)


async def test_a_slow_tap_leaves_the_message_as_it_is(stage: Stage) -> None:
    button = Button(action="receipt", subject="K7Q2", label=text("button.receipt"))
    stage.core.reply = replace(HELLO, buttons=(button,))
    (message,) = await stage.shown(await stage.slash())
    stage.core.gate = asyncio.Event()
    stage.core.reply = Reply(lines=(text("question.dismissed"),), private=True)
    pressed = await stage.served.press(stage.scene.mia, message.id, "receipt:K7Q2")
    assert (await stage.served.answered(pressed)).answered == 6
    stage.core.gate.set()
    await stage.until(lambda: len(stage.core.shown) == 2)
    assert [(one.id == message.id, one.ephemeral) for one in await stage.read()] == [(True, False), (False, True)]


async def test_what_follows_from_a_private_message_stays_private(stage: Stage) -> None:
    again = Button(action="again", subject="K7Q2", label=text("button.show"))
    stage.core.reply = replace(HELLO, buttons=(again,))
    (message,) = await stage.shown(await stage.slash("image", {"prompt": "a fox", "private": True}))
    assert [button.custom_id for button in message.buttons] == ["again:K7Q2:p"]
    (answer,) = await stage.shown(await stage.served.press(stage.scene.mia, message.id, "again:K7Q2:p"))
    assert (answer.ephemeral, stage.core.heard[1][2].place.private) == (True, True)


async def test_the_answer_to_a_question_is_public_where_the_request_was(stage: Stage) -> None:
    start = Button(action="start", subject="D00001", label=text("button.show"))
    stage.core.reply = replace(HELLO, kind="question", private=True, buttons=(start,))
    (question,) = await stage.shown(await stage.slash())
    assert (question.ephemeral, question.buttons[0].custom_id) == (True, "start:D00001")
    stage.core.reply = replace(HELLO, kind="queued", job="K7Q2")
    (answer,) = await stage.shown(await stage.served.press(stage.scene.mia, question.id, "start:D00001"))
    assert (answer.ephemeral, stage.core.heard[1][2].place.private) == (False, False)


async def test_a_button_that_needs_words_asks_for_them(stage: Stage) -> None:
    label = text("button.edit", price=5)
    stage.core.reply = replace(HELLO, buttons=(Button(action="edit", subject="K7Q2", label=label),))
    (message,) = await stage.shown(await stage.slash())
    pressed = await stage.served.press(stage.scene.mia, message.id, "edit:K7Q2")
    modal = (await stage.served.answered(pressed)).modal
    assert modal is not None
    assert (modal["title"], modal["custom_id"]) == ("Edit · 5", "edit:K7Q2")
    assert len(stage.core.heard) == 1
    await stage.shown(await stage.served.submit_modal(stage.scene.mia, pressed, {"words": "make it *night*"}))
    action, subject, heard = stage.core.heard[1]
    assert (action, subject, heard.text, heard.fields) == ("edit", "K7Q2", "make it *night*", {})


async def test_a_form_without_words_says_so(stage: Stage) -> None:
    label = text("button.animate", price=5)
    stage.core.reply = replace(HELLO, buttons=(Button(action="animate", subject="K7Q2", label=label),))
    (message,) = await stage.shown(await stage.slash())
    pressed = await stage.served.press(stage.scene.mia, message.id, "animate:K7Q2")
    await stage.served.answered(pressed)
    await stage.shown(await stage.served.submit_modal(stage.scene.mia, pressed, {"words": ""}))
    assert stage.core.heard[1][2].fields == {"prompt": ""}


async def test_suggestions_are_cut_to_what_discord_shows(stage: Stage) -> None:
    long, plain = Suggestion(value="v" * 101, label="too long"), Suggestion(value="sora", label="S" * 120)
    stage.core.suggestions = (long, *(replace(plain, value=f"v{n}") for n in range(40)))
    id = await stage.served.autocomplete(stage.scene.mia, stage.scene.channel, "image", "model", {"model": "so"})
    choices = (await stage.served.answered(id)).choices or []
    assert [(one["name"], one["value"]) for one in choices] == [("S" * 100, f"v{n}") for n in range(25)]
    assert stage.core.heard[0][:2] == ("suggest", "model")
    assert stage.core.heard[0][2].fields == {"model": "so"}


async def test_slow_suggestions_are_none(stage: Stage) -> None:
    stage.core.slow = asyncio.Event()
    id = await stage.served.autocomplete(stage.scene.mia, stage.scene.channel, "image", "model")
    answered = await stage.served.answered(id)
    assert (answered.answered, answered.choices, (answered.answered_after_s or 9) < 3) == (8, [], True)


async def test_files_are_fetched_named_and_put_away(stage: Stage) -> None:
    await stage.shown(await stage.slash("video", {"prompt": "it runs", "image": FACE, "image2": FACE}))
    first, last = stage.core.heard[0][2].attachments
    assert stage.core.files == [FACE.data, FACE.data]
    assert [(one.kind, one.field, one.kept, one.trouble) for one in (first, last)] == [
        (MediaKind.IMAGE, "image", True, None),
        (MediaKind.IMAGE, "images", True, None),
    ]
    assert first.url is None  # this Discord speaks no https, so no provider is sent there
    await stage.until(lambda: not Path(first.source).exists())
    assert list((stage.root / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("file", "trouble"),
    [
        (File(name="empty.png", data=b"", content_type="image/png"), MediaTrouble.EMPTY),
        (File(name="huge.png", data=b"x" * (31 * 1024 * 1024), content_type="image/png"), MediaTrouble.TOO_LARGE),
    ],
)
async def test_a_file_that_is_no_good_is_named(stage: Stage, file: File, trouble: MediaTrouble) -> None:
    await stage.shown(await stage.slash("image", {"prompt": "a fox", "image": file}))
    (given,) = stage.core.heard[0][2].attachments
    assert (given.source, given.kept, given.trouble) == (file.name, False, trouble)


async def test_who_comes_when_the_bot_stops_is_told_so(stage: Stage) -> None:
    stage.core.gate = asyncio.Event()
    before = await stage.slash()
    await stage.until(lambda: stage.core.heard)
    hushing = asyncio.create_task(stage.app.hush())
    await asyncio.sleep(0)
    (answer,) = await stage.shown(await stage.slash())
    assert (answer.ephemeral, "restart" in answer.content, hushing.done()) == (True, True, False)
    stage.core.gate.set()
    await hushing
    assert [message.content for message in await stage.shown(before)] == ["Here's your picture."]


async def test_an_answer_that_discord_waits_for_no_more_is_no_trouble(stage: Stage) -> None:
    await stage.served.fault("status", method="POST", path="/interactions/*", status=404, code=10062)
    await stage.slash()
    await stage.until(lambda: stage.core.refused)
    assert "10062" in str(stage.core.refused[0])
    await stage.shown(await stage.slash())


@pytest.mark.parametrize("name", ["lost", "cut"])
async def test_an_answer_that_got_lost_is_looked_after_and_shown_once(
    stage: Stage, name: Literal["lost", "cut"]
) -> None:
    await stage.served.fault(name, method="POST", path="/interactions/*")
    (message,) = await stage.shown(await stage.slash())
    await stage.until(lambda: stage.core.shown)
    assert stage.core.shown == [f"{stage.scene.channel}:{message.id}:t"]
    assert [one.content for one in await stage.read()] == ["Here's your picture."]


async def test_an_announcement_that_got_lost_is_no_trouble(stage: Stage) -> None:
    stage.core.gate = asyncio.Event()
    await stage.served.fault("lost", method="POST", path="/interactions/*")
    id = await stage.slash()
    await stage.served.answered(id)
    stage.core.gate.set()
    (message,) = await stage.shown(id)
    assert message.content == "Here's your picture."


async def test_where_only_its_user_has_the_bot_five_follow_ups_are_the_most(stage: Stage) -> None:
    guild = await stage.served.guild("Elsewhere", members=[stage.scene.mia], bot=False)
    channel = await stage.served.channel(guild, "art")
    line = text("card.prompt", prompt=Quoted(words="*" * 400, limit=400))
    stage.core.reply = Reply(lines=(line,) * 60, private=True)
    await stage.shown(await stage.slash("help", {}, channel=channel, user_installed=True))
    await stage.until(lambda: stage.core.shown)
    assert len(await stage.read(channel)) == 5
    assert await stage.served.refusals() == []


# --- heard too late ----------------------------------------------------------------------------------------------


async def behind(stage: Stage) -> None:
    """A bot to whom everything on this Discord looks a minute old."""
    await stage.stop()
    stage.app = stage.new_app(stage.core, stage.core, clock=SetClock(datetime.now(UTC) + timedelta(minutes=1)))
    await stage.start()


async def test_what_discord_waits_for_no_more_is_not_begun(stage: Stage) -> None:
    await behind(stage)
    await stage.served.fault("status", path="/interactions/*/callback", status=404, code=10062)
    late = await stage.slash("music", {"prompt": "calm piano"})
    await stage.until(lambda: any("callback" in r.path for r in stage.served.world.record.requests))
    fine = await stage.slash("music", {"prompt": "a waltz"})
    await stage.shown(fine)
    assert [heard.key for _, _, heard in stage.core.heard] == [f"interaction:{fine}"]
    assert (await stage.served.interaction(late)).answered is None


async def test_a_clock_that_is_wrong_costs_an_announcement_only(stage: Stage) -> None:
    await behind(stage)
    (shown,) = await stage.shown(await stage.slash("music", {"prompt": "calm piano"}))
    assert (shown.content, shown.loading) == ("Here's your picture.", False)
